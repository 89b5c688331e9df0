//! Many purchases whose events come in an order that nobody meant: R-D14.

use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use mock_stripe::control::dto::{Deliveries, ResendMany};

use super::shared::{completed_once, each_taken};
use crate::buyer::Means;
use crate::cases::notification::shared::{self, pay_by_card, pay_by_debit, sale_by_debit};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// How many purchases there are.
const PURCHASES: usize = 50;
/// Of these, how many pay by a debit that the bank pays, and how many by one that it refuses.
const DEBITS: usize = 5;
/// How many browsers and deliveries are under way at once.
const AT_ONCE: usize = 12;

/// Stripe promises no order. Each purchase has the end that its own payment gives it.
pub static D14: Case = Case {
    id: "R-D14",
    title: "delivers all events of 50 purchases in a shuffled order",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "every purchase has its own right end, whatever order the events come in",
    sources: &["STW order", "all invariants"],
    needs: Needs::NOTHING,
    run: |ctx| shuffled(ctx).boxed(),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Card,
    Debit,
    RefusedDebit,
}

async fn shuffled(ctx: Ctx) -> Result<(), Stop> {
    let cards = ctx.arrange(Sale { name: "cards", ..Sale::default() }).await?;
    let debits = match sale_by_debit(&ctx) {
        Ok(sale) => Some(ctx.arrange(Sale { name: "debits", ..sale }).await?),
        Err(_) => None,
    };
    let kinds = (0..PURCHASES).map(|number| match (&debits, number) {
        (Some(_), ..DEBITS) => Kind::Debit,
        (Some(_), DEBITS..10) => Kind::RefusedDebit,
        _ => Kind::Card,
    });
    let sellers = kinds.clone().map(|kind| match (kind, &debits) {
        (Kind::Card, _) | (_, None) => &cards,
        (Kind::Debit | Kind::RefusedDebit, Some(debits)) => debits,
    });
    let ctx = &ctx;
    let registered = sellers.cloned().map(|seller| async move { ctx.register(&seller).await });
    let purchases: Vec<Purchase> = stream::iter(registered).buffered(AT_ONCE).try_collect().await?;
    ctx.hold_back(&purchases).await?;
    ctx.share_connections();
    ctx.step(format!("had {PURCHASES} buyers pay (seed {})", ctx.bench().options.seed));
    let paid = purchases.clone().into_iter().zip(kinds);
    let paid = paid.map(|(purchase, kind)| async move { pay(ctx, &purchase, kind).await });
    let kinds: Vec<Kind> = stream::iter(paid).buffered(AT_ONCE).try_collect().await?;
    let held = ctx.deliveries_about(&purchases).await?.into_iter().map(|delivery| {
        let of_it = format!("{} {}", ctx.scope(), delivery.event);
        (ctx.ids().base62("order of delivery", &of_it, 12), delivery.number)
    });
    let mut order: Vec<(String, u64)> = held.collect();
    order.sort();
    ctx.step(format!("had Stripe deliver their {} events in another order, {AT_ONCE} at a time", order.len()));
    let numbers = order.into_iter().map(|(_, number)| number).collect();
    let ask = ResendMany { deliveries: numbers, at_once: Some(AT_ONCE) };
    let sent: Deliveries = ctx.control().post("/v1/stripe/deliveries/resend", &ask).await?;
    ctx.settle().await?;
    let all = ctx.look_at_all(&purchases).await?;
    for ((purchase, kind), seen) in purchases.iter().zip(kinds).zip(&all) {
        let about_it = sent.deliveries.iter().filter(|delivery| delivery.subjects.contains(&purchase.id));
        each_taken(ctx, purchase, about_it, "in whatever order they came");
        match kind {
            Kind::Card | Kind::Debit => completed_once(ctx, purchase, seen, "by its own payment"),
            Kind::RefusedDebit => shared::not_completed(ctx, purchase, seen, "by a debit that the bank refused"),
        }
    }
    Ok(())
}

/// Pays. A service that offers no debits is paid by card.
async fn pay(ctx: &Ctx, purchase: &Purchase, kind: Kind) -> Result<Kind, Stop> {
    let means = match kind {
        Kind::Card => {
            pay_by_card(ctx, purchase).await?;
            return Ok(Kind::Card);
        }
        Kind::Debit => Means::debit(),
        Kind::RefusedDebit => Means::failing_debit(),
    };
    match pay_by_debit(ctx, purchase, &means).await {
        Err(Stop::NotApplicable(_)) => {
            pay_by_card(ctx, purchase).await?;
            return Ok(Kind::Card);
        }
        other => other?,
    }
    ctx.bank_answers(purchase, kind == Kind::Debit).await?;
    Ok(kind)
}
