//! One purchase, several visits and several tabs: R-C01, R-C02, R-C05.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::faults::Effect;

use crate::buyer::{Bought, End, Means};
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, Purchase, Seen, Trouble};

/// A link in a mail is followed by scanners, by previews, by the buyer, and by the buyer again. GET is safe: it must not matter.
pub static C01: Case = Case {
    id: "R-C01",
    title: "follows the link twice, and pays wherever it leads, both times",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the second payment is not possible, or goes back: in the end the buyer has paid the price once",
    sources: &["RFC 9110 9.2.1", "STP restrictions", "I13", "INV-4"],
    needs: Needs::NOTHING,
    run: |ctx| two_visits(ctx).boxed(),
};

async fn two_visits(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let first = ctx.follow(&purchase).await?;
    let second = ctx.follow(&purchase).await?;
    pay_everywhere(&ctx, &purchase, &[first, second]).await
}

/// The same page in two tabs.
pub static C02: Case = Case {
    id: "R-C02",
    title: "opens one payment page in two tabs, and pays in both",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the second payment is not possible, or goes back: in the end the buyer has paid the price once",
    sources: &["STP `completed_sessions.limit`", "I13", "INV-4"],
    needs: Needs::NOTHING,
    run: |ctx| two_tabs(ctx).boxed(),
};

async fn two_tabs(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    pay_everywhere(&ctx, &purchase, &[answer.clone(), answer]).await
}

/// Opens every page before the first one is paid, as tabs are, and pays in each.
async fn pay_everywhere(ctx: &Ctx, purchase: &Purchase, answers: &[Answer]) -> Result<(), Stop> {
    let mut tabs = Vec::new();
    for answer in answers {
        let mut buyer = ctx.buyer();
        let page = ctx.open(&mut buyer, answer).await?;
        tabs.push((buyer, page));
    }
    let mut ends = Vec::new();
    for (mut buyer, page) in tabs {
        if !page.takes_payment() {
            ends.push("the page takes no payment".to_owned());
            continue;
        }
        let Bought { end, page, .. } = ctx.send(&mut buyer, &page, &Means::card()).await?;
        ends.push(if end == End::Paid { "paid".to_owned() } else { page.says() });
    }
    let seen = ctx.until_settled(purchase).await?;
    ctx.report("how the visits ended", ends.join("; "));
    paid_once(ctx, purchase, &seen);
    Ok(())
}

fn paid_once(ctx: &Ctx, purchase: &Purchase, seen: &Seen) {
    let kept: i64 = seen
        .ledger
        .sessions
        .iter()
        .filter(|session| session.is_paid())
        .map(|session| session.amount - session.refunded)
        .sum();
    ctx.check(
        format!("the buyer of purchase {} has paid the price once", purchase.id),
        purchase.shown_price(),
        format!("{} in all: {}", money::shown(kept, &purchase.currency), seen.ledger.shown()),
        Some(kept) == purchase.minor(),
    );
    ctx.check(
        format!("purchase {} is completed", purchase.id),
        "completed in Dataverse",
        seen.state.word(),
        seen.state.is_completed(),
    );
}

/// How many visits arrive at once.
const VISITS: usize = 20;
/// How late Stripe makes something for them, in milliseconds.
const LATE_MILLIS: u64 = 100;

/// Twenty clicks of an impatient finger, or one mail in twenty scanners.
pub static C05: Case = Case {
    id: "R-C05",
    title: "20 visits of one link at once",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "at most one payment link or session stays active; or, when everything is paid that can be, the buyer has paid the price once in the end",
    sources: &["AV 15.4.2", "I14", "INV-4"],
    needs: Needs::NOTHING,
    run: |ctx| many_visits(ctx).boxed(),
};

async fn many_visits(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    // So that they meet where the payment page is made, on a busy machine too.
    let late = Effect::Delay { millis: LATE_MILLIS };
    let fault = ctx.trouble(Trouble::stripe(late).on_writes().about(purchase.id)).await?;
    let answers = try_join_all((0..VISITS).map(|_| ctx.follow(&purchase))).await?;
    ctx.healed(fault).await?;
    let redirected: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 302).collect();
    ctx.check(
        "a visit leads to the payment page",
        "302 for at least one of them",
        format!("{} of {VISITS}", redirected.len()),
        !redirected.is_empty(),
    );
    let seen = ctx.settled(&purchase).await?;
    let active: Vec<String> =
        seen.ledger.payables.iter().filter(|payable| payable.active).map(|payable| payable.url.clone()).collect();
    if active.len() <= 1 {
        ctx.report("places to pay after 20 visits at once", active.len());
        return Ok(());
    }
    let mut tabs = Vec::new();
    for url in &active {
        let mut buyer = ctx.buyer();
        let page = buyer.open(url).await.map_err(Stop::suite)?;
        tabs.push((buyer, page));
    }
    for (mut buyer, page) in tabs {
        if page.takes_payment() {
            ctx.send(&mut buyer, &page, &Means::card()).await?;
        }
    }
    let seen = ctx.until_settled(&purchase).await?;
    paid_once(&ctx, &purchase, &seen);
    Ok(())
}
