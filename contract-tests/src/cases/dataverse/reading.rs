//! Answers that are not, or not yet, the purchase: R-V12, R-V13.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::control::dto::EntryView;
use serde_json::{Value, json};

use super::shared::{serves_again, told};
use crate::check::http::Outcome;
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale, Seller, Trouble, saying};
use crate::target::Protocol;

/// How often a visitor tries before the purchase has to be readable.
const MOST_VISITS: usize = 12;

/// The Event API answers before its work is done. A buyer who is quick meets a purchase that is not there yet.
pub static V12: Case = Case {
    id: "R-V12",
    title: "the purchase cannot be read yet for the first reads",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "a short wait of the service's own, or a page that lets the visitor try again; never a payment link or session made from guessed data",
    sources: &["EAPI background work"],
    needs: Needs::under("AMB-3", &["after-1-read", "after-2-reads", "after-10-reads"]),
    run: |ctx| not_yet(ctx).boxed(),
};

async fn not_yet(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let mut last = String::new();
    for visit in 1..=MOST_VISITS {
        let answer = ctx.follow(&purchase).await?;
        last = format!("visit {visit} was answered {answer}");
        if answer.status == 302 {
            ctx.report("the purchase is found", format!("on visit {visit}"));
            break;
        }
        let seen = ctx.look(&purchase).await?;
        ctx.check(
            format!("visit {visit}, before the purchase can be read, makes nothing"),
            "a page (4xx or 503), and no payment link or session",
            format!("{answer}; {}", seen.ledger.shown()),
            matches!(answer.outcome(), Outcome::Refusal | Outcome::Broken) && seen.ledger.is_empty(),
        );
    }
    let seen = ctx.settled(&purchase).await?;
    let amounts: Vec<_> = seen.ledger.payables.iter().map(|payable| payable.amount).collect();
    ctx.check(
        format!("within {MOST_VISITS} visits it is sold at its own price"),
        purchase.shown_price(),
        format!("{}; {last}", seen.ledger.shown()),
        amounts == [purchase.minor()],
    );
    Ok(())
}

/// Proxies answer with pages, connections end early; and a platform adds fields whenever it likes.
pub static V13: Case = Case {
    id: "R-V13",
    title: "Dataverse answers 200 with a sign-in page, with half a JSON document, with fields and annotations that nobody asked for",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "what is no purchase ends in an error page, no 302; what is one with more around it is read all the same",
    sources: &["DVE", "RFC 8259 9"],
    needs: Needs::PATIENT,
    run: |ctx| odd_answers(ctx).boxed(),
};

const SIGN_IN: &str = "<!DOCTYPE html><html><head><title>Sign in to your account</title></head><body><form action=\"/login\">\
    <input name=\"loginfmt\" type=\"email\"></form></body></html>";

async fn odd_answers(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let wrong = [
        ("a sign-in page", "text/html; charset=utf-8", SIGN_IN),
        ("half of a JSON document", "application/json", "{\"msevtmgt_totalprice\":149.5,\"statec"),
        ("JSON that is no purchase", "application/json", "{\"value\":[]}"),
        ("the JSON null", "application/json", "null"),
    ];
    try_join_all(wrong.map(|(what, kind, body)| no_purchase(&ctx, &seller, what, kind, body))).await?;
    if ctx.profile().declares.protocol == Protocol::WebApi {
        with_noise(&ctx, &seller).await?;
    }
    Ok(())
}

async fn no_purchase(ctx: &Ctx, seller: &Seller, what: &str, kind: &str, body: &str) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let fault = ctx.trouble(Trouble::dataverse(saying(200, kind, body)).about(purchase.id)).await?;
    let answer = ctx.follow(&purchase).await?;
    told(ctx, &answer, &format!("when Dataverse answers 200 with {what}"));
    ctx.healed(fault).await?;
    serves_again(ctx, &purchase, &format!("after Dataverse answered with {what}")).await?;
    Ok(())
}

/// The service's own read is answered as it was, with more around it.
async fn with_noise(ctx: &Ctx, seller: &Seller) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    let Some(body) = seen.calls_to("dataverse").into_iter().find_map(noisy) else {
        ctx.report("answers with more fields", "the service reads the purchase in a way that is not one JSON object");
        return Ok(());
    };
    let fault = ctx
        .trouble(Trouble::dataverse(saying(200, "application/json; odata.metadata=full", &body)).about(purchase.id))
        .await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.healed(fault).await?;
    is_sold(ctx, &purchase, answer.status).await
}

fn noisy(read: &EntryView) -> Option<String> {
    let answer = read.answer.as_ref().filter(|_| read.status == Some(200))?;
    let mut row: Value = serde_json::from_str(&answer.body).ok()?;
    let fields = row.as_object_mut()?;
    let noise = [
        ("@odata.type", json!("#Microsoft.Dynamics.CRM.msevtmgt_eventpurchase")),
        ("@odata.id", json!("https://contoso.example/api/data/v9.2/msevtmgt_eventpurchases(0)")),
        ("@Microsoft.Dynamics.CRM.something", json!({ "deep": [1, 2, { "deeper": null }] })),
        ("msevtmgt_totalprice@OData.Community.Display.V1.FormattedValue", json!("kr. 1.234,50")),
        ("new_newcolumn", json!("added last night")),
        ("versionnumber", json!(9_007_199_254_740_993_i64)),
    ];
    fields.extend(noise.map(|(name, value)| (name.to_owned(), value)));
    Some(row.to_string())
}

async fn is_sold(ctx: &Ctx, purchase: &Purchase, status: u16) -> Result<(), Stop> {
    let seen = ctx.settled(purchase).await?;
    let active: Vec<_> = seen.ledger.payables.iter().filter(|payable| payable.active).collect();
    let amount = active.first().and_then(|payable| payable.amount);
    ctx.check(
        "fields and annotations that nobody asked for change nothing",
        format!("302, and one payment link or session of {}", purchase.shown_price()),
        format!(
            "{status}; {}",
            amount.map_or_else(|| "none".to_owned(), |amount| money::shown(amount, &purchase.currency))
        ),
        status == 302 && active.len() == 1 && amount == purchase.minor(),
    );
    Ok(())
}
