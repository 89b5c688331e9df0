//! The payment that goes well: C-N01, C-N02, C-N10.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;

use super::shared::{self, SESSION_COMPLETED, pay_by_card};
use crate::check::journal::{COMPLETED, FINALIZE, Finalize, path_of};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Seen};
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
    paid_and_completed(&ctx).await?;
    Ok(())
}

/// The canonical loop with its three demands.
async fn paid_and_completed(ctx: &Ctx) -> Result<(Purchase, Seen), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::acknowledged(ctx, &purchase, &seen, SESSION_COMPLETED);
    shared::completed(ctx, &purchase, &seen, "after it was paid");
    Ok((purchase, seen))
}

/// Finalizing is a POST of the unbound custom API with a GUID and an integer, and a bearer token; over the organization service it is the same
/// operation with the same parameters.
pub static N02: Case = Case {
    id: "C-N02",
    title: "looks at the shape of the finalize call",
    level: Level::Core,
    strength: Strength::Must,
    clause: "finalize is a POST of the unbound custom API with msevtmgt_purchaseid and an integer msevtmgt_paymentstatus as JSON, with a bearer token (declared protocol sdk: the same operation through the organization service)",
    sources: &["SA-B", "SA-test", "DVE"],
    needs: Needs::REAL_TIME,
    run: |ctx| shape(ctx).boxed(),
};

async fn shape(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let calls = seen.finalizes();
    ctx.require(
        "finalize is called after the payment",
        format!("a call of {FINALIZE} that names purchase {}", purchase.id),
        seen.shown_finalizes(),
        !calls.is_empty(),
    )?;
    for call in &calls {
        if let Some(entry) = seen.entries.iter().find(|entry| entry.seq == call.seq) {
            shape_of(&ctx, &purchase, call, entry);
        }
    }
    Ok(())
}

fn shape_of(ctx: &Ctx, purchase: &Purchase, call: &Finalize, entry: &EntryView) {
    let header = |name: &str| entry.request.header(name).unwrap_or("none").to_owned();
    let number = format!("finalize call #{}", call.seq);
    let method = entry.request.method.as_deref().unwrap_or_default();
    ctx.check(format!("{number} is a POST"), "POST", method, method == "POST");
    let declared_soap = ctx.profile().declares.protocol == Protocol::Sdk;
    let spoken = |soap: bool| if soap { "the organization service (SOAP)" } else { "the Web API" };
    ctx.should(
        format!("{number} speaks the protocol that the profile declares"),
        spoken(declared_soap),
        spoken(call.soap),
        call.soap == declared_soap,
    );
    let kind = header("content-type");
    if call.soap {
        ctx.check(format!("the body of {number} is XML"), "text/xml", &kind, kind.to_ascii_lowercase().contains("xml"));
    } else {
        let path = path_of(entry);
        ctx.check(
            format!("{number} goes to the unbound custom API"),
            format!("/api/data/v9.x/{FINALIZE}"),
            path,
            is_unbound(path),
        );
        let json = kind.to_ascii_lowercase().starts_with("application/json");
        ctx.check(format!("the body of {number} is JSON"), "Content-Type: application/json", &kind, json);
    }
    ctx.check(
        format!("msevtmgt_purchaseid of {number} is the purchase, as a GUID"),
        purchase.id,
        call.purchase.map_or_else(|| "no GUID".to_owned(), |id| id.to_string()),
        call.purchase == Some(purchase.id),
    );
    ctx.check(
        format!("msevtmgt_paymentstatus of {number} is an integer"),
        COMPLETED,
        format!("{}{}", call.status, if call.choice.is_none() { ", which is no JSON integer" } else { "" }),
        call.choice == Some(COMPLETED),
    );
    let token = header("authorization");
    let bearer = token.to_ascii_lowercase().starts_with("bearer ");
    ctx.check(format!("{number} carries a bearer token"), "Authorization: Bearer and a token", &token, bearer);
    let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    ctx.check(format!("Dataverse takes {number}"), "2xx", status, call.accepted);
}

/// Whether a path is the custom API below the service root, and not bound to a row.
fn is_unbound(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    matches!(segments.as_slice(), ["api", "data", version, name] if version.starts_with('v') && *name == FINALIZE)
}

/// Whether the custom API answers 204 or 200 with a body is not published: both are success.
pub static N10: Case = Case {
    id: "C-N10",
    title: "finalize is answered 204, and 200 with a body",
    level: Level::Core,
    strength: Strength::Must,
    clause: "any 2xx of finalize is success: the purchase is completed and the notification answered 2xx, whether finalize answers 204 or 200 with a body",
    sources: &["DVE"],
    needs: Needs::under("AMB-7", &["204", "200"]).and_real_time(),
    run: |ctx| either_success(ctx).boxed(),
};

async fn either_success(ctx: Ctx) -> Result<(), Stop> {
    ctx.step(format!("had Dataverse answer finalize with {}", ctx.value()));
    let (_, seen) = paid_and_completed(&ctx).await?;
    let accepted = seen.finalizes().into_iter().filter(|call| call.accepted);
    let odd: Vec<String> = accepted
        .filter_map(|call| seen.entries.iter().find(|entry| entry.seq == call.seq))
        .filter(|entry| !entry.request.target.as_deref().unwrap_or_default().contains("/XRMServices/"))
        .filter_map(|entry| entry.status)
        .map(|status| status.to_string())
        .filter(|status| status != ctx.value())
        .collect();
    if odd.is_empty() {
        Ok(())
    } else {
        Err(Stop::suite(format!("our Dataverse answered finalize with {}", odd.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::is_unbound;

    #[test]
    fn the_custom_api_stands_at_the_service_root() {
        let good = [
            "/api/data/v9.2/msevtmgt_finalizeregistrationpayment",
            "/api/data/v9.0/msevtmgt_finalizeregistrationpayment/",
        ];
        let bad = [
            "/api/data/v9.2/msevtmgt_eventpurchases(1)/Microsoft.Dynamics.CRM.msevtmgt_finalizeregistrationpayment",
            "/api/data/msevtmgt_finalizeregistrationpayment",
            "/api/data/v9.2/msevtmgt_other",
        ];
        assert!(good.into_iter().all(is_unbound));
        assert!(!bad.into_iter().any(is_unbound));
    }
}
