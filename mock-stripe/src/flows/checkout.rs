//! The buyer pays: one submitted page, from the instrument to the session's end.

use std::sync::Arc;

use crate::domain::bank_account::{DebitOutcome, Iban};
use crate::domain::cards::{AfterChallenge, Behaviour, Card, Decline, GENERIC_DECLINE};
use crate::domain::charge::Status as ChargeStatus;
use crate::domain::effect::Effect;
use crate::domain::intent::{Command as OnIntent, Intent, PaymentError, Status as IntentStatus};
use crate::domain::metadata::Metadata;
use crate::domain::payer::{CardSummary, Instrument, Payer, PaymentMethod};
use crate::domain::session::{Command as OnSession, Refusal, Session, Status};
use crate::ids::Mint;
use crate::wire::View;

use super::charging::{customer_of, new_charge, put_charge};
use super::{Tx, booking, debit, links, sessions};

/// What the buyer pays with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// A card.
    Card(Card),
    /// A bank account, debited later.
    SepaDebit(Iban),
    /// A method that was made before.
    Stored(Arc<PaymentMethod>),
}

/// The instrument as it is remembered.
pub(crate) fn instrument_of(mint: Mint<'_>, means: &Means) -> Instrument {
    match means {
        Means::Card(card) => Instrument::Card(CardSummary::of(card, mint.fingerprint(&card.number))),
        Means::SepaDebit(iban) => Instrument::SepaDebit {
            bank_code: iban.bank_code().to_owned(),
            country: iban.country().to_owned(),
            fingerprint: mint.fingerprint(iban.last4()),
            last4: iban.last4().to_owned(),
            settles: iban.outcome() == DebitOutcome::Settles,
        },
        Means::Stored(method) => method.instrument.clone(),
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Paid {
    /// The session is complete; the money is there or on its way.
    Complete,
    /// Refused; the buyer may try again.
    Declined(&'static str),
    /// The buyer must confirm first.
    Challenged,
    /// The session was not open any more, or stopped being so; this is what it is now.
    Over(Status),
}

/// The buyer submits the page.
pub(crate) fn submit(tx: &mut Tx<'_>, session: &Session, payer: Payer, means: Option<Means>) -> Paid {
    let session = match enter(tx, session) {
        Ok(session) => session,
        Err(over) => return over,
    };
    if session.total() == 0 {
        return complete(tx, session, OnSession::CompleteFree, payer);
    }
    if session.currency.check_total(session.total()).is_err() {
        return Paid::Declined("This amount cannot be paid. Please choose another quantity.");
    }
    let Some(means) = means else { return Paid::Declined("Choose a way to pay.") };
    let instrument = instrument_of(tx.mint, &means);
    let behaviour = match &instrument {
        Instrument::Card(card) => card.behaviour,
        Instrument::SepaDebit { .. } => return defer(tx, session, payer, means, instrument),
    };
    let customer = session.customer.clone();
    let method = method_of(tx, &session, means, &payer, customer, instrument);
    let (session, intent) = begin(tx, session);
    match behaviour {
        Behaviour::Approve => approve(tx, session, &intent, &method, payer),
        Behaviour::Decline(decline) => refuse(tx, &session, &intent, &method, payer, decline),
        Behaviour::Challenge(then) => {
            let challenge = OnIntent::Challenge { payment_method: method.id.clone(), then };
            let Ok((intent, _)) = intent.apply(challenge, tx.now) else { return Paid::Declined(DONE) };
            let intent = tx.state.intents.put(intent);
            tx.emit_of_intent("payment_intent.requires_action", &intent);
            Paid::Challenged
        }
    }
}

/// The method that was made before, or a new one.
fn method_of(
    tx: &mut Tx<'_>,
    session: &Session,
    means: Means,
    payer: &Payer,
    customer: Option<String>,
    instrument: Instrument,
) -> Arc<PaymentMethod> {
    if let Means::Stored(method) = means {
        return method;
    }
    tx.state.methods.put(PaymentMethod {
        id: tx.mint.plain("pm_", &session.belongs.scope),
        created: tx.seconds(),
        payer: payer.clone(),
        customer,
        metadata: Metadata::new(),
        instrument,
        belongs: session.belongs.clone(),
    })
}

/// A method that is meant for later payments too is kept for the customer, when there is one.
fn keep_method(tx: &mut Tx<'_>, session: &Session, method: &PaymentMethod, customer: Option<&String>) {
    if let (Some(_), Some(customer)) = (&session.intent_data.setup_future_usage, customer) {
        let method = PaymentMethod { customer: Some(customer.clone()), ..method.clone() };
        let method = tx.state.methods.put(method);
        tx.emit("payment_method.attached", Arc::clone(&method), &method.belongs);
    }
}

/// The session with the quantities that the buyer chose, where that may be. It is stored only when the page is submitted with it.
pub(crate) fn with_quantities(
    tx: &Tx<'_>,
    session: &Session,
    quantities: &std::collections::BTreeMap<String, i64>,
) -> Session {
    let mut session = session.clone();
    for item in &mut session.line_items {
        if let Some(quantity) = quantities.get(&item.id)
            && let Some(amount) = tx.state.prices.get(&item.price).and_then(|price| price.total(*quantity))
        {
            item.quantity = *quantity;
            item.amount = amount;
        }
    }
    session
}

/// The sentence for a buyer whose payment is already made or on its way.
const DONE: &str = "This payment was already made.";

/// The buyer confirms the 3-D Secure step, or fails it.
pub(crate) fn authenticate(tx: &mut Tx<'_>, session: &Session, confirmed: bool) -> Paid {
    let session = match enter(tx, session) {
        Ok(session) => session,
        Err(over) => return over,
    };
    let intent = session.intent.as_deref().and_then(|id| tx.state.intents.get(id));
    let Some(intent) = intent.filter(|intent| intent.status == IntentStatus::RequiresAction) else {
        return Paid::Declined("There is nothing to confirm. Please enter your card again.");
    };
    let method = intent.payment_method.as_deref().and_then(|id| tx.state.methods.get(id));
    let (Some(method), Some(then)) = (method, intent.challenge) else {
        return Paid::Declined(GENERIC_DECLINE.message);
    };
    let payer = method.payer.clone();
    match (confirmed, then) {
        (true, AfterChallenge::Approve) => approve(tx, session, &intent, &method, payer),
        (true, AfterChallenge::Decline(decline)) => refuse(tx, &session, &intent, &method, payer, decline),
        (false, _) => {
            let error = PaymentError::unauthenticated(method.id.clone());
            let message = error.message;
            fail_intent(tx, &intent, error);
            Paid::Declined(message)
        }
    }
}

/// Lets the buyer in when the session is open, its time not over, and its link not used up by others.
fn enter(tx: &mut Tx<'_>, session: &Session) -> Result<Session, Paid> {
    match session.apply(OnSession::Submit, tx.now) {
        Ok(_) => {}
        Err(Refusal::NotOpen(status)) => return Err(Paid::Over(status)),
        Err(_) => {
            // Its time is over though the work that marks it has not run.
            let over = sessions::expire(tx, session, OnSession::TimeOut).map_or(session.status, |after| after.status);
            return Err(Paid::Over(over));
        }
    }
    let used_up = session.link.as_deref().and_then(|id| tx.state.links.get(id)).is_some_and(|link| link.is_used_up());
    if used_up {
        let over = sessions::expire(tx, session, OnSession::Expire).map_or(session.status, |after| after.status);
        return Err(Paid::Over(over));
    }
    Ok(session.clone())
}

/// The session's intent: the one of an earlier try, or a new one.
fn begin(tx: &mut Tx<'_>, session: Session) -> (Session, Arc<Intent>) {
    let earlier = session.intent.as_deref().and_then(|id| tx.state.intents.get(id));
    if let Some(intent) = earlier.filter(|intent| intent.takes_payment()) {
        // The buyer may have changed the quantity since.
        let intent = Intent { amount: session.total(), ..intent.as_ref().clone() };
        return (session, tx.state.intents.put(intent));
    }
    let scope = &session.belongs.scope;
    let core = tx.mint.core(scope);
    let data = &session.intent_data;
    let id = tx.mint.of_payment("pi_", &core, scope);
    let intent = Intent {
        client_secret: format!("{id}_secret_{}", tx.mint.draw("client secret", scope, 25)),
        id,
        core,
        created: tx.seconds(),
        amount: session.total(),
        amount_received: 0,
        currency: session.currency,
        status: IntentStatus::RequiresPaymentMethod,
        capture_method: data.capture_method.clone().unwrap_or_else(|| "automatic_async".to_owned()),
        customer: session.customer.clone(),
        description: data.description.clone(),
        metadata: data.metadata.clone(),
        payment_method: None,
        payment_method_types: session
            .presentation
            .payment_method_types
            .clone()
            .unwrap_or_else(|| crate::wire::default_types(&session)),
        latest_charge: None,
        last_error: None,
        challenge: None,
        canceled_at: None,
        cancellation_reason: None,
        receipt_email: data.receipt_email.clone(),
        setup_future_usage: data.setup_future_usage.clone(),
        shipping: data.shipping.clone(),
        statement_descriptor: data.statement_descriptor.clone(),
        statement_descriptor_suffix: data.statement_descriptor_suffix.clone(),
        transfer_group: data.transfer_group.clone(),
        session: Some(session.id.clone()),
        belongs: session.belongs.clone(),
    };
    let intent = tx.state.intents.put(intent);
    tx.emit_of_intent("payment_intent.created", &intent);
    let session = Session { intent: Some(intent.id.clone()), ..session };
    tx.state.sessions.put(session.clone());
    (session, intent)
}

fn approve(tx: &mut Tx<'_>, session: Session, intent: &Intent, method: &PaymentMethod, payer: Payer) -> Paid {
    let (session, customer) = customer_of(tx, session, &payer);
    keep_method(tx, &session, method, customer.as_ref());
    let charge = new_charge(tx, intent, method, payer.clone(), ChargeStatus::Succeeded, None, customer.clone());
    let approve = OnIntent::Approve { payment_method: method.id.clone(), charge: charge.id.clone() };
    let Ok((mut intent, _)) = intent.apply(approve, tx.now) else { return Paid::Declined(DONE) };
    intent.customer = customer;
    booking::schedule(tx, &charge);
    put_charge(tx, "charge.succeeded", charge);
    let intent = tx.state.intents.put(intent);
    tx.emit_of_intent("payment_intent.succeeded", &intent);
    complete(tx, session, OnSession::Pay, payer)
}

fn refuse(
    tx: &mut Tx<'_>,
    session: &Session,
    intent: &Intent,
    method: &PaymentMethod,
    payer: Payer,
    decline: Decline,
) -> Paid {
    let charge = new_charge(tx, intent, method, payer, ChargeStatus::Failed, Some(decline), session.customer.clone());
    let error = PaymentError::declined(decline, Some(charge.id.clone()), method.id.clone());
    put_charge(tx, "charge.failed", charge);
    fail_intent(tx, intent, error);
    Paid::Declined(decline.message)
}

fn fail_intent(tx: &mut Tx<'_>, intent: &Intent, error: PaymentError) {
    if let Ok((intent, _)) = intent.apply(OnIntent::Refuse(error), tx.now) {
        let intent = tx.state.intents.put(intent);
        tx.emit_of_intent("payment_intent.payment_failed", &intent);
    }
}

/// A bank debit: the session is done, the money follows when the bank has answered.
fn defer(tx: &mut Tx<'_>, session: Session, payer: Payer, means: Means, instrument: Instrument) -> Paid {
    let (session, customer) = customer_of(tx, session, &payer);
    let method = method_of(tx, &session, means, &payer, customer.clone(), instrument);
    keep_method(tx, &session, &method, customer.as_ref());
    let (session, intent) = begin(tx, session);
    let charge = new_charge(tx, &intent, &method, payer.clone(), ChargeStatus::Pending, None, customer.clone());
    let submit = OnIntent::Submit { payment_method: method.id.clone(), charge: charge.id.clone() };
    let Ok((mut intent, _)) = intent.apply(submit, tx.now) else { return Paid::Declined(DONE) };
    intent.customer = customer;
    put_charge(tx, "charge.pending", charge);
    let intent = tx.state.intents.put(intent);
    tx.emit_of_intent("payment_intent.processing", &intent);
    tx.after(tx.config.debit_after, debit::JOB, &intent.id);
    complete(tx, session, OnSession::Defer, payer)
}

fn complete(tx: &mut Tx<'_>, session: Session, command: OnSession, payer: Payer) -> Paid {
    let Ok((mut session, _)) = session.apply(command, tx.now) else { return Paid::Over(session.status) };
    session.payer = Some(payer);
    let session = tx.state.sessions.put(session);
    tx.emit("checkout.session.completed", Arc::clone(&session), &session.belongs);
    let link = session.link.as_deref().and_then(|id| tx.state.links.get(id));
    let effects = link.and_then(|link| links::count_completion(tx, &link)).unwrap_or_default();
    if effects.contains(&Effect::LimitReached)
        && tx.world.switches().value("STRIPE-LIMIT-OTHERS", &session.belongs.scope) == "at-limit"
    {
        let others: Vec<_> = tx
            .state
            .sessions
            .by("link", session.link.as_deref().unwrap_or_default())
            .filter(|other| other.status == Status::Open)
            .collect();
        for other in others {
            // Open sessions can always be expired.
            drop(sessions::expire(tx, &other, OnSession::Expire));
        }
    }
    Paid::Complete
}

/// Where the buyer goes after paying: the seller's URL with `{CHECKOUT_SESSION_ID}` replaced and the campaign parameters appended, or
/// the session's own page. Only the literal braces are replaced (`facts/stripe.md` 10).
pub(crate) fn destination(session: &Session, view: &View) -> String {
    use crate::domain::session::Completion;
    let url = match &session.completion {
        Completion::Hosted(_) => return format!("{}/c/pay/{}", view.base, session.id),
        Completion::Redirect(url) => url.replace("{CHECKOUT_SESSION_ID}", &session.id),
    };
    if session.utm.is_empty() {
        return url;
    }
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url.to_owned(), format!("#{fragment}")),
        None => (url, String::new()),
    };
    let campaign: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(session.utm.iter()).finish();
    let joint = if url.contains('?') { "&" } else { "?" };
    format!("{url}{joint}{campaign}{fragment}")
}
