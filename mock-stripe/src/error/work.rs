//! Refusals of the work itself: amounts, states, payments.

use http::StatusCode;
use serde_json::{Map, Value};

use super::object::{Error, Kind};
use crate::domain::charge;
use crate::domain::intent;
use crate::domain::money::{AmountFault, Currency};

impl Error {
    /// One unit costs something that its currency cannot say.
    pub fn bad_unit_amount(param: &str, fault: AmountFault, currency: Currency) -> Self {
        match fault {
            AmountFault::AboveMaximum(most) => Self::amount_too_large(most, currency).param(param),
            AmountFault::BelowMinimum(least) => Self::amount_too_small(least, currency).param(param),
            AmountFault::NotAMultipleOf(step) => Self::invalid(format!(
                "Invalid amount: amounts in {currency} must be a multiple of {step} in the smallest unit."
            ))
            .code("parameter_invalid_integer")
            .param(param),
        }
    }

    /// A session's or link's total that cannot be charged.
    pub fn bad_total(fault: AmountFault, currency: Currency) -> Self {
        match fault {
            AmountFault::BelowMinimum(least) => Self::amount_too_small(least, currency),
            AmountFault::AboveMaximum(most) => Self::amount_too_large(most, currency),
            AmountFault::NotAMultipleOf(_) => Self::bad_unit_amount("line_items", fault, currency),
        }
    }

    fn amount_too_small(least: i64, currency: Currency) -> Self {
        Self::invalid(format!(
            "The Checkout Session's total amount due must add up to at least {}",
            currency.format_in_error(least)
        ))
        .code("amount_too_small")
    }

    fn amount_too_large(most: i64, currency: Currency) -> Self {
        Self::invalid(format!("Amount must be no more than {}", currency.format_in_error(most)))
            .code("amount_too_large")
    }

    /// The intent's status forbids it. `intent` is the whole object.
    pub fn intent_state(refusal: intent::Refusal, doing: &str, intent: Value) -> Self {
        let status = refusal.0.as_str();
        let mut error =
            Self::invalid(format!("You cannot {doing} this PaymentIntent because it has a status of {status}."))
                .code("payment_intent_unexpected_state")
                .executed();
        error.members.insert("payment_intent".to_owned(), intent);
        error
    }

    /// The charge does not give that much back.
    pub fn refund(refusal: charge::Refusal, charge: &charge::Charge, asked: i64) -> Self {
        match refusal {
            charge::Refusal::AlreadyRefunded => {
                Self::invalid(format!("Charge {} has already been refunded.", charge.id))
                    .code("charge_already_refunded")
            }
            charge::Refusal::MoreThanLeft(left) => Self::invalid(format!(
                "Refund amount ({}) is greater than unrefunded amount on charge ({})",
                charge.currency.format(asked),
                charge.currency.format(left)
            ))
            .param("amount"),
            charge::Refusal::NotPositive => {
                Self::invalid("Invalid positive integer").code("parameter_invalid_integer").param("amount")
            }
            charge::Refusal::Status(status) => {
                Self::invalid(format!("Charge {} cannot be refunded: its status is {}.", charge.id, status.as_str()))
                    .code("charge_not_refundable")
            }
            charge::Refusal::Booked => Self::invalid("This charge was booked before."),
        }
        .executed()
    }

    /// 402: a payment that was refused. `members` are those of the try (`charge`, `code`, `decline_code`, `payment_intent`, …).
    pub fn declined(message: &str, members: Map<String, Value>) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, Kind::Card, message).executed();
        error.code = members.get("code").and_then(Value::as_str).map(str::to_owned);
        *error.members = members;
        error
    }
}
