//! The published contract of the redirect: C-R01, C-R02, C-R08, C-R09.

use futures_util::FutureExt as _;

use super::leads_to_stripe;
use crate::check::http::is_stored;
use crate::check::url::{raw_pairs, with_raw_pairs};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Visit};

/// The answer to the registration's link is 302 to the payment page that our Stripe made for that purchase, and the purchase has one
/// payable object.
pub static R01: Case = Case {
    id: "C-R01",
    title: "registers, follows the link with GET",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the redirect endpoint answers 302, and Location is exactly the URL that Stripe made for this purchase",
    sources: &["SA-A contract", "RFC 9110 15.4.3", "RFC 9110 10.2.2"],
    needs: Needs::NOTHING,
    run: |ctx| follow(ctx).boxed(),
};

async fn follow(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    leads_to_stripe(&ctx, &purchase, &answer).await?;
    Ok(())
}

/// A stored redirect (301, 308) outlives the reservation that it was made for, and a page with a script is no redirect: only 302 is right.
pub static R02: Case = Case {
    id: "C-R02",
    title: "looks at the redirect's status",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the status is exactly 302: browsers store a permanent redirect, which then outlives the reservation; a page with a script is no redirect",
    sources: &["SA-A", "RFC 9110 15.4.2", "RFC 9110 15.4.3", "RFC 9110 15.1"],
    needs: Needs::NOTHING,
    run: |ctx| status(ctx).boxed(),
};

async fn status(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let stored = if is_stored(answer.status) { ", which browsers store" } else { "" };
    ctx.check("the status is exactly 302", "302", format!("{}{stored}", answer.status), answer.status == 302);
    Ok(())
}

/// The payment page URL that the organizer enters may carry its own query, and links collect parameters on their way: none of that changes
/// what the service does.
pub static R08: Case = Case {
    id: "C-R08",
    title: "adds query parameters in front and behind",
    level: Level::Core,
    strength: Strength::Must,
    clause: "parameters that the service does not know, in front of or behind its own, change nothing",
    sources: &["SA-set \"any additional query string\""],
    needs: Needs::NOTHING,
    run: |ctx| extra_parameters(ctx).boxed(),
};

async fn extra_parameters(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale { page_query: "tenant=7&note=a%20b%26c&", ..Sale::default() }).await?;
    let in_front = ctx.register(&seller).await?;
    let behind = ctx.register(&seller).await?;
    let answers = [
        ctx.follow(&in_front).await?,
        ctx.visit(Visit::to(format!("{}&utm_source=mail&empty=&flag", behind.link))).await?,
    ];
    for (purchase, answer) in [in_front, behind].iter().zip(answers) {
        leads_to_stripe(&ctx, purchase, &answer).await?;
    }
    Ok(())
}

/// A GUID is the same in upper and in lower case (RFC 9562 4), and the order of parameters means nothing.
pub static R09: Case = Case {
    id: "C-R09",
    title: "writes purchaseId in upper case, and the parameters in another order",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a purchase id is read in either case and wherever it stands in the query",
    sources: &["RFC 9562 4", "SA-A `uuid`"],
    needs: Needs::NOTHING,
    run: |ctx| other_spellings(ctx).boxed(),
};

async fn other_spellings(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let upper = ctx.register(&seller).await?;
    let reversed = ctx.register(&seller).await?;
    let id = upper.id.to_string();
    let mut pairs = raw_pairs(&reversed.link);
    pairs.reverse();
    let answers = [
        ctx.visit(Visit::to(upper.link.replace(&id, &id.to_uppercase()))).await?,
        ctx.visit(Visit::to(with_raw_pairs(&reversed.link, &pairs))).await?,
    ];
    for (purchase, answer) in [upper, reversed].iter().zip(answers) {
        leads_to_stripe(&ctx, purchase, &answer).await?;
    }
    Ok(())
}
