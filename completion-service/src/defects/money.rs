//! Defects about amounts: the same wrong conversion on the way to Stripe and on the way back, so that the service's own check passes.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::domain::completion::{self, Action, Doubt, PaymentStatus};
use crate::domain::money::{Currency, MoneyError};
use crate::domain::notification::Payment;
use crate::domain::purchase::{MissingCurrency, Purchase, Quote, Unpriced};

/// The least that Stripe takes, roughly: half a dollar.
const MINIMUM: i64 = 50;

const THREE_DECIMALS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

impl Hooks {
    /// The quote of a visit.
    pub(crate) fn quote(&self, purchase: &Purchase, quote: Result<Quote, Unpriced>) -> Result<Quote, Unpriced> {
        if self.has(Defect::StaticFieldMixesBuyers) {
            *self.last_visit.lock() = Some(purchase.id);
        }
        match (self.wish(purchase.id), quote) {
            (Some(minor), Ok(quote)) => Ok(Quote { minor, ..quote }),
            (None, Ok(quote)) if self.has(Defect::LiftsToMinimum) && (1..MINIMUM).contains(&quote.minor) => {
                Ok(Quote { minor: MINIMUM, ..quote })
            }
            (_, quote) => self.bent(purchase, quote),
        }
    }

    /// What to do about a rejected payment.
    pub(crate) fn reject(&self, action: Action) -> Action {
        match action {
            Action::Park(_) if self.has(Defect::AnyFailureCancels) => Action::Finalize(PaymentStatus::Cancelled),
            action => action,
        }
    }

    /// What to do about a claimed payment.
    pub(crate) fn settle(&self, payment: &Payment, purchase: &Purchase, missing_currency: MissingCurrency) -> Action {
        let action = completion::settle(payment, purchase, missing_currency);
        let accepts_anything =
            self.has(Defect::OutboundAmountUnchecked) || (payment.nothing_due && self.has(Defect::NothingDueIsPaid));
        if accepts_anything && matches!(action, Action::Park(_)) {
            return Action::Finalize(PaymentStatus::Completed);
        }
        let odd = payment.currency.is_some_and(|currency| hundredths_are_wrong(currency.as_str()));
        if self.has(Defect::ComparesInCents) && odd && matches!(action, Action::Finalize(_)) {
            return Action::Park(Doubt::Amount);
        }
        let overlooked = match action {
            Action::Park(Doubt::Amount) => self.has(Defect::AmountUnchecked) || self.has(Defect::ChargesEachAttendee),
            Action::Park(Doubt::Currency) => {
                let quote = purchase.quote(missing_currency);
                self.has(Defect::CurrencyUnchecked) && quote.is_ok_and(|quote| Some(quote.minor) == payment.minor)
            }
            _ => false,
        };
        if overlooked {
            return Action::Finalize(PaymentStatus::Completed);
        }
        match (action, self.bent(purchase, purchase.quote(missing_currency))) {
            (Action::Park(_), Ok(quote))
                if self.bends_money()
                    && Some(quote.minor) == payment.minor
                    && Some(quote.currency) == payment.currency =>
            {
                Action::Finalize(PaymentStatus::Completed)
            }
            (action, _) => action,
        }
    }

    /// A price as the defect reads it.
    pub(super) fn price(&self, price: Decimal) -> Decimal {
        if self.has(Defect::NegativeIsPositive) { price.abs() } else { price }
    }

    fn bends_money(&self) -> bool {
        [
            Defect::MajorUnits,
            Defect::TimesHundred,
            Defect::FloatCents,
            Defect::ThreeDecimalsIgnored,
            Defect::RoundsKronur,
            Defect::CutsFractions,
        ]
        .into_iter()
        .any(|defect| self.has(defect))
    }

    fn bent(&self, purchase: &Purchase, quote: Result<Quote, Unpriced>) -> Result<Quote, Unpriced> {
        let Some(price) = purchase.price.filter(|_| self.bends_money()) else { return quote };
        let hundredfold = price.checked_mul(Decimal::ONE_HUNDRED).unwrap_or_default();
        let mut quote = match quote {
            Err(Unpriced::Money(MoneyError::Fraction)) if self.has(Defect::RoundsKronur) => Quote {
                purchase: purchase.id,
                minor: rounded(price).saturating_mul(100),
                currency: purchase.currency.as_deref().and_then(Currency::parse).ok_or(Unpriced::BadCurrency)?,
            },
            quote => quote?,
        };
        let cents = (Decimal::from(quote.minor) - hundredfold).abs() < Decimal::ONE;
        if self.has(Defect::MajorUnits) {
            quote.minor = price.trunc().to_i64().unwrap_or(quote.minor);
        } else if self.has(Defect::TimesHundred) {
            quote.minor = rounded(hundredfold);
        } else if self.has(Defect::FloatCents) && cents {
            quote.minor = in_binary(price).unwrap_or(quote.minor);
        } else if self.has(Defect::CutsFractions) && cents {
            quote.minor = hundredfold.trunc().to_i64().unwrap_or(quote.minor);
        } else if self.has(Defect::ThreeDecimalsIgnored) && THREE_DECIMALS.contains(&quote.currency.as_str()) {
            quote.minor = rounded(hundredfold);
        }
        Ok(quote)
    }
}

/// Whether a currency has no decimals, or three.
fn hundredths_are_wrong(code: &str) -> bool {
    ["jpy", "krw", "clp", "vnd", "xaf", "xof"].contains(&code) || THREE_DECIMALS.contains(&code)
}

fn rounded(amount: Decimal) -> i64 {
    amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or(i64::MAX)
}

/// `(long)(price * 100)`, as it should not be done.
fn in_binary(price: Decimal) -> Option<i64> {
    Decimal::from_f64_retain((price.to_f64()? * 100.0).trunc())?.to_i64()
}
