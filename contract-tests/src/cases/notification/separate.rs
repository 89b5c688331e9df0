//! One purchase's payment is not another's: C-N06.

use futures_util::FutureExt as _;

use super::shared::{self, SESSION_COMPLETED};
use crate::buyer::Means;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Sale;

/// The notification names the purchase that was paid; no other is completed by it, whoever followed a link last.
pub static N06: Case = Case {
    id: "C-N06",
    title: "two registrations, of which only the second is paid",
    level: Level::Core,
    strength: Strength::Must,
    clause: "only the purchase that the paid session was made for is completed",
    sources: &["SA-B"],
    needs: Needs::NOTHING,
    run: |ctx| only_the_second(ctx).boxed(),
};

async fn only_the_second(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let first = ctx.register(&seller).await?;
    let second = ctx.register(&seller).await?;
    // Whoever goes by the latest visit goes by the wrong one.
    let to_second = ctx.follow(&second).await?;
    ctx.follow(&first).await?;
    ctx.pay(&to_second, &Means::card()).await?;
    let seen = ctx.settled(&second).await?;
    shared::acknowledged(&ctx, &second, &seen, SESSION_COMPLETED);
    shared::completed(&ctx, &second, &seen, "after it was paid");
    let seen = ctx.look(&first).await?;
    shared::untouched(&ctx, &first, &seen, "when only the other one was paid");
    Ok(())
}
