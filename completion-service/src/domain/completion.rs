//! Compares a claimed payment with the purchase it names, and decides.

use super::notification::Payment;
use super::purchase::{MissingCurrency, Purchase, Standing, Unpriced};

/// The two values of the `msevtmgt_paymentstatus` choice that may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// The payment was rejected for good.
    Cancelled,
    /// The payment arrived.
    Completed,
}

impl PaymentStatus {
    /// The number on the wire.
    #[must_use]
    pub const fn value(self) -> i64 {
        match self {
            Self::Cancelled => 100_000_000,
            Self::Completed => 100_000_001,
        }
    }
}

/// What to do about a claimed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Finalize the registration with this status.
    Finalize(PaymentStatus),
    /// The purchase is completed already. If another session did it, this one's money goes back; the doubt is for the log.
    AlreadyCompleted(Option<Doubt>),
    /// Nothing is left to cancel.
    NothingToCancel,
    /// Leave the purchase as it is. What was paid goes back; where there is nothing to give back, a human should look.
    Park(Doubt),
}

/// Why a claimed payment is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// Paid amount and price differ.
    #[error("the amount paid is not the price of the purchase")]
    Amount,
    /// Right number, other currency.
    #[error("the currency paid is not the currency of the purchase")]
    Currency,
    /// Stripe says nothing was due, the purchase has a price.
    #[error("nothing was paid for a purchase that has a price")]
    NothingPaid,
    /// The purchase has no price to compare with.
    #[error("the purchase cannot be priced: {0}")]
    Unpriced(Unpriced),
}

/// What to do when money came in.
///
/// Authentic is not the same as right: a genuine event for one dollar must not complete a purchase of two thousand.
#[must_use]
pub fn settle(payment: &Payment, purchase: &Purchase, missing_currency: MissingCurrency) -> Action {
    match (purchase.standing, doubt(payment, purchase, missing_currency)) {
        (Standing::Completed, doubt) => Action::AlreadyCompleted(doubt),
        (Standing::Open | Standing::Closed, Some(doubt)) => Action::Park(doubt),
        // A closed purchase is tried too: whether a late payment is still welcome is the platform's decision.
        (Standing::Open | Standing::Closed, None) => Action::Finalize(PaymentStatus::Completed),
    }
}

/// What to do when a payment was finally rejected. Only the rejection of the very price cancels: a stranger's failed payment
/// that names this purchase does not.
#[must_use]
pub fn reject(payment: &Payment, purchase: &Purchase, missing_currency: MissingCurrency) -> Action {
    match purchase.standing {
        Standing::Completed | Standing::Closed => Action::NothingToCancel,
        Standing::Open => match doubt(payment, purchase, missing_currency) {
            Some(doubt) => Action::Park(doubt),
            None => Action::Finalize(PaymentStatus::Cancelled),
        },
    }
}

fn doubt(payment: &Payment, purchase: &Purchase, missing_currency: MissingCurrency) -> Option<Doubt> {
    let quote = match purchase.quote(missing_currency) {
        Ok(quote) => quote,
        Err(unpriced) => return Some(Doubt::Unpriced(unpriced)),
    };
    if payment.nothing_due && quote.minor != 0 {
        Some(Doubt::NothingPaid)
    } else if payment.currency != Some(quote.currency) {
        Some(Doubt::Currency)
    } else if payment.minor != Some(quote.minor) {
        Some(Doubt::Amount)
    } else {
        None
    }
}

/// What to do with money when the platform refused to complete the purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRefusal {
    /// An earlier call did it; the refusal only says so.
    Done,
    /// The refusal may pass (another call was at work): ask once more.
    AskAgain,
    /// No seat for this money: it goes back.
    GiveBack,
}

/// Reads the refusal in the light of the purchase as it is now. `asked` counts the refused calls so far.
#[must_use]
pub const fn after_refusal(standing: Standing, asked: u32) -> AfterRefusal {
    match standing {
        Standing::Completed => AfterRefusal::Done,
        Standing::Open if asked < 2 => AfterRefusal::AskAgain,
        Standing::Open | Standing::Closed => AfterRefusal::GiveBack,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::money::Currency;
    use super::*;

    fn purchase(standing: Standing) -> Purchase {
        Purchase {
            id: Uuid::from_u128(7),
            price: Some("149.50".parse().expect("a decimal")),
            currency: Some("EUR".into()),
            standing,
            event: None,
            contact: None,
        }
    }

    fn payment(minor: i64, currency: &str) -> Payment {
        Payment {
            purchase: Uuid::from_u128(7),
            session: "cs_1".into(),
            minor: Some(minor),
            currency: Currency::parse(currency),
            intent: Some("pi_1".into()),
            nothing_due: false,
        }
    }

    #[track_caller]
    fn check(payment: &Payment, standing: Standing, settled: Action, rejected: Action) {
        let purchase = purchase(standing);
        assert_eq!(settle(payment, &purchase, MissingCurrency::Refuse), settled);
        assert_eq!(reject(payment, &purchase, MissingCurrency::Refuse), rejected);
    }

    const COMPLETE: Action = Action::Finalize(PaymentStatus::Completed);
    const CANCEL: Action = Action::Finalize(PaymentStatus::Cancelled);

    #[test]
    fn the_right_payment_acts_on_an_open_purchase() {
        check(&payment(14950, "eur"), Standing::Open, COMPLETE, CANCEL);
    }

    #[test]
    fn a_closed_purchase_is_the_platforms_decision() {
        check(&payment(14950, "eur"), Standing::Closed, COMPLETE, Action::NothingToCancel);
    }

    #[test]
    fn a_completed_purchase_stays_completed() {
        check(&payment(14950, "eur"), Standing::Completed, Action::AlreadyCompleted(None), Action::NothingToCancel);
        check(
            &payment(1, "usd"),
            Standing::Completed,
            Action::AlreadyCompleted(Some(Doubt::Currency)),
            Action::NothingToCancel,
        );
    }

    #[test]
    fn the_wrong_payment_does_nothing() {
        for (minor, currency, doubt) in [
            (100, "eur", Doubt::Amount),
            (14951, "eur", Doubt::Amount),
            (14950, "usd", Doubt::Currency),
            (14950, "jpy", Doubt::Currency),
        ] {
            check(&payment(minor, currency), Standing::Open, Action::Park(doubt), Action::Park(doubt));
        }
        let mut unknown = payment(14950, "eur");
        unknown.minor = None;
        check(&unknown, Standing::Open, Action::Park(Doubt::Amount), Action::Park(Doubt::Amount));
    }

    #[test]
    fn nothing_due_completes_only_what_is_free() {
        let mut free = payment(0, "eur");
        free.nothing_due = true;
        check(&free, Standing::Open, Action::Park(Doubt::NothingPaid), Action::Park(Doubt::NothingPaid));
        let mut purchase = purchase(Standing::Open);
        purchase.price = Some(0.into());
        assert_eq!(settle(&free, &purchase, MissingCurrency::Refuse), COMPLETE);
    }

    #[test]
    fn what_has_no_price_is_parked() {
        let mut purchase = purchase(Standing::Open);
        purchase.price = None;
        assert_eq!(
            settle(&payment(14950, "eur"), &purchase, MissingCurrency::Refuse),
            Action::Park(Doubt::Unpriced(Unpriced::NoPrice))
        );
    }

    #[test]
    fn a_refusal_is_read_in_the_light_of_the_purchase() {
        assert_eq!(after_refusal(Standing::Completed, 1), AfterRefusal::Done);
        assert_eq!(after_refusal(Standing::Open, 1), AfterRefusal::AskAgain);
        assert_eq!(after_refusal(Standing::Open, 2), AfterRefusal::GiveBack);
        assert_eq!(after_refusal(Standing::Closed, 1), AfterRefusal::GiveBack);
    }

    proptest! {
        /// No free ticket: whatever is completed was paid to the unit, in the currency.
        #[test]
        fn only_the_exact_price_completes(
            minor in prop_oneof![Just(14950_i64), any::<i64>()],
            currency in prop::sample::select(vec!["eur", "usd", "jpy"]),
            nothing_due: bool,
        ) {
            let mut payment = payment(minor, currency);
            payment.nothing_due = nothing_due;
            let completes = settle(&payment, &purchase(Standing::Open), MissingCurrency::Usd) == COMPLETE;
            prop_assert_eq!(completes, minor == 14950 && currency == "eur" && !nothing_due);
        }
    }
}
