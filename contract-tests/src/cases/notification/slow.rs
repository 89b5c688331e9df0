//! Dataverse is slow: C-N15.

use futures_util::FutureExt as _;
use mock_core::Timestamp;
use mock_core::control::dto::EntryView;
use mock_stripe::control::dto::HoldAction;

use super::shared::{self, SESSION_COMPLETED, answer_of, deliveries_of, is_acknowledged, pay_by_card};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Seen;

/// How late Dataverse's answers are in this case, in milliseconds.
const DELAY: i64 = 150;
/// How late they are said to be, in milliseconds.
const MEANT: i64 = 5_000;
/// Stripe waits only so long for an answer. The clause speaks of five seconds for each answer of Dataverse; the case takes a fraction of that
/// (`docs/decisions/0004-scaled-delay.md`) and counts how many answers the service waits for, one after another, before it acknowledges.
pub static N15: Case = Case {
    id: "C-N15",
    title: "Dataverse takes 5 s for each answer while the notification waits (scaled down)",
    level: Level::Core,
    strength: Strength::Should,
    clause: "the notification is acknowledged within the profile's budget (10 s by default) although each answer of Dataverse takes 5 s",
    sources: &["STW \"quickly return 2xx\""],
    needs: Needs::NOTHING,
    run: |ctx| slow_dataverse(ctx).boxed(),
};

async fn slow_dataverse(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.rule(HoldAction::Hold, &purchase, Some(SESSION_COMPLETED)).await?;
    pay_by_card(&ctx, &purchase).await?;
    ctx.held(&purchase, SESSION_COMPLETED).await?;
    let fault = ctx.slow_dataverse(&purchase.id.to_string(), DELAY.unsigned_abs()).await?;
    ctx.release(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.heal(fault).await?;
    for delivery in deliveries_of(&seen, SESSION_COMPLETED) {
        judge(&ctx, &seen, delivery);
    }
    shared::acknowledged(&ctx, &purchase, &seen, SESSION_COMPLETED);
    shared::completed(&ctx, &purchase, &seen, "although Dataverse was slow");
    Ok(())
}

fn judge(ctx: &Ctx, seen: &Seen, delivery: &EntryView) {
    let budget = ctx.profile().budgets.webhook;
    let Some((began, ended)) = span(delivery) else {
        ctx.check("the notification is answered", "2xx", answer_of(delivery), false);
        return;
    };
    let calls = seen.calls_to("dataverse").into_iter().filter_map(span);
    let waits = in_a_row(calls.filter(|(from, to)| *from >= began && *to <= ended).collect());
    let waited: i64 = waits.iter().map(|(from, to)| to - from).sum();
    let own = (ended - began - waited).max(0) / 1_000;
    let needed = i64::try_from(waits.len()).unwrap_or(i64::MAX).saturating_mul(MEANT);
    let allowed = i64::try_from(budget.0.as_millis()).unwrap_or(i64::MAX);
    // Many cases run at once here, so that even a quick service takes a moment; only time that cannot come from that is added.
    let counted = if own > allowed / 2 { own } else { 0 };
    ctx.check(
        format!("delivery #{} is answered in time", delivery.seq),
        format!("2xx within {budget} while each answer of Dataverse takes {} s", MEANT / 1_000),
        format!(
            "{} after waiting for {} answers of Dataverse in a row, which makes {} s, and {own} ms of its own work",
            answer_of(delivery),
            waits.len(),
            needed / 1_000,
        ),
        is_acknowledged(delivery) && needed.saturating_add(counted) <= allowed,
    );
}

/// When an exchange began and ended, in microseconds of real time; `None` while it is open.
fn span(entry: &EntryView) -> Option<(i64, i64)> {
    let began = Timestamp::as_microsecond(entry.wall);
    Some((began, began.saturating_add(i64::try_from(entry.micros?).ok()?)))
}

/// The longest row of spans of which each begins after the one before has ended.
fn in_a_row(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_by_key(|(_, to)| *to);
    let mut row: Vec<(i64, i64)> = Vec::new();
    for span in spans {
        if row.last().is_none_or(|last| span.0 >= last.1) {
            row.push(span);
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::in_a_row;

    #[track_caller]
    fn check(spans: &[(i64, i64)], expect: &[(i64, i64)]) {
        assert_eq!(in_a_row(spans.to_vec()), expect, "{spans:?}");
    }

    #[test]
    fn only_what_waits_for_what_counts() {
        check(&[], &[]);
        check(&[(0, 10)], &[(0, 10)]);
        check(&[(0, 10), (11, 20), (20, 30)], &[(0, 10), (11, 20), (20, 30)]);
        check(&[(0, 10), (1, 11), (2, 12)], &[(0, 10)]);
        check(&[(15, 25), (0, 10), (5, 20), (12, 14)], &[(0, 10), (12, 14), (15, 25)]);
        check(&[(0, 100), (10, 20), (30, 40)], &[(10, 20), (30, 40)]);
    }
}
