//! Work that cannot be done when the news comes: R-D05, R-D07.

use futures_util::FutureExt as _;

use super::shared::{all_taken, completed_once};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Trouble, answer_to, is_taken, status, with_header};
use crate::target::Finalize;

/// Whoever notes an event as seen before it is done, or says 2xx to what failed, has lost the payment: Stripe never sends it again.
pub static D05: Case = Case {
    id: "R-D05",
    title: "Dataverse answers 503 to the first delivery, and is well again for the second",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the first delivery is not acknowledged (or a queue tries again by itself), and the purchase is completed once Dataverse is well: what is marked as seen before it is done is lost money",
    sources: &["STW retries", "I8"],
    needs: Needs::PATIENT,
    run: |ctx| second_time_lucky(ctx).boxed(),
};

async fn second_time_lucky(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let down = ctx.trouble(Trouble::dataverse(status(503)).about(purchase.id)).await?;
    let first = ctx.resend(&held).await?;
    if ctx.profile().declares.finalize == Finalize::Synchronous {
        ctx.check(
            "the delivery is not acknowledged while nothing can be finalized",
            "5xx, so that Stripe sends it again",
            answer_to(&first),
            !is_taken(&first),
        );
    }
    ctx.healed(down).await?;
    let seen = ctx.until_completed(&purchase).await?;
    all_taken(&ctx, &purchase, Some(SESSION_COMPLETED), "once Dataverse is well again").await?;
    completed_once(&ctx, &purchase, &seen, "once Dataverse is well again");
    Ok(())
}

/// The pauses of Stripe's live mode as far as they are known: three days in all, each pause longer than the one before.
const PAUSES: [&str; 10] = ["5m", "30m", "2h", "5h", "10h", "12h", "12h", "12h", "12h", "5h"];
/// Four days to pay, in minutes.
const FOUR_DAYS: u32 = 4 * 24 * 60;

/// Dataverse may be down for a weekend. As long as the reservation stands, the first delivery that finds it well completes the purchase.
pub static D07: Case = Case {
    id: "R-D07",
    title: "delivers along Stripe's schedule for three virtual days while Dataverse is down, and once more when it is well",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase is completed on the first delivery that finds Dataverse well, however often the event was refused before",
    sources: &["STW 3 days"],
    needs: Needs::ALONE,
    run: |ctx| three_days(ctx).boxed(),
};

async fn three_days(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale { timeout_minutes: FOUR_DAYS, ..Sale::default() }).await?;
    let purchase = ctx.register(&seller).await?;
    let mut delivery = ctx.pay_in_silence(&purchase).await?;
    // Where the work is done before the answer, there is no point in trying again within it: then the three days take no real time.
    let effect = match ctx.profile().declares.finalize {
        Finalize::Synchronous => with_header(status(503), "Retry-After", "3600"),
        Finalize::Queued => status(503),
    };
    let down = ctx.trouble(Trouble::dataverse(effect).about(purchase.id)).await?;
    delivery = ctx.resend(&delivery).await?;
    let mut tries = 1;
    for pause in PAUSES {
        if is_taken(&delivery) {
            break;
        }
        ctx.advance(pause).await?;
        delivery = ctx.resend(&delivery).await?;
        tries += 1;
    }
    ctx.report(
        "while Dataverse was down",
        format!("the last of {tries} deliveries was answered {}", answer_to(&delivery)),
    );
    ctx.healed(down).await?;
    if !is_taken(&delivery) {
        delivery = ctx.resend(&delivery).await?;
        ctx.check("the first delivery after that is acknowledged", "2xx", answer_to(&delivery), is_taken(&delivery));
    }
    let seen = ctx.until_completed(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "on the third day");
    Ok(())
}
