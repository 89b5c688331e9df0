//! Senders without haste: S-H05.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::shared::still_serves;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Wire, head};

/// How many.
const SENDERS: usize = 200;
/// Fewer than these tell nothing.
const FEWEST: usize = 50;
/// How often each of them sends a byte.
const DRIP: Duration = Duration::from_millis(100);

/// A request that never ends costs its sender nothing. If it costs the service a thread, two hundred of them close it.
pub static H05: Case = Case {
    id: "S-H05",
    title: "slow senders: 200 connections that send a byte now and then",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "while 200 strangers send heads and bodies byte by byte, a buyer still gets to the payment page and the payment is taken, within the time budgets: a slow sender holds no thread, no lock and no place that others need",
    sources: &["ASVS 13.1.3, 15.1.3"],
    needs: Needs::ALONE,
    run: |ctx| slow(ctx).boxed(),
};

async fn slow(ctx: Ctx) -> Result<(), Stop> {
    ctx.step(format!("opened {SENDERS} connections to the webhook: half of them end their head, none its body"));
    let mut wires = Vec::new();
    for wire in join_all((0..SENDERS).map(|number| begin(&ctx, number % 2 == 0))).await {
        match wire {
            Ok(wire) => wires.push(wire),
            // A machine that lets us open no more, or a service that takes no more, is served by fewer.
            Err(_) if wires.len() >= FEWEST => break,
            Err(why) => return Err(Stop::NotTestable(format!("only {} connections at once: {why}", wires.len()))),
        }
    }
    let held = wires.len();
    let dripping = tokio::spawn(drip(wires));
    let served = still_serves(&ctx, &format!("while {held} slow senders are connected")).await;
    dripping.abort();
    ctx.report("slow senders that were connected at once", held);
    served
}

async fn begin(ctx: &Ctx, whole_head: bool) -> Result<Wire, String> {
    let url = &ctx.urls().notify;
    let signature = format!("Stripe-Signature: {}", ctx.sham_signature());
    let lines = ["Content-Type: application/json", signature.as_str(), "Content-Length: 4096"];
    let head = head("POST", url, &lines);
    let mut wire = ctx.try_wire(url).await?;
    wire.write(head.as_bytes()).await;
    wire.write(if whole_head { b"\r\n{" } else { b"X-Slow: " }).await;
    Ok(wire)
}

/// A byte for each, again and again; who was hung up on stays so.
async fn drip(mut wires: Vec<Wire>) {
    loop {
        tokio::time::sleep(DRIP).await;
        for wire in &mut wires {
            wire.write(b" ").await;
        }
    }
}
