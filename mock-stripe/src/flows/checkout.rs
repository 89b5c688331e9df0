//! The buyer pays: one submitted page, from the instrument to the session's end.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::address::Shipping;
use crate::domain::bank_account::Iban;
use crate::domain::cards::{AfterChallenge, Behaviour, Card, Decline, GENERIC_DECLINE};
use crate::domain::collection::Names;
use crate::domain::effect::Effect;
use crate::domain::intent::{CaptureMethod, Intent, PaymentError, Status as IntentStatus};
use crate::domain::payer::{Payer, PaymentMethod};
use crate::domain::session::{Command as OnSession, Refusal, Session, Status};
use crate::domain::shipping::ShippingOption;
use crate::wire::View;

use super::charging::{self, Attempt};
use super::{Tx, customers, intents, links, methods, redeeming, sessions};

/// What the buyer pays with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// A card.
    Card(Card),
    /// A bank account, debited later.
    SepaDebit(Iban),
    /// Something that was described before.
    Stored(Arc<PaymentMethod>),
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
    if redeeming::is_gone(tx, &session) {
        return Paid::Declined(CODE_GONE);
    }
    if session.total() == 0 {
        return complete(tx, session, OnSession::CompleteFree, payer);
    }
    if session.currency.check_total(session.total()).is_err() {
        return Paid::Declined("This amount cannot be paid. Please choose another quantity.");
    }
    let Some(means) = means else { return Paid::Declined("Choose a way to pay.") };
    let method = match means {
        Means::Card(card) => methods::of_card(tx, &card, payer.clone(), &session.belongs),
        Means::SepaDebit(iban) => methods::of_iban(tx, &iban, payer.clone(), &session.belongs),
        Means::Stored(method) => method,
    };
    match method.behaviour(session.ask_buyer) {
        None => defer(tx, session, &method, payer),
        Some(behaviour) => {
            let (session, intent) = begin(tx, session);
            match behaviour {
                Behaviour::Approve => approve(tx, session, &intent, &method, payer),
                Behaviour::Decline(decline) => refuse(tx, &session, &intent, &method, payer, decline),
                Behaviour::Challenge(then) => match charging::challenge(tx, &intent, &method, then) {
                    Ok(_) => Paid::Challenged,
                    Err(_) => Paid::Declined(DONE),
                },
            }
        }
    }
}

/// What the buyer chose and said beside who they are and how they pay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choices {
    /// Quantities by line, where that may be.
    pub(crate) quantities: BTreeMap<String, i64>,
    /// The amount of the line that leaves it open, in the smallest unit.
    pub(crate) amount: Option<i64>,
    /// The names that the page asks for.
    pub(crate) names: Option<Box<Names>>,
    /// Answers to the seller's own questions, by key.
    pub(crate) answers: BTreeMap<String, String>,
    /// Where the goods go.
    pub(crate) delivery: Option<Box<Shipping>>,
    /// How they go.
    pub(crate) shipping_option: Option<ShippingOption>,
}

/// The session with what the buyer chose. It is stored only when the page is submitted with it.
pub(crate) fn with_choices(tx: &Tx<'_>, session: &Session, choices: Choices) -> Session {
    let mut session =
        Session { answers: choices.answers, delivery: choices.delivery, names: choices.names, ..session.clone() };
    session.shipping_option = choices.shipping_option.or(session.shipping_option);
    if choices.quantities.is_empty() && choices.amount.is_none() {
        return session;
    }
    for item in Arc::make_mut(&mut session.line_items) {
        if let Some(amount) = choices.amount.filter(|_| item.open.is_some()) {
            item.amount = amount;
        }
        if let Some(quantity) = choices.quantities.get(&item.id)
            && let Some(amount) = tx.state.prices.get(&item.price).and_then(|price| price.total(*quantity))
        {
            item.quantity = *quantity;
            item.amount = amount;
        }
    }
    session
}

/// The sentence for a buyer whose code others have used up.
const CODE_GONE: &str = "This code is invalid.";
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
    if confirmed && redeeming::is_gone(tx, &session) {
        // The price that the buyer confirms is no more: nothing is taken, and the buyer may pay another one.
        return match charging::fail(tx, &intent, PaymentError::unauthenticated(method.id.clone())) {
            Ok(_) => Paid::Declined(CODE_GONE),
            Err(_) => Paid::Declined(DONE),
        };
    }
    match (confirmed, then) {
        (true, AfterChallenge::Approve) => approve(tx, session, &intent, &method, payer),
        (true, AfterChallenge::Decline(decline)) => refuse(tx, &session, &intent, &method, payer, decline),
        (false, _) => {
            let error = PaymentError::unauthenticated(method.id.clone());
            let message = error.message;
            match charging::fail(tx, &intent, error) {
                Ok(_) => Paid::Declined(message),
                Err(_) => Paid::Declined(DONE),
            }
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
        // The buyer may have changed the quantity or the address since.
        let shipping = session.delivery.clone().or_else(|| intent.shipping.clone());
        let intent = Intent { amount: session.total(), shipping, ..intent.as_ref().clone() };
        tx.state.sessions.put(session.clone());
        return (session, tx.state.intents.put(intent));
    }
    let data = &session.intent_data;
    let intent = Intent {
        capture_method: CaptureMethod::parse(data.capture_method.as_deref()),
        customer: session.customer.clone(),
        description: data.description.clone(),
        metadata: data.metadata.clone(),
        payment_method_types: session.offers(),
        methods: session.methods.clone(),
        ask_buyer: session.ask_buyer,
        receipt_email: data.receipt_email.clone(),
        statement_descriptor: data.statement_descriptor.clone(),
        statement_descriptor_suffix: data.statement_descriptor_suffix.clone(),
        transfer_group: data.transfer_group.clone(),
        setup_future_usage: data.setup_future_usage,
        shipping: session.delivery.clone().or_else(|| data.shipping.clone()),
        session: Some(session.id.clone()),
        ..intents::fresh(tx, session.total(), session.currency, &session.belongs)
    };
    let intent = tx.state.intents.put(intent);
    tx.emit_of_intent("payment_intent.created", &intent);
    let session = Session { intent: Some(intent.id.clone()), ..session };
    tx.state.sessions.put(session.clone());
    (session, intent)
}

fn approve(tx: &mut Tx<'_>, session: Session, intent: &Intent, method: &Arc<PaymentMethod>, payer: Payer) -> Paid {
    let (session, customer) = customer_of(tx, session, &payer);
    match charging::approve(tx, Attempt { intent, method, payer: payer.clone(), customer }) {
        Ok(intent) => {
            let held = intent.status == IntentStatus::RequiresCapture
                && tx.world.switches().value("STRIPE-HELD-STATUS", &session.belongs.scope) == "unpaid";
            complete(tx, session, if held { OnSession::Hold } else { OnSession::Pay }, payer)
        }
        Err(_) => Paid::Declined(DONE),
    }
}

fn refuse(
    tx: &mut Tx<'_>,
    session: &Session,
    intent: &Intent,
    method: &Arc<PaymentMethod>,
    payer: Payer,
    decline: Decline,
) -> Paid {
    let attempt = Attempt { intent, method, payer, customer: session.customer.clone() };
    match charging::refuse(tx, attempt, decline) {
        Ok(_) => Paid::Declined(decline.message),
        Err(_) => Paid::Declined(DONE),
    }
}

/// A bank debit: the session is done, the money follows when the bank has answered.
fn defer(tx: &mut Tx<'_>, session: Session, method: &Arc<PaymentMethod>, payer: Payer) -> Paid {
    let (session, customer) = customer_of(tx, session, &payer);
    let (session, intent) = begin(tx, session);
    match charging::defer(tx, Attempt { intent: &intent, method, payer: payer.clone(), customer }) {
        Ok(_) => complete(tx, session, OnSession::Defer, payer),
        Err(_) => Paid::Declined(DONE),
    }
}

/// The session's customer: its own, or a new one when it always makes one.
fn customer_of(tx: &mut Tx<'_>, session: Session, payer: &Payer) -> (Session, Option<String>) {
    if session.customer.is_some() || session.presentation.customer_creation.as_deref() != Some("always") {
        let customer = session.customer.clone();
        return (session, customer);
    }
    let customer = customers::of_buyer(tx, payer, session.names.as_deref(), &session.belongs);
    let session = Session { customer: Some(customer.clone()), ..session };
    (session, Some(customer))
}

fn complete(tx: &mut Tx<'_>, session: Session, command: OnSession, payer: Payer) -> Paid {
    let Ok((mut session, _)) = session.apply(command, tx.now) else { return Paid::Over(session.status) };
    session.payer = Some(payer);
    let session = tx.state.sessions.put(session);
    redeeming::redeem(tx, &session);
    customers::learn(tx, &session);
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
