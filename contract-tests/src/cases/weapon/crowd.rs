//! A stranger with a loop: S-H08.

use futures_util::FutureExt as _;
use http::Method;
use mock_core::journal::Filter;

use super::shared::still_serves;
use crate::check::journal::is_stripe_write;
use crate::check::url::{encoded, with_raw_pairs};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Letter, Reply};

/// How many visits with random ids.
const RANDOM: usize = 300;
/// How many of one link.
const REAL: usize = 100;
/// How many at once.
const AT_ONCE: usize = 12;
/// How many calls to Dataverse a visit of a purchase that does not exist may cost.
const MOST_READS: usize = 3;
/// How many objects the visits of one link may make, or change, at Stripe: a few tries, and none for each visit.
const MOST_OBJECTS: usize = 10;

/// Dataverse counts calls, Stripe counts objects, and both cut off who has too many: then nobody can pay any more.
pub static H08: Case = Case {
    id: "S-H08",
    title: "300 redirect calls with random UUIDs, and 100 with one real id",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "visits with unknown ids make nothing at Stripe and cost Dataverse a call or two each, or are answered 429; visits of one link do not make more payment links or sessions with each visit",
    sources: &["ASVS 2.4.1", "DVL"],
    needs: Needs::NOTHING,
    run: |ctx| crowd(ctx).boxed(),
};

async fn crowd(ctx: Ctx) -> Result<(), Stop> {
    strangers(&ctx).await?;
    one_link(&ctx).await?;
    still_serves(&ctx, "after 400 visits").await
}

/// Ids that begin alike, so that what is done about them can be found.
async fn strangers(ctx: &Ctx) -> Result<(), Stop> {
    let first = ctx.ids().uuid("stranger", &ctx.scope());
    let prefix = first.to_string().chars().take(13).collect::<String>();
    let before = ctx.control().world().await?.journal.last_seq;
    ctx.step(format!("sent {RANDOM} visits with ids that do not exist ({prefix}-…)"));
    let ids = (0..RANDOM).map(|number| {
        let random = ctx.ids().uuid("stranger", &format!("{} {number}", ctx.scope()));
        let tail: String = random.to_string().chars().skip(13).collect();
        format!("{prefix}{tail}")
    });
    let origin = encoded(ctx.profile().return_origin());
    let links = ids.map(|id| {
        let pairs = [("purchaseId".to_owned(), id), ("returnUrl".to_owned(), origin.clone())];
        with_raw_pairs(ctx.urls().redirect.as_str(), &pairs)
    });
    let replies = visits(ctx, links).await?;
    let odd = first_few(replies.iter().filter(|reply| !(reply.is_refusal() || says_later(reply))));
    ctx.check(
        format!("{RANDOM} visits with unknown ids are refused"),
        "any 4xx to each (429, or 503 with Retry-After, is as good as 404)",
        odd.as_deref().unwrap_or("they were"),
        odd.is_none(),
    );
    let about = |fake: &str| Filter {
        after: Some(before),
        fake: Some(fake.to_owned()),
        text: Some(prefix.clone()),
        ..Filter::default()
    };
    let reads = ctx.control().journal(&about("dataverse")).await?.entries.len();
    ctx.check(
        "visits with unknown ids cost Dataverse little",
        format!("at most {MOST_READS} calls each, {} in all", MOST_READS * RANDOM),
        format!("{reads} calls"),
        reads <= MOST_READS * RANDOM,
    );
    let writes =
        ctx.control().journal(&about("stripe")).await?.entries.iter().filter(|entry| is_stripe_write(entry)).count();
    ctx.check(
        "visits with unknown ids make nothing at Stripe",
        "no object",
        format!("{writes} calls that make something"),
        writes == 0,
    );
    Ok(())
}

async fn one_link(ctx: &Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.follow(&purchase).await?;
    ctx.step(format!("followed the same link {REAL} times more"));
    let replies = visits(ctx, (0..REAL).map(|_| purchase.link.clone())).await?;
    let led = replies.iter().filter(|reply| reply.status == Some(302)).count();
    ctx.check(
        format!("{REAL} visits of one link lead to the payment page"),
        "302, or 429 or 503 with Retry-After to those that are too many",
        first_few(replies.iter().filter(|reply| reply.status != Some(302))).unwrap_or_else(|| "302 to each".to_owned()),
        led > 0 && replies.iter().all(|reply| reply.status == Some(302) || reply.is_refusal() || says_later(reply)),
    );
    let seen = ctx.settled(&purchase).await?;
    let made = seen.ledger.payables.len();
    ctx.check(
        format!("{REAL} visits of one link do not make more objects with each visit"),
        format!("at most {MOST_OBJECTS} payment links or sessions"),
        format!("{made} for purchase {}", purchase.id),
        made <= MOST_OBJECTS,
    );
    Ok(())
}

/// Visits these links, some of them at once.
async fn visits(ctx: &Ctx, links: impl Iterator<Item = String>) -> Result<Vec<Reply>, Stop> {
    let letters = links.map(|link| {
        let url = link.parse().map_err(|error| Stop::suite(format!("{link}: {error}")))?;
        Ok::<_, Stop>(Letter::to(&url).method(Method::GET))
    });
    let letters: Vec<Letter> = letters.collect::<Result<_, _>>()?;
    Ok(ctx.crowd(letters.into_iter(), AT_ONCE).await)
}

/// Whether a visitor is told to come back later.
fn says_later(reply: &Reply) -> bool {
    reply.status == Some(503) && reply.header("retry-after").is_some()
}

/// Some of these answers, and how many there are.
fn first_few<'r>(replies: impl Iterator<Item = &'r Reply>) -> Option<String> {
    let all: Vec<&Reply> = replies.collect();
    let mut shown: Vec<String> = all.iter().map(ToString::to_string).collect();
    shown.sort();
    shown.dedup();
    shown.truncate(3);
    (!all.is_empty()).then(|| format!("{} of them: {}", all.len(), shown.join("; ")))
}
