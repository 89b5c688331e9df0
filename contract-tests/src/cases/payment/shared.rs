//! What cases about the right payment look at.

use crate::check::http::{Outcome, outcome};
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Purchase, Seen, answer_to};

/// The purchase was not completed, nor was that tried; what was paid is named.
pub(super) fn not_completed(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.must(
        format!("purchase {} of {} is not completed {why}", purchase.id, purchase.shown_price()),
        "no finalize call with 100000001, and not completed in Dataverse",
        format!("{}; {} in Dataverse; {}", seen.shown_finalizes(), seen.state.word(), seen.ledger.shown()),
        seen.finalizes_as(crate::check::journal::COMPLETED).is_empty() && !seen.state.is_completed(),
    );
}

/// Every event about the purchase ended in 2xx or in a refusal: a 5xx is repeated for days.
pub(super) async fn no_server_error(ctx: &Ctx, purchase: &Purchase, why: &str) -> Result<(), Stop> {
    let deliveries = ctx.deliveries(purchase.id, None).await?;
    let broken: Vec<String> = deliveries
        .iter()
        .filter(|delivery| {
            delivery.attempts.last().is_some_and(|last| {
                last.status.is_none_or(|status| !matches!(outcome(status), Outcome::Success | Outcome::Refusal))
            })
        })
        .map(|delivery| format!("{}: {}", delivery.event_type, answer_to(delivery)))
        .collect();
    ctx.check(
        format!("every event about purchase {} is dealt with {why}", purchase.id),
        "2xx or 4xx to the last delivery of each (5xx has Stripe repeat it for days)",
        if broken.is_empty() { "all are".to_owned() } else { broken.join("; ") },
        broken.is_empty(),
    );
    Ok(())
}
