//! Hosts that the caller claims: S-O11.

use futures_util::FutureExt as _;

use super::shared::EVIL;
use crate::check::http::{Outcome, outcome};
use crate::check::page::links;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, Asked, Sale, Seen, Visit};

/// Which host a request claims to be for is the caller's word. A service that builds addresses from it sends people where the caller likes.
pub static O11: Case = Case {
    id: "S-O11",
    title: "visits with another Host, X-Forwarded-Host, X-Original-URL, Forwarded",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no URL at Stripe (success, cancel, return) is built from headers of the visit",
    sources: &["RFC 9110 7.2", "AV 4.1.3"],
    needs: Needs::NOTHING,
    run: |ctx| claimed(ctx).boxed(),
};

async fn claimed(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let back = format!("{}/thanks", ctx.profile().return_origin());
    let forwarded = format!("host={EVIL};proto=https");
    let url = format!("https://{EVIL}/thanks");
    let headers: [&[(&str, &str)]; 6] = [
        &[("host", EVIL)],
        &[("x-forwarded-host", EVIL), ("x-forwarded-proto", "https")],
        &[("forwarded", &forwarded)],
        &[("x-original-url", &url), ("x-rewrite-url", &url)],
        &[("origin", &format!("https://{EVIL}")), ("referer", &url)],
        &[("x-host", EVIL), ("x-forwarded-server", EVIL), ("x-original-host", EVIL)],
    ];
    let mut visited = Vec::new();
    for headers in headers {
        // Without a return URL a service may have one of its own; with one it may complete it.
        for asked in [Asked::Nothing, Asked::Url(&back)] {
            let purchase = ctx.register(&seller).await?;
            let mut visit = Visit::of(&purchase, asked);
            for (name, value) in headers {
                visit = visit.header(name, value);
            }
            let answer = ctx.visit(visit).await?;
            let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
            visited.push((names.join(" and "), purchase, answer));
        }
    }
    ctx.settle().await?;
    for (names, purchase, answer) in visited {
        let seen = ctx.look(&purchase).await?;
        let traces = traces(&seen, &answer);
        ctx.check(
            format!("nothing that leads somewhere is built from the header {names}"),
            format!(
                "no {EVIL} at Stripe, in Location or in a link: take the service's own address from its configuration"
            ),
            if traces.is_empty() { answer.to_string() } else { traces.join("; ") },
            traces.is_empty(),
        );
        ctx.should(
            format!("a visit with another {names} is answered in order"),
            "302 or a refusal (4xx)",
            &answer,
            outcome(answer.status) != Outcome::Broken,
        );
    }
    Ok(())
}

/// Every place in which the claimed host turns up.
fn traces(seen: &Seen, answer: &Answer) -> Vec<String> {
    let evil = |text: &str| text.to_ascii_lowercase().contains(EVIL);
    let mut found = Vec::new();
    for entry in seen.stripe_writes() {
        for (name, value) in form_urlencoded::parse(entry.request.body.as_bytes()).filter(|(_, value)| evil(value)) {
            found.push(format!("Stripe was told {name} = {value} (#{})", entry.seq));
        }
    }
    found.extend(answer.location().filter(|url| evil(url)).map(|url| format!("Location is {url}")));
    found.extend(links(&answer.body).into_iter().filter(|url| evil(url)).map(|url| format!("the page links to {url}")));
    found
}
