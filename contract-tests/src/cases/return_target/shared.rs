//! What all cases about return URLs look at: visits with URLs that nobody may be sent to, and what became of them.

use url::Url;

use crate::check::http::{Outcome, outcome};
use crate::check::page::{offers, refresh};
use crate::check::target::{leads_to, origin_of, stored_targets};
use crate::model::{Payable, Stop};
use crate::runner::Ctx;
use crate::steps::{Answer, Asked, Purchase, Sale, Seen, Visit};

/// A site that no profile declares (RFC 2606 keeps the name free).
pub(super) const EVIL: &str = "evil.test";

/// One visit with a return URL, and everything that came of it.
pub(super) struct Tried {
    pub(super) purchase: Purchase,
    pub(super) url: String,
    pub(super) answer: Answer,
    pub(super) seen: Seen,
}

/// Visits the link of a purchase of its own with each of these return URLs, encoded once each, and looks once all is quiet.
pub(super) async fn try_all(ctx: &Ctx, urls: &[String]) -> Result<Vec<Tried>, Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut visited = Vec::new();
    for url in urls {
        let purchase = ctx.register(&seller).await?;
        let answer = ctx.visit(Visit::of(&purchase, Asked::Url(url))).await?;
        visited.push((purchase, url, answer));
    }
    ctx.settle().await?;
    let mut tried = Vec::new();
    for (purchase, url, answer) in visited {
        let seen = ctx.look(&purchase).await?;
        tried.push(Tried { purchase, url: url.clone(), answer, seen });
    }
    Ok(tried)
}

/// None of these return URLs is taken: each visit is refused, or leads to a payable object without that target.
pub(super) async fn none_is_taken(ctx: &Ctx, urls: &[String]) -> Result<(), Stop> {
    for tried in try_all(ctx, urls).await? {
        is_not_taken(ctx, &tried);
    }
    Ok(())
}

/// Nobody is sent to this return URL, by no way.
pub(super) fn is_not_taken(ctx: &Ctx, tried: &Tried) {
    let origins = &ctx.profile().declares.return_origins;
    let ways = ways_out(ctx, tried);
    ctx.check(
        format!("nobody is sent to returnUrl {}", shown(&tried.url)),
        format!(
            "a refusal (4xx) that has no link there, or a payment page without that target: only {} is allowed",
            origins.join(", ")
        ),
        if ways.is_empty() { tried.answer.to_string() } else { format!("{}; {}", tried.answer, ways.join("; ")) },
        ways.is_empty(),
    );
    ctx.should(
        format!("the visit with returnUrl {} is answered in order", shown(&tried.url)),
        "302 or a refusal (4xx): a wrong address is the visitor's mistake, not the service's",
        &tried.answer,
        outcome(tried.answer.status) != Outcome::Broken,
    );
}

/// Every way by which the visit would send somebody to a place that is not allowed.
pub(super) fn ways_out(ctx: &Ctx, tried: &Tried) -> Vec<String> {
    let Tried { answer, seen, url, .. } = tried;
    let origins = &ctx.profile().declares.return_origins;
    let mut ways = Vec::new();
    for (field, target) in targets(seen) {
        if !(leads_to(&target, origins) || is_own_page(ctx, &target)) {
            ways.push(format!("Stripe holds {field} = {}", shown(&target)));
        }
    }
    if let Some(location) = answer.location()
        && !(leads_to(location, origins) || is_payment_page(seen, location) || stays(ctx, answer, location))
    {
        ways.push(format!("Location is {}", shown(location)));
    }
    if let Some(target) = answer.header("refresh").and_then(refresh)
        && !(leads_to(target, origins) || stays(ctx, answer, target))
    {
        ways.push(format!("the header Refresh leads to {}", shown(target)));
    }
    if !leads_to(url, origins)
        && let Some(link) = offers(&answer.body, &answer.url, url)
    {
        ways.push(format!("the page of the answer has a link to {}", shown(&link)));
    }
    ways
}

/// Every target that Stripe stored for the purchase, as (field, URL).
pub(super) fn targets(seen: &Seen) -> Vec<(String, String)> {
    let mut targets = stored_targets(seen.exchanges());
    for payable in &seen.ledger.payables {
        let stored = payable.return_url.iter().map(|url| (format!("the target of {}", payable.id), url.clone()));
        for (field, url) in stored {
            if !targets.iter().any(|(_, known)| *known == url) {
                targets.push((field, url));
            }
        }
    }
    targets
}

/// A Checkout Session must have some page to go to; the service's own is right.
pub(super) fn is_own_page(ctx: &Ctx, target: &str) -> bool {
    ctx.profile().declares.payable == Payable::Session
        && origin_of(target) == Some(ctx.urls().redirect.origin().ascii_serialization())
}

fn is_payment_page(seen: &Seen, location: &str) -> bool {
    seen.ledger.payables.iter().any(|payable| payable.url == location)
}

/// Whether a `Location` stays at the service itself, such as one that leads to its page for errors. A redirect with no page of ours behind it
/// is what INV-5 is about.
fn stays(ctx: &Ctx, answer: &Answer, location: &str) -> bool {
    let completed = Url::parse(&answer.url).and_then(|page| page.join(location));
    completed.is_ok_and(|url| url.origin() == ctx.urls().redirect.origin())
}

/// The parts of the profile's first allowed origin.
pub(super) struct Allowed {
    /// The whole origin.
    pub(super) origin: String,
    /// `https` or `http`.
    pub(super) scheme: String,
    /// The host alone.
    pub(super) host: String,
    /// `:port` where it is not the scheme's own, else nothing.
    pub(super) port: String,
}

/// The first allowed origin, in its parts.
pub(super) fn allowed(ctx: &Ctx) -> Result<Allowed, Stop> {
    let origin = ctx.profile().return_origin().to_owned();
    let parsed = Url::parse(&origin).map_err(|_| Stop::suite(format!("the profile's origin {origin:?} is none")))?;
    Ok(Allowed {
        scheme: parsed.scheme().to_owned(),
        host: parsed.host_str().unwrap_or_default().to_owned(),
        port: parsed.port().map(|port| format!(":{port}")).unwrap_or_default(),
        origin,
    })
}

/// A URL for people: control characters and letters beyond ASCII escaped, the end of a very long one left out.
pub(super) fn shown(url: &str) -> String {
    const MOST: usize = 120;
    let start: String = url.chars().take(MOST).flat_map(char::escape_default).collect();
    let rest = url.chars().count().saturating_sub(MOST);
    if rest == 0 { start } else { format!("{start}… and {rest} more characters") }
}

/// A drawn word of lower-case letters and digits; the seed decides.
pub(super) fn word(ctx: &Ctx, length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let draw = || usize::try_from(ctx.ids().below("return target word", &ctx.scope(), LETTERS.len() as u64));
    (0..length).filter_map(|_| LETTERS.get(draw().ok()?).copied()).map(char::from).collect()
}

/// Says what the generated part was generated from.
pub(super) fn say_the_seed(ctx: &Ctx) {
    ctx.step(format!("drew words for the URLs from seed {}", ctx.bench().options.seed));
}
