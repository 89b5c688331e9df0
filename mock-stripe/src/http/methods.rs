//! `/v1/payment_methods`: those that buyers used, and those made from test numbers and tokens.

use super::addresses::BILLING;
use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::domain::bank_account::Iban;
use crate::domain::cards::{Card, CardFault};
use crate::domain::payer::{Payer, PaymentMethod};
use crate::domain::test_methods::test_card;
use crate::error::Error;
use crate::flows::checkout::{Means, instrument_of};
use crate::flows::{Tx, addresses};
use crate::params::{Field, Kind, Params, later, need, opt};
use crate::render::Shown;

const CARD: &[Field] = &[
    opt("cvc", Kind::Text(20)),
    opt("exp_month", Kind::Integer(1, 12)),
    opt("exp_year", Kind::Integer(0, 9_999)),
    later("networks"),
    opt("number", Kind::Text(100)),
    opt("token", Kind::Text(200)),
];
const CREATE: &[Field] = &[
    later("allow_redisplay"),
    opt("billing_details", BILLING),
    opt("card", Kind::Object(CARD)),
    later("customer"),
    opt("metadata", Kind::Metadata),
    later("payment_method"),
    later("radar_options"),
    opt("sepa_debit", Kind::Object(&[need("iban", Kind::Text(100))])),
    need("type", Kind::Text(100)),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/payment_methods",
        id: "createPaymentMethod",
        fields: CREATE,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/payment_methods/{payment_method}",
        id: "retrievePaymentMethod",
        fields: &[],
        run: Run::Read(retrieve),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let payer = addresses::payer(&params.object("billing_details").unwrap_or_default());
    let means = match params.text("type").unwrap_or_default() {
        "card" => Means::Card(card(tx, &params.object("card").ok_or_else(|| Error::missing("card"))?)?),
        "sepa_debit" => Means::SepaDebit(account(params, &payer)?),
        other => {
            let what = format!("payment methods of type {:?}", other.chars().take(60).collect::<String>());
            return Err(Error::unsupported(what, Some("type")));
        }
    };
    let scope = &call.belongs.scope;
    let method = tx.state.methods.put(PaymentMethod {
        id: tx.mint.plain("pm_", scope),
        created: tx.seconds(),
        payer,
        customer: None,
        metadata: params.metadata().made().map_err(|fault| Error::metadata(&fault))?,
        instrument: instrument_of(tx.mint, &means),
        belongs: call.belongs.clone(),
    });
    Ok(method.into())
}

/// A token's card, or the one typed.
fn card(tx: &Tx<'_>, params: &Params) -> Result<Card, Error> {
    if let Some(token) = params.text("token") {
        return test_card(token)
            .filter(|_| token.starts_with("tok_"))
            .ok_or_else(|| Error::no_such_in_body("token", token, "card[token]"));
    }
    let asked = |name: &str| Error::missing(&format!("card[{name}]"));
    let number = params.text("number").ok_or_else(|| asked("number"))?;
    let month = params.integer("exp_month").ok_or_else(|| asked("exp_month"))?;
    let year = params.integer("exp_year").ok_or_else(|| asked("exp_year"))?;
    let date = tx.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let year = if year < 100 { year + 2_000 } else { year };
    let cvc = params.text("cvc");
    // A card without a code is taken; one with a wrong code is not.
    let card = Card::parse(number, &format!("{month}/{year:04}"), cvc.unwrap_or("000"), (date.year(), date.month()));
    let card = card.map_err(|fault| mistyped(&fault))?;
    Ok(Card { cvc: card.cvc.filter(|_| cvc.is_some()), ..card })
}

fn mistyped(fault: &CardFault) -> Error {
    let (_, field) = fault.field.rsplit_once('_').unwrap_or_default();
    let param = match (field, fault.code) {
        ("expiry", "invalid_expiry_month") => "card[exp_month]",
        ("expiry", _) => "card[exp_year]",
        ("cvc", _) => "card[cvc]",
        _ => "card[number]",
    };
    let error = Error::other(http::StatusCode::PAYMENT_REQUIRED, Some(fault.code), fault.message);
    error.param(param)
}

fn account(params: &Params, payer: &Payer) -> Result<Iban, Error> {
    let debit = params.object("sepa_debit").ok_or_else(|| Error::missing("sepa_debit"))?;
    for (name, given) in [("email", &payer.email), ("name", &payer.name)] {
        if given.is_none() {
            return Err(Error::missing(&format!("billing_details[{name}]")));
        }
    }
    let iban = Iban::parse(debit.text("iban").unwrap_or_default());
    iban.map_err(|fault| Error::invalid(fault.message).code(fault.code).param("sepa_debit[iban]"))
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let method = shown.state.methods.get(&call.id);
    let method = method.ok_or_else(|| Error::no_such_at_url("PaymentMethod", &call.id, "payment_method"))?;
    Ok(method.into())
}
