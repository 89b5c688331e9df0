//! What cases about repeated and late notifications look at.

use mock_stripe::control::dto::DeliveryView;

use crate::check::money;
use crate::check::text::counted;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Purchase, Seen, answer_to, is_taken};
use crate::target::LateMoney;

/// The purchase was completed once: one step from reserved to completed, one registration for each attendee, and all of the money kept.
pub(crate) fn completed_once(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.check(
        format!("purchase {} is completed, and only once, {why}", purchase.id),
        "reserved -> completed, and nothing after it",
        format!("{} ({})", seen.state.states.join(" -> "), seen.shown_finalizes()),
        seen.state.is_completed() && seen.state.states.iter().filter(|state| *state == "completed").count() == 1,
    );
    // Without completion there are none, which says nothing new.
    if seen.state.is_completed() {
        ctx.check(
            format!("purchase {} has one registration for each attendee", purchase.id),
            seen.state.attendees,
            seen.state.registrations,
            seen.state.registrations == seen.state.attendees,
        );
    }
    money_stays(ctx, purchase, seen, why);
}

/// Nothing of what was paid went back.
pub(crate) fn money_stays(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    let refunded: i64 = seen.ledger.sessions.iter().map(|session| session.refunded).sum();
    ctx.must(
        format!("the payment for purchase {} is not refunded ({why})", purchase.id),
        "no refund: the seat was given for this money",
        seen.ledger.shown(),
        refunded == 0,
    );
}

/// Money that found no seat: nothing is completed by it, Stripe is told that no more deliveries are needed, and it goes back (or is parked by
/// a service that declares so).
pub(crate) fn given_back(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.must(
        format!("purchase {} is not completed {why}", purchase.id),
        "not completed in Dataverse",
        format!("{} ({})", seen.state.word(), seen.shown_finalizes()),
        !seen.state.is_completed(),
    );
    let paid: Vec<_> = seen.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
    let kept: i64 = paid.iter().map(|session| session.amount - session.refunded).sum();
    let shown = paid.first().map_or_else(
        || "nothing was paid".to_owned(),
        |session| format!("{} are kept of {}", money::shown(kept, &session.currency), seen.ledger.shown()),
    );
    if ctx.profile().declares.late_money == LateMoney::Park {
        ctx.report(format!("the money for purchase {} is parked, as the profile declares", purchase.id), shown);
    } else {
        ctx.check(
            format!("the money for purchase {} goes back ({why})", purchase.id),
            "all of it refunded (or `late_money = \"park\"` in the profile, for a service that keeps it visibly for a person)",
            shown,
            kept == 0,
        );
    }
}

/// Either: completed by a platform that still had room, with the money kept; or given back.
pub(crate) fn completed_or_given_back(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    if seen.state.is_completed() && ctx.value() == "accepted-if-room" {
        completed_once(ctx, purchase, seen, &format!("{why}, since the platform still took it"));
    } else {
        given_back(ctx, purchase, seen, why);
    }
}

/// A delivery was acknowledged.
pub(crate) fn taken(ctx: &Ctx, delivery: &DeliveryView, what: &str) {
    ctx.check(format!("{what} is acknowledged"), "2xx", answer_to(delivery), is_taken(delivery));
}

/// Every delivery of this type about the purchase ended in 2xx, whatever came before.
pub(crate) async fn all_taken(ctx: &Ctx, purchase: &Purchase, kind: Option<&str>, why: &str) -> Result<(), Stop> {
    each_taken(ctx, purchase, &ctx.deliveries(purchase.id, kind).await?, why);
    Ok(())
}

/// Each of these deliveries about the purchase that was made at all ended in 2xx.
pub(crate) fn each_taken<'d>(
    ctx: &Ctx,
    purchase: &Purchase,
    deliveries: impl IntoIterator<Item = &'d DeliveryView>,
    why: &str,
) {
    let open: Vec<String> = deliveries
        .into_iter()
        .filter(|delivery| !delivery.attempts.is_empty() && !is_taken(delivery))
        .map(|delivery| {
            let tries = counted(delivery.attempts.len(), "delivery", "deliveries");
            format!("{} after {tries}: {}", delivery.event_type, answer_to(delivery))
        })
        .collect();
    ctx.check(
        format!("every event about purchase {} is acknowledged in the end ({why})", purchase.id),
        "2xx to the last delivery of each, so that Stripe stops sending",
        if open.is_empty() { "all are".to_owned() } else { open.join("; ") },
        open.is_empty(),
    );
}
