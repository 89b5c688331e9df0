//! The payment that goes well: C-N01, C-N02.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{COMPLETED, event_type};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::target::Protocol;

/// The whole loop: a card is charged, Stripe says so, the service finalizes, the purchase is completed.
pub static N01: Case = Case {
    id: "C-N01",
    title: "pays by card, and has Stripe deliver the completed session",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a paid checkout.session.completed is answered 2xx, finalized for this purchase with 100000001, and completes it",
    sources: &["SA-B"],
    needs: Needs::NOTHING,
    run: |ctx| whole_loop(ctx).boxed(),
};

async fn whole_loop(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    let delivered: Vec<_> = seen
        .deliveries()
        .into_iter()
        .filter(|entry| event_type(entry).as_deref() == Some("checkout.session.completed"))
        .collect();
    if delivered.is_empty() {
        return Err(Stop::suite("our Stripe delivered no checkout.session.completed"));
    }
    for entry in delivered {
        let acknowledged = entry.status.is_some_and(|status| outcome(status) == Outcome::Success);
        let seen = entry.status.map_or_else(|| entry.failure.clone().unwrap_or_default(), |status| status.to_string());
        ctx.check("the notification is acknowledged", "2xx", seen, acknowledged);
    }
    let completing = seen.finalizes_as(COMPLETED);
    let ours = completing.iter().any(|call| call.purchase == Some(purchase.id) && call.accepted);
    ctx.check("the purchase is finalized as completed", "finalize with 100000001 for this purchase", seen.shown_finalizes(), ours);
    ctx.check("the purchase is completed", "completed", seen.state.word(), seen.state.is_completed());
    Ok(())
}

/// Finalizing is a POST of the unbound custom API with a GUID and an integer, and a bearer token; over the organization service the same
/// request with the same parameters.
pub static N02: Case = Case {
    id: "C-N02",
    title: "looks at the shape of the finalize call",
    level: Level::Core,
    strength: Strength::Must,
    clause: "finalize is a POST of the unbound custom API with msevtmgt_purchaseid and an integer msevtmgt_paymentstatus, with a bearer token",
    sources: &["SA-B", "SA-test", "DVE"],
    needs: Needs::NOTHING,
    run: |ctx| shape(ctx).boxed(),
};

async fn shape(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    let calls = seen.finalizes();
    ctx.require("finalize is called", "a call of the custom API", seen.shown_finalizes(), !calls.is_empty())?;
    let soap = ctx.profile().declares.protocol == Protocol::Sdk;
    for call in calls {
        let Some(entry) = seen.entries.iter().find(|entry| entry.seq == call.seq) else { continue };
        let method = entry.request.method.as_deref().unwrap_or_default();
        let path = crate::check::journal::path_of(entry);
        ctx.check("it is a POST", "POST", method, method == "POST");
        if !soap {
            let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            let unbound = matches!(segments.as_slice(), ["api", "data", version, name]
                if version.starts_with('v') && *name == crate::check::journal::FINALIZE);
            ctx.check("it is the unbound custom API", "/api/data/v9.x/msevtmgt_finalizeregistrationpayment", path, unbound);
            let kind = entry.request.header("content-type").unwrap_or("none");
            ctx.check("the body is JSON", "application/json", kind, kind.to_ascii_lowercase().starts_with("application/json"));
        }
        let id = call.purchase.map_or_else(|| "no GUID".to_owned(), |id| id.to_string());
        ctx.check("msevtmgt_purchaseid is the purchase", purchase.id, id, call.purchase == Some(purchase.id));
        ctx.check("msevtmgt_paymentstatus is an integer", "100000001", &call.status, call.choice == Some(COMPLETED));
        let token = entry.request.header("authorization").unwrap_or("none");
        ctx.check("it carries a bearer token", "Authorization: Bearer", token, token.to_ascii_lowercase().starts_with("bearer "));
    }
    Ok(())
}
