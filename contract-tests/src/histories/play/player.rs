//! The play from the first registration to the end, when everything is healed and sent.

use std::collections::{BTreeMap, BTreeSet};

use mock_stripe::control::dto::{DeliveryView, Hold, HoldAction, HoldView};
use serde_json::Value;

use super::super::data::{Foreign, History, MOST_PURCHASES, Op, Tab, Who};
use super::super::model::Fact;
use super::sold::Sold;
use crate::buyer::Means;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Forged, Sale};

/// From so many milliseconds on, an answer says more about the machine than about the service: it waited for something, and may have given up.
pub(in super::super) const SLOW_MILLIS: u64 = 1_000;
/// How often what is not acknowledged is sent again in the end.
const MOST_AGAIN: usize = 4;

/// The names of the sales, one for each purchase.
const SALES: [&str; MOST_PURCHASES as usize] = ["A", "B", "C"];
/// A history that was played.
#[derive(Debug)]
pub(in super::super) struct Played {
    pub(in super::super) sold: Vec<Sold>,
    /// The steps that made sense.
    pub(in super::super) done: Vec<Op>,
}

/// Plays a history to its end: everything is healed, everything that was not dropped is sent, and sent again until it is acknowledged.
pub(in super::super) async fn play(ctx: &Ctx, history: &History) -> Result<Played, Stop> {
    let mut player = Player { ctx, sold: Vec::new(), done: Vec::new() };
    let result = player.whole(history).await;
    // Rules and faults go whatever happened: others play in this world too.
    let cleared = player.clear().await;
    result?;
    cleared?;
    Ok(Played { sold: player.sold, done: player.done })
}

/// A history while it is played.
pub(super) struct Player<'c> {
    pub(super) ctx: &'c Ctx,
    pub(super) sold: Vec<Sold>,
    done: Vec<Op>,
}

impl Player<'_> {
    async fn whole(&mut self, history: &History) -> Result<(), Stop> {
        for place in 0..history.purchases() {
            let sold = self.register(Who(place)).await?;
            self.sold.push(sold);
        }
        for op in &history.steps {
            if self.step(*op).await? {
                self.done.push(*op);
            }
        }
        self.ctx.step("let everything work again, and had Stripe send what was still to be sent");
        for place in 0..self.sold.len() {
            self.finish(place).await?;
        }
        Ok(())
    }

    async fn register(&self, who: Who) -> Result<Sold, Stop> {
        let ctx = self.ctx;
        let profile = ctx.profile();
        // The one currency in which there is a delayed way to pay.
        let currency = profile.sells_in("EUR").then_some("EUR");
        let name = SALES.get(usize::from(who.0)).copied().unwrap_or("A");
        let seller = ctx.arrange(Sale { name, price: who.price(), currency, ..Sale::default() }).await?;
        let purchase = ctx.register(&seller).await?;
        let rule = Hold { action: HoldAction::Hold, text: None, subjects: vec![purchase.id], event: None, count: None };
        let hold: HoldView = ctx.control().post("/v1/stripe/holds", &rule).await?;
        Ok(Sold {
            purchase,
            facts: Vec::new(),
            tabs: Vec::new(),
            holding: false,
            at_once: false,
            known: BTreeMap::new(),
            waiting: Vec::new(),
            sent: Vec::new(),
            open: BTreeSet::new(),
            faults: Vec::new(),
            strangers: Vec::new(),
            hold: hold.id,
            debit: false,
            answered: Vec::new(),
            touched: false,
        })
    }

    /// Does one step; says whether it made sense.
    async fn step(&mut self, op: Op) -> Result<bool, Stop> {
        let Some(who) = op.who() else { return self.common(op).await };
        let place = usize::from(who.0);
        if place >= self.sold.len() {
            return Ok(false);
        }
        let done = match op {
            Op::Visit(_) => {
                self.visit(place).await?;
                true
            }
            Op::Pay(_, tab) => self.pay(place, tab, &Means::card()).await?,
            Op::Decline(_) => self.pay(place, Tab::Newest, &Means::declined_card()).await?,
            Op::Debit(_) => self.pay(place, Tab::Newest, &Means::debit()).await?,
            Op::BankPays(_) => self.bank(place, true).await?,
            Op::BankRefuses(_) => self.bank(place, false).await?,
            Op::Expire(_) => self.expire(place).await?,
            Op::TimeOut(_) => self.time_out(place).await?,
            Op::Refund(_) => self.take_back(place, false).await?,
            Op::Dispute(_) => self.take_back(place, true).await?,
            Op::Hold(_) => !std::mem::replace(&mut self.sold[place].holding, true),
            Op::AtOnce(_) => !std::mem::replace(&mut self.sold[place].at_once, true),
            Op::Release(_, order) => self.release(place, order).await?,
            Op::Drop(_) => self.drop_held(place),
            Op::Resend(_, again) => self.resend(place, again).await?,
            Op::Stale(_) => self.stale(place).await?,
            Op::Forge(_, how) => self.forge(place, how).await?,
            Op::Break(_, edge, trouble, times) => self.trouble(place, edge, trouble, times).await?,
            Op::Heal(_) => self.heal(place).await?,
            Op::Foreign(_) | Op::Restart | Op::Advance(_) => false,
        };
        self.pump(place).await?;
        Ok(done)
    }

    /// Steps that concern all purchases.
    async fn common(&mut self, op: Op) -> Result<bool, Stop> {
        match op {
            Op::Foreign(what) => {
                let forged = match what {
                    Foreign::PaymentIntent => Forged::of_type(what.word()),
                    Foreign::Session => Forged::session_without_purchase(),
                };
                let answer = self.ctx.deliver(forged).await?;
                if let Some(sold) = self.sold.first_mut() {
                    sold.facts.push(Fact::Foreign { answer: answer.shown(), taken: answer.is_success() });
                }
                Ok(true)
            }
            Op::Restart => {
                if !self.ctx.item().case.needs.managed || !self.ctx.bench().launcher.managed() {
                    return Ok(false);
                }
                self.ctx.restart().await?;
                Ok(true)
            }
            Op::Advance(minutes) => {
                if !self.ctx.item().case.needs.alone {
                    return Ok(false);
                }
                for place in 0..self.sold.len() {
                    self.peace(place).await?;
                }
                self.ctx.advance(&format!("{minutes}m")).await?;
                for place in 0..self.sold.len() {
                    let state = self.ctx.state(&self.sold[place].purchase).await?;
                    let sold = &mut self.sold[place];
                    if state.word() == "expired" && !sold.facts.contains(&Fact::TimedOut) {
                        sold.facts.push(Fact::TimedOut);
                    }
                    self.pump(place).await?;
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The end of the story for one purchase.
    async fn finish(&mut self, place: usize) -> Result<(), Stop> {
        self.heal(place).await?;
        self.sold[place].at_once = false;
        self.sold[place].holding = false;
        self.pump(place).await?;
        for delivery in std::mem::take(&mut self.sold[place].waiting) {
            self.tell(place, &delivery).await?;
        }
        for _ in 0..MOST_AGAIN {
            // What the service itself caused (a refund) is told too.
            self.pump(place).await?;
            let open: Vec<u64> = self.sold[place].open.iter().copied().collect();
            for number in &open {
                let delivery: DeliveryView = self.ctx.control().get(&format!("/v1/stripe/deliveries/{number}")).await?;
                self.tell(place, &delivery).await?;
            }
            if open.is_empty() {
                break;
            }
        }
        self.peace(place).await
    }

    /// Takes away what this history has put into the world.
    async fn clear(&mut self) -> Result<(), Stop> {
        for sold in &mut self.sold {
            for fault in std::mem::take(&mut sold.faults) {
                self.ctx.healed(fault).await?;
            }
            self.ctx.control().delete::<Value>(&format!("/v1/stripe/holds/{}", sold.hold)).await?;
        }
        Ok(())
    }
}
