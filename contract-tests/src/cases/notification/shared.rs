//! What several notification cases do and look at.

use mock_core::control::dto::EntryView;

use crate::buyer::{Bought, Means};
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{COMPLETED, event_type};
use crate::check::text::excerpt;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale, Seen};

/// The event that says that a buyer is through.
pub(crate) const SESSION_COMPLETED: &str = "checkout.session.completed";

/// Follows the purchase's link and pays by card.
pub(crate) async fn pay_by_card(ctx: &Ctx, purchase: &Purchase) -> Result<Bought, Stop> {
    let answer = ctx.follow(purchase).await?;
    ctx.pay(&answer, &Means::card()).await
}

/// Follows the purchase's link and pays by SEPA debit: the session completes now, the money comes days later or not at all. A service that does
/// not offer such a way to pay never meets an unpaid session.
pub(crate) async fn pay_by_debit(ctx: &Ctx, purchase: &Purchase, means: &Means) -> Result<(), Stop> {
    let answer = ctx.follow(purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    if !page.html.contains("sepa_debit") {
        return Err(Stop::NotApplicable(
            "the service's payment page offers cards only, and with these no session completes before it is paid"
                .to_owned(),
        ));
    }
    ctx.send(&mut buyer, &page, means).await?;
    Ok(())
}

/// A sale in the one currency that SEPA debits are made in.
pub(crate) fn sale_by_debit(ctx: &Ctx) -> Result<Sale, Stop> {
    if ctx.profile().sells_in("EUR") {
        return Ok(Sale { currency: Some("EUR"), ..Sale::default() });
    }
    Err(Stop::NotApplicable(
        "the profile does not sell in EUR, and our Stripe's only delayed way to pay (SEPA debit) needs it".to_owned(),
    ))
}

/// The answer to a delivery, for people.
pub(crate) fn answer_of(entry: &EntryView) -> String {
    match (entry.status, &entry.failure) {
        (Some(status), _) => {
            let said = entry.answer.as_ref().map(|answer| excerpt(&answer.body)).unwrap_or_default();
            if said.is_empty() { status.to_string() } else { format!("{status}, {said}") }
        }
        (None, Some(failure)) => format!("no answer: {failure}"),
        (None, None) => "no answer yet".to_owned(),
    }
}

/// Whether a delivery was acknowledged.
pub(crate) fn is_acknowledged(entry: &EntryView) -> bool {
    entry.status.is_some_and(|status| outcome(status) == Outcome::Success)
}

/// The deliveries of one type.
pub(crate) fn deliveries_of<'s>(seen: &'s Seen, kind: &str) -> Vec<&'s EntryView> {
    seen.deliveries().into_iter().filter(|entry| event_type(entry).as_deref() == Some(kind)).collect()
}

/// Every delivery of this type about the purchase was answered 2xx. That there was none at all is the service's doing: the session at our Stripe
/// does not name the purchase, or nothing was paid.
pub(crate) fn acknowledged(ctx: &Ctx, purchase: &Purchase, seen: &Seen, kind: &str) {
    let delivered = deliveries_of(seen, kind);
    let answers: Vec<String> = delivered.iter().map(|entry| format!("#{}: {}", entry.seq, answer_of(entry))).collect();
    ctx.check(
        format!("{kind} about purchase {} is acknowledged", purchase.id),
        "2xx to each delivery",
        if answers.is_empty() {
            "our Stripe delivered none: no session belongs to this purchase".to_owned()
        } else {
            answers.join("; ")
        },
        !delivered.is_empty() && delivered.iter().all(|entry| is_acknowledged(entry)),
    );
}

/// The purchase was finalized as completed, and is.
pub(crate) fn completed(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    let ours = seen.finalizes_as(COMPLETED).iter().any(|call| call.purchase == Some(purchase.id) && call.accepted);
    ctx.check(
        format!("purchase {} is finalized as completed {why}", purchase.id),
        "a finalize call with 100000001 for this purchase, accepted by Dataverse",
        format!("{}{}", seen.shown_finalizes(), unnamed(ctx, purchase, seen)),
        ours,
    );
    is_completed(ctx, purchase, seen, why);
}

/// A likely reason for a missing finalize call: no session says whose payment it is.
fn unnamed(ctx: &Ctx, purchase: &Purchase, seen: &Seen) -> String {
    let key = &ctx.profile().declares.metadata_key;
    let named = seen.ledger.sessions.iter().any(|session| session.metadata.get(key).is_some_and(|id| purchase.is(id)));
    if named { String::new() } else { format!("; no session at our Stripe names this purchase in metadata.{key}") }
}

/// The purchase is completed in Dataverse.
pub(crate) fn is_completed(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.check(
        format!("purchase {} is completed {why}", purchase.id),
        "completed in Dataverse",
        seen.state.word(),
        seen.state.is_completed(),
    );
}

/// The purchase was not completed, nor was that tried.
pub(crate) fn not_completed(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    let tried = !seen.finalizes_as(COMPLETED).is_empty();
    ctx.must(
        format!("purchase {} is not completed {why}", purchase.id),
        "no finalize call with 100000001, and not completed in Dataverse",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        !tried && !seen.state.is_completed(),
    );
}

/// Nothing was finalized, and the reservation stands.
pub(crate) fn untouched(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.must(
        format!("purchase {} is left alone {why}", purchase.id),
        "no finalize call, and still reserved in Dataverse",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        seen.finalizes().is_empty() && seen.state.is_reserved(),
    );
}

/// The reservation stands, whatever was tried.
pub(crate) fn is_reserved(ctx: &Ctx, purchase: &Purchase, seen: &Seen, why: &str) {
    ctx.check(
        format!("purchase {} stays reserved {why}", purchase.id),
        "reserved in Dataverse",
        seen.state.word(),
        seen.state.is_reserved(),
    );
}
