//! Visits that lead to no payment: C-R10, C-R11.

use std::sync::Arc;

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use mock_core::journal::Filter;
use uuid::Uuid;

use crate::check::http::Outcome;
use crate::check::journal::{finalize_of, is_stripe_write, line_of};
use crate::check::url::{encoded, with_raw_pairs};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Visit;

/// What is no purchase id is refused, and nothing is done about it.
pub static R10: Case = Case {
    id: "C-R10",
    title: "visits without purchaseId, with an empty one, with one that is no UUID, with the UUID of zeros",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a visit without a usable purchase id is refused (any 4xx), and nothing happens",
    sources: &["SA-A format: uuid", "RFC 9110 15.5.1", "ASVS 2.2.1"],
    needs: Needs::NOTHING,
    run: |ctx| no_id(ctx).boxed(),
};

async fn no_id(ctx: Ctx) -> Result<(), Stop> {
    ctx.watch(Uuid::nil());
    let zeros = Uuid::nil().to_string();
    // A word of our own in the return URL finds whatever a service makes of a visit that names no purchase.
    let word = ctx.ids().base62("marker", &ctx.scope(), 20);
    let return_url = format!("{}/{word}", ctx.profile().return_origin());
    let mut visits = Vec::new();
    for id in [None, Some(""), Some("not-a-uuid"), Some(zeros.as_str())] {
        let mut pairs: Vec<(String, String)> = id.iter().map(|id| ("purchaseId".to_owned(), encoded(id))).collect();
        pairs.push(("returnUrl".to_owned(), encoded(&return_url)));
        let answer = ctx.visit(Visit::to(with_raw_pairs(ctx.urls().redirect.as_str(), &pairs))).await?;
        visits.push((id, answer));
    }
    ctx.settle().await?;
    for (id, answer) in visits {
        let what = id.map_or_else(|| "no purchaseId".to_owned(), |id| format!("purchaseId {id:?}"));
        let refused = answer.outcome() == Outcome::Refusal;
        ctx.check(format!("a visit with {what} is refused"), "any 4xx", &answer, refused);
    }
    let mut entries = ctx.journal(Uuid::nil()).await?;
    let filter = Filter { text: Some(word), fake: Some("stripe".to_owned()), ..Filter::default() };
    entries.extend(ctx.control().journal(&filter).await?.entries.into_iter().map(Arc::new));
    nothing_happens(&ctx, &entries);
    Ok(())
}

/// A purchase id that is well formed but names nothing is refused too, whichever way Dataverse says that there is no such row.
pub static R11: Case = Case {
    id: "C-R11",
    title: "visits with the id of a purchase that does not exist",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a visit for an unknown purchase is refused, and nothing happens; an answer of 5xx is only a warning",
    sources: &["SA-A \"identifying a record\""],
    needs: Needs::under("AMB-4", &["404", "400"]),
    run: |ctx| unknown_id(ctx).boxed(),
};

async fn unknown_id(ctx: Ctx) -> Result<(), Stop> {
    let unknown = ctx.ids().uuid("unknown purchase", &ctx.scope());
    ctx.watch(unknown);
    ctx.control().set_switch("AMB-4", ctx.value(), Some(&unknown.to_string())).await?;
    ctx.step(format!("had Dataverse answer {} to reads of rows that do not exist", ctx.value()));
    let pairs = [
        ("purchaseId".to_owned(), unknown.to_string()),
        ("returnUrl".to_owned(), encoded(ctx.profile().return_origin())),
    ];
    let answer = ctx.visit(Visit::to(with_raw_pairs(ctx.urls().redirect.as_str(), &pairs))).await?;
    ctx.settle().await?;
    if answer.outcome() == Outcome::Broken {
        ctx.should("the visit is refused", "any 4xx (5xx is a warning)", &answer, false);
    } else {
        ctx.check("the visit is refused", "any 4xx", &answer, answer.outcome() == Outcome::Refusal);
    }
    nothing_happens(&ctx, &ctx.journal(unknown).await?);
    Ok(())
}

fn nothing_happens(ctx: &Ctx, entries: &[Arc<EntryView>]) {
    let acts: Vec<String> = entries
        .iter()
        .filter(|entry| is_stripe_write(entry) || finalize_of(entry).is_some())
        .inspect(|entry| ctx.show(entry))
        .map(|entry| line_of(entry))
        .collect();
    let seen = if acts.is_empty() { "nothing".to_owned() } else { acts.join("; ") };
    ctx.check("nothing happens at Stripe or Dataverse", "no object made, no finalize", seen, acts.is_empty());
}
