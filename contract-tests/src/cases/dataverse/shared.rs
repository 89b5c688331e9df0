//! What cases about broken fakes do and look at.

use std::sync::Arc;

use mock_core::control::dto::EntryView;
use mock_stripe::control::dto::DeliveryView;

use crate::cases::delivery::shared::{all_taken, completed_once};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::check::http::Outcome;
use crate::check::journal::is_call_to;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Answer, Fault, Purchase, Trouble, answer_to, is_struck, is_taken};
use crate::target::Finalize;

/// A visit while something is broken: a refusal or an error page, never a redirect to nowhere.
pub(crate) fn told(ctx: &Ctx, answer: &Answer, why: &str) {
    ctx.check(
        format!("the visitor is told that it does not work {why}"),
        "an error page or a refusal (4xx or 5xx), no 302",
        answer,
        matches!(answer.outcome(), Outcome::Refusal | Outcome::Broken),
    );
}

/// The visit after that, once all is well again.
pub(crate) async fn serves_again(ctx: &Ctx, purchase: &Purchase, why: &str) -> Result<Answer, Stop> {
    let answer = ctx.follow(purchase).await?;
    let seen = ctx.look(purchase).await?;
    ctx.check(format!("the next visit works {why}"), "302 to the payment page", &answer, answer.status == 302);
    let active = seen.ledger.payables.iter().filter(|payable| payable.active).count();
    ctx.check(
        "the purchase can be paid at one place",
        "one payment link or session that is active",
        seen.ledger.shown(),
        active == 1,
    );
    Ok(answer)
}

/// A purchase that was paid, its event held back, and this trouble in force.
pub(crate) async fn paid_into_trouble(
    ctx: &Ctx,
    purchase: &Purchase,
    trouble: Trouble,
) -> Result<(DeliveryView, Fault), Stop> {
    let held = ctx.pay_in_silence(purchase).await?;
    let fault = ctx.trouble(trouble).await?;
    Ok((held, fault))
}

/// The first delivery met trouble that did not pass: then it is not acknowledged, unless a queue took it.
pub(crate) fn not_acknowledged(ctx: &Ctx, delivery: &DeliveryView, why: &str) {
    if ctx.profile().declares.finalize == Finalize::Synchronous {
        ctx.check(
            format!("the delivery is not acknowledged {why}"),
            "no 2xx, so that Stripe sends it again",
            answer_to(delivery),
            !is_taken(delivery),
        );
    }
}

/// All is well again: the next delivery, or the service's own next try, completes the purchase.
pub(crate) async fn completed_in_the_end(ctx: &Ctx, purchase: &Purchase, why: &str) -> Result<(), Stop> {
    let seen = ctx.until_completed(purchase).await?;
    all_taken(ctx, purchase, Some(SESSION_COMPLETED), why).await?;
    completed_once(ctx, purchase, &seen, why);
    Ok(())
}

/// The calls to a fake about a purchase that met a fault, oldest first.
pub(crate) fn struck<'e>(entries: &'e [Arc<EntryView>], fake: &str) -> Vec<&'e EntryView> {
    entries.iter().map(Arc::as_ref).filter(|entry| entry.fake == fake && is_struck(entry)).collect()
}

/// When an exchange ended, in milliseconds of real time.
pub(crate) fn ended(entry: &EntryView) -> i64 {
    let micros = entry.micros.and_then(|micros| i64::try_from(micros).ok()).unwrap_or_default();
    entry.wall.as_microsecond().saturating_add(micros) / 1_000
}

/// After each call that was told to wait, the next call of the same kind comes no sooner than that. Clocks are read at both ends, so a little is
/// forgiven.
pub(crate) fn waits(ctx: &Ctx, entries: &[Arc<EntryView>], fake: &str, millis: i64, what: &str) {
    const FORGIVEN: i64 = 30;
    let mut hasty = Vec::new();
    for call in struck(entries, fake) {
        let same = |entry: &&Arc<EntryView>| {
            is_call_to(entry, fake) && entry.seq > call.seq && entry.request.method == call.request.method
        };
        if let Some(next) = entries.iter().find(same) {
            let after = next.wall.as_millisecond() - ended(call);
            if after + FORGIVEN < millis {
                hasty.push(format!("#{} came {after} ms after #{}", next.seq, call.seq));
            }
        }
    }
    ctx.check(
        format!("{what} is not called again before the time that it asked for"),
        format!("at least {millis} ms between an answer with Retry-After and the next call"),
        if hasty.is_empty() { "no call came sooner".to_owned() } else { hasty.join("; ") },
        hasty.is_empty(),
    );
}

/// Trouble that lasts is not answered with a storm of calls.
pub(crate) fn no_storm(ctx: &Ctx, calls: usize, most: usize, what: &str) {
    ctx.check(format!("{what} is not hammered"), format!("at most {most} calls for one request"), calls, calls <= most);
}
