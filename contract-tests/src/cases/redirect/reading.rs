//! What a visit asks of Dataverse: C-R14.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;

use crate::check::journal::{line_of, path_of};
use crate::check::outbound::asks_for_details;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// A visit reads the purchase, with a token, and writes nothing. How often it reads is reported only: one request can do, two are right too.
pub static R14: Case = Case {
    id: "C-R14",
    title: "looks at what a visit asked of Dataverse",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a visit reads this purchase with a bearer token, and writes nothing",
    sources: &["SA-A \"one request can fetch\"", "DVA"],
    needs: Needs::NOTHING,
    run: |ctx| reading(ctx).boxed(),
};

async fn reading(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let calls = seen.calls_to("dataverse");
    let (reads, writes): (Vec<&EntryView>, Vec<&EntryView>) = calls.iter().copied().partition(|entry| is_read(entry));
    ctx.require("the purchase is read from Dataverse", "a read of this purchase", shown(&reads), !reads.is_empty())?;
    ctx.report("reads of the purchase for one visit", reads.len());
    let has_token = |entry: &&EntryView| {
        entry.request.header("authorization").is_some_and(|value| value.to_ascii_lowercase().starts_with("bearer "))
    };
    let bare: Vec<&EntryView> = calls.iter().copied().filter(|entry| !has_token(entry)).collect();
    let seen = if bare.is_empty() { "all have one".to_owned() } else { shown(&bare) };
    ctx.check("every call carries a bearer token", "Authorization: Bearer", seen, bare.is_empty());
    ctx.check("a visit writes nothing to Dataverse", "no write", shown(&writes), writes.is_empty());
    Ok(())
}

/// Reads are GET; batches and the organization service are POST and say inside what they do, and outbound marketing has actions that read.
fn is_read(entry: &EntryView) -> bool {
    if asks_for_details(entry) {
        return true;
    }
    match entry.request.method.as_deref() {
        Some("GET" | "HEAD") => true,
        Some("POST") => {
            let path = path_of(entry).to_ascii_lowercase();
            let body = &entry.request.body;
            if path.ends_with("/$batch") {
                let writes = ["POST ", "PATCH ", "PUT ", "DELETE "];
                !body.lines().any(|line| writes.iter().any(|write| line.starts_with(write)))
            } else {
                path.contains("/xrmservices/") && ["Retrieve", "WhoAmI"].iter().any(|read| body.contains(read))
            }
        }
        _ => false,
    }
}

fn shown(entries: &[&EntryView]) -> String {
    if entries.is_empty() {
        "none".to_owned()
    } else {
        entries.iter().map(|entry| line_of(entry)).collect::<Vec<_>>().join("; ")
    }
}
