//! Payment links: made, changed, visited.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::collection::Collection;
use crate::domain::effect::Effect;
use crate::domain::intent::SetUp;
use crate::domain::link::{AfterCompletion, Command, IntentData, Limit, PaymentLink, Presentation};
use crate::error::Error;
use crate::params::Params;

use super::{Tx, addresses, collecting, lines, prices, shipping};

/// Makes a link.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<PaymentLink>, Error> {
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let after_completion = after_completion(params)?.unwrap_or(AfterCompletion::HostedConfirmation(None));
    let intent_data = params.object("payment_intent_data").map(intent_data).transpose()?.map(Arc::new);
    let offered = shipping::offered(tx, params, belongs)?.unwrap_or_default();
    let lines = lines::read(tx, params, belongs)?;
    let shipping_options = shipping::options(&offered, lines.currency)?;
    let belongs = lines.belongs;
    let link = PaymentLink {
        id: tx.mint.plain("plink_", &belongs.scope),
        slug: tx.mint.slug(&belongs.scope),
        active: true,
        created: tx.seconds(),
        after_completion,
        currency: lines.currency,
        inactive_message: params.string("inactive_message"),
        line_items: lines.items.into(),
        metadata,
        intent_data,
        presentation: Presentation { shipping_options, ..presentation(params)? }.kept(),
        limit: limit(params).map(|limit| Limit { limit, count: 0 }),
        recurring: lines.recurring,
        belongs,
    };
    check_methods(&link)?;
    check_open(&link)?;
    // Nothing is refused from here on: what was described on the way is made only now.
    for described in lines.described {
        prices::keep(tx, described);
    }
    let link = tx.state.links.put(link);
    tx.emit("payment_link.created", Arc::clone(&link), &link.belongs);
    Ok(link)
}

/// Changes a link.
pub(crate) fn update(tx: &mut Tx<'_>, link: &Arc<PaymentLink>, params: &Params) -> Result<Arc<PaymentLink>, Error> {
    let mut after = match params.flag("active") {
        // Switching is never refused by the state machine.
        Some(active) => {
            link.apply(Command::SetActive(active), tx.now).map_or_else(|_| link.as_ref().clone(), |(link, _)| link)
        }
        None => link.as_ref().clone(),
    };
    after.metadata = params.metadata().apply(&link.metadata).map_err(|fault| Error::metadata(&fault))?;
    if let Some(completion) = after_completion(params)? {
        after.after_completion = completion;
    }
    if params.has("inactive_message") {
        after.inactive_message = params.string("inactive_message");
    }
    if params.has("restrictions") {
        after.limit = limit(params)
            .map(|limit| Limit { limit, count: link.limit.map_or_else(|| completed(tx, &link.id), |old| old.count) });
    }
    if params.flag("active") == Some(true)
        && after.is_used_up()
        && tx.world.switches().value("STRIPE-LIMIT-REACTIVATE", &link.belongs.scope) == "refused"
    {
        let message =
            "This payment link has reached its limit of completed sessions. Raise or remove the limit to activate it.";
        return Err(Error::invalid(message).param("active").executed());
    }
    if params.has("payment_intent_data") {
        let before = after.intent_data.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        let given = params.object("payment_intent_data");
        after.intent_data = given.map(|data| changed_intent_data(before, data)).transpose()?.map(Arc::new);
    }
    let given = presentation(params)?;
    let presentation = Arc::make_mut(&mut after.presentation);
    presentation.collects = collecting::collection(std::mem::take(&mut presentation.collects), params)?;
    presentation.allow_promotion_codes = given.allow_promotion_codes.or(presentation.allow_promotion_codes);
    presentation.billing_address_collection =
        given.billing_address_collection.or_else(|| presentation.billing_address_collection.take());
    presentation.customer_creation = given.customer_creation.or_else(|| presentation.customer_creation.take());
    presentation.submit_type = given.submit_type.or_else(|| presentation.submit_type.take());
    if params.has("shipping_address_collection") {
        presentation.ships_to = given.ships_to;
    }
    if let Some(offered) = shipping::offered(tx, params, &link.belongs)? {
        presentation.shipping_options = shipping::options(&offered, link.currency)?;
    }
    if params.has("payment_method_types") {
        presentation.payment_method_types = given.payment_method_types;
    }
    change_quantities(tx, &mut after, params)?;
    check_methods(&after)?;
    check_open(&after)?;
    let after = tx.state.links.put(after);
    tx.emit_change("payment_link.updated", Arc::clone(link), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

/// A line whose amount the buyer chooses is sold alone.
fn check_open(link: &PaymentLink) -> Result<(), Error> {
    let codes = link.presentation.allow_promotion_codes == Some(true);
    lines::check_open(&link.line_items, codes.then_some("allow_promotion_codes"))
}

/// A link whose methods cannot pay as it wants could never be paid.
fn check_methods(link: &PaymentLink) -> Result<(), Error> {
    let by_hand = link.intent_data.as_ref().is_some_and(|data| data.capture_method.as_deref() == Some("manual"));
    match &link.presentation.payment_method_types {
        Some(types) if by_hand && types.iter().all(|kind| kind != "card") => Err(nothing_to_pay_with(true)),
        _ => Ok(()),
    }
}

/// Nothing is left that the buyer could pay with.
pub(super) fn nothing_to_pay_with(by_hand: bool) -> Error {
    if by_hand {
        let message = "None of the payment method types can be captured by hand: only cards can.";
        return Error::invalid(message).param("payment_intent_data[capture_method]");
    }
    Error::unsupported("payment methods other than cards and SEPA debits", Some("allowed_payment_method_types"))
}

/// A session of the link completes. `None` when the link takes no more.
pub(crate) fn count_completion(tx: &mut Tx<'_>, link: &Arc<PaymentLink>) -> Option<Vec<Effect>> {
    let flips = tx.world.switches().value("STRIPE-LIMIT-ACTIVE", &link.belongs.scope) == "turns-false";
    let (after, effects) = link.apply(Command::Complete { flips }, tx.now).ok()?;
    let after = tx.state.links.put(after);
    if effects.contains(&Effect::Emit("payment_link.updated")) {
        tx.emit_change("payment_link.updated", Arc::clone(link), Arc::clone(&after), &after.belongs, None);
    }
    Some(effects)
}

fn completed(tx: &Tx<'_>, link: &str) -> i64 {
    let complete = tx
        .state
        .sessions
        .by("link", link)
        .filter(|session| session.status == crate::domain::session::Status::Complete)
        .count();
    i64::try_from(complete).unwrap_or(i64::MAX)
}

fn change_quantities(tx: &Tx<'_>, link: &mut PaymentLink, params: &Params) -> Result<(), Error> {
    for (index, row) in params.objects("line_items").unwrap_or_default().iter().enumerate() {
        let id = row.text("id").unwrap_or_default();
        let item = Arc::make_mut(&mut link.line_items)
            .iter_mut()
            .find(|item| item.id == id)
            .ok_or_else(|| Error::no_such_in_body("line item", id, &format!("line_items[{index}][id]")))?;
        if let Some(quantity) = row.integer("quantity") {
            let amount = tx.state.prices.get(&item.price).and_then(|price| price.total(quantity));
            item.quantity = quantity;
            item.amount = amount.unwrap_or(i64::MAX);
        }
    }
    let total = link.line_items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.amount));
    link.currency.check_total(total).map_err(|fault| Error::bad_total(fault, link.currency))
}

fn after_completion(params: &Params) -> Result<Option<AfterCompletion>, Error> {
    let Some(given) = params.object("after_completion") else { return Ok(None) };
    let redirect = given.object("redirect").and_then(|redirect| redirect.string("url"));
    let message = given.object("hosted_confirmation").and_then(|hosted| hosted.string("custom_message"));
    match given.text("type") {
        Some("redirect") => match redirect {
            Some(url) => Ok(Some(AfterCompletion::Redirect(url))),
            None => Err(Error::missing("after_completion[redirect][url]")),
        },
        _ if redirect.is_some() => Err(Error::exclusive("after_completion[type]", "after_completion[redirect]")),
        _ => Ok(Some(AfterCompletion::HostedConfirmation(message))),
    }
}

fn limit(params: &Params) -> Option<i64> {
    params.object("restrictions")?.object("completed_sessions")?.integer("limit")
}

/// Settings of the page, as links and sessions take them.
pub(crate) fn presentation(params: &Params) -> Result<Presentation, Error> {
    Ok(Presentation {
        allow_promotion_codes: params.flag("allow_promotion_codes"),
        billing_address_collection: params.string("billing_address_collection"),
        collects: collecting::collection(Collection::default(), params)?,
        customer_creation: params.string("customer_creation"),
        payment_method_types: params.strings("payment_method_types").filter(|types| !types.is_empty()),
        submit_type: params.string("submit_type"),
        ships_to: shipping::countries(params),
        // The rates are looked up by whoever knows the currency.
        shipping_options: Arc::default(),
    })
}

/// What goes to the payment intent.
pub(crate) fn intent_data(data: &Params) -> Result<IntentData, Error> {
    changed_intent_data(IntentData::default(), data)
}

/// The same over what there was: what is not sent stays.
fn changed_intent_data(before: IntentData, data: &Params) -> Result<IntentData, Error> {
    let text = |name: &str, before: Option<String>| if data.has(name) { data.string(name) } else { before };
    Ok(IntentData {
        capture_method: text("capture_method", before.capture_method),
        description: text("description", before.description),
        metadata: data.metadata().apply(&before.metadata).map_err(|fault| {
            let mut error = Error::metadata(&fault);
            error.param = error.param.map(|param| param.replacen("metadata", "payment_intent_data[metadata]", 1));
            error
        })?,
        receipt_email: text("receipt_email", before.receipt_email),
        statement_descriptor: text("statement_descriptor", before.statement_descriptor),
        statement_descriptor_suffix: text("statement_descriptor_suffix", before.statement_descriptor_suffix),
        transfer_group: text("transfer_group", before.transfer_group),
        setup_future_usage: if data.has("setup_future_usage") {
            data.text("setup_future_usage").and_then(SetUp::parse)
        } else {
            before.setup_future_usage
        },
        shipping: data.object("shipping").map(|given| Box::new(addresses::shipping(given))).or(before.shipping),
    })
}
