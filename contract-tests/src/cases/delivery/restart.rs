//! Memory that a restart takes away: R-D04.

use futures_util::FutureExt as _;

use super::shared::{completed_once, taken};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// A service that remembers what it has done only while it runs meets the same event anew after each deployment.
pub static D04: Case = Case {
    id: "R-D04",
    title: "restarts the service between two deliveries of one event",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the delivery after the restart is answered 2xx and changes nothing: memory alone is no memory",
    sources: &["STF", "STW"],
    needs: Needs { managed: true, ..Needs::ALONE }.and_under("AMB-1", &["success", "fault"]),
    run: |ctx| restarted(ctx).boxed(),
};

async fn restarted(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let delivery = ctx.resend(&held).await?;
    taken(&ctx, &delivery, "the delivery before the restart");
    ctx.settle().await?;
    ctx.restart().await?;
    let delivery = ctx.resend(&held).await?;
    taken(&ctx, &delivery, "the same delivery after the restart");
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "before and after the restart");
    Ok(())
}
