//! The same news more than once: R-D01, R-D02, R-D03, R-D06.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::try_join;
use mock_core::faults::Effect;
use mock_stripe::control::dto::{Compose, Composed};

use super::shared::{all_taken, completed_once, taken};
use crate::cases::notification::shared::{SESSION_COMPLETED, pay_by_card};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, Purchase, Trouble};

/// What Dataverse says to a second finalize call is not documented; both are tried.
const REPEAT: Needs = Needs::under("AMB-1", &["success", "fault"]);

/// Stripe delivers at least once. The second time is no news, and no error either, whatever Dataverse says to a repeated call.
pub static D01: Case = Case {
    id: "R-D01",
    title: "delivers the same event three times, one after another",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "each delivery is answered 2xx, the purchase stays completed, and nothing happens twice; a repeat does not fail because Dataverse refuses a second finalize",
    sources: &["STW duplicates", "STF", "I7"],
    needs: REPEAT,
    run: |ctx| one_after_another(ctx).boxed(),
};

async fn one_after_another(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    for nth in ["first", "second", "third"] {
        let delivery = ctx.resend(&held).await?;
        taken(&ctx, &delivery, &format!("the {nth} delivery"));
        ctx.settle().await?;
    }
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "after three deliveries");
    Ok(())
}

/// How many deliveries arrive at once.
const AT_ONCE: usize = 10;
/// How late Dataverse answers meanwhile: all of them ask it before the first is answered, whatever else the machine has to do.
const SLOW: u64 = 150;

/// Two servers of one service, or Stripe itself, may bring the same event at the same moment. Whoever looks first and acts then acts twice.
pub static D02: Case = Case {
    id: "R-D02",
    title: "delivers the same event ten times at once",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase is completed once and its money stays; no delivery fails because Dataverse refused the finalize of another one (a busy answer that a later delivery makes good is fine)",
    sources: &["STF \"possibly at once\"", "AV 15.4.2", "I7", "I14"],
    needs: REPEAT,
    run: |ctx| at_once(ctx).boxed(),
};

async fn at_once(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    ctx.step(format!("had Stripe deliver it {AT_ONCE} times at once"));
    let compose = Compose {
        event: Some(held.event.clone()),
        subjects: vec![purchase.id],
        times: Some(AT_ONCE),
        ..Compose::default()
    };
    let slow = ctx.trouble(Trouble::dataverse(Effect::Delay { millis: SLOW }).about(purchase.id)).await?;
    let composed: Composed = ctx.control().post("/v1/stripe/deliveries", &compose).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.healed(slow).await?;
    let open: Vec<String> = composed
        .answers
        .iter()
        .filter(|answer| !answer.is_success())
        .map(|answer| {
            answer.status.map_or_else(|| answer.error.clone().unwrap_or_default(), |status| status.to_string())
        })
        .collect();
    let mut kinds = open.clone();
    kinds.sort();
    kinds.dedup();
    let refused = seen.finalizes().iter().any(|call| !call.accepted);
    ctx.check(
        "no delivery fails over another one's finalize",
        "2xx to each (or a busy answer while Dataverse refused nothing)",
        format!(
            "{} of {AT_ONCE} not acknowledged{}; {}",
            open.len(),
            if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) },
            seen.shown_finalizes()
        ),
        open.is_empty() || !refused,
    );
    let last = ctx.resend(&held).await?;
    taken(&ctx, &last, "the delivery after them");
    let seen = ctx.until_completed(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "after ten deliveries at once");
    Ok(())
}

/// Two endpoints on one URL, or an event that was made again, bring the same session under two event ids.
pub static D03: Case = Case {
    id: "R-D03",
    title: "delivers two events with different ids about one session",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "what counts is the session, not the event's id: both are answered 2xx, and the purchase is completed once",
    sources: &["STW", "I7 (Woo 3326)"],
    needs: REPEAT,
    run: |ctx| two_ids(ctx).boxed(),
};

async fn two_ids(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let Some(event) = ctx.deliveries(purchase.id, Some(SESSION_COMPLETED)).await?.into_iter().next() else {
        ctx.require("our Stripe has an event about the payment", SESSION_COMPLETED, seen.ledger.shown(), false)?;
        return Ok(());
    };
    let compose =
        Compose { event: Some(event.event), fresh_id: true, subjects: vec![purchase.id], ..Compose::default() };
    let second = ctx.deliver(Forged::composed("the same session's event under another id", compose)).await?;
    ctx.check("the event under another id is acknowledged", "2xx", second.shown(), second.is_success());
    all_taken(&ctx, &purchase, Some(SESSION_COMPLETED), "under its first id").await?;
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "by two events about one session");
    Ok(())
}

/// How late each answer of Dataverse is.
const LATE: u64 = 250;
/// How much later the second delivery comes than the first.
const APART: Duration = Duration::from_millis(120);

/// Stripe does not wait for ever: it repeats what is not answered, while the first delivery is still worked on.
pub static D06: Case = Case {
    id: "R-D06",
    title: "repeats a delivery while the first is still being worked on, since Dataverse is slow",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the second delivery has no effect of its own: the purchase is completed once, and both end in 2xx",
    sources: &["STW", "STF"],
    needs: REPEAT,
    run: |ctx| impatient(ctx).boxed(),
};

async fn impatient(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let slow = ctx.trouble(Trouble::dataverse(Effect::Delay { millis: LATE }).about(purchase.id)).await?;
    let again = async {
        ctx.let_pass(ctx.moment(), APART).await;
        ctx.resend(&held).await
    };
    try_join(ctx.resend(&held), again).await?;
    ctx.healed(slow).await?;
    finished(&ctx, &purchase).await
}

async fn finished(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let seen = ctx.until_completed(purchase).await?;
    all_taken(ctx, purchase, Some(SESSION_COMPLETED), "although it came twice").await?;
    completed_once(ctx, purchase, &seen, "by two deliveries that overlapped");
    Ok(())
}
