//! Plainly foreign targets: S-O01, S-O02, S-O03, S-O10.

use futures_util::FutureExt as _;

use super::shared::{EVIL, is_not_taken, none_is_taken, say_the_seed, shown, try_all, word};
use crate::buyer::Means;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Whoever can send people anywhere in the organizer's name can ask them for their card once more.
pub static O01: Case = Case {
    id: "S-O01",
    title: "returnUrl leads to a site that is not allowed",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the visit is refused, or its payment link or session has no such target: no foreign site is stored at Stripe or stands in a Location",
    sources: &["AV 3.7.2", "RFC 3986 7.6"],
    needs: Needs::NOTHING,
    run: |ctx| foreign(ctx).boxed(),
};

async fn foreign(ctx: Ctx) -> Result<(), Stop> {
    say_the_seed(&ctx);
    let urls = [
        format!("https://{EVIL}/"),
        format!("http://{EVIL}/thanks?from=payment"),
        format!("https://{}.{EVIL}/{}", word(&ctx, 8), word(&ctx, 5)),
    ];
    none_is_taken(&ctx, &urls).await
}

/// A browser runs what stands behind some schemes, and opens files or programs behind others.
pub static O02: Case = Case {
    id: "S-O02",
    title: "returnUrl is javascript:, data:, vbscript:, file: or of a scheme of its own",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "only http and https are taken: nothing else is stored at Stripe, stands in a Location, or is a link on a page of the service",
    sources: &["AV 1.2.2", "RFC 3986 3.1"],
    needs: Needs::NOTHING,
    run: |ctx| schemes(ctx).boxed(),
};

async fn schemes(ctx: Ctx) -> Result<(), Stop> {
    let host = super::shared::allowed(&ctx)?.host;
    let urls = [
        "javascript:alert(document.domain)".to_owned(),
        format!("javascript://{host}/%0aalert(1)"),
        "JaVaScRiPt:alert(1)".to_owned(),
        "data:text/html,<h1>pay again</h1>".to_owned(),
        "vbscript:msgbox(1)".to_owned(),
        "file:///etc/hostname".to_owned(),
        format!("acme-pay://{host}/thanks"),
    ];
    none_is_taken(&ctx, &urls).await
}

/// What one parser reads as a path, the next one reads as a host.
pub static O03: Case = Case {
    id: "S-O03",
    title: "returnUrl names its host in an odd spelling: //host, /\\host, \\\\host, https:host, https:///host",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "spellings that browsers repair into a foreign host are refused: what begins with // or \\ is no path of the allowed site",
    sources: &["RFC 3986 4.2", "AV 1.5.3"],
    needs: Needs::NOTHING,
    run: |ctx| spellings(ctx).boxed(),
};

async fn spellings(ctx: Ctx) -> Result<(), Stop> {
    let urls = [
        format!("//{EVIL}"),
        format!("/\\{EVIL}"),
        format!("\\\\{EVIL}"),
        format!("https:{EVIL}"),
        format!("https:///{EVIL}"),
    ];
    none_is_taken(&ctx, &urls).await
}

/// Stripe puts the id of the finished session in the place of this word. To a stranger it says who paid what.
pub static O10: Case = Case {
    id: "S-O10",
    title: "returnUrl asks for {CHECKOUT_SESSION_ID} at a foreign host, and the buyer pays",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "the id of a Checkout Session does not leak to a site that is not allowed",
    sources: &["STP placeholder", "AV 14.2.1"],
    needs: Needs::NOTHING,
    run: |ctx| placeholder(ctx).boxed(),
};

async fn placeholder(ctx: Ctx) -> Result<(), Stop> {
    let urls = [format!("https://{EVIL}/?session={{CHECKOUT_SESSION_ID}}")];
    for tried in try_all(&ctx, &urls).await? {
        is_not_taken(&ctx, &tried);
        if tried.answer.status != 302 || !tried.seen.ledger.payables.iter().any(|payable| payable.active) {
            continue;
        }
        let bought = ctx.pay(&tried.answer, &Means::card()).await?;
        let seen = ctx.settled(&tried.purchase).await?;
        let landed = bought.landed.unwrap_or_default();
        let origins = &ctx.profile().declares.return_origins;
        let told = seen.ledger.sessions.iter().any(|session| landed.contains(&session.id));
        ctx.check(
            "after paying, the browser does not carry the session's id to a foreign site",
            "Stripe's closing page, or an allowed site",
            if landed.is_empty() { "Stripe's closing page".to_owned() } else { shown(&landed) },
            !told || crate::check::target::leads_to(&landed, origins),
        );
    }
    Ok(())
}
