//! Tokens that are refused: R-V07, R-V08, R-V10.

use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use mock_core::journal::{Direction, Filter};

use super::shared::{completed_in_the_end, no_storm, paid_into_trouble, serves_again, struck, told};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Trouble, status};

/// A token lives for an hour, a service for weeks.
pub static V07: Case = Case {
    id: "R-V07",
    title: "Dataverse answers 401 to the token in use, as to one that has expired, on the read and on finalize",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "a new token is fetched and the call is repeated with it: the visit is redirected, the payment completed",
    sources: &["DVA", "RFC 9110 15.5.2"],
    needs: Needs::NOTHING,
    run: |ctx| expired(ctx).boxed(),
};

async fn expired(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let visited = ctx.register(&seller).await?;
    let fault = ctx.trouble(Trouble::dataverse(status(401)).about(visited.id).for_the_same_token()).await?;
    let answer = ctx.follow(&visited).await?;
    ctx.check("the visit works with a new token", "302", &answer, answer.status == 302);
    ctx.healed(fault).await?;

    let paid = ctx.register(&seller).await?;
    let trouble = Trouble::dataverse(status(401)).about(paid.id).on_finalize(ctx.profile().declares.protocol);
    // The fault stays while Stripe sends again: only another token gets past it.
    let (held, fault) = paid_into_trouble(&ctx, &paid, trouble.for_the_same_token()).await?;
    ctx.resend(&held).await?;
    completed_in_the_end(&ctx, &paid, "with a new token").await?;
    ctx.healed(fault).await?;
    Ok(())
}

/// How many calls a request may make when every one is answered 401: the first, and one with a new token.
const MOST_CALLS: usize = 2;

/// When the application itself has lost its access no token helps. Whoever fetches one after another locks the tenant.
pub static V08: Case = Case {
    id: "R-V08",
    title: "Dataverse answers 401 to every token",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "one renewal, then an error: no loop between Dataverse and the token endpoint",
    sources: &["DVA"],
    needs: Needs::NOTHING,
    run: |ctx| revoked(ctx).boxed(),
};

async fn revoked(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let fault = ctx.trouble(Trouble::dataverse(status(401)).about(purchase.id)).await?;
    let answer = ctx.follow(&purchase).await?;
    told(&ctx, &answer, "while Dataverse takes no token");
    let seen = ctx.settled(&purchase).await?;
    let calls = struck(&seen.entries, "dataverse").len();
    no_storm(&ctx, calls, MOST_CALLS, "Dataverse with refused tokens");
    ctx.healed(fault).await?;
    serves_again(&ctx, &purchase, "once tokens are taken again").await?;
    Ok(())
}

/// How many purchases are visited.
const PURCHASES: usize = 100;
/// How many tokens that may take. Beside this case others run whose tokens are refused on purpose.
const MOST_TOKENS: usize = PURCHASES / 3;
/// How many visits are under way at once.
const AT_ONCE: usize = 4;

/// A token is good for an hour. The token endpoint limits those who ask for each call anew.
pub static V10: Case = Case {
    id: "R-V10",
    title: "100 purchases are visited, and the token requests counted",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "tokens are used again: far fewer token requests than purchases",
    sources: &["DVA", "DVL"],
    needs: Needs::NOTHING,
    run: |ctx| reused(ctx).boxed(),
};

async fn reused(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale { capacity: 1_000, ..Sale::default() }).await?;
    let before = ctx.control().world().await?.journal.last_seq;
    ctx.step(format!("had {PURCHASES} buyers register and follow their links"));
    ctx.share_connections();
    let visits = (0..PURCHASES).map(|_| {
        let (ctx, seller) = (&ctx, &seller);
        async move {
            let purchase = ctx.register(seller).await?;
            ctx.follow(&purchase).await
        }
    });
    let answers: Vec<_> = stream::iter(visits).buffered(AT_ONCE).try_collect().await?;
    let redirected = answers.iter().filter(|answer| answer.status == 302).count();
    ctx.check("each visit is redirected", PURCHASES, redirected, redirected == PURCHASES);
    let filter = Filter {
        after: Some(before),
        fake: Some("entra".to_owned()),
        direction: Some(Direction::Inbound),
        ..Filter::default()
    };
    let tokens = ctx.control().journal(&filter).await?.entries.len();
    ctx.check(
        "tokens are used again",
        format!("at most {MOST_TOKENS} token requests for {PURCHASES} purchases"),
        tokens,
        tokens <= MOST_TOKENS,
    );
    Ok(())
}
