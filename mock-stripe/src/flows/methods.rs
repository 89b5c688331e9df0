//! Payment methods: described, kept for a customer, given back.

use std::sync::Arc;

use crate::domain::bank_account::{DebitOutcome, Iban};
use crate::domain::belonging::Belonging;
use crate::domain::cards::Card;
use crate::domain::payer::{CardSummary, Customer, Instrument, Payer, PaymentMethod};
use crate::domain::test_ids::card_number;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, addresses};

/// A method for a card.
pub(crate) fn of_card(tx: &mut Tx<'_>, card: &Card, payer: Payer, belongs: &Belonging) -> Arc<PaymentMethod> {
    let instrument = Instrument::Card(CardSummary::of(card, tx.mint.fingerprint(&card.number)));
    fresh(tx, payer, instrument, belongs)
}

/// A method for a bank account.
pub(crate) fn of_iban(tx: &mut Tx<'_>, iban: &Iban, payer: Payer, belongs: &Belonging) -> Arc<PaymentMethod> {
    let instrument = Instrument::SepaDebit {
        bank_code: iban.bank_code().to_owned(),
        country: iban.country().to_owned(),
        fingerprint: tx.mint.fingerprint(iban.last4()),
        last4: iban.last4().to_owned(),
        settles: iban.outcome() == DebitOutcome::Settles,
    };
    fresh(tx, payer, instrument, belongs)
}

fn fresh(tx: &mut Tx<'_>, payer: Payer, instrument: Instrument, belongs: &Belonging) -> Arc<PaymentMethod> {
    let id = tx.mint.plain("pm_", &belongs.scope);
    tx.state.methods.put(PaymentMethod::new(id, tx.seconds(), payer, instrument, belongs.clone()))
}

/// Makes a method of what a caller describes; `prefix` names where that stands (empty at the top).
pub(crate) fn create(
    tx: &mut Tx<'_>,
    params: &Params,
    prefix: &str,
    belongs: &Belonging,
) -> Result<Arc<PaymentMethod>, Error> {
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let payer = params.object("billing_details").map(|given| addresses::payer(Payer::silent(), given));
    let payer = payer.unwrap_or_else(Payer::silent);
    let at = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") };
    let described = |kind: &str| params.object(kind).ok_or_else(|| Error::missing(&at(kind)));
    let method = match params.text("type") {
        Some("sepa_debit") => {
            for (name, given) in [("email", &payer.email), ("name", &payer.name)] {
                if given.is_none() {
                    return Err(Error::missing(&format!("{}[{name}]", at("billing_details"))));
                }
            }
            let iban = described("sepa_debit")?.string("iban").unwrap_or_default();
            let iban = Iban::parse(&iban).map_err(|fault| Error::bad_card(fault, &at("sepa_debit")))?;
            of_iban(tx, &iban, payer, belongs)
        }
        Some("card") => {
            let card = read_card(tx, described("card")?, &at("card"))?;
            of_card(tx, &card, payer, belongs)
        }
        other => {
            let kind: String = other.unwrap_or_default().chars().take(60).collect();
            return Err(Error::unsupported(format!("payment methods of type {kind:?}"), Some(&at("type"))));
        }
    };
    let allow_redisplay = params.string("allow_redisplay").unwrap_or_else(|| method.allow_redisplay.clone());
    Ok(tx.state.methods.put(PaymentMethod { allow_redisplay, metadata, ..method.as_ref().clone() }))
}

fn read_card(tx: &Tx<'_>, given: &Params, prefix: &str) -> Result<Card, Error> {
    if let Some(token) = given.text("token") {
        let param = format!("{prefix}[token]");
        let number = card_number("tok_", token).ok_or_else(|| Error::no_such_in_body("token", token, &param))?;
        return Ok(Card::of_test_number(number));
    }
    let need = |name: &str| Error::missing(&format!("{prefix}[{name}]"));
    let number = given.text("number").ok_or_else(|| need("number"))?;
    let month = given.integer("exp_month").ok_or_else(|| need("exp_month"))?;
    let year = given.integer("exp_year").ok_or_else(|| need("exp_year"))?;
    // The years of this century may be sent with two digits.
    let year = if year < 100 { year + 2000 } else { year };
    let (month, year) = (u8::try_from(month).unwrap_or(0), i16::try_from(year).unwrap_or(i16::MAX));
    let today = tx.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    Card::new(number, month, year, given.text("cvc"), (today.year(), today.month()))
        .map_err(|fault| Error::bad_card(fault, prefix))
}

/// The method that an id in a body names; a test id makes a new one.
pub(crate) fn named(tx: &mut Tx<'_>, id: &str, param: &str, belongs: &Belonging) -> Result<Arc<PaymentMethod>, Error> {
    find(tx, id, belongs).ok_or_else(|| Error::no_such_in_body("PaymentMethod", id, param))
}

/// The method of this id; a test id makes a new one.
pub(crate) fn find(tx: &mut Tx<'_>, id: &str, belongs: &Belonging) -> Option<Arc<PaymentMethod>> {
    match card_number("pm_card_", id) {
        Some(number) => Some(of_card(tx, &Card::of_test_number(number), Payer::silent(), belongs)),
        None => tx.state.methods.get(id),
    }
}

/// Keeps a method for a customer who asks for it.
pub(crate) fn attach(
    tx: &mut Tx<'_>,
    method: &Arc<PaymentMethod>,
    customer: &Customer,
) -> Result<Arc<PaymentMethod>, Error> {
    match &method.customer {
        Some(owner) if *owner == customer.id => return Ok(Arc::clone(method)),
        Some(_) => {
            let message = "The payment method you provided has already been attached to a customer.";
            return Err(Error::invalid(message).param("payment_method").executed());
        }
        None => {}
    }
    if method.spent {
        return Err(Error::method_spent());
    }
    if let Instrument::Card(card) = &method.instrument
        && let Some(decline) = card.refuses_to_be_kept
    {
        return Err(Error::card_refused(decline));
    }
    Ok(keep(tx, method.as_ref().clone(), &customer.id))
}

/// A method becomes a customer's.
pub(super) fn keep(tx: &mut Tx<'_>, method: PaymentMethod, customer: &str) -> Arc<PaymentMethod> {
    let method = tx.state.methods.put(PaymentMethod { customer: Some(customer.to_owned()), ..method });
    tx.emit("payment_method.attached", Arc::clone(&method), &method.belongs);
    method
}

/// Gives a method back. It cannot be used again.
pub(crate) fn detach(tx: &mut Tx<'_>, method: &Arc<PaymentMethod>) -> Result<Arc<PaymentMethod>, Error> {
    let Some(customer) = method.customer.as_deref().and_then(|id| tx.state.customers.get(id)) else {
        let message = "The payment method you provided is not attached to a customer so detachment is impossible.";
        return Err(Error::invalid(message).param("payment_method").executed());
    };
    if customer.default_payment_method.as_ref() == Some(&method.id) {
        tx.state.customers.put(Customer { default_payment_method: None, ..customer.as_ref().clone() });
    }
    let after = PaymentMethod { customer: None, spent: true, ..method.as_ref().clone() };
    let after = tx.state.methods.put(after);
    tx.emit_change("payment_method.detached", Arc::clone(method), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

/// Changes what is written on a method; only a kept one can be changed.
pub(crate) fn update(
    tx: &mut Tx<'_>,
    method: &Arc<PaymentMethod>,
    params: &Params,
) -> Result<Arc<PaymentMethod>, Error> {
    if method.customer.is_none() {
        let message = "You must save this PaymentMethod to a customer before you can update it.";
        return Err(Error::invalid(message).param("payment_method").executed());
    }
    let mut after = method.as_ref().clone();
    after.metadata = params.metadata().apply(&method.metadata).map_err(|fault| Error::metadata(&fault))?;
    if let Some(allow) = params.string("allow_redisplay") {
        after.allow_redisplay = allow;
    }
    if let Some(given) = params.object("billing_details") {
        after.payer = addresses::payer(after.payer, given);
    }
    if let Some(given) = params.object("card") {
        let Instrument::Card(card) = &mut after.instrument else {
            let message = "This PaymentMethod is not a card.";
            return Err(Error::invalid(message).param("card"));
        };
        if let Some(month) = given.integer("exp_month") {
            card.exp_month = u8::try_from(month).unwrap_or(card.exp_month);
        }
        if let Some(year) = given.integer("exp_year") {
            card.exp_year = i16::try_from(year).unwrap_or(card.exp_year);
        }
    }
    let after = tx.state.methods.put(after);
    tx.emit_change("payment_method.updated", Arc::clone(method), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}
