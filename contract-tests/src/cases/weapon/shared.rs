//! What all cases about HTTP end with: one buyer who pays, and is registered.

use crate::buyer::Means;
use crate::cases::notification::shared::{SESSION_COMPLETED, answer_of, deliveries_of, is_acknowledged};
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{PurchaseState, Reply};

/// C-R01 and C-N01 once more: a visit leads to the payment page, and the payment completes the purchase, all within the time budgets.
pub(super) async fn still_serves(ctx: &Ctx, after: &str) -> Result<(), Stop> {
    let purchase = ctx.purchase_named("afterwards").await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.must(
        format!("a buyer gets to the payment page {after}"),
        "302 to a page of our Stripe",
        &answer,
        answer.status == 302 && answer.location().is_some(),
    );
    if answer.location().is_none() {
        return Ok(());
    }
    ctx.pay(&answer, &Means::card()).await?;
    // Not until all is quiet: where the service does not get round to it, nothing will be.
    let seen = if ctx.until_within(&purchase, ctx.profile().budgets.webhook.0, PurchaseState::is_completed).await? {
        ctx.settled(&purchase).await?
    } else {
        ctx.look(&purchase).await?
    };
    let delivered = deliveries_of(&seen, SESSION_COMPLETED);
    let answers: Vec<String> = delivered.iter().map(|entry| format!("#{}: {}", entry.seq, answer_of(entry))).collect();
    ctx.must(
        format!("a genuine notification is acknowledged {after}"),
        "2xx",
        if answers.is_empty() { "none was delivered".to_owned() } else { answers.join("; ") },
        delivered.first().is_some_and(|entry| is_acknowledged(entry)),
    );
    ctx.must(
        format!("a payment completes its purchase {after}"),
        "completed in Dataverse",
        format!("{} ({})", seen.state.word(), seen.shown_finalizes()),
        seen.state.is_completed(),
    );
    Ok(())
}

/// A stranger's request was refused: any 4xx. What was taken without effect only warns.
pub(super) fn is_refused(ctx: &Ctx, what: &str, reply: &Reply) {
    let (check, expected) = (format!("{what} is refused"), "any 4xx");
    if reply.is_success() {
        ctx.should(check, expected, reply, false);
    } else {
        ctx.check(check, expected, reply, reply.is_refusal());
    }
}
