//! Where does a request end? S-H06: two answers to that let one request hide behind another.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;

use super::shared::still_serves;
use crate::check::text::counted;
use crate::check::url::with_parameter;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale, Told, Wire, head};

/// Proxy and service that disagree about the length of a body let a stranger put a request of their own in front of the next visitor's.
pub static H06: Case = Case {
    id: "S-H06",
    title: "Content-Length together with Transfer-Encoding, doubled or negative lengths, obs-fold",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "a request whose length can be read in two ways is refused, or answered once with the connection closed after it: what stands behind it is never taken for a second request; malformed lengths and folded headers are refused",
    sources: &["RFC 9112 5.2, 6.1, 6.3", "ASVS 4.2.1"],
    needs: Needs::NOTHING,
    run: |ctx| framing(ctx).boxed(),
};

async fn framing(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut hidden = Vec::new();
    let mut sent = Vec::new();
    for (what, framing, body) in [
        (
            "with Content-Length and Transfer-Encoding",
            vec!["Content-Length: {all}", "Transfer-Encoding: chunked"],
            "0\r\n\r\n",
        ),
        (
            "with Transfer-Encoding and Content-Length",
            vec!["Transfer-Encoding: chunked", "Content-Length: {all}"],
            "0\r\n\r\n",
        ),
        ("with two lengths, the first 0", vec!["Content-Length: 0", "Content-Length: {all}"], ""),
        ("with two lengths, the second 0", vec!["Content-Length: {all}", "Content-Length: 0"], ""),
        ("with two lengths in one line", vec!["Content-Length: 0, {all}"], ""),
        ("with an unknown coding after chunked", vec!["Transfer-Encoding: chunked, payloop"], "0\r\n\r\n"),
        ("with a length that starts with a plus", vec!["Content-Length: +0"], ""),
        ("with a blank before the colon of its length", vec!["Content-Length : {all}"], ""),
    ] {
        let purchase = ctx.register(&seller).await?;
        ctx.step(format!("sent a request {what}, with a visit for purchase {} behind it", purchase.id));
        sent.push(send(&ctx, framing, format!("{body}{}", visit_of(&purchase)?)));
        hidden.push((what, purchase));
    }
    let told = try_join_all(sent).await?;
    malformed(&ctx).await?;
    ctx.settle().await?;
    // Until here the connections were open: whatever stood behind the first request had its time.
    for ((what, purchase), (told, _wire)) in hidden.iter().zip(&told) {
        let seen = ctx.look(purchase).await?;
        ctx.check(
            format!("what stands behind a request {what} is no second request"),
            "nothing asked of Dataverse or Stripe for the purchase in it (refuse the first, or answer it with Connection: close)",
            format!(
                "the first was answered: {told}; {} to Dataverse, {}",
                counted(seen.calls_to("dataverse").len(), "call", "calls"),
                seen.ledger.shown()
            ),
            seen.calls_to("dataverse").is_empty() && seen.ledger.is_empty(),
        );
        ctx.check(format!("a request {what} is not taken"), "4xx, 501 or a closed connection", told, told.is_refusal());
    }
    still_serves(&ctx, "after requests of doubtful length").await
}

/// The visit that hides behind another request.
fn visit_of(purchase: &Purchase) -> Result<String, Stop> {
    let link = with_parameter(&purchase.link, "returnUrl", None);
    let url = link.parse().map_err(|error| Stop::suite(format!("{link}: {error}")))?;
    Ok(format!("{}\r\n", head("GET", &url, &[])))
}

/// Sends a request with these framing lines (`{all}` is the length of all that follows), and keeps the connection.
async fn send(ctx: &Ctx, framing: Vec<&str>, rest: String) -> Result<(Told, Wire), Stop> {
    let all = rest.len().to_string();
    let mut lines = vec!["Content-Type: application/json".to_owned()];
    lines.extend(framing.into_iter().map(|line| line.replace("{all}", &all)));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let url = &ctx.urls().notify;
    let mut wire = ctx.wire(url).await?;
    wire.write(format!("{}\r\n{rest}", head("POST", url, &lines)).as_bytes()).await;
    let told = wire.answer(PATIENCE.min(ctx.profile().budgets.webhook.0)).await;
    Ok((told, wire))
}

/// How long an answer may take where none may come at all, since the service waits for the rest of a body.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// Requests that can be read in no way.
async fn malformed(ctx: &Ctx) -> Result<(), Stop> {
    for (what, lines) in [
        ("a negative length", "Content-Length: -1\r\n"),
        ("a length that is no number", "Content-Length: ten\r\n"),
        ("a length beyond 64 bits", "Content-Length: 99999999999999999999999999\r\n"),
        ("a folded header", "Content-Length: 0\r\nX-Folded: a\r\n b\r\n"),
        ("a header without a name", "Content-Length: 0\r\n: nobody\r\n"),
        ("a zero byte in a header", "Content-Length: 0\r\nX-Zero: a\0b\r\n"),
        ("a carriage return alone in a header", "Content-Length: 0\r\nX-Alone: a\rX-Other: b\r\n"),
    ] {
        ctx.step(format!("sent a request with {what}"));
        let url = &ctx.urls().notify;
        let mut wire = ctx.wire(url).await?;
        wire.write(format!("{}{lines}\r\n", head("POST", url, &[])).as_bytes()).await;
        let told = wire.answer(PATIENCE.min(ctx.profile().budgets.webhook.0)).await;
        ctx.check(
            format!("a request with {what} is refused"),
            "4xx, 501 or a closed connection",
            &told,
            told.is_refusal(),
        );
    }
    Ok(())
}
