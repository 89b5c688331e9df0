//! What several redirect cases look at.

use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Answer, PayableView, Purchase, Seen};

/// C-R01's demand, which other cases vary: 302 to a URL that our Stripe made, and one payable object for the purchase. Answers that object.
pub(crate) async fn leads_to_stripe(
    ctx: &Ctx,
    purchase: &Purchase,
    answer: &Answer,
) -> Result<(PayableView, Seen), Stop> {
    // What a visit makes is there when it is answered; whatever comes later is seen by the invariants, once things are quiet.
    let seen = ctx.look(purchase).await?;
    ctx.check("the visit is answered with a redirect", "302", answer, answer.status == 302);
    let location = answer.location().unwrap_or_default();
    let payables = &seen.ledger.payables;
    let target = payables.iter().find(|payable| payable.url == location);
    let urls: Vec<&str> = payables.iter().map(|payable| payable.url.as_str()).collect();
    ctx.check(
        "Location is the URL that our Stripe made for this purchase, byte for byte",
        if urls.is_empty() {
            "the URL of a payment link or session (none was made)".to_owned()
        } else {
            urls.join(" or ")
        },
        if location.is_empty() { "no Location" } else { location },
        target.is_some(),
    );
    let active = payables.iter().filter(|payable| payable.active).count();
    ctx.check("the purchase can be paid at one place", "one payment link or session", seen.ledger.shown(), active == 1);
    match target.or_else(|| payables.first()) {
        Some(payable) => Ok((payable.clone(), seen)),
        // What is missing was said above.
        None => Err(Stop::Failed),
    }
}

/// Nothing was made or changed at Stripe for this purchase.
pub(crate) fn nothing_at_stripe(ctx: &Ctx, seen: &Seen) {
    let made = seen.stripe_writes().iter().any(|entry| entry.status.is_some_and(|status| (200..300).contains(&status)));
    ctx.check(
        "nothing is made at Stripe",
        "no object for this purchase",
        seen.ledger.shown(),
        seen.ledger.is_empty() && !made,
    );
}
