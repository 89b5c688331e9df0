//! Methods that an endpoint is not made for, and pages of other sites: S-H01, S-H09.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use http::Method;
use mock_stripe::control::dto::Signing;

use super::shared::{is_refused, still_serves};
use crate::cases::signature::{Forgery, waiting};
use crate::check::http::Outcome;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Letter, Reply, Visit, head, signed};

/// An endpoint that does its work for every method does it for links, previews and caches too.
pub static H01: Case = Case {
    id: "S-H01",
    title: "GET/PUT/DELETE/TRACE/unknown method on the webhook; POST on the redirect",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "other methods than POST on the webhook and GET on the redirect are answered 405 with Allow, 404 or 501, and nothing is done, however well the request is signed; TRACE gives nothing back",
    sources: &["RFC 9110 15.5.6, 9.1", "ASVS 4.1.4, 13.4.4"],
    needs: Needs::NOTHING,
    run: |ctx| methods(ctx).boxed(),
};

/// What a TRACE must not give back.
const TRACED: &str = "payloop-traced-header";

async fn methods(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let forgery = Forgery::signing("without Stripe-Signature, to be refused", Signing::None);
    let genuine = paid.deliver(&ctx, forgery).await?.payload;
    let notify = &ctx.urls().notify;
    let brew = Method::from_bytes(b"BREW").unwrap_or(Method::OPTIONS);
    let tried = [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, brew];
    ctx.step("sent the paid session's event, rightly signed, with GET, PUT, DELETE, PATCH and BREW");
    let replies = join_all(tried.iter().map(|method| {
        let signature = signed(ctx.webhook_secret(), ctx.real_second(), genuine.as_bytes());
        let letter = Letter::to(notify).method(method.clone()).header("stripe-signature", signature);
        ctx.knock(letter.json(genuine.clone().into_bytes()))
    }));
    for (method, reply) in tried.iter().zip(replies.await) {
        is_not_allowed(&ctx, &format!("{method} on the webhook"), &reply);
    }
    trace(&ctx).await?;
    let other = ctx.purchase_named("posted").await?;
    let posted = ctx.visit(Visit::to(other.link.clone()).method(Method::POST)).await?;
    ctx.check(
        "POST on the redirect is refused",
        "405 with Allow, or 404",
        &posted,
        posted.outcome() == Outcome::Refusal,
    );
    let seen = ctx.settled(&other).await?;
    ctx.check(
        format!("POST on the redirect makes nothing for purchase {}", other.id),
        "no object at Stripe",
        seen.ledger.shown(),
        seen.ledger.is_empty(),
    );
    paid.untouched(&ctx, "by a request with another method than POST").await?;
    paid.genuine_completes(&ctx).await?;
    still_serves(&ctx, "after requests with other methods").await
}

fn is_not_allowed(ctx: &Ctx, what: &str, reply: &Reply) {
    let named = reply.status != Some(405) || reply.header("allow").is_some();
    ctx.check(
        format!("{what} is not allowed"),
        "405 with Allow, 404 or 501",
        format!("{reply}{}", if named { "" } else { ", without Allow" }),
        named && matches!(reply.status, Some(404 | 405 | 501)),
    );
}

/// No client makes a TRACE for us.
async fn trace(ctx: &Ctx) -> Result<(), Stop> {
    ctx.step("sent TRACE to the webhook with a header of our own");
    let lines = [format!("X-Traced: {TRACED}"), "Content-Length: 0".to_owned()];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut wire = ctx.wire(&ctx.urls().notify).await?;
    wire.write(format!("{}\r\n", head("TRACE", &ctx.urls().notify, &lines)).as_bytes()).await;
    let told = wire.answer(ctx.profile().budgets.webhook.0).await;
    ctx.check("TRACE on the webhook is refused", "405, 404 or 501, or a closed connection", &told, told.is_refusal());
    let echoed = told.body.contains(TRACED) || told.headers.iter().any(|(_, value)| value.contains(TRACED));
    ctx.check(
        "TRACE gives no header of the request back",
        "an answer without them",
        if echoed { "the header came back" } else { "they are not in it" },
        !echoed,
    );
    Ok(())
}

/// A form on any page posts anywhere, with the visitor's network position. Browsers ask before they let scripts read answers; the webhook has
/// nothing to say to scripts.
pub static H09: Case = Case {
    id: "S-H09",
    title: "cross-site form post to the webhook; CORS preflight from evil.test",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "the webhook gives no other site leave (no Access-Control-Allow-Origin for it or for all), refuses its form posts, and does nothing",
    sources: &["ASVS 3.5.2"],
    needs: Needs::NOTHING,
    run: |ctx| cross_site(ctx).boxed(),
};

const EVIL: &str = "https://evil.test";

async fn cross_site(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let forgery = Forgery::signing("without Stripe-Signature, to be refused", Signing::None);
    let genuine = paid.deliver(&ctx, forgery).await?.payload;
    let notify = &ctx.urls().notify;
    let form: String = form_urlencoded::Serializer::new(String::new()).append_pair("payload", &genuine).finish();
    ctx.step("asked for leave by a CORS preflight from https://evil.test, and posted the event from there as a form and as text");
    let preflight = Letter::to(notify)
        .method(Method::OPTIONS)
        .header("origin", EVIL)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type, stripe-signature");
    let by_form = Letter::to(notify)
        .header("origin", EVIL)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.into_bytes());
    let by_text =
        Letter::to(notify).header("origin", EVIL).header("content-type", "text/plain").body(genuine.into_bytes());
    let preflight = ctx.knock(preflight).await;
    no_leave(&ctx, "the preflight", &preflight);
    for (what, letter) in [("the form post of another site", by_form), ("the text post of another site", by_text)] {
        let reply = ctx.knock(letter).await;
        is_refused(&ctx, what, &reply);
        no_leave(&ctx, what, &reply);
    }
    paid.untouched(&ctx, "by posts of another site").await?;
    paid.genuine_completes(&ctx).await?;
    still_serves(&ctx, "after posts of another site").await
}

fn no_leave(ctx: &Ctx, what: &str, reply: &Reply) {
    let leave = reply.header("access-control-allow-origin");
    ctx.check(
        format!("the answer to {what} gives no leave"),
        "no Access-Control-Allow-Origin of * or https://evil.test",
        leave.map_or_else(|| "none".to_owned(), |origin| format!("Access-Control-Allow-Origin: {origin}")),
        !leave.is_some_and(|origin| origin == "*" || origin.contains("evil.test")),
    );
}
