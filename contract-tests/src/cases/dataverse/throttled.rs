//! Service protection limits: R-V01, R-V02, R-V03.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use mock_core::control::dto::EntryView;
use mock_core::faults::Effect;

use super::shared::{completed_in_the_end, no_storm, paid_into_trouble, serves_again, struck, waits};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, Trouble, answer_to, coded, is_taken, with_header};

/// The three limits of Dataverse, with how often each is met and how many seconds it asks for.
const LIMITS: [(&str, u32, u32); 3] = [("0x80072322", 1, 2), ("0x80072321", 2, 1), ("0x80072326", 3, 1)];

/// How many calls about one purchase a request may make at most while each is refused.
const MOST_CALLS: usize = 12;

fn too_many(code: &str, retry_after: &str) -> Effect {
    with_header(coded(429, code), "Retry-After", retry_after)
}

/// Who ignores Retry-After is made to wait longer, and longer.
pub static V01: Case = Case {
    id: "R-V01",
    title: "Dataverse answers 429 with Retry-After to the read, with each of the three codes, once to three times",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the visit is redirected after waiting at least that long, or answered 503 at once with a hint when to come back; Dataverse is not called sooner",
    sources: &["DVL", "RFC 9110 10.2.3"],
    needs: Needs::PATIENT,
    run: |ctx| on_the_read(ctx).boxed(),
};

async fn on_the_read(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    try_join_all(LIMITS.map(|limit| throttled_visit(&ctx, &seller, limit))).await?;
    Ok(())
}

async fn throttled_visit(ctx: &Ctx, seller: &Seller, (code, times, seconds): (&str, u32, u32)) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let reads = Trouble::dataverse(too_many(code, &seconds.to_string())).about(purchase.id).times(times);
    let fault = ctx.trouble(reads).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    waits(ctx, &seen.entries, "dataverse", i64::from(seconds) * 1_000, "Dataverse");
    if answer.status == 302 {
        ctx.report(format!("after {times} times {code}"), "redirected after waiting");
    } else {
        let hint = answer.header("retry-after");
        ctx.check(
            "the visitor is told when to come back",
            "503 with Retry-After, or 504 after waiting in vain (or a redirect, after waiting)",
            format!("{answer}, Retry-After {}", hint.unwrap_or("missing")),
            (answer.status == 503 && hint.is_some()) || answer.status == 504,
        );
    }
    ctx.healed(fault).await?;
    serves_again(ctx, &purchase, "once the limit is no longer exceeded").await?;
    Ok(())
}

/// The money is there and Dataverse has no time. Patience is the only thing that helps: firezone's service tried again at once, was refused again,
/// and lost the event.
pub static V02: Case = Case {
    id: "R-V02",
    title: "Dataverse answers 429 with Retry-After to the finalize call",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "no new call before the time is over, neither by the service nor because it asked Stripe for another delivery too soon; finally completed",
    sources: &["DVL", "I8 (firezone)"],
    needs: Needs::PATIENT,
    run: |ctx| on_finalize(ctx).boxed(),
};

async fn on_finalize(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    try_join_all(LIMITS.map(|limit| throttled_finalize(&ctx, &seller, limit))).await?;
    Ok(())
}

async fn throttled_finalize(ctx: &Ctx, seller: &Seller, (code, times, seconds): (&str, u32, u32)) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let busy = too_many(code, &seconds.to_string());
    let trouble = Trouble::dataverse(busy).about(purchase.id).on_finalize(ctx.profile().declares.protocol).times(times);
    let (held, fault) = paid_into_trouble(ctx, &purchase, trouble).await?;
    let delivery = ctx.resend(&held).await?;
    let answered = ctx.moment();
    let seen = ctx.settled(&purchase).await?;
    waits(ctx, &seen.entries, "dataverse", i64::from(seconds) * 1_000, "Dataverse");
    if !is_taken(&delivery) {
        // Stripe comes back after minutes at the soonest; here the time that was asked for is enough.
        ctx.let_pass(answered, std::time::Duration::from_secs(u64::from(seconds))).await;
    }
    ctx.report(format!("the delivery that met {code} {times} times"), answer_to(&delivery));
    ctx.healed(fault).await?;
    completed_in_the_end(ctx, &purchase, "although Dataverse asked for patience").await
}

/// Not every Retry-After is a small number.
pub static V03: Case = Case {
    id: "R-V03",
    title: "429 with a Retry-After that is a date, that is missing, that is a day",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the service waits as asked, or gives up in bounds and leaves the rest to Stripe's next delivery; it neither hangs nor hammers",
    sources: &["RFC 9110 10.2.3"],
    needs: Needs::PATIENT,
    run: |ctx| odd_hints(ctx).boxed(),
};

async fn odd_hints(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    try_join_all([Hint::Date, Hint::Missing, Hint::Day].map(|hint| odd_hint(&ctx, &seller, hint))).await?;
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hint {
    Date,
    Missing,
    Day,
}

impl Hint {
    const fn words(self) -> &'static str {
        match self {
            Self::Date => "a date",
            Self::Missing => "missing",
            Self::Day => "a day",
        }
    }
}

async fn odd_hint(ctx: &Ctx, seller: &Seller, hint: Hint) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    // Dates have whole seconds: this one lies between two and three ahead.
    let due = ctx.control().world().await?.wall + SignedDuration::from_secs(3);
    let busy = match hint {
        Hint::Date => too_many("0x80072322", &as_date(due)?),
        Hint::Missing => coded(429, "0x80072322"),
        Hint::Day => too_many("0x80072322", "86400"),
    };
    let trouble = Trouble::dataverse(busy).about(purchase.id).on_finalize(ctx.profile().declares.protocol);
    let fault = ctx.trouble(trouble).await?;
    let began = ctx.moment();
    let delivery = ctx.resend(&held).await?;
    let took = ctx.moment().saturating_sub(began);
    let budget = ctx.profile().budgets.webhook;
    let what = hint.words();
    ctx.check(
        format!("the delivery is answered although Retry-After is {what}"),
        format!("any answer within {budget}"),
        format!("{} after {} ms", answer_to(&delivery), took.as_millis()),
        took <= budget.0,
    );
    let seen = ctx.look(&purchase).await?;
    match hint {
        Hint::Date => not_before(ctx, &struck(&seen.entries, "dataverse"), due.as_second()),
        Hint::Missing => {}
        Hint::Day => waits(ctx, &seen.entries, "dataverse", 86_400_000, "Dataverse"),
    }
    no_storm(ctx, struck(&seen.entries, "dataverse").len(), MOST_CALLS, "Dataverse");
    ctx.healed(fault).await?;
    if is_taken(&delivery) && hint == Hint::Day {
        ctx.report("what comes of the payment", "a queue took it, and will wait for a day: not waited for");
        // Its end lies beyond this case, so nothing can be said of it yet.
        ctx.leave(&purchase);
        return Ok(());
    }
    completed_in_the_end(ctx, &purchase, &format!("although Retry-After was {what}")).await
}

/// A moment as HTTP writes dates.
fn as_date(at: Timestamp) -> Result<String, Stop> {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer.timestamp_to_rfc9110_string(&at).map_err(|error| Stop::suite(format!("no date for Retry-After: {error}")))
}

/// Once a call was told of a date (a whole second), no other comes before it.
fn not_before(ctx: &Ctx, struck: &[&EntryView], due: i64) {
    let told = struck.first().map(|first| first.seq);
    // A clock of whole seconds may be one behind.
    let hasty: Vec<String> = struck
        .iter()
        .filter(|call| Some(call.seq) != told && call.wall.as_second() < due - 1)
        .map(|call| format!("#{} at {}", call.seq, call.wall))
        .collect();
    ctx.check(
        "Dataverse is not called again before the date that it named",
        format!("no call before second {due}"),
        if hasty.is_empty() { "none".to_owned() } else { hasty.join("; ") },
        hasty.is_empty(),
    );
}
