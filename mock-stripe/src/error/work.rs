//! Refusals of the work itself: amounts, states, payments.

use http::StatusCode;
use serde_json::{Map, Value};

use super::object::{Error, Kind};
use crate::domain::cards::{CardFault, Decline};
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

    /// The intent does not do that. `intent` is the whole object.
    pub fn intent_state(refusal: intent::Refusal, doing: &str, currency: Currency, intent: Value) -> Self {
        match refusal {
            intent::Refusal::Status(intent::Status::Succeeded) if doing == "capture" => Self::intent_unexpected(
                "This PaymentIntent could not be captured because it has already been captured.",
                intent,
            ),
            intent::Refusal::Status(status) if doing == "capture" => Self::intent_unexpected(
                format!(
                    "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the \
                     following statuses may be captured: requires_capture.",
                    status.as_str()
                ),
                intent,
            ),
            intent::Refusal::Status(status) if doing == "cancel" => Self::intent_unexpected(
                format!(
                    "You cannot cancel this PaymentIntent because it has a status of {}. Only a PaymentIntent with one of the \
                     following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, \
                     requires_action.",
                    status.as_str()
                ),
                intent,
            ),
            intent::Refusal::Status(status) => Self::intent_unexpected(
                format!("You cannot {doing} this PaymentIntent because it has a status of {}.", status.as_str()),
                intent,
            ),
            intent::Refusal::MoreThanCapturable(most) => Self::invalid(format!(
                "The amount you asked for is more than the amount that can be captured on this PaymentIntent ({}).",
                currency.format(most)
            ))
            .code("amount_too_large")
            .param("amount_to_capture")
            .executed(),
            intent::Refusal::NotPositive => {
                Self::invalid("Invalid positive integer").code("parameter_invalid_integer").param("amount")
            }
        }
    }

    /// The intent is in no state for that, as `message` says. `intent` is the whole object.
    pub fn intent_unexpected(message: impl Into<String>, intent: Value) -> Self {
        let mut error = Self::invalid(message).code("payment_intent_unexpected_state").executed();
        error.members.insert("payment_intent".to_owned(), intent);
        error
    }

    /// A direct payment's amount that cannot be charged.
    pub fn bad_amount(fault: AmountFault, currency: Currency) -> Self {
        match fault {
            AmountFault::BelowMinimum(least) => {
                Self::invalid(format!("Amount must be at least {}", currency.format_in_error(least)))
                    .code("amount_too_small")
                    .param("amount")
            }
            _ => Self::bad_unit_amount("amount", fault, currency),
        }
    }

    /// A method that was used or given back without a customer to keep it.
    pub fn method_spent() -> Self {
        Self::invalid(
            "This PaymentMethod was used without being attached to a Customer, or was detached from one, and may not be used \
             again. To use a PaymentMethod more than once, attach it to a Customer first.",
        )
        .param("payment_method")
        .executed()
    }

    /// A card that cannot be taken as it was given. `prefix` names the object around its fields.
    pub fn bad_card(fault: CardFault, prefix: &str) -> Self {
        let field = match (fault.field, fault.code) {
            ("card_number", _) => "number",
            ("card_expiry", "invalid_expiry_month") => "exp_month",
            ("card_expiry", _) => "exp_year",
            ("card_cvc", _) => "cvc",
            (field, _) => field,
        };
        let param = if prefix.is_empty() { field.to_owned() } else { format!("{prefix}[{field}]") };
        if fault.field == "iban" {
            return Self::invalid(fault.message).code(fault.code).param(param);
        }
        Self::new(StatusCode::PAYMENT_REQUIRED, Kind::Card, fault.message).code(fault.code).param(param)
    }

    /// The charge does not give that much back.
    pub fn refund(refusal: charge::Refusal, charge: &charge::Charge, asked: i64) -> Self {
        match refusal {
            charge::Refusal::AlreadyRefunded => {
                Self::invalid(format!("Charge {} has already been refunded.", charge.id))
                    .code("charge_already_refunded")
            }
            charge::Refusal::MoreThanLeft(left) => Self::invalid(format!(
                "Refund amount ({}) is greater than {} ({})",
                charge.currency.format(asked),
                if charge.amount_refunded == 0 { "charge amount" } else { "unrefunded amount on charge" },
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
            charge::Refusal::Uncaptured => Self::invalid(format!(
                "Charge {} was not captured. Cancel its PaymentIntent to let the authorization go.",
                charge.id
            ))
            .code("charge_not_refundable"),
            charge::Refusal::ChargedBack => {
                Self::invalid(format!("Charge {} has been charged back; cannot issue a refund.", charge.id))
                    .code("charge_disputed")
            }
            charge::Refusal::Captured | charge::Refusal::Booked => Self::invalid("This charge was captured before."),
        }
        .executed()
    }

    /// 402: a card that its bank refuses outside of a payment.
    pub fn card_refused(decline: Decline) -> Self {
        let mut error =
            Self::new(StatusCode::PAYMENT_REQUIRED, Kind::Card, decline.message).code(decline.code).executed();
        error.members.insert("decline_code".to_owned(), decline.decline_code.into());
        error
    }

    /// 402: a payment that was refused. `members` are those of the try (`charge`, `code`, `decline_code`, `payment_intent`, …).
    pub fn declined(message: &str, members: Map<String, Value>) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, Kind::Card, message).executed();
        error.code = members.get("code").and_then(Value::as_str).map(str::to_owned);
        *error.members = members;
        error
    }
}
