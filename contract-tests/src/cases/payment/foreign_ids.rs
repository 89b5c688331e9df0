//! Orders of other systems in the same account: S-T08, S-T09.

use futures_util::FutureExt as _;
use mock_core::journal::Filter;
use mock_stripe::control::dto::Compose;
use serde_json::json;
use uuid::Uuid;

use crate::cases::signature::event;
use crate::check::journal::{finalize_of, line_of};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Delivered, Forged};

/// How often what fails is sent in all: Stripe goes on for days.
const TRIES: usize = 4;

/// A shop in the same account writes its own numbers under the same key. They are none of the service's business, and no reason to fall over.
pub static T08: Case = Case {
    id: "S-T08",
    title: "order id not a UUID, validly signed",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a paid session whose order id is no UUID (WC-1042, 4 kB of text, quotes, JSON) is answered 2xx, or refused with a 4xx; never 5xx, which Stripe repeats for days and then gives up on the endpoint; nothing is finalized",
    sources: &["I9", "RFC 9562", "ASVS 16.5.3"],
    needs: Needs::NOTHING,
    run: |ctx| not_a_uuid(ctx).boxed(),
};

async fn not_a_uuid(ctx: Ctx) -> Result<(), Stop> {
    let word = ctx.ids().base62("foreign order", &ctx.scope(), 12);
    let before = ctx.control().world().await?.journal.last_seq;
    let ids = [
        ("of a shop (WC-…)", format!("WC-1042-{word}")),
        ("of 4 kB", format!("{word}{}", "x".repeat(4096))),
        ("with quotes", format!("'; drop table {word}; --")),
        ("with OData", format!("{word}') or msevtmgt_eventpurchaseid ne null or ('1' eq '1")),
        ("of JSON", format!("{{\"$ne\":\"{word}\"}}")),
        ("one digit short of a UUID", format!("a4d9e358-949f-f011-bbd3-{}", "6045bd02f64")),
        ("of blanks", "   ".to_owned()),
    ];
    for (what, id) in ids {
        let payload = paid_session(&ctx, what, &id);
        let delivered = insist(&ctx, &payload, Vec::new(), &format!("a paid session with an order id {what}")).await?;
        ctx.check(
            format!("a paid session with an order id {what} is dealt with"),
            "2xx (or any 4xx), not 5xx",
            delivered.told(),
            delivered.is_success() || delivered.is_refusal(),
        );
    }
    ctx.settle().await?;
    // No purchase of ours is named; what a service makes of such an id names the word, or nobody at all.
    let filter =
        Filter { after: Some(before), fake: Some("dataverse".to_owned()), text: Some(word), ..Filter::default() };
    let mut entries = ctx.control().journal(&filter).await?.entries;
    let of_nobody = Filter { after: Some(before), fake: Some("dataverse".to_owned()), ..Filter::about(Uuid::nil()) };
    entries.extend(ctx.control().journal(&of_nobody).await?.entries);
    let finalized: Vec<String> = entries
        .iter()
        .filter(|entry| finalize_of(entry).is_some())
        .inspect(|entry| ctx.show(entry))
        .map(line_of)
        .collect();
    ctx.must(
        "nothing is finalized for an order id that is no UUID",
        "no finalize call",
        if finalized.is_empty() { "none".to_owned() } else { finalized.join("; ") },
        finalized.is_empty(),
    );
    Ok(())
}

/// A purchase that was deleted, or that lives in another environment: no delivery will ever find it.
pub static T09: Case = Case {
    id: "S-T09",
    title: "order id a UUID unknown to Dataverse",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a paid session for a purchase that does not exist is acknowledged within a few deliveries, whichever way Dataverse says that there is none, and has no effect",
    sources: &["I9", "INV-8"],
    needs: Needs::under("AMB-4", &["404", "400"]),
    run: |ctx| unknown(ctx).boxed(),
};

async fn unknown(ctx: Ctx) -> Result<(), Stop> {
    let unknown = ctx.ids().uuid("unknown purchase", &ctx.scope());
    ctx.watch(unknown);
    ctx.control().set_switch("AMB-4", ctx.value(), Some(&unknown.to_string())).await?;
    ctx.step(format!("had Dataverse answer {} to reads of rows that do not exist", ctx.value()));
    let payload = paid_session(&ctx, "unknown", &unknown.to_string());
    let what = format!("a paid session for purchase {unknown}, which does not exist");
    let delivered = insist(&ctx, &payload, vec![unknown], &what).await?;
    let check = format!("the event about an unknown purchase is acknowledged within {TRIES} deliveries");
    if delivered.is_refusal() {
        ctx.should(check, "2xx (a 4xx, which Stripe repeats too, is a warning)", delivered.told(), false);
    } else {
        ctx.check(check, "2xx", delivered.told(), delivered.is_success());
    }
    ctx.settle().await?;
    let entries = ctx.journal(unknown).await?;
    let finalized: Vec<String> = entries
        .iter()
        .filter(|entry| finalize_of(entry).is_some_and(|call| call.accepted))
        .map(|entry| line_of(entry))
        .collect();
    ctx.must(
        "nothing is finalized for an unknown purchase",
        "no finalize call that Dataverse took",
        if finalized.is_empty() { "none".to_owned() } else { finalized.join("; ") },
        finalized.is_empty(),
    );
    Ok(())
}

/// A paid session of the same account that carries this order id.
fn paid_session(ctx: &Ctx, what: &str, id: &str) -> String {
    let part = |kind: &str| ctx.ids().base62(kind, &format!("{} {what}", ctx.scope()), 24);
    let session = json!({
        "id": format!("cs_test_{}", part("foreign session")),
        "object": "checkout.session",
        "amount_subtotal": 1900,
        "amount_total": 1900,
        "currency": ctx.profile().currency().to_ascii_lowercase(),
        "livemode": false,
        "metadata": { ctx.profile().declares.metadata_key.clone(): id },
        "mode": "payment",
        "payment_intent": format!("pi_{}", part("foreign intent")),
        "payment_link": null,
        "payment_status": "paid",
        "status": "complete",
    });
    event(ctx, &session)
}

/// Delivers, and does so again while it is not acknowledged, as Stripe does, but with less patience.
async fn insist(ctx: &Ctx, payload: &str, subjects: Vec<Uuid>, what: &str) -> Result<Delivered, Stop> {
    let mut tries = 0;
    loop {
        let compose = Compose { payload: Some(payload.to_owned()), subjects: subjects.clone(), ..Compose::default() };
        let again = if tries == 0 { String::new() } else { " again".to_owned() };
        let delivered = ctx.deliver(Forged::composed(format!("{what}{again}"), compose)).await?;
        tries += 1;
        if delivered.is_success() || tries == TRIES {
            return Ok(delivered);
        }
    }
}
