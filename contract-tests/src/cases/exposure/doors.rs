//! Ways in that nobody should find: S-X09, S-X10.

use futures_util::FutureExt as _;
use http::Method;
use serde_json::json;

use crate::check::http::{Outcome, outcome};
use crate::check::journal::FINALIZE;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Visit};

/// Pages for developers and machines that frameworks bring along.
const PAGES: [&str; 24] = [
    "/swagger",
    "/swagger/index.html",
    "/swagger/v1/swagger.json",
    "/openapi.json",
    "/api-docs",
    "/docs",
    "/metrics",
    "/env",
    "/.env",
    "/actuator",
    "/actuator/env",
    "/actuator/heapdump",
    "/.git/config",
    "/.git/HEAD",
    "/debug",
    "/debug/pprof/",
    "/debug/vars",
    "/server-status",
    "/phpinfo.php",
    "/elmah.axd",
    "/trace.axd",
    "/config",
    "/console",
    "/admin",
];

/// What helps developers helps everybody else too.
pub static X09: Case = Case {
    id: "S-X09",
    title: "asks for /swagger, /metrics, /env, /actuator, /.git, /debug and their like",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "pages for developers and machines are not open, unless the profile declares them (open_paths)",
    sources: &["AV 13.4.5", "AV 13.4.7"],
    needs: Needs::NOTHING,
    run: |ctx| pages(ctx).boxed(),
};

async fn pages(ctx: Ctx) -> Result<(), Stop> {
    let urls = ctx.urls();
    let mut bases = vec![urls.redirect.clone(), urls.notify.clone()];
    bases.dedup_by_key(|url| url.origin());
    let ready = urls.ready.as_ref().map(|url| url.path().to_owned());
    let sought = &ctx.bench().sought;
    for base in bases {
        let at = |path: &str| format!("{}{path}", base.origin().ascii_serialization());
        // A site that shows one page for whatever is asked has none of these open.
        ctx.step(format!("asked {} for {} pages that frameworks bring along", at(""), PAGES.len()));
        let nowhere = ctx.probe(Visit::to(at("/payloop-no-such-page"))).await.ok();
        for path in PAGES {
            // To hang up is an answer too.
            let Ok(answer) = ctx.probe(Visit::to(at(path))).await else { continue };
            let declared =
                ctx.profile().declares.open_paths.iter().any(|open| open == path) || ready.as_deref() == Some(path);
            let same = nowhere.as_ref().is_some_and(|page| page.status == answer.status && page.body == answer.body);
            let open = outcome(answer.status) == Outcome::Success && !same;
            ctx.check(
                format!("{path} is not open to everybody"),
                "404, 401 or 403; or declare it in open_paths if it is open on purpose",
                &answer,
                declared || !open,
            );
            let secret = sought.found_in(&answer.body);
            ctx.must(
                format!("{path} shows no secret"),
                "none",
                secret.map_or_else(|| "none".to_owned(), |what| format!("the {what}")),
                secret.is_none(),
            );
        }
    }
    Ok(())
}

/// A seat is given for money that Stripe vouches for, and for nothing that a caller says.
pub static X10: Case = Case {
    id: "S-X10",
    title: "tries to reach finalize with any method at any path of the profile, with the status for paid",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "there is no other way to a completed registration than a notification that Stripe signed",
    sources: &["AV 2.3.1", "AV 4.1.4"],
    needs: Needs::NOTHING,
    run: |ctx| tried(ctx).boxed(),
};

async fn tried(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let urls = ctx.urls();
    let mut pages = vec![bare(urls.redirect.as_str()), bare(urls.notify.as_str())];
    pages.extend(urls.ready.as_ref().map(|url| bare(url.as_str())));
    let (folder, _) = pages[0].rsplit_once('/').unwrap_or((&pages[0], ""));
    let origin = urls.redirect.origin().ascii_serialization();
    pages.extend([
        format!("{folder}/Return"),
        format!("{folder}/Success"),
        format!("{folder}/Finalize"),
        format!("{origin}/api/data/v9.2/{FINALIZE}"),
        format!("{origin}/{FINALIZE}"),
    ]);
    let mut sent = 0;
    ctx.step(format!(
        "asked for the completion with GET, POST, PUT, PATCH and DELETE, in the query, as a form and in JSON, at {}",
        pages.join(", ")
    ));
    for page in &pages {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for visit in dressed(&purchase, &ctx.profile().declares.metadata_key, page, &method) {
                // Whether it is refused, ignored or hung up on: what counts is what Dataverse is told.
                drop(ctx.probe(visit).await);
                sent += 1;
            }
        }
    }
    let seen = ctx.settled(&purchase).await?;
    ctx.check(
        format!("none of {sent} requests reaches finalize"),
        "no finalize call: only an event with Stripe's signature may lead to one",
        seen.shown_finalizes(),
        seen.finalizes().is_empty(),
    );
    ctx.check("the purchase is as it was", "reserved", seen.state.word(), seen.state.is_reserved());
    Ok(())
}

/// A URL without its query.
fn bare(url: &str) -> String {
    url.split('?').next().unwrap_or_default().to_owned()
}

/// The same demand in the query, as a form, and in JSON.
fn dressed(purchase: &Purchase, key: &str, page: &str, method: &Method) -> Vec<Visit> {
    let id = purchase.id;
    let query = format!(
        "purchaseId={id}&status=100000001&paymentStatus=100000001&msevtmgt_purchaseid={id}&msevtmgt_paymentstatus=100000001&paid=true&redirect_status=succeeded&session_id=cs_test_payloop"
    );
    let by = |url: String| Visit::to(url).method(method.clone());
    let in_query = by(format!("{page}?{query}"));
    if *method == Method::GET || *method == Method::DELETE {
        return vec![in_query];
    }
    let json = json!({
        "purchaseId": id,
        "status": 100_000_001,
        "msevtmgt_purchaseid": id,
        "msevtmgt_paymentstatus": 100_000_001,
        "type": "checkout.session.completed",
        "data": { "object": { "object": "checkout.session", "payment_status": "paid", "status": "complete", "metadata": { key: id } } },
    });
    vec![
        in_query,
        by(page.to_owned()).header("content-type", "application/x-www-form-urlencoded").body(query),
        by(page.to_owned()).header("content-type", "application/json").body(json.to_string()),
    ]
}
