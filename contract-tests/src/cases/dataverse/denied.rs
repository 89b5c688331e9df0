//! The application may not do this: R-V11.

use futures_util::FutureExt as _;

use super::shared::{completed_in_the_end, no_storm, not_acknowledged, paid_into_trouble, serves_again, struck, told};
use crate::cases::notification::shared;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Trouble, coded};

/// How many calls a request may make when each is answered 403.
const MOST_CALLS: usize = 4;

/// A missing privilege is mended by a person, days later perhaps. Until then nothing may look as if it had worked.
pub static V11: Case = Case {
    id: "R-V11",
    title: "Dataverse answers 403: the application lacks a privilege, to read or to finalize",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "on the read: an error page, no 302; on finalize: not acknowledged as done, so that the payment is completed once the privilege is there; no loop in either",
    sources: &["DVE"],
    needs: Needs::NOTHING,
    run: |ctx| forbidden(ctx).boxed(),
};

async fn forbidden(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let visited = ctx.register(&seller).await?;
    let fault = ctx.trouble(Trouble::dataverse(coded(403, "0x80040220")).about(visited.id)).await?;
    let answer = ctx.follow(&visited).await?;
    told(&ctx, &answer, "while it may not read the purchase");
    let seen = ctx.settled(&visited).await?;
    no_storm(&ctx, struck(&seen.entries, "dataverse").len(), MOST_CALLS, "Dataverse");
    ctx.healed(fault).await?;
    serves_again(&ctx, &visited, "once it may read").await?;

    let paid = ctx.register(&seller).await?;
    let trouble = Trouble::dataverse(coded(403, "0x80040220")).about(paid.id);
    let trouble = trouble.on_finalize(ctx.profile().declares.protocol);
    let (held, fault) = paid_into_trouble(&ctx, &paid, trouble).await?;
    let delivery = ctx.resend(&held).await?;
    not_acknowledged(&ctx, &delivery, "while it may not finalize");
    let seen = ctx.settled(&paid).await?;
    no_storm(&ctx, struck(&seen.entries, "dataverse").len(), MOST_CALLS, "Dataverse");
    shared::is_reserved(&ctx, &paid, &seen, "while it may not be finalized");
    ctx.healed(fault).await?;
    completed_in_the_end(&ctx, &paid, "once it may be finalized").await
}
