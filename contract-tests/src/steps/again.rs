//! Deliveries that were not acknowledged, and the patience that Stripe has with them.

use std::time::Duration;

use mock_stripe::control::dto::{AttemptView, DeliveryState, DeliveryView, HoldAction};

use super::observe::Seen;
use super::purchase::{Purchase, PurchaseState};
use crate::buyer::Means;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::target::Finalize;

/// The event that says that a buyer is through.
const SESSION_COMPLETED: &str = "checkout.session.completed";
/// How often what is not acknowledged is sent again.
const MOST_AGAIN: usize = 3;
/// How long between two looks at something that takes its time.
pub(super) const LOOK: Duration = Duration::from_millis(25);

/// The last answer to a delivery, for people.
pub fn answer_to(delivery: &DeliveryView) -> String {
    match delivery.attempts.last() {
        None => "not sent".to_owned(),
        Some(AttemptView { status: Some(status), body, .. }) => match body.as_deref().unwrap_or_default().trim() {
            "" => status.to_string(),
            body => format!("{status}, {}", crate::check::text::excerpt(body)),
        },
        Some(AttemptView { error, .. }) => format!("no answer: {}", error.as_deref().unwrap_or("unknown")),
    }
}

/// Whether the last try of a delivery was acknowledged.
pub fn is_taken(delivery: &DeliveryView) -> bool {
    delivery.attempts.last().and_then(|attempt| attempt.status).is_some_and(|status| (200..300).contains(&status))
}

impl Ctx {
    /// Pays by card while the delivery that tells of it is held back; answers that delivery.
    pub async fn pay_in_silence(&self, purchase: &Purchase) -> Result<DeliveryView, Stop> {
        self.rule(HoldAction::Hold, purchase, Some(SESSION_COMPLETED)).await?;
        let answer = self.follow(purchase).await?;
        self.pay(&answer, &Means::card()).await?;
        self.held(purchase, SESSION_COMPLETED).await
    }

    /// Has Stripe send what is not acknowledged about a purchase again, as it does hours later, until all is or the tries are used up; then
    /// waits for the end of the work. What is held back stays back.
    pub async fn until_settled(&self, purchase: &Purchase) -> Result<Seen, Stop> {
        for _ in 0..MOST_AGAIN {
            self.settle().await?;
            let all = self.deliveries(purchase.id, None).await?;
            let open: Vec<_> = all
                .into_iter()
                .filter(|delivery| matches!(delivery.status, DeliveryState::Pending | DeliveryState::Failed))
                .filter(|delivery| !delivery.attempts.is_empty())
                .collect();
            if open.is_empty() {
                break;
            }
            for delivery in &open {
                self.resend(delivery).await?;
            }
        }
        self.settled(purchase).await
    }

    /// As [`Ctx::until_settled`], and gives a service that works behind a queue the time to come round to it.
    pub async fn until_completed(&self, purchase: &Purchase) -> Result<Seen, Stop> {
        let seen = self.until_settled(purchase).await?;
        if seen.state.is_completed() || self.profile().declares.finalize == Finalize::Synchronous {
            return Ok(seen);
        }
        self.until(purchase, PurchaseState::is_completed).await?;
        self.settled(purchase).await
    }

    /// Waits until a purchase is where it should be, for twice the time that a notification may take. Says whether it came there.
    pub async fn until(&self, purchase: &Purchase, there: impl Fn(&PurchaseState) -> bool) -> Result<bool, Stop> {
        self.until_within(purchase, self.profile().budgets.webhook.0 * 2, there).await
    }

    /// The same within a time.
    pub async fn until_within(
        &self,
        purchase: &Purchase,
        limit: Duration,
        there: impl Fn(&PurchaseState) -> bool,
    ) -> Result<bool, Stop> {
        let began = self.moment();
        loop {
            if there(&self.state(purchase).await?) {
                return Ok(true);
            }
            if self.moment().saturating_sub(began) >= limit {
                return Ok(false);
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Lets so much real time pass since a moment of the suite's own watch. For what the service measures by its own clock.
    pub async fn let_pass(&self, since: Duration, time: Duration) {
        let left = (since + time).saturating_sub(self.moment());
        if !left.is_zero() {
            self.step(format!("let {} ms pass", left.as_millis()));
            tokio::time::sleep(left).await;
        }
    }

    /// A moment of the suite's own watch.
    pub fn moment(&self) -> Duration {
        Duration::try_from(self.bench().own.clock().elapsed()).unwrap_or_default()
    }
}
