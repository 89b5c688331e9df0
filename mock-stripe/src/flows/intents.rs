//! Payment intents made by callers: created, changed, given a method.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::intent::{AskBuyer, CaptureMethod, Command, Confirmation, Intent, Refusal, SetUp, Status};
use crate::domain::metadata::Metadata;
use crate::domain::method_filter::MethodFilter;
use crate::domain::money::Currency;
use crate::domain::payer::PaymentMethod;
use crate::error::Error;
use crate::params::Params;

use super::offering::{check_types, filter, fitting, named_types, offered};
use super::{Tx, addresses, confirming, customers, methods};

/// An intent of which only the amount is known. It is not stored yet.
pub(super) fn fresh(tx: &Tx<'_>, amount: i64, currency: Currency, belongs: &Belonging) -> Intent {
    let scope = &belongs.scope;
    let core = tx.mint.core(scope);
    let id = tx.mint.of_payment("pi_", &core, scope);
    Intent {
        client_secret: format!("{id}_secret_{}", tx.mint.draw("client secret", scope, 25)),
        id,
        core,
        created: tx.seconds(),
        amount,
        amount_capturable: 0,
        amount_received: 0,
        currency,
        status: Status::RequiresPaymentMethod,
        capture_method: CaptureMethod::AutomaticAsync,
        confirmation: Confirmation::Automatic,
        automatic_methods: None,
        customer: None,
        description: None,
        metadata: Metadata::new(),
        payment_method: None,
        payment_method_types: Vec::new(),
        methods: MethodFilter::All,
        latest_charge: None,
        last_error: None,
        challenge: None,
        confirmed: None,
        ask_buyer: AskBuyer::Automatic,
        return_url: None,
        setup_future_usage: None,
        shipping: None,
        canceled_at: None,
        cancellation_reason: None,
        receipt_email: None,
        statement_descriptor: None,
        statement_descriptor_suffix: None,
        transfer_group: None,
        session: None,
        belongs: belongs.clone(),
    }
}

/// Makes an intent, and asks for its money at once if that is wanted.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Intent>, Error> {
    let confirm = params.flag("confirm") == Some(true);
    if let Some(early) = confirming::FIELDS.iter().find(|name| !confirm && params.has(name)) {
        let message = format!(
            "The parameter `{early}` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
        );
        return Err(Error::invalid(message).param(*early));
    }
    let amount = params.integer("amount").unwrap_or_default();
    let currency = params.currency("currency").ok_or_else(|| Error::missing("currency"))?;
    currency.check_total(amount).map_err(|fault| Error::bad_amount(fault, currency))?;
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let offer = offered(tx, params, currency)?;
    let mut intent = Intent {
        metadata,
        automatic_methods: offer.automatic,
        payment_method_types: offer.types,
        methods: offer.filter,
        capture_method: CaptureMethod::parse(params.text("capture_method")),
        confirmation: match params.text("confirmation_method") {
            Some("manual") => Confirmation::Manual,
            _ => Confirmation::Automatic,
        },
        ..fresh(tx, amount, currency, belongs)
    };
    describe(tx, &mut intent, params)?;
    let method = described_method(tx, params, belongs)?;
    if let Some(method) = &method {
        confirming::check_method(&intent, method)?;
        let (chosen, _) = intent
            .apply(Command::Choose(Some(method.id.clone())), tx.now)
            .map_err(|refusal| state_error(tx, &Arc::new(intent.clone()), refusal, "update"))?;
        intent = chosen;
    }
    if confirm {
        confirming::check_return(&intent, params)?;
    }
    let intent = tx.state.intents.put(intent);
    let first = confirm && method.is_some();
    // The event tells of the intent before anything was asked of a method.
    let told = if first {
        Arc::new(Intent { status: Status::RequiresPaymentMethod, payment_method: None, ..intent.as_ref().clone() })
    } else {
        Arc::clone(&intent)
    };
    tx.emit_of_intent("payment_intent.created", &told);
    if confirm { confirming::confirm(tx, &intent, params) } else { Ok(intent) }
}

/// The method that is named or described, if any.
pub(super) fn described_method(
    tx: &mut Tx<'_>,
    params: &Params,
    belongs: &Belonging,
) -> Result<Option<Arc<PaymentMethod>>, Error> {
    match (params.text("payment_method"), params.object("payment_method_data")) {
        (Some(_), Some(_)) => Err(Error::exclusive("payment_method", "payment_method_data")),
        (Some(id), None) => methods::named(tx, id, "payment_method", belongs).map(Some),
        (None, Some(data)) => methods::create(tx, data, "payment_method_data", belongs).map(Some),
        (None, None) => Ok(None),
    }
}

/// Texts, customer, shipping and use.
fn describe(tx: &Tx<'_>, intent: &mut Intent, params: &Params) -> Result<(), Error> {
    if let Some(id) = params.text("customer") {
        intent.customer = Some(customers::named(tx, id, "customer")?.id.clone());
    }
    for (name, slot) in [
        ("description", &mut intent.description),
        ("receipt_email", &mut intent.receipt_email),
        ("statement_descriptor", &mut intent.statement_descriptor),
        ("statement_descriptor_suffix", &mut intent.statement_descriptor_suffix),
        ("transfer_group", &mut intent.transfer_group),
    ] {
        if params.has(name) {
            *slot = params.string(name);
        }
    }
    if params.has("shipping") {
        intent.shipping = params.object("shipping").map(|given| Box::new(addresses::shipping(given)));
    }
    if params.has("setup_future_usage") {
        intent.setup_future_usage = params.text("setup_future_usage").and_then(SetUp::parse);
    }
    ask_buyer(intent, params);
    let debits_only = intent.payment_method_types.iter().all(|kind| kind != "card");
    if intent.capture_method == CaptureMethod::Manual && debits_only {
        let message = "The payment method types of this PaymentIntent cannot be captured by hand: only cards can.";
        return Err(Error::invalid(message).code("payment_intent_invalid_parameter").param("capture_method"));
    }
    Ok(())
}

/// When the buyer of a card is to be asked, if that is said.
pub(super) fn asked_of_buyer(params: &Params) -> Option<AskBuyer> {
    let card = params.object("payment_method_options")?.object("card")?;
    card.text("request_three_d_secure").map(AskBuyer::parse)
}

/// The same, told to an intent.
pub(super) fn ask_buyer(intent: &mut Intent, params: &Params) {
    intent.ask_buyer = asked_of_buyer(params).unwrap_or(intent.ask_buyer);
}

/// What only an intent that still waits for its payment takes.
const WHILE_WAITING: &[&str] = &[
    "amount",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_options",
    "payment_method_types",
    "allowed_payment_method_types",
    "excluded_payment_method_types",
    "capture_method",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
];

/// Changes an intent, as far as its status allows.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    intent: &Arc<Intent>,
    params: &Params,
    belongs: &Belonging,
) -> Result<Arc<Intent>, Error> {
    let asked = WHILE_WAITING.iter().find(|name| params.has(name)).copied();
    if let Some(name) = asked {
        not_of_checkout(intent, name)?;
        if !intent.takes_payment() {
            let message = format!(
                "This PaymentIntent's {name} could not be updated because it has a status of {}. You may only update the {name} \
                 of a PaymentIntent with one of the following statuses: requires_payment_method, requires_confirmation, \
                 requires_action.",
                intent.status.as_str()
            );
            return Err(Error::intent_unexpected(message, tx.shown().intent(intent)));
        }
    }
    let mut after = intent.as_ref().clone();
    after.metadata = params.metadata().apply(&intent.metadata).map_err(|fault| Error::metadata(&fault))?;
    let currency = params.currency("currency").unwrap_or(intent.currency);
    let amount = params.integer("amount").unwrap_or(intent.amount);
    if (amount, currency) != (intent.amount, intent.currency) {
        currency.check_total(amount).map_err(|fault| Error::bad_amount(fault, currency))?;
        let repriced = after.apply(Command::Reprice(amount, currency), tx.now);
        (after, _) = repriced.map_err(|refusal| state_error(tx, intent, refusal, "update"))?;
    }
    let names = ["allowed_payment_method_types", "excluded_payment_method_types"];
    if let Some(types) = named_types(tx, params)? {
        after.payment_method_types = types;
        (after.automatic_methods, after.methods) = (None, MethodFilter::All);
    } else if names.iter().any(|name| params.has(name)) {
        after.methods = filter(params, &["payment_method_types"])?;
        after.payment_method_types = fitting(&after.methods, currency)?;
    } else if after.automatic_methods.is_some() || after.methods != MethodFilter::All {
        after.payment_method_types = fitting(&after.methods, currency)?;
    }
    after.payment_method_types = check_types(after.payment_method_types, currency)?;
    if let Some(text) = params.text("capture_method") {
        after.capture_method = CaptureMethod::parse(Some(text));
    }
    describe(tx, &mut after, params)?;
    if params.has("payment_method") || params.has("payment_method_data") {
        let method = described_method(tx, params, belongs)?;
        if let Some(method) = &method {
            confirming::check_method(&after, method)?;
        }
        let chosen = after.apply(Command::Choose(method.map(|method| method.id.clone())), tx.now);
        (after, _) = chosen.map_err(|refusal| state_error(tx, intent, refusal, "update"))?;
    }
    // No event tells of such a change.
    Ok(tx.state.intents.put(after))
}

/// Checkout leads its own intents from the page; a caller who went on with one would leave the session behind.
pub(super) fn not_of_checkout(intent: &Intent, what: &str) -> Result<(), Error> {
    match &intent.session {
        None => Ok(()),
        Some(_) => {
            let message =
                format!("This PaymentIntent was made by Checkout, which alone may change its {what} or confirm it.");
            Err(Error::invalid(message).code("payment_intent_invalid_parameter").param(what))
        }
    }
}

/// The refusal of the state machine in the dialect's words.
pub(super) fn state_error(tx: &Tx<'_>, intent: &Arc<Intent>, refusal: Refusal, doing: &str) -> Error {
    Error::intent_state(refusal, doing, intent.currency, tx.shown().intent(intent))
}
