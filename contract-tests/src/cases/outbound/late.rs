//! After the fifty minutes: C-L02.

use futures_util::FutureExt as _;

use super::shared::{finalizes, shown};
use crate::buyer::Means;
use crate::cases::notification::shared::{SESSION_COMPLETED, answer_of, deliveries_of, is_acknowledged};
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale, Seen};
use crate::target::LateMoney;

/// So many refused calls for one payment are patience; more are a loop.
const PATIENCE: usize = 10;

/// A temporary registration lives for fifty minutes. A payment that comes later finds nothing to finalize: the platform refuses, by its status
/// code or in the words of its answer, and it will not think better of it. Whoever took the money has to give it back, or show that it is parked.
pub static L02: Case = Case {
    id: "C-L02",
    title: "calls the legacy action later than 50 minutes after the registration",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a finalize that is refused because the 50 minutes are over is not reported as a success and not repeated without end: the money goes back (or is parked, where the profile declares that), or the notification is answered with something else than 2xx",
    sources: &["SC note"],
    needs: Needs::OUTBOUND.and_alone().and_under("DV-LEGACY", &["fault", "status"]),
    run: |ctx| too_late(ctx).boxed(),
};

async fn too_late(ctx: Ctx) -> Result<(), Stop> {
    ctx.step(match ctx.value() {
        "status" => "had Dataverse refuse the legacy action with 200 and a status that says so",
        _ => "had Dataverse refuse the legacy action with 400",
    });
    let seller = ctx.arrange(Sale::default()).await?;
    let purchase = ctx.register(&seller).await?;
    // The case is about a platform that refuses; one that still takes the payment where there is room has nothing to give back.
    ctx.control().set_switch("AMB-2", "fault", Some(&purchase.id.to_string())).await?;
    let answer = ctx.follow(&purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    ctx.advance("49m").await?;
    stands(&ctx, &purchase, "reserved").await?;
    ctx.advance("2m").await?;
    stands(&ctx, &purchase, "expired").await?;
    ctx.send(&mut buyer, &page, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    judge(&ctx, &purchase, &seen);
    // Stripe may deliver the same event again; what was refused for good is not tried anew each time.
    let delivered = ctx.deliveries(purchase.id, Some(SESSION_COMPLETED)).await?;
    if let Some(delivery) = delivered.last() {
        ctx.resend(delivery).await?;
        let seen = ctx.settled(&purchase).await?;
        let calls = finalizes(&seen);
        ctx.check(
            "the legacy action is not called without end when the event comes again",
            format!("at most {} calls in all", 2 * PATIENCE),
            shown(&calls),
            calls.len() <= 2 * PATIENCE,
        );
    }
    Ok(())
}

/// The fifty minutes are the platform's: when it does not keep them, nothing can be judged.
async fn stands(ctx: &Ctx, purchase: &Purchase, word: &str) -> Result<(), Stop> {
    let state = ctx.state(purchase).await?;
    if state.word() == word {
        return Ok(());
    }
    Err(Stop::suite(format!("the temporary registration is {}, and should be {word}", state.word())))
}

fn judge(ctx: &Ctx, purchase: &Purchase, seen: &Seen) {
    let calls = finalizes(seen);
    ctx.check(
        "the legacy action is not called again and again",
        format!("at most {PATIENCE} calls for one payment"),
        format!("{} calls: {}", calls.len(), shown(&calls)),
        calls.len() <= PATIENCE,
    );
    ctx.check(
        format!("purchase {} is not completed after the fifty minutes", purchase.id),
        "no registration",
        format!("{}, {} registrations", seen.state.word(), seen.state.registrations),
        !seen.state.is_completed() && seen.state.registrations == 0,
    );
    let delivered = deliveries_of(seen, SESSION_COMPLETED);
    let answers: Vec<String> = delivered.iter().map(|entry| answer_of(entry)).collect();
    let reported = delivered.last().is_some_and(|entry| is_acknowledged(entry));
    let kept: i64 =
        seen.ledger.sessions.iter().filter(|session| session.is_paid()).map(|it| it.amount - it.refunded).sum();
    let parks = ctx.profile().declares.late_money == LateMoney::Park;
    ctx.check(
        "money without a registration is not reported as a success",
        if parks { "2xx, as the profile declares that it parks such money" } else { "the money refunded, or no 2xx" },
        format!(
            "answered {}; {} kept; the platform said: {}",
            answers.join(", "),
            money::shown(kept, &purchase.currency),
            shown(&calls)
        ),
        !delivered.is_empty() && (!reported || kept == 0 || parks),
    );
}
