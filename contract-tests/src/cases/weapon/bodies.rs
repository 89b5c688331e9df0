//! Bodies without measure: S-H02.

use futures_util::FutureExt as _;

use super::shared::still_serves;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Told, head};

const MEGA: usize = 1024 * 1024;
/// What is written at once.
const PIECE: usize = 64 * 1024;
/// Past all that two sockets can hold between them without anybody reading.
const TELLING: usize = 50 * MEGA;

/// An event of Stripe is some kilobytes. Whoever reads on for megabytes before asking who sends them can be filled up by anybody.
pub static H02: Case = Case {
    id: "S-H02",
    title: "unsigned bodies of 1, 10, 50 MB; endless chunks",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a stranger's body is refused (413 or another 4xx) or cut off in bounded time and memory: the service sets a limit on what it reads, announced or not",
    sources: &["RFC 9110 15.5.14", "ASVS 2.4.1"],
    needs: Needs::NOTHING,
    run: |ctx| large(ctx).boxed(),
};

async fn large(ctx: Ctx) -> Result<(), Stop> {
    for size in [MEGA, 10 * MEGA, TELLING] {
        let megabytes = size / MEGA;
        ctx.step(format!("sent {megabytes} MB to the webhook with a signature that signs nothing"));
        let told = pour(&ctx, &format!("Content-Length: {size}"), &vec![b' '; PIECE], size, b"").await?;
        is_cut_off(&ctx, &format!("a body of {megabytes} MB"), &told);
        if size == TELLING {
            ctx.should(
                format!("a body of {megabytes} MB is cut off before all of it is read"),
                "an answer, or a closed connection, before the end of the body",
                format!("{told} after {} MB", told.sent / MEGA),
                told.sent < size,
            );
        }
    }
    ctx.step(format!("sent chunks without end to the webhook, up to {} MB of them", TELLING / MEGA));
    let mut chunk = format!("{PIECE:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + PIECE, b' ');
    chunk.extend_from_slice(b"\r\n");
    let told = pour(&ctx, "Transfer-Encoding: chunked", &chunk, TELLING, b"").await?;
    is_cut_off(&ctx, "a body of chunks without end", &told);
    ctx.check(
        "a body of chunks without end is cut off at some size",
        format!("an answer, or a closed connection, before {} MB", TELLING / MEGA),
        format!("{told} after {} MB", told.sent / MEGA),
        told.sent < TELLING,
    );
    still_serves(&ctx, "after large bodies").await
}

async fn pour(ctx: &Ctx, framing: &str, piece: &[u8], most: usize, end: &[u8]) -> Result<Told, Stop> {
    let signature = format!("Stripe-Signature: {}", ctx.sham_signature());
    let lines = ["Content-Type: application/json", signature.as_str(), framing];
    let mut wire = ctx.wire(&ctx.urls().notify).await?;
    wire.write(format!("{}\r\n", head("POST", &ctx.urls().notify, &lines)).as_bytes()).await;
    Ok(wire.pour(piece, most, end, ctx.profile().budgets.webhook.0).await)
}

fn is_cut_off(ctx: &Ctx, what: &str, told: &Told) {
    ctx.check(
        format!("{what} is refused"),
        format!("413 or another 4xx, or a closed connection, within {}", ctx.profile().budgets.webhook),
        format!("{told}, after {} kB were sent", told.sent / 1024),
        told.is_refusal(),
    );
}
