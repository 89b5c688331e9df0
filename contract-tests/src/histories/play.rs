//! Plays a history against the service, step by step. Stripe's events are kept back by a rule and sent one by one, so that each step is over when
//! it returns; a step that makes no sense when it comes is passed over.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt as _;
use mock_core::faults::Effect;
use mock_core::journal::Filter;
use mock_stripe::control::dto::{
    AttemptView, Compose, Deliveries, DeliveryState, DeliveryView, DisputePayment, Disputed, Hold, HoldAction,
    HoldView, Resend, Signing,
};
use serde_json::{Value, json};

use super::data::{Again, Edge, Foreign, Forgery, History, MOST_PURCHASES, Op, Order, Tab, Times, Trouble, Who};
use super::model::{Fact, Led, News};
use crate::buyer::{Buyer, End, Means, Page};
use crate::check::http::Outcome;
use crate::check::journal::finalize_of;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, Fault, Forged, Purchase, Sale, Trouble as Plan, answer_to, is_taken, status, with_header};
use crate::target::Finalize;

/// What histories that run beside others are, for the steps that ask.
pub(super) static TOGETHER: Case = case(Needs::NOTHING);
/// What histories that restart the service or move the clock are.
pub(super) static ALONE: Case = case(Needs { managed: true, ..Needs::ALONE });

const fn case(needs: Needs) -> Case {
    Case {
        id: "H-T",
        title: "a generated history",
        level: Level::Resilient,
        strength: Strength::Must,
        clause: "whatever happens in whatever order, the invariants hold in the end",
        sources: &["INV-1 to INV-8"],
        needs,
        run: |_| async { Ok(()) }.boxed(),
    }
}

/// The names of the sales, one for each purchase.
const SALES: [&str; MOST_PURCHASES as usize] = ["A", "B", "C"];
/// How often an event is sent at one moment.
const AT_ONCE: usize = 3;
/// How late Dataverse answers while events come at one moment, so that they meet.
const LATE_MILLIS: u64 = 15;
/// How often what is not acknowledged is sent again in the end.
const MOST_AGAIN: usize = 4;

/// One of the history's purchases while it is played.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing about how its events are sent now")]
pub(super) struct Sold {
    pub(super) purchase: Purchase,
    pub(super) facts: Vec<Fact>,
    tabs: Vec<(Buyer, Page)>,
    holding: bool,
    at_once: bool,
    /// Deliveries that were looked at, and what they tell.
    known: BTreeMap<u64, News>,
    waiting: Vec<DeliveryView>,
    sent: Vec<u64>,
    /// Those whose last answer was no success.
    open: BTreeSet<u64>,
    faults: Vec<Fault>,
    /// Journal numbers of deliveries that nobody has to acknowledge.
    pub(super) strangers: Vec<u64>,
    hold: u64,
    /// The last payment is a debit that the bank has not answered.
    debit: bool,
    /// The money was taken back, or that was tried.
    touched: bool,
}

/// A history that was played.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) sold: Vec<Sold>,
    /// The steps that made sense.
    pub(super) done: Vec<Op>,
}

/// Plays a history to its end: everything is healed, everything that was not dropped is sent, and sent again until it is acknowledged.
pub(super) async fn play(ctx: &Ctx, history: &History) -> Result<Played, Stop> {
    let mut player = Player { ctx, sold: Vec::new(), done: Vec::new() };
    let result = player.whole(history).await;
    // Rules and faults go whatever happened: others play in this world too.
    let cleared = player.clear().await;
    result?;
    cleared?;
    Ok(Played { sold: player.sold, done: player.done })
}

struct Player<'c> {
    ctx: &'c Ctx,
    sold: Vec<Sold>,
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
        let rule = Hold { action: HoldAction::Hold, text: Some(purchase.id.to_string()), event: None, count: None };
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

    /// Follows the link, and opens the page that it leads to.
    async fn visit(&mut self, place: usize) -> Result<(), Stop> {
        let answer = self.ctx.follow(&self.sold[place].purchase).await?;
        let disturbed = !self.sold[place].faults.is_empty();
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
    async fn pay(&mut self, place: usize, tab: Tab, means: &Means) -> Result<bool, Stop> {
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

    async fn bank(&mut self, place: usize, pays: bool) -> Result<bool, Stop> {
        let purchase = &self.sold[place].purchase;
        let ledger = self.ctx.ledger(purchase.id).await?;
        let pending = ledger.sessions.iter().find(|session| session.status == "complete" && !session.is_paid());
        let Some(intent) = pending.and_then(|session| session.intent.clone()) else { return Ok(false) };
        if !std::mem::replace(&mut self.sold[place].debit, false) {
            return Ok(false);
        }
        self.ctx.step(if pays { "had the bank pay the debit" } else { "had the bank refuse the debit" });
        let path = format!("/v1/stripe/payments/{intent}/{}", if pays { "settle" } else { "fail" });
        self.ctx.control().post::<Value>(&path, &json!({})).await?;
        Ok(true)
    }

    async fn expire(&mut self, place: usize) -> Result<bool, Stop> {
        let ledger = self.ctx.ledger(self.sold[place].purchase.id).await?;
        let Some(open) = ledger.sessions.iter().find(|session| session.status == "open") else { return Ok(false) };
        self.ctx.step(format!("let session {} expire unpaid", open.id));
        self.ctx.stripe_api(&format!("/v1/checkout/sessions/{}/expire", open.id), &[]).await?;
        self.sold[place].facts.push(Fact::Expired);
        Ok(true)
    }

    async fn time_out(&mut self, place: usize) -> Result<bool, Stop> {
        let sold = &mut self.sold[place];
        if !self.ctx.state(&sold.purchase).await?.is_reserved() {
            return Ok(false);
        }
        self.ctx.time_out(&sold.purchase).await?;
        sold.facts.push(Fact::TimedOut);
        Ok(true)
    }

    /// The organizer gives the money back, or the buyer's bank disputes it: once for a purchase. Only cards are disputed.
    async fn take_back(&mut self, place: usize, dispute: bool) -> Result<bool, Stop> {
        let sold = &mut self.sold[place];
        if dispute && sold.facts.contains(&Fact::Promised) {
            return Ok(false);
        }
        let ledger = self.ctx.ledger(sold.purchase.id).await?;
        let kept = ledger.sessions.iter().find(|session| session.is_paid() && session.refunded == 0);
        let Some(intent) = kept.and_then(|session| session.intent.clone()).filter(|_| !sold.touched) else {
            return Ok(false);
        };
        sold.touched = true;
        sold.facts.push(Fact::TakenBack);
        if dispute {
            self.ctx.step("had the buyer's bank dispute the payment");
            let path = format!("/v1/stripe/payments/{intent}/dispute");
            self.ctx.control().post::<Disputed>(&path, &DisputePayment::default()).await?;
        } else {
            self.ctx.step("refunded the payment, as an organizer does in Stripe's dashboard");
            self.ctx.stripe_api("/v1/refunds", &[("payment_intent", intent.as_str())]).await?;
        }
        Ok(true)
    }

    async fn release(&mut self, place: usize, order: Order) -> Result<bool, Stop> {
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

    fn drop_held(&mut self, place: usize) -> bool {
        let sold = &mut self.sold[place];
        let waiting = std::mem::take(&mut sold.waiting);
        for delivery in &waiting {
            let news = sold.known.get(&delivery.number).copied().unwrap_or(News::Other);
            sold.facts.push(Fact::Lost { news });
            self.ctx.step(format!("had Stripe lose {} for good", delivery.event_type));
        }
        !waiting.is_empty()
    }

    async fn resend(&mut self, place: usize, again: Again) -> Result<bool, Stop> {
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

    async fn stale(&mut self, place: usize) -> Result<bool, Stop> {
        let completed = Some("checkout.session.completed");
        let found = self.ctx.deliveries(self.sold[place].purchase.id, completed).await?;
        let Some(event) = found.into_iter().next() else { return Ok(false) };
        let set = [("data.object.payment_status", json!("unpaid")), ("created", json!(1_700_000_000))];
        let compose = Compose {
            event: Some(event.event),
            fresh_id: true,
            set: set.map(|(path, value)| (path.to_owned(), value)).into(),
            subjects: vec![self.sold[place].purchase.id],
            ..Compose::default()
        };
        let forged = Forged::composed("an older snapshot of the same session, unpaid", compose);
        let answer = self.ctx.deliver(forged).await?;
        let disturbed = !self.sold[place].faults.is_empty();
        let taken = answer.is_success();
        self.sold[place].facts.push(Fact::Told { news: News::Promised, taken, disturbed });
        if disturbed && !taken {
            // It asks for another delivery, and there is none of a composed event.
            self.sold[place].strangers.extend(answer.entry.map(|entry| entry.seq));
        }
        self.rest().await?;
        Ok(true)
    }

    async fn forge(&mut self, place: usize, how: Forgery) -> Result<bool, Stop> {
        let purchase = self.sold[place].purchase.id;
        let ledger = self.ctx.ledger(purchase).await?;
        let Some(open) = ledger.sessions.iter().find(|session| session.status == "open") else { return Ok(false) };
        let set = [("data.object.status", json!("complete")), ("data.object.payment_status", json!("paid"))];
        let compose = Compose {
            object: Some(open.id.clone()),
            event_type: Some("checkout.session.completed".to_owned()),
            set: set.map(|(path, value)| (path.to_owned(), value)).into(),
            signing: match how {
                Forgery::Unsigned => Signing::None,
                Forgery::WrongSecret => Signing::WrongSecret,
                Forgery::Old => Signing::Old,
            },
            subjects: vec![purchase],
            ..Compose::default()
        };
        let what = format!("a forged event ({}) that says that session {} is paid", how.word(), open.id);
        let answer = self.ctx.deliver(Forged::composed(what, compose)).await?;
        let fact = Fact::Forged { answer: answer.shown(), taken: answer.is_success() };
        self.sold[place].facts.push(fact);
        self.sold[place].strangers.extend(answer.entry.map(|entry| entry.seq));
        self.rest().await?;
        Ok(true)
    }

    async fn trouble(&mut self, place: usize, edge: Edge, trouble: Trouble, times: Times) -> Result<bool, Stop> {
        let sold = &mut self.sold[place];
        let protocol = self.ctx.profile().declares.protocol;
        let effect = match trouble {
            Trouble::Throttled => with_header(status(429), "Retry-After", "1"),
            Trouble::Unavailable => status(503),
            Trouble::Broken => status(500),
            Trouble::Reset | Trouble::Lost => Effect::Reset,
        };
        let plan = match edge {
            Edge::Read => Plan::dataverse(effect).on_reads(protocol),
            Edge::Finalize => Plan::dataverse(effect).on_finalize(protocol),
            Edge::Create => Plan::stripe(effect).on_writes(),
            Edge::Refund => Plan::stripe(effect).at("/v1/refunds"),
        };
        let plan = plan.about(sold.purchase.id);
        let plan = match times {
            Times::Once => plan.times(1),
            Times::Twice => plan.times(2),
            Times::Always => plan,
        };
        let plan = if trouble == Trouble::Lost { plan.losing_the_answer() } else { plan };
        sold.faults.push(self.ctx.trouble(plan).await?);
        Ok(true)
    }

    async fn heal(&mut self, place: usize) -> Result<bool, Stop> {
        let faults = std::mem::take(&mut self.sold[place].faults);
        for fault in &faults {
            self.ctx.healed(*fault).await?;
        }
        Ok(!faults.is_empty())
    }

    /// Looks for events that Stripe made meanwhile, and sends them as it does now: at once, three times, or not yet.
    async fn pump(&mut self, place: usize) -> Result<(), Stop> {
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
    async fn send(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        if self.sold[place].at_once { self.race(place, delivery).await } else { self.tell(place, delivery).await }
    }

    /// Sends an event, and waits for the answer.
    async fn tell(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        let answered = self.ctx.resend(delivery).await?;
        self.note(place, &answered);
        self.rest().await
    }

    /// Sends an event three times at one moment; Dataverse is a little late meanwhile, so that they meet.
    async fn race(&mut self, place: usize, delivery: &DeliveryView) -> Result<(), Stop> {
        let ctx = self.ctx;
        let id = self.sold[place].purchase.id;
        let after = Some(ctx.control().world().await?.journal.last_seq);
        let late = ctx.slow_dataverse(&id.to_string(), LATE_MILLIS).await?;
        ctx.step(format!("had Stripe send {} {AT_ONCE} times at one moment", delivery.event_type));
        let path = format!("/v1/stripe/deliveries/{}/resend", delivery.number);
        let how = Resend { times: Some(AT_ONCE), ..Resend::default() };
        let answered: DeliveryView = ctx.control().post(&path, &how).await?;
        self.rest().await?;
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
        let disturbed = !self.sold[place].faults.is_empty();
        self.sold[place].facts.push(Fact::Raced { open: open.clone(), refused, disturbed });
        self.note(place, &answered);
        if !open.is_empty() {
            self.sold[place].open.insert(answered.number);
        }
        Ok(())
    }

    fn note(&mut self, place: usize, answered: &DeliveryView) {
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

    /// A service that works behind a queue is given the time to do so.
    async fn rest(&self) -> Result<(), Stop> {
        if self.ctx.profile().declares.finalize == Finalize::Queued {
            return self.ctx.settle().await;
        }
        Ok(())
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
        Ok(())
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

/// Whether an event of this type is sent; what else Stripe makes (prices, intents) says nothing new to anybody.
fn matters(kind: &str) -> bool {
    kind.starts_with("checkout.session.") || matches!(kind, "charge.refunded" | "charge.dispute.created")
}

/// Whether an answer redirects to a page of our Stripe.
fn leads_to_stripe(ctx: &Ctx, answer: &Answer) -> bool {
    let stripe = &ctx.bench().endpoints.stripe.api_base;
    answer.outcome() == Outcome::Redirect && answer.location().is_some_and(|url| url.starts_with(stripe.as_str()))
}
