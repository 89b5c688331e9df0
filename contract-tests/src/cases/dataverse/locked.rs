//! Somebody else is at work on the row: R-V14.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;

use super::shared::{completed_in_the_end, paid_into_trouble};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, Trouble, answer_to, coded};

/// Conflicts that are over a moment later, with the platform's codes.
const CONFLICTS: [(u16, &str); 3] = [(412, "0x80060882"), (409, "0x80040237"), (503, "0x8004480b")];

/// Plug-ins and imports hold the row for a moment. That is no answer to the question who has paid.
pub static V14: Case = Case {
    id: "R-V14",
    title: "finalize meets 412, 409 and a locked record, once each",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "taken for what passes: finally completed, by the service's own next try or by Stripe's next delivery",
    sources: &["DVE"],
    needs: Needs::NOTHING,
    run: |ctx| locked(ctx).boxed(),
};

async fn locked(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    try_join_all(CONFLICTS.map(|conflict| conflicting(&ctx, &seller, conflict))).await?;
    Ok(())
}

async fn conflicting(ctx: &Ctx, seller: &Seller, (status, code): (u16, &str)) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let protocol = ctx.profile().declares.protocol;
    let trouble = Trouble::dataverse(coded(status, code)).about(purchase.id).on_finalize(protocol).times(1);
    let (held, fault) = paid_into_trouble(ctx, &purchase, trouble).await?;
    let delivery = ctx.resend(&held).await?;
    ctx.report(format!("the delivery that met {status} {code}"), answer_to(&delivery));
    ctx.settle().await?;
    ctx.healed(fault).await?;
    completed_in_the_end(ctx, &purchase, &format!("although finalize met {status} once")).await
}
