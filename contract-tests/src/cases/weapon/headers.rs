//! What the redirect tells besides where to go: S-H10.

use futures_util::FutureExt as _;

use super::shared::still_serves;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Answer;

/// A redirect to one person's payment page that a cache keeps sends the next person there.
pub static H10: Case = Case {
    id: "S-H10",
    title: "answer headers of the 302",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "the redirect is kept by no shared cache (Cache-Control absent, no-store or private; nothing that lets it be stored), needs no cookie, and names no version of the server",
    sources: &["RFC 9111 3", "ASVS 14.3.2, 13.4.6"],
    needs: Needs::NOTHING,
    run: |ctx| headers(ctx).boxed(),
};

/// Headers in which programs introduce themselves.
const INTRODUCTIONS: [&str; 6] =
    ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator", "via"];

async fn headers(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.require("the visit is answered with a redirect", "302", &answer, answer.status == 302)?;
    let caching: Vec<String> = ["cache-control", "expires", "pragma", "age"]
        .into_iter()
        .flat_map(|name| all(&answer, name).map(move |value| format!("{name}: {value}")))
        .collect();
    ctx.check(
        "the redirect may not be kept by a shared cache",
        "no Cache-Control that allows it (absent, no-store, no-cache or private), and no Expires in the future",
        if caching.is_empty() { "nothing said".to_owned() } else { caching.join("; ") },
        !is_shared(&answer, ctx.real_second()),
    );
    let told: Vec<String> = INTRODUCTIONS
        .into_iter()
        .flat_map(|name| all(&answer, name).map(move |value| format!("{name}: {value}")))
        .filter(|line| line.chars().any(|c| c.is_ascii_digit()))
        .collect();
    ctx.check(
        "the redirect names no version of the server",
        "no version in Server, X-Powered-By and the like",
        if told.is_empty() { "none".to_owned() } else { told.join("; ") },
        told.is_empty(),
    );
    let cookies: Vec<&str> = all(&answer, "set-cookie").collect();
    ctx.report(
        "cookies that the redirect sets",
        if cookies.is_empty() { "none".to_owned() } else { cookies.join("; ") },
    );
    // Our buyers bring no cookie of the service along; that they can pay shows that none is needed.
    still_serves(&ctx, "without a cookie").await
}

fn all<'a>(answer: &'a Answer, name: &'a str) -> impl Iterator<Item = &'a str> {
    answer.headers.iter().filter(move |(is, _)| is == name).map(|(_, value)| value.as_str())
}

/// Whether a shared cache may keep the answer: a 302 is kept only where a header says so (RFC 9111 3).
fn is_shared(answer: &Answer, now: i64) -> bool {
    let control = all(answer, "cache-control").collect::<Vec<_>>().join(",").to_ascii_lowercase();
    let has = |word: &str| control.split(',').any(|part| part.trim().split('=').next() == Some(word));
    let seconds = |word: &str| {
        control.split(',').filter_map(|part| part.trim().split_once('=')).any(|(is, value)| {
            is.trim() == word && value.trim_matches('"').parse::<u64>().is_ok_and(|seconds| seconds > 0)
        })
    };
    if has("no-store") || has("private") || has("no-cache") {
        return false;
    }
    let expires = all(answer, "expires")
        .any(|date| jiff::fmt::rfc2822::parse(date).is_ok_and(|date| date.timestamp().as_second() > now));
    has("public") || seconds("s-maxage") || seconds("max-age") || (expires && !has("max-age"))
}

#[cfg(test)]
mod tests {
    use super::{Answer, is_shared};

    #[track_caller]
    fn check(headers: &[(&str, &str)], expect: bool) {
        let answer = Answer {
            method: "GET".to_owned(),
            url: String::new(),
            return_url: None,
            status: 302,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: String::new(),
            millis: 1,
        };
        assert_eq!(is_shared(&answer, 1_700_000_000), expect, "{headers:?}");
    }

    #[test]
    fn what_lets_a_cache_keep_it() {
        check(&[], false);
        check(&[("cache-control", "no-store")], false);
        check(&[("cache-control", "private, max-age=60")], false);
        check(&[("cache-control", "no-cache")], false);
        check(&[("cache-control", "max-age=0, must-revalidate")], false);
        check(&[("cache-control", "Public")], true);
        check(&[("cache-control", "max-age=60")], true);
        check(&[("cache-control", "s-maxage=60")], true);
        check(&[("expires", "Tue, 01 Jan 2036 00:00:00 GMT")], true);
        check(&[("expires", "Tue, 01 Jan 2036 00:00:00 GMT"), ("cache-control", "max-age=0")], false);
        check(&[("expires", "0")], false);
        check(&[("expires", "Thu, 01 Jan 2015 00:00:00 GMT")], false);
    }
}
