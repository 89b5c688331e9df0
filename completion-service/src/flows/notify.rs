//! A verified notification is carried out: compared with the purchase, finalized, or its money given back.

use crate::app::App;
use crate::clients::dataverse::{DataverseError, Finalized};
use crate::clients::retry::Passing;
use crate::clients::stripe::{Form, StripeError};
use crate::clock::Deadline;
use crate::config::LateMoney;
use crate::domain::completion::{self, Action, AfterRefusal, Doubt, PaymentStatus};
use crate::domain::notification::Payment;
use crate::domain::purchase::{Purchase, Standing};

/// How a notification ended; all of these are the end of it, and Stripe is told so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The purchase is completed by this payment.
    Completed,
    /// The reservation is cancelled.
    Cancelled,
    /// Nothing was left to do.
    Nothing,
    /// The money went back to the buyer.
    Refunded,
    /// Nothing was done and a human should look.
    Parked(Parked),
}

/// Why a human should look.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Parked {
    #[error(transparent)]
    Doubt(#[from] Doubt),
    #[error("the purchase does not exist")]
    UnknownPurchase,
    #[error("this payment has completed another purchase")]
    SpentElsewhere,
    #[error("money without a seat is kept, as configured")]
    Kept,
    #[error("there is no payment to refund")]
    NothingToRefund,
    #[error("Stripe refuses the refund ({0})")]
    RefundRefused(String),
}

/// The notification could not be carried out now; Stripe shall send it again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotifyError {
    #[error(transparent)]
    Dataverse(DataverseError),
    #[error(transparent)]
    Stripe(#[from] StripeError),
}

impl NotifyError {
    /// How long the other side asked us to wait, if it did.
    pub(crate) const fn passing(&self) -> Option<&Passing> {
        match self {
            Self::Dataverse(DataverseError::Passing(passing)) | Self::Stripe(StripeError::Passing(passing)) => {
                Some(passing)
            }
            _ => None,
        }
    }
}

/// Money came in.
pub(crate) async fn settle(app: &App, payment: &Payment, deadline: Deadline) -> Result<Outcome, NotifyError> {
    let _turn = if app.hooks.takes_turns() { Some(app.turns.take(payment.purchase).await) } else { None };
    if app.refunded.get(&payment.session).is_some() {
        // Its money is back with the buyer: whatever the platform would say now, it buys nothing.
        return Ok(Outcome::Nothing);
    }
    let spent = app.spent_on.get(&payment.session).filter(|_| app.hooks.counts_once());
    if spent.is_some_and(|other| other != payment.purchase) {
        return Ok(Outcome::Parked(Parked::SpentElsewhere));
    }
    let Some(purchase) = read(app, payment, deadline).await? else {
        if app.hooks.unknown_is_error() {
            return Err(NotifyError::Dataverse(DataverseError::Missing));
        }
        return Ok(Outcome::Parked(Parked::UnknownPurchase));
    };
    let purchase = app.hooks.remembered(purchase, app.completed_by.get(&payment.purchase).is_some());
    match app.hooks.settle(payment, &purchase, app.config.missing_currency) {
        Action::AlreadyCompleted(doubt) => already_completed(app, payment, doubt, deadline).await,
        Action::Park(doubt) => misfit(app, payment, doubt, deadline).await,
        Action::NothingToCancel => Ok(Outcome::Nothing),
        Action::Finalize(status) => complete(app, payment, &purchase, status, deadline).await,
    }
}

/// Money that does not fit the purchase it names buys nothing. It goes back, if there is any: the organizer may have changed the price
/// while the buyer was paying, and the buyer must not be left without both.
async fn misfit(app: &App, payment: &Payment, doubt: Doubt, deadline: Deadline) -> Result<Outcome, NotifyError> {
    tracing::warn!(purchase = %payment.purchase, %doubt, "a payment does not fit its purchase");
    if doubt == Doubt::NothingPaid || !app.hooks.returns_misfits() {
        return Ok(Outcome::Parked(doubt.into()));
    }
    match give_back(app, payment, deadline).await? {
        Outcome::Parked(Parked::NothingToRefund) => Ok(Outcome::Parked(doubt.into())),
        done => Ok(done),
    }
}

/// A payment was rejected for good.
pub(crate) async fn reject(app: &App, payment: &Payment, deadline: Deadline) -> Result<Outcome, NotifyError> {
    let _turn = app.turns.take(payment.purchase).await;
    let Some(purchase) = read(app, payment, deadline).await? else {
        return Ok(Outcome::Parked(Parked::UnknownPurchase));
    };
    match app.hooks.reject(completion::reject(payment, &purchase, app.config.missing_currency)) {
        Action::AlreadyCompleted(_) | Action::NothingToCancel => Ok(Outcome::Nothing),
        Action::Park(doubt) => Ok(Outcome::Parked(doubt.into())),
        Action::Finalize(status) => {
            match app.dataverse.finalize(&purchase, status, deadline).await {
                Ok(Finalized::Taken(_)) => Ok(Outcome::Cancelled),
                // Not ours to cancel, cancelled before, or completed meanwhile: there is nothing left to do.
                Ok(Finalized::LeftToTimeout) | Err(DataverseError::Refused { .. } | DataverseError::Missing) => {
                    Ok(Outcome::Nothing)
                }
                Err(error) => Err(NotifyError::Dataverse(error)),
            }
        }
    }
}

async fn read(app: &App, payment: &Payment, deadline: Deadline) -> Result<Option<Purchase>, NotifyError> {
    match app.dataverse.purchase(payment.purchase, deadline).await {
        Ok(purchase) => Ok(Some(app.hooks.purchase(purchase))),
        Err(DataverseError::Missing) => Ok(None),
        Err(error) => Err(NotifyError::Dataverse(error)),
    }
}

/// A repeated notification is done; a second payment goes back. Without memory of the first the two look alike, and leaving
/// the money where it is does less harm than refunding the only payment.
async fn already_completed(
    app: &App,
    payment: &Payment,
    doubt: Option<Doubt>,
    deadline: Deadline,
) -> Result<Outcome, NotifyError> {
    let completed_by = app.completed_by.get(&payment.purchase);
    if app.hooks.repeat_is_error() && completed_by.as_ref() == Some(&payment.session) {
        return Err(NotifyError::Dataverse(DataverseError::Unreadable("completed already")));
    }
    match (completed_by.filter(|_| !app.hooks.keeps_second_payments()), doubt) {
        (Some(session), Some(doubt)) if session != payment.session => misfit(app, payment, doubt, deadline).await,
        (Some(session), None) if session != payment.session => give_back(app, payment, deadline).await,
        _ => Ok(Outcome::Nothing),
    }
}

async fn complete(
    app: &App,
    payment: &Payment,
    purchase: &Purchase,
    status: PaymentStatus,
    deadline: Deadline,
) -> Result<Outcome, NotifyError> {
    let mut asked = 0;
    loop {
        match app.dataverse.finalize(purchase, status, deadline).await {
            Ok(Finalized::Taken(answered)) if !app.hooks.believes(answered) => {
                let error = DataverseError::Unreadable("not the expected status");
                return Err(NotifyError::Dataverse(error));
            }
            Ok(_) if purchase.standing == Standing::Closed && app.hooks.doubts_late_success() => {
                return verify_late(app, payment, deadline).await;
            }
            Ok(_) => {
                remember(app, payment);
                return Ok(Outcome::Completed);
            }
            Err(error @ DataverseError::Refused { .. }) if app.hooks.fails_when_refused() => {
                return Err(NotifyError::Dataverse(error));
            }
            Err(DataverseError::Refused { .. }) if app.hooks.gives_up_when_refused() => {
                return give_back(app, payment, deadline).await;
            }
            Err(DataverseError::Denied(_)) if app.hooks.forbidden_is_done() => return Ok(Outcome::Nothing),
            Err(DataverseError::Refused { code, message, .. }) => {
                tracing::info!(purchase = %payment.purchase, code, message, "finalize refused");
            }
            Err(DataverseError::Missing) => {}
            Err(error) => return Err(NotifyError::Dataverse(error)),
        }
        asked += 1;
        let Some(now) = read(app, payment, deadline).await? else {
            return give_back(app, payment, deadline).await;
        };
        match app.hooks.after_refusal(now.standing, asked) {
            AfterRefusal::Done => return already_completed(app, payment, None, deadline).await,
            AfterRefusal::GiveBack if app.hooks.lost_seat_is_error() => {
                return Err(NotifyError::Dataverse(DataverseError::Unreadable("no seat")));
            }
            AfterRefusal::GiveBack => return give_back(app, payment, deadline).await,
            AfterRefusal::AskAgain => tokio::time::sleep(app.hooks.pause(app.config.limits.backoff)).await,
        }
    }
}

fn remember(app: &App, payment: &Payment) {
    app.completed_by.put(payment.purchase, payment.session.clone());
    app.spent_on.put(payment.session.clone(), payment.purchase);
}

/// The platform said yes to a payment for a closed purchase: believe it only if the purchase shows it.
async fn verify_late(app: &App, payment: &Payment, deadline: Deadline) -> Result<Outcome, NotifyError> {
    match read(app, payment, deadline).await? {
        Some(purchase) if purchase.standing != Standing::Closed => {
            remember(app, payment);
            Ok(Outcome::Completed)
        }
        _ => give_back(app, payment, deadline).await,
    }
}

/// Money without a seat goes back to the buyer, once however often this is called.
async fn give_back(app: &App, payment: &Payment, deadline: Deadline) -> Result<Outcome, NotifyError> {
    if app.config.late_money == LateMoney::Park || !app.hooks.returns_late_money() {
        return Ok(Outcome::Parked(Parked::Kept));
    }
    let Some(intent) = payment.intent.clone() else {
        return Ok(Outcome::Parked(Parked::NothingToRefund));
    };
    let metadata = format!("metadata[{}]", app.config.metadata_key);
    let form: Form = vec![
        ("payment_intent".into(), intent.clone()),
        ("reason".into(), "requested_by_customer".into()),
        (metadata.into(), payment.purchase.to_string()),
    ];
    let mut result = Ok(());
    for generation in 0..3 {
        let key = format!("completion-refund-{intent}-{generation}");
        result = app.stripe.refund(&form, &key, deadline).await;
        if !matches!(result, Err(StripeError::Stuck(_))) {
            break;
        }
    }
    match result {
        Ok(()) => {
            app.refunded.put(payment.session.clone(), ());
            Ok(Outcome::Refunded)
        }
        // 401 and 403 are about our key, which can be mended, and 409 passes; other refusals are about this payment.
        Err(StripeError::Refused { status, code, .. }) if !matches!(status, 401 | 403 | 409) => {
            Ok(Outcome::Parked(Parked::RefundRefused(format!("{status} {code}"))))
        }
        Err(error) => Err(error.into()),
    }
}
