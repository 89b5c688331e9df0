//! Checkout sessions: opened by a caller or by a link's visitor, and expired.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::belonging::Belonging;
use crate::domain::catalog::LineItem;
use crate::domain::intent::{self, AskBuyer};
use crate::domain::link::{self, AfterCompletion, IntentData, PaymentLink, Presentation};
use crate::domain::method_filter::MethodFilter;
use crate::domain::session::{Command, Completion, Keeps, PaymentStatus, Refusal, Session, Status};
use crate::error::Error;
use crate::params::Params;
use crate::wire::Version;

use super::{Tx, customers, intents, lines, links, offering, prices, redeeming, shipping};

/// The work that expires a session; its subject is the session's id.
pub(crate) const JOB: &str = "stripe.expire";

/// How long a session stays open unless its maker says otherwise.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// The shortest life a maker may ask for.
const SHORTEST: SignedDuration = SignedDuration::from_mins(30);

/// Opens a session for a caller of the API.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Session>, Error> {
    match params.text("mode") {
        Some("payment") => {}
        Some(mode) => {
            return Err(Error::unsupported(format!("Checkout Sessions in {mode} mode"), Some("mode")));
        }
        None => return Err(Error::missing("mode")),
    }
    if params.has("allow_promotion_codes") && params.has("discounts") {
        return Err(Error::exclusive("allow_promotion_codes", "discounts"));
    }
    let success_url = params.string("success_url").ok_or_else(|| Error::missing("success_url"))?;
    let customer = match (params.text("customer"), params.text("customer_email")) {
        (Some(_), Some(_)) => return Err(Error::exclusive("customer", "customer_email")),
        (Some(id), None) => Some(customers::named(tx, id, "customer")?),
        _ => None,
    };
    if params.has("customer_update") && customer.is_none() {
        let message = "`customer_update` can only be used together with `customer`.";
        return Err(Error::invalid(message).param("customer_update"));
    }
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let intent_data = params
        .object("payment_intent_data")
        .map(links::intent_data)
        .transpose()?
        .map_or_else(IntentData::nothing, Arc::new);
    let expires_at = expires_at(params, tx.now)?;
    let named = redeeming::named(tx, params)?;
    let offered = shipping::offered(tx, params, belongs)?.unwrap_or_default();
    let lines = lines::read(tx, params, belongs)?;
    if lines.recurring {
        let message = "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use \
                       only one-time prices.";
        return Err(Error::invalid(message).param("line_items"));
    }
    let discounts = ["discounts", "allow_promotion_codes"];
    let discounts = discounts.into_iter().find(|name| params.has(name) && params.flag(name) != Some(false));
    lines::check_open(&lines.items, discounts)?;
    let shipping_options = shipping::options(&offered, lines.currency)?;
    let presentation = Presentation { shipping_options, ..links::presentation(params)? };
    let methods = methods_of(tx, params)?;
    let buyer = customer.as_ref().map(|customer| customer.id.as_str());
    let discount = redeeming::attached(tx, named, &lines, buyer)?;
    let belongs = lines.belongs;
    let session = Session {
        id: tx.mint.session(presentation.allow_promotion_codes == Some(true), &belongs.scope),
        created: tx.seconds(),
        expires_at,
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        currency: lines.currency,
        line_items: lines.items.into(),
        shipping_option: presentation.shipping_options.first().cloned(),
        delivery: None,
        discount,
        link: None,
        intent: None,
        customer: customer.as_ref().map(|customer| customer.id.clone()),
        keeps: keeps(params),
        adaptive_pricing: params.object("adaptive_pricing").and_then(|given| given.flag("enabled")) != Some(false),
        payer: None,
        names: None,
        answers: BTreeMap::new(),
        customer_email: params.string("customer_email"),
        prefilled_email: customer.and_then(|customer| customer.email.clone()),
        prefilled_code: None,
        client_reference_id: params.string("client_reference_id"),
        completion: Completion::Redirect(success_url),
        cancel_url: params.string("cancel_url"),
        metadata,
        intent_data,
        presentation: presentation.kept(),
        methods,
        ask_buyer: intents::asked_of_buyer(params).unwrap_or(AskBuyer::Automatic),
        locale: params.string("locale"),
        utm: Vec::new(),
        belongs,
    };
    session.currency.check_total(session.total()).map_err(|fault| Error::bad_total(fault, session.currency))?;
    if session.offers().is_empty() {
        return Err(links::nothing_to_pay_with(session.captures_by_hand()));
    }
    // Nothing is refused from here on: what was described on the way is made only now.
    shipping::keep(tx, &offered);
    for described in lines.described {
        prices::keep(tx, described);
    }
    Ok(open(tx, session))
}

/// Which methods are offered. The newest versions of the API filter those that fit, older ones name them.
fn methods_of(tx: &Tx<'_>, params: &Params) -> Result<MethodFilter, Error> {
    let newest = tx.view.version >= Version::ENDIVE;
    if newest && params.has("payment_method_types") {
        return Err(Error::method_types_gone());
    }
    if !newest && params.has("allowed_payment_method_types") {
        return Err(Error::unknown(&["allowed_payment_method_types".to_owned()]));
    }
    offering::filter(params, &["payment_method_types"])
}

/// What a visitor brought along in the link's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) client_reference_id: Option<String>,
    pub(crate) prefilled_email: Option<String>,
    pub(crate) locked_email: Option<String>,
    pub(crate) promotion_code: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) utm: Vec<(String, String)>,
}

/// Opens a session for the visitor of a link. It belongs to what the link belongs to, whatever the visitor brought along.
pub(crate) fn visit(tx: &mut Tx<'_>, link: &PaymentLink, visit: Visit) -> Result<Arc<Session>, link::Refusal> {
    link.apply(link::Command::Visit, tx.now)?;
    let scope = &link.belongs.scope;
    let mut presentation = link.presentation.as_ref().clone();
    presentation.allow_promotion_codes = presentation.allow_promotion_codes.or(Some(false));
    presentation.billing_address_collection =
        presentation.billing_address_collection.or_else(|| Some("auto".to_owned()));
    presentation.customer_creation = presentation.customer_creation.or_else(|| Some("if_required".to_owned()));
    let line_items =
        link.line_items.iter().map(|item| LineItem { id: tx.mint.plain("li_", scope), ..item.clone() }).collect();
    let session = Session {
        id: tx.mint.session(presentation.allow_promotion_codes == Some(true), scope),
        created: tx.seconds(),
        expires_at: tx.seconds().saturating_add(LIFE.as_secs()),
        status: Status::Open,
        payment_status: PaymentStatus::Unpaid,
        currency: link.currency,
        line_items,
        shipping_option: presentation.shipping_options.first().cloned(),
        delivery: None,
        discount: None,
        link: Some(link.id.clone()),
        intent: None,
        customer: None,
        keeps: Keeps::default(),
        adaptive_pricing: true,
        payer: None,
        names: None,
        answers: BTreeMap::new(),
        customer_email: visit.locked_email,
        prefilled_email: visit.prefilled_email,
        prefilled_code: visit.promotion_code,
        client_reference_id: visit.client_reference_id,
        completion: match &link.after_completion {
            AfterCompletion::HostedConfirmation(message) => Completion::Hosted(message.clone()),
            AfterCompletion::Redirect(url) => Completion::Redirect(url.clone()),
        },
        cancel_url: None,
        metadata: link.metadata.clone(),
        intent_data: link.intent_data.clone().unwrap_or_else(IntentData::nothing),
        presentation: presentation.kept(),
        methods: MethodFilter::All,
        ask_buyer: AskBuyer::Automatic,
        locale: visit.locale,
        utm: visit.utm,
        belongs: link.belongs.clone(),
    };
    Ok(open(tx, session))
}

fn open(tx: &mut Tx<'_>, session: Session) -> Arc<Session> {
    let due = Timestamp::from_second(session.expires_at).unwrap_or(Timestamp::MAX);
    tx.world.scheduler().at(due, JOB, session.id.as_str());
    tx.state.sessions.put(session)
}

/// New metadata. There is no event for it.
pub(crate) fn update(tx: &mut Tx<'_>, session: &Session, params: &Params) -> Result<Arc<Session>, Error> {
    let metadata = params.metadata().apply(&session.metadata).map_err(|fault| Error::metadata(&fault))?;
    Ok(tx.state.sessions.put(Session { metadata, ..session.clone() }))
}

/// Expires a session: by its maker, or because its time is over.
pub(crate) fn expire(tx: &mut Tx<'_>, session: &Session, command: Command) -> Result<Arc<Session>, Refusal> {
    let (after, _) = session.apply(command, tx.now)?;
    let after = tx.state.sessions.put(after);
    // What the buyer began ends with the session.
    if let Some(intent) = after.intent.as_deref().and_then(|id| tx.state.intents.get(id))
        && let Ok((intent, _)) = intent.apply(intent::Command::Cancel(None), tx.now)
    {
        let intent = tx.state.intents.put(intent);
        tx.emit_of_intent("payment_intent.canceled", &intent);
    }
    tx.emit("checkout.session.expired", Arc::clone(&after), &after.belongs);
    Ok(after)
}

/// What the customer keeps of what the buyer says.
fn keeps(params: &Params) -> Keeps {
    let given = params.object("customer_update").unwrap_or_default();
    let auto = |name: &str| given.text(name) == Some("auto");
    Keeps { address: auto("address"), name: auto("name"), shipping: auto("shipping") }
}

fn expires_at(params: &Params, now: Timestamp) -> Result<i64, Error> {
    let now = now.as_second();
    let Some(at) = params.integer("expires_at") else { return Ok(now.saturating_add(LIFE.as_secs())) };
    // One second of grace: the caller's clock read its second before ours.
    if at < now.saturating_add(SHORTEST.as_secs() - 1) {
        let message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.";
        return Err(Error::invalid(message).param("expires_at"));
    }
    if at > now.saturating_add(LIFE.as_secs() + 1) {
        let message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.";
        return Err(Error::invalid(message).param("expires_at"));
    }
    Ok(at)
}
