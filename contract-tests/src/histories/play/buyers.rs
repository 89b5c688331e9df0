//! What buyers, their banks and the organizer do.

use mock_stripe::control::dto::{DisputePayment, Disputed};
use serde::de::IgnoredAny;
use serde_json::json;

use super::super::data::Tab;
use super::super::model::{Fact, Led};
use super::player::{Player, SLOW_MILLIS};
use crate::buyer::{End, Means};
use crate::check::http::Outcome;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Answer, SessionView};

impl Player<'_> {
    /// Follows the link, and opens the page that it leads to.
    pub(super) async fn visit(&mut self, place: usize) -> Result<(), Stop> {
        let answer = self.ctx.follow(&self.sold[place].purchase).await?;
        // Who answered so late may have given up waiting for fakes that got no time on a busy machine.
        let disturbed = !self.sold[place].faults.is_empty() || answer.millis >= SLOW_MILLIS;
        if leads_to_stripe(self.ctx, &answer) {
            let mut buyer = self.ctx.buyer();
            let page = self.ctx.open(&mut buyer, &answer).await?;
            let led = if page.takes_payment() { Led::ToPay } else { Led::Elsewhere(page.says()) };
            self.sold[place].tabs.push((buyer, page));
            self.sold[place].facts.push(Fact::Visited { led, disturbed });
        } else {
            let led = Led::Elsewhere(answer.to_string());
            self.sold[place].facts.push(Fact::Visited { led, disturbed });
        }
        Ok(())
    }

    /// Pays on a page that is open, or on a new one.
    pub(super) async fn pay(&mut self, place: usize, tab: Tab, means: &Means) -> Result<bool, Stop> {
        if self.sold[place].tabs.is_empty() {
            self.visit(place).await?;
        }
        let sold = &mut self.sold[place];
        let index = match tab {
            Tab::Newest => sold.tabs.len().wrapping_sub(1),
            Tab::Oldest => 0,
        };
        let Some((buyer, page)) = sold.tabs.get_mut(index) else { return Ok(true) };
        let debit = matches!(means, Means::SepaDebit(_));
        if debit && !page.html.contains("sepa_debit") {
            return Ok(false);
        }
        let bought = self.ctx.send(buyer, page, means).await?;
        match bought.end {
            End::Paid => {
                sold.facts.push(if debit { Fact::Promised } else { Fact::Paid });
                sold.debit = debit;
                drop(sold.tabs.remove(index));
            }
            End::Declined => *page = bought.page,
            End::Closed => drop(sold.tabs.remove(index)),
        }
        Ok(true)
    }

    pub(super) async fn bank(&mut self, place: usize, pays: bool) -> Result<bool, Stop> {
        let purchase = &self.sold[place].purchase;
        let ledger = self.ctx.ledger(purchase.id).await?;
        let pending = ledger.sessions.iter().filter(|session| session.status == "complete" && !session.is_paid());
        let answered = &self.sold[place].answered;
        let intent = pending.filter_map(|session| session.intent.clone()).find(|intent| !answered.contains(intent));
        let Some(intent) = intent else { return Ok(false) };
        if !std::mem::replace(&mut self.sold[place].debit, false) {
            return Ok(false);
        }
        self.sold[place].answered.push(intent.clone());
        self.ctx.step(if pays { "had the bank pay the debit" } else { "had the bank refuse the debit" });
        let path = format!("/v1/stripe/payments/{intent}/{}", if pays { "settle" } else { "fail" });
        self.ctx.control().post::<IgnoredAny>(&path, &json!({})).await?;
        if !pays {
            self.sold[place].facts.push(Fact::Refused);
        }
        Ok(true)
    }

    pub(super) async fn expire(&mut self, place: usize) -> Result<bool, Stop> {
        let ledger = self.ctx.ledger(self.sold[place].purchase.id).await?;
        let Some(open) = ledger.sessions.iter().find(|session| session.status == "open") else { return Ok(false) };
        self.ctx.step(format!("let session {} expire unpaid", open.id));
        self.ctx.stripe_api(&format!("/v1/checkout/sessions/{}/expire", open.id), &[]).await?;
        self.sold[place].facts.push(Fact::Expired);
        Ok(true)
    }

    pub(super) async fn time_out(&mut self, place: usize) -> Result<bool, Stop> {
        self.peace(place).await?;
        let sold = &mut self.sold[place];
        if !self.ctx.state(&sold.purchase).await?.is_reserved() {
            return Ok(false);
        }
        self.ctx.time_out(&sold.purchase).await?;
        sold.facts.push(Fact::TimedOut);
        Ok(true)
    }

    /// The organizer gives the money back, or the buyer's bank disputes it: once for a purchase. Only cards are disputed.
    pub(super) async fn take_back(&mut self, place: usize, dispute: bool) -> Result<bool, Stop> {
        let sold = &mut self.sold[place];
        if dispute && sold.facts.contains(&Fact::Promised) {
            return Ok(false);
        }
        let ledger = self.ctx.ledger(sold.purchase.id).await?;
        let kept = ledger.sessions.iter().find(|session| session.is_paid() && session.refunded == 0);
        let Some(intent) = kept.and_then(|session| session.intent.clone()).filter(|_| !sold.touched) else {
            return Ok(false);
        };
        let done = if dispute {
            self.ctx.step("had the buyer's bank dispute the payment");
            let path = format!("/v1/stripe/payments/{intent}/dispute");
            let disputed = self.ctx.control().post::<Disputed>(&path, &DisputePayment::default()).await;
            disputed.map(drop).map_err(Stop::from)
        } else {
            self.ctx.step("refunded the payment, as an organizer does in Stripe's dashboard");
            self.ctx.stripe_api("/v1/refunds", &[("payment_intent", intent.as_str())]).await.map(drop)
        };
        if let Err(stop) = done {
            // A service that works after its answer may have been quicker: then there is nothing left to take.
            let ledger = self.ctx.ledger(sold.purchase.id).await?;
            let mine = |session: &&SessionView| session.intent.as_deref() == Some(intent.as_str());
            let gone = ledger.sessions.iter().find(mine).is_some_and(|session| session.refunded > 0);
            return if gone { Ok(false) } else { Err(stop) };
        }
        sold.touched = true;
        sold.facts.push(Fact::TakenBack);
        Ok(true)
    }
}

/// Whether an answer redirects to a page of our Stripe.
fn leads_to_stripe(ctx: &Ctx, answer: &Answer) -> bool {
    let stripe = &ctx.bench().endpoints.stripe.api_base;
    answer.outcome() == Outcome::Redirect && answer.location().is_some_and(|url| url.starts_with(stripe.as_str()))
}
