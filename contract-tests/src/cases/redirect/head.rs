//! HEAD is safe: C-R15.

use futures_util::FutureExt as _;
use http::Method;

use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Visit};

/// HEAD only asks what GET would answer; mail scanners use it. Nothing to pay must come of it.
pub static R15: Case = Case {
    id: "C-R15",
    title: "sends HEAD to the link",
    level: Level::Core,
    strength: Strength::Should,
    clause: "HEAD makes no payment link or session; 405 is right too",
    sources: &["RFC 9110 9.3.2", "RFC 9110 9.2.1"],
    needs: Needs::NOTHING,
    run: |ctx| head(ctx).boxed(),
};

async fn head(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.visit(Visit::of(&purchase, Asked::AsLinked).method(Method::HEAD)).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.report("the answer to HEAD", &answer);
    ctx.check("HEAD makes no payment link or session", "none", seen.ledger.shown(), seen.ledger.payables.is_empty());
    Ok(())
}
