//! Dataverse points elsewhere: R-V15.

use futures_util::FutureExt as _;

use super::shared::serves_again;
use crate::check::http::Outcome;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Canary, Trouble, saying, with_header};

/// A token is for one host. Whoever follows a redirect with it hands it to whom the redirect names.
pub static V15: Case = Case {
    id: "R-V15",
    title: "Dataverse redirects a read to another host",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "not followed with the token; the visit ends in an error page",
    sources: &["AV 15.3.2", "DVA"],
    needs: Needs::NOTHING,
    run: |ctx| elsewhere(ctx).boxed(),
};

async fn elsewhere(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let canary = Canary::listen().await?;
    for status in [302, 307] {
        let redirect =
            with_header(saying(status, "text/html", ""), "Location", &canary.url("/api/data/v9.2/elsewhere"));
        let fault = ctx.trouble(Trouble::dataverse(redirect).about(purchase.id)).await?;
        let answer = ctx.follow(&purchase).await?;
        ctx.check(
            format!("the visit ends properly when Dataverse answers {status}"),
            "an error page or a refusal, no 302",
            &answer,
            matches!(answer.outcome(), Outcome::Refusal | Outcome::Broken),
        );
        ctx.healed(fault).await?;
    }
    let heard = canary.heard();
    let with_token: Vec<&str> =
        heard.iter().filter(|heard| heard.header("authorization").is_some()).map(crate::steps::Heard::line).collect();
    ctx.must(
        "the token goes to no other host",
        "no call with an Authorization header at the host that the redirect named",
        if with_token.is_empty() { format!("{} calls, none with a token", heard.len()) } else { with_token.join("; ") },
        with_token.is_empty(),
    );
    serves_again(&ctx, &purchase, "once Dataverse answers by itself again").await?;
    Ok(())
}
