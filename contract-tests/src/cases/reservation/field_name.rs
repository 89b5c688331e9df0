//! The field of the registration's answer that holds the link: C-T06.

use futures_util::FutureExt as _;

use crate::cases::redirect::leads_to_stripe;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// The documents print the field with a blank inside its quotes and without. That is the registration page's business: the service sees the
/// same request either way.
pub static T06: Case = Case {
    id: "C-T06",
    title: "registers at an Event API that answers with either field name",
    level: Level::Core,
    strength: Strength::Should,
    clause: "however the registration's answer names the link, the service sees the same request and serves it",
    sources: &["SA-test", "SB"],
    needs: Needs::under("AMB-6", &["redirectUrl", "redirectUrl-blank"]).and_real_time(),
    run: |ctx| either_name(ctx).boxed(),
};

async fn either_name(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(crate::steps::Sale::default()).await?;
    let purchase = ctx.register(&seller).await?;
    let answer = ctx.follow(&purchase).await?;
    leads_to_stripe(&ctx, &purchase, &answer).await?;
    Ok(())
}
