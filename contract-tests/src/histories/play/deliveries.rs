//! Stripe's events on their way: looked for, kept back, sent, sent again, sent three times at one moment.

use std::time::Duration;

use mock_core::journal::Filter;
use mock_stripe::control::dto::{AttemptView, Deliveries, DeliveryState, DeliveryView, Resend};

use super::super::data::{Again, Order};
use super::super::model::{Fact, News};
use super::player::{Player, SLOW_MILLIS};
use crate::check::journal::finalize_of;
use crate::model::Stop;
use crate::steps::{answer_to, is_taken};
use crate::target::{Finalize, LateMoney};

/// How often an event is sent at one moment.
const AT_ONCE: usize = 3;
/// How long between two looks at something that takes its time.
const LOOK: Duration = Duration::from_millis(50);
/// How late Dataverse answers while events come at one moment, so that they meet.
const LATE_MILLIS: u64 = 15;

impl Player<'_> {
    /// Looks for events that Stripe made meanwhile, and sends them as it does now: at once, three times, or not yet.
    pub(super) async fn pump(&mut self, place: usize) -> Result<(), Stop> {
        let purchase = self.sold[place].purchase.id;
        let path = format!("/v1/stripe/deliveries?subject={purchase}&status=held");
        let held: Deliveries = self.ctx.control().get(&path).await?;
        let fresh = held.deliveries.into_iter().filter(|delivery| delivery.status == DeliveryState::Held);
        for delivery in fresh {
            let sold = &mut self.sold[place];
            if !matters(&delivery.event_type) || sold.known.contains_key(&delivery.number) {
                continue;
            }
            let news = match delivery.event_type.as_str() {
                "checkout.session.completed" if sold.debit => News::Promised,
                "checkout.session.completed" | "checkout.session.async_payment_succeeded" => News::Paid,
                "checkout.session.async_payment_failed" => News::Failed,
                "checkout.session.expired" => News::Expired,
                _ => News::Other,
            };
            sold.known.insert(delivery.number, news);
            if sold.holding {
                sold.waiting.push(delivery);
            } else {
                self.send(place, &delivery).await?;
            }
        }
        Ok(())
    }

    /// Sends an event as Stripe does now.
    pub(super) async fn send(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        if self.sold[place].at_once { self.race(place, delivery).await } else { self.tell(place, delivery).await }
    }

    /// Sends an event, and waits for the answer.
    pub(super) async fn tell(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        let began = self.ctx.moment();
        let answered = self.ctx.resend(delivery).await?;
        self.note(place, &answered);
        if self.is_late(began) && !is_taken(&answered) {
            return self.stillness(place).await;
        }
        self.rest().await
    }

    /// Sends an event three times at one moment; Dataverse is a little late meanwhile, so that they meet.
    pub(super) async fn race(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        let ctx = self.ctx;
        let id = self.sold[place].purchase.id;
        let after = Some(ctx.control().world().await?.journal.last_seq);
        let late = ctx.slow_dataverse(&id.to_string(), LATE_MILLIS).await?;
        ctx.step(format!("had Stripe send {} {AT_ONCE} times at one moment", delivery.event_type));
        let path = format!("/v1/stripe/deliveries/{}/resend", delivery.number);
        let how = Resend { times: Some(AT_ONCE), ..Resend::default() };
        let began = ctx.moment();
        let answered: DeliveryView = ctx.control().post(&path, &how).await?;
        let slow = self.is_late(began);
        if slow {
            self.stillness(place).await?;
        } else {
            self.rest().await?;
        }
        ctx.heal(late).await?;
        let calls = ctx.control().journal(&Filter { after, ..Filter::about(id) }).await?.entries;
        let refused = calls.iter().filter_map(finalize_of).any(|call| !call.accepted);
        let before = answered.attempts.len().saturating_sub(AT_ONCE);
        let untaken = |attempt: &&AttemptView| !attempt.status.is_some_and(|status| (200..300).contains(&status));
        let open = answered.attempts.iter().skip(before).filter(untaken);
        let open: Vec<String> = open
            .map(|attempt| {
                attempt.status.map_or_else(|| attempt.error.clone().unwrap_or_default(), |status| status.to_string())
            })
            .collect();
        let disturbed = slow || !self.sold[place].faults.is_empty();
        self.sold[place].facts.push(Fact::Raced { open: open.clone(), refused, disturbed });
        self.note(place, &answered);
        if !open.is_empty() {
            self.sold[place].open.insert(answered.number);
        }
        Ok(())
    }

    pub(super) fn note(&mut self, place: usize, answered: &DeliveryView) {
        let sold = &mut self.sold[place];
        let taken = is_taken(answered);
        if !taken {
            self.ctx.step(format!("saw it answered with {}", answer_to(answered)));
        }
        if !sold.sent.contains(&answered.number) {
            sold.sent.push(answered.number);
        }
        if taken {
            sold.open.remove(&answered.number);
        } else {
            sold.open.insert(answered.number);
        }
        let news = sold.known.get(&answered.number).copied().unwrap_or(News::Other);
        sold.facts.push(Fact::Told { news, taken, disturbed: !sold.faults.is_empty() });
    }

    /// Whether what began then took so long that it says more about the machine than about the service.
    fn is_late(&self, began: Duration) -> bool {
        self.ctx.moment().saturating_sub(began).as_millis() >= u128::from(SLOW_MILLIS)
    }

    /// Waits until the service is at rest about a purchase: who answers late that an event has to come again may still be at work on it.
    async fn stillness(&self, place: usize) -> Result<(), Stop> {
        let budgets = &self.ctx.profile().budgets;
        let limit = budgets.webhook.0 * 2 + budgets.settle.0;
        let subjects = [self.sold[place].purchase.id];
        // Who never rests is judged for what it does meanwhile.
        self.ctx.control().quiet(&subjects, budgets.settle.0, limit).await?;
        Ok(())
    }

    /// What a service behind a queue could not do at once it does later, in its own time, and between two tries it is silent. Once it was told of
    /// everything and nothing is broken: waits until all money is accounted for, for as long as cases wait for it.
    pub(super) async fn peace(&self, place: usize) -> Result<(), Stop> {
        let (ctx, sold) = (self.ctx, &self.sold[place]);
        let declares = &ctx.profile().declares;
        let lost = sold.facts.iter().any(|fact| matches!(fact, Fact::Lost { .. }));
        let untold = !(sold.faults.is_empty() && sold.waiting.is_empty() && sold.open.is_empty());
        let excused = lost || sold.touched || declares.late_money == LateMoney::Park;
        if declares.finalize != Finalize::Queued || untold || excused {
            return Ok(());
        }
        let (began, limit) = (ctx.moment(), ctx.profile().budgets.webhook.0 * 2);
        loop {
            let state = ctx.state(&sold.purchase).await?;
            let ledger = ctx.ledger(sold.purchase.id).await?;
            let paid = ledger.sessions.iter().filter(|session| session.is_paid());
            let kept: i64 = paid.map(|session| session.amount - session.refunded).sum();
            let due = if state.is_completed() { sold.purchase.minor().unwrap_or_default() } else { 0 };
            if kept <= due || ctx.moment().saturating_sub(began) >= limit {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// A service that works behind a queue is given the time to do so.
    pub(super) async fn rest(&self) -> Result<(), Stop> {
        if self.ctx.profile().declares.finalize == Finalize::Queued {
            return self.ctx.settle().await;
        }
        Ok(())
    }

    pub(super) async fn release(&mut self, place: usize, order: Order) -> Result<bool, Stop> {
        if !std::mem::replace(&mut self.sold[place].holding, false) {
            return Ok(false);
        }
        let mut waiting = std::mem::take(&mut self.sold[place].waiting);
        if order == Order::NewestFirst {
            waiting.reverse();
        }
        for delivery in waiting {
            self.send(place, &delivery).await?;
        }
        Ok(true)
    }

    pub(super) fn drop_held(&mut self, place: usize) -> bool {
        let sold = &mut self.sold[place];
        let waiting = std::mem::take(&mut sold.waiting);
        for delivery in &waiting {
            let news = sold.known.get(&delivery.number).copied().unwrap_or(News::Other);
            sold.facts.push(Fact::Lost { news });
            self.ctx.step(format!("had Stripe lose {} for good", delivery.event_type));
        }
        !waiting.is_empty()
    }

    pub(super) async fn resend(&mut self, place: usize, again: Again) -> Result<bool, Stop> {
        let mut numbers = self.sold[place].sent.clone();
        match again {
            Again::All => {}
            Again::AllNewestFirst => numbers.reverse(),
            Again::Last | Again::AtOnce => drop(numbers.drain(..numbers.len().saturating_sub(1))),
        }
        for number in &numbers {
            let delivery: DeliveryView = self.ctx.control().get(&format!("/v1/stripe/deliveries/{number}")).await?;
            if again == Again::AtOnce {
                self.race(place, &delivery).await?;
            } else {
                self.tell(place, &delivery).await?;
            }
        }
        Ok(!numbers.is_empty())
    }
}

/// Whether an event of this type is sent; what else Stripe makes (prices, intents) says nothing new to anybody.
fn matters(kind: &str) -> bool {
    kind.starts_with("checkout.session.") || matches!(kind, "charge.refunded" | "charge.dispute.created")
}
