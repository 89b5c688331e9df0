//! News that is older than what is known, and sessions that are not the one that was paid: R-D08, R-D09, R-D10.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;
use serde_json::{Value, json};

use super::shared::completed_once;
use crate::buyer::{Buyer, Means, Page};
use crate::cases::notification::shared::{self, SESSION_COMPLETED, pay_by_card};
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, Purchase};

/// The platform may take a cancellation after a completion, or refuse it; in both it must not be asked for.
const OPPOSITE: Needs = Needs::under("AMB-5", &["refused", "last-wins"]);

/// Each browser that opens a Payment Link gets a session of its own. That one of them expires says nothing about the others.
pub static D08: Case = Case {
    id: "R-D08",
    title: "one session of a link expires after another session of the same link was paid",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase stays completed: an expired session cancels nothing that another session has paid",
    sources: &["STP (many sessions per link)", "INV-3", "I14"],
    needs: Needs { payable: Some(Payable::Link), ..OPPOSITE },
    run: |ctx| expires_afterwards(ctx).boxed(),
};

async fn expires_afterwards(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let (first, mut buyer, page) = two_tabs(&ctx, &purchase).await?;
    ctx.send(&mut buyer, &page, &Means::card()).await?;
    ctx.settle().await?;
    expire(&ctx, &purchase, &first).await?;
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "and stays so after another session of its link expired");
    Ok(())
}

/// A buyer who leaves one tab open and pays in another is a buyer.
pub static D09: Case = Case {
    id: "R-D09",
    title: "one session of a link expires, and the buyer pays in another inside the reservation",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the reservation is not cancelled when a session of the link expires, and the payment in another one completes it",
    sources: &["STP", "PASS"],
    needs: Needs { payable: Some(Payable::Link), ..Needs::NOTHING },
    run: |ctx| expires_before(ctx).boxed(),
};

async fn expires_before(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let (first, mut buyer, page) = two_tabs(&ctx, &purchase).await?;
    expire(&ctx, &purchase, &first).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::untouched(&ctx, &purchase, &seen, "when one of its sessions expires");
    ctx.send(&mut buyer, &page, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "by the session that was left");
    Ok(())
}

/// Opens the link in two browsers. Answers the id of the first one's session, and the second browser with its page.
async fn two_tabs(ctx: &Ctx, purchase: &Purchase) -> Result<(String, Buyer, Page), Stop> {
    let answer = ctx.follow(purchase).await?;
    ctx.open(&mut ctx.buyer(), &answer).await?;
    let first = ctx.ledger(purchase.id).await?.sessions.first().map(|session| session.id.clone());
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    let first = first.ok_or_else(|| Stop::suite("our Stripe made no session for an opened link"))?;
    Ok((first, buyer, page))
}

/// Lets a session expire: by our Stripe where it still can, else by the event that says so.
pub(crate) async fn expire(ctx: &Ctx, purchase: &Purchase, session: &str) -> Result<(), Stop> {
    let open =
        ctx.ledger(purchase.id).await?.sessions.iter().any(|known| known.id == session && known.status == "open");
    if open {
        ctx.step(format!("let session {session} expire unpaid"));
        ctx.stripe_api(&format!("/v1/checkout/sessions/{session}/expire"), &[]).await?;
        return Ok(());
    }
    let compose = Compose {
        object: Some(session.to_owned()),
        event_type: Some("checkout.session.expired".to_owned()),
        set: [("data.object.status", json!("expired")), ("data.object.payment_status", json!("unpaid"))]
            .map(|(path, value)| (path.to_owned(), value))
            .into(),
        subjects: vec![purchase.id],
        ..Compose::default()
    };
    ctx.deliver(Forged::composed(format!("that session {session} has expired unpaid"), compose)).await?;
    Ok(())
}

/// Events carry the state of their moment, and come in any order. What is known to be paid does not become unpaid.
pub static D10: Case = Case {
    id: "R-D10",
    title: "delivers an older, unpaid snapshot of the session after the paid one",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase stays completed, and the older snapshot is answered 2xx",
    sources: &["STW order", "STF retrieve"],
    needs: OPPOSITE,
    run: |ctx| stale(ctx).boxed(),
};

async fn stale(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let Some(event) = ctx.deliveries(purchase.id, Some(SESSION_COMPLETED)).await?.into_iter().next() else {
        return ctx.require("our Stripe has an event about the payment", SESSION_COMPLETED, seen.ledger.shown(), false);
    };
    let earlier: Value = json!(1_700_000_000);
    let compose = Compose {
        event: Some(event.event),
        fresh_id: true,
        set: [("data.object.payment_status", json!("unpaid")), ("created", earlier)]
            .map(|(path, value)| (path.to_owned(), value))
            .into(),
        subjects: vec![purchase.id],
        ..Compose::default()
    };
    let old = ctx.deliver(Forged::composed("an older snapshot of the same session, unpaid", compose)).await?;
    ctx.check("the older snapshot is acknowledged", "2xx", old.shown(), old.is_success());
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "and stays so after an older snapshot");
    Ok(())
}
