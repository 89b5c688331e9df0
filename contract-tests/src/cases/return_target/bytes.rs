//! Bytes that end a header or vanish inside a scheme: S-O07.

use futures_util::FutureExt as _;

use super::shared::{EVIL, Tried, allowed, is_not_taken, shown, targets, try_all};
use crate::check::text::{CANARY_HEADER, control_byte};
use crate::check::url::encoded;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// A line break that gets into a header begins a header of the attacker's own.
pub static O07: Case = Case {
    id: "S-O07",
    title: "returnUrl is encoded twice, or has line breaks, NUL, a tab inside the scheme",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no injected header, and no raw control byte in any answer or stored URL; nothing is decoded a second time",
    sources: &["RFC 9110 5.5", "AV 4.2.4", "AV 1.2.2"],
    needs: Needs::NOTHING,
    run: |ctx| bytes(ctx).boxed(),
};

async fn bytes(ctx: Ctx) -> Result<(), Stop> {
    let us = allowed(&ctx)?;
    let injected = format!("{CANARY_HEADER}: 1");
    let urls = [
        encoded(&format!("https://{EVIL}/")),
        format!("{}/\r\n{injected}", us.origin),
        format!("{}/\n{injected}", us.origin),
        format!("{}/x\r\n\r\n<script>alert(1)</script>", us.origin),
        format!("{}/\0.{EVIL}", us.origin),
        format!("ht\ttps://{EVIL}/"),
        format!("https\n://{EVIL}/"),
        format!("\r\n{}/", us.origin),
    ];
    for tried in try_all(&ctx, &urls).await? {
        is_not_taken(&ctx, &tried);
        is_clean(&ctx, &tried);
    }
    Ok(())
}

fn is_clean(ctx: &Ctx, tried: &Tried) {
    let Tried { url, answer, seen, .. } = tried;
    ctx.check(
        format!("returnUrl {} begins no header of its own", shown(url)),
        "nothing of a line break in the header section: refuse control characters before anything is done with the value",
        answer.header(CANARY_HEADER).map_or_else(|| answer.to_string(), |value| format!("{answer}, and a header {CANARY_HEADER}: {value}")),
        answer.header(CANARY_HEADER).is_none(),
    );
    let stored = targets(seen).into_iter().find(|(_, url)| url.chars().any(char::is_control));
    let place =
        control_byte(answer).or_else(|| stored.map(|(field, url)| format!("Stripe's {field} = {}", shown(&url))));
    ctx.check(
        format!("no raw control byte of returnUrl {} comes out again", shown(url)),
        "none in headers, body and stored URL",
        place.as_deref().unwrap_or("none"),
        place.is_none(),
    );
}
