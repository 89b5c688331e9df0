//! Looks whether the service is connected to the bench before anything is judged: each fault has a name, a cause and a cure, instead of a page
//! of red.

use std::sync::Arc;

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use mock_core::journal::{Direction, Filter};

use crate::check::http::{Outcome, outcome};
use crate::check::journal::{is_call_to, line_of};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::report::Problem;
use crate::runner::{Bench, Ctx, Item};
use crate::steps::{Answer, Asked, Delivered, Forged, Visit};
use crate::target::LaunchError;

/// How far the service's clock may be from ours, in seconds: Stripe's own tolerance (<https://docs.stripe.com/webhooks>).
const TOLERANCE: i64 = 300;

/// Preflight acts like a case, but is none: it has no clause and no verdict.
static PREFLIGHT: Case = Case {
    id: "preflight",
    title: "looks whether the service is connected to the bench",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the service calls the fakes of this run, with the credentials of this run",
    sources: &[],
    needs: Needs::NOTHING,
    run: |_| std::future::ready(Ok(())).boxed(),
};

/// Everything that keeps the service from being judged; empty when it is connected.
pub(crate) async fn check(bench: &Arc<Bench>) -> Vec<Problem> {
    let ctx = Ctx::new(Arc::clone(bench), Item { case: &PREFLIGHT, under: None });
    if let Some(problem) = reachable(bench).await {
        return vec![problem];
    }
    match connected(&ctx).await {
        Ok(problems) => problems,
        Err(stop) => vec![broken_bench(&ctx, &stop)],
    }
}

/// A service that did not start.
pub(crate) fn launch_problem(error: &LaunchError) -> Problem {
    Problem {
        name: "SERVICE-NOT-STARTED".to_owned(),
        seen: error.to_string(),
        cause: "the command is wrong, the service lacks something it needs, or it listens on another port than $PORT"
            .to_owned(),
        cure: "run the command by hand with the environment of `payloop env`; make it listen on $PORT of 127.0.0.1"
            .to_owned(),
        evidence: error.output().lines().map(str::to_owned).collect(),
    }
}

async fn reachable(bench: &Bench) -> Option<Problem> {
    let url = bench.urls.ready.as_ref().unwrap_or(&bench.urls.redirect);
    let error = bench.http.head(url.clone()).timeout(bench.profile.budgets.redirect.0).send().await.err()?;
    let origin = url.origin().ascii_serialization();
    Some(Problem {
        name: "SERVICE-UNREACHABLE".to_owned(),
        seen: format!("nothing answers at {origin}{}", if error.is_timeout() { " in time" } else { "" }),
        cause: "the service is not running, or it listens somewhere else".to_owned(),
        cure: format!(
            "start it, and give its base URL with --service, or its URLs in the profile (redirect_url is {})",
            bench.urls.redirect
        ),
        evidence: Vec::new(),
    })
}

async fn connected(ctx: &Ctx) -> Result<Vec<Problem>, Stop> {
    let before = ctx.control().world().await?.journal.last_seq;
    let purchase = ctx.purchase().await?;
    let visit = Visit::of(&purchase, Asked::AsLinked);
    let answer = match ctx.visit(visit).await {
        Ok(answer) => answer,
        Err(Stop::Failed) => return Ok(vec![silent(ctx)]),
        Err(stop) => return Err(stop),
    };
    // Token requests name no purchase, so everything since the beginning counts.
    let filter = Filter { after: Some(before), direction: Some(Direction::Inbound), ..Filter::default() };
    let calls = ctx.control().journal(&filter).await?.entries;
    let mut problems: Vec<Problem> = redirect_problem(ctx, &answer, &calls).into_iter().collect();
    problems.extend(notify_problem(ctx).await?);
    Ok(problems)
}

/// What keeps a visit from reaching our fakes, judged by which of them was called and what it answered.
fn redirect_problem(ctx: &Ctx, answer: &Answer, calls: &[EntryView]) -> Option<Problem> {
    let endpoints = &ctx.bench().endpoints;
    let to = |fake: &'static str| calls.iter().filter(move |entry| is_call_to(entry, fake));
    let refused = |fake: &'static str, statuses: &'static [u16]| {
        to(fake).find(move |entry| entry.status.is_some_and(|status| statuses.contains(&status)))
    };
    // A 401 that is followed by a success is a renewed token, not a fault.
    let accepted =
        |fake: &'static str| to(fake).any(|entry| entry.status.is_some_and(|status| (200..300).contains(&status)));
    let problem = |name: &str, seen: String, cause: &str, cure: String| {
        Some(Problem {
            name: name.to_owned(),
            seen,
            cause: cause.to_owned(),
            cure,
            evidence: calls.iter().filter(|entry| entry.fake != "event-api").map(line_of).collect(),
        })
    };
    if answer.outcome() == Outcome::Redirect && accepted("dataverse") && accepted("stripe") {
        return None;
    }
    if let Some((entry, why)) = unopened(calls) {
        let trusts = endpoints.ca_cert.as_ref();
        return problem(
            "CONNECTION-NOT-OPENED",
            format!("a connection to our {} was not opened: {why}", entry.fake),
            match trusts {
                Some(_) => {
                    "the service does not trust the authority of this run, or it uses http where the URLs say https"
                }
                None => "the service uses https where the URLs say http",
            },
            match trusts {
                Some(path) => format!(
                    "let it trust {} (SSL_CERT_FILE and its kin are set to it), and use the URLs as they are; docs/tls.md tells how",
                    path.display()
                ),
                None => format!("use the URLs as they are, such as {}", endpoints.dataverse.url),
            },
        );
    }
    if let Some(entry) = refused("entra", &[400, 401]).filter(|_| !accepted("entra")) {
        let code = entry.answer.as_ref().and_then(|answer| error_of(&answer.body)).unwrap_or_default();
        return problem(
            "CREDENTIALS",
            format!("our token endpoint refused the service with {} {code}", entry.status.unwrap_or_default()),
            "TENANT_ID, CLIENT_ID, CLIENT_SECRET or the scope is not the one of this run",
            format!(
                "use client id {} of tenant {}, its secret, and the scope {}/.default; `payloop env` prints all of them",
                endpoints.entra.client_id, endpoints.entra.tenant_id, endpoints.dataverse.url
            ),
        );
    }
    if let Some(entry) = refused("dataverse", &[401, 403]).filter(|_| !accepted("dataverse")) {
        return problem(
            "DATAVERSE-TOKEN",
            format!("our Dataverse refused the service's token with {}", entry.status.unwrap_or_default()),
            "the token comes from another token endpoint, or is for another resource",
            format!("get it from {} for the resource {}", endpoints.entra.token_url, endpoints.dataverse.url),
        );
    }
    if let Some(entry) = refused("stripe", &[401, 403]).filter(|_| !accepted("stripe")) {
        return problem(
            "STRIPE-KEY",
            format!("our Stripe refused the service's key with {}", entry.status.unwrap_or_default()),
            "STRIPE_API_KEY is not the one of this run",
            "use the key that `payloop env` prints; it begins with sk_test_".to_owned(),
        );
    }
    if to("dataverse").next().is_none() && to("stripe").next().is_none() && to("entra").next().is_none() {
        if matches!(answer.status, 404 | 405) {
            return problem(
                "REDIRECT-PATH",
                format!("GET {} answered {}, and none of our fakes was called", answer.url, answer.status),
                "the service does not answer redirects at this path",
                "set service.redirect_url in the profile to the payment page URL".to_owned(),
            );
        }
        if answer.outcome() == Outcome::Refusal {
            return problem(
                "REDIRECT-REFUSED",
                format!("GET {} answered {answer}, and none of our fakes was called", answer.url),
                "the service refuses a plain redirect, most likely because it does not allow the return URL",
                format!(
                    "allow returns to {} (ALLOWED_RETURN_ORIGINS), or set declares.return_origins to what it allows",
                    ctx.profile().return_origin()
                ),
            );
        }
        return problem(
            "FAKES-NOT-CALLED",
            format!("GET {} answered {answer}, and none of our fakes was called", answer.url),
            "DATAVERSE_URL, ENTRA_TOKEN_URL (or ENTRA_AUTHORITY) and STRIPE_API_BASE lead somewhere else",
            format!(
                "point them to {}, {} and {}",
                endpoints.dataverse.url, endpoints.entra.token_url, endpoints.stripe.api_base
            ),
        );
    }
    if to("dataverse").next().is_none() {
        return problem(
            "DATAVERSE-NOT-CALLED",
            format!(
                "GET {} answered {answer}; the service called {}, but not our Dataverse",
                answer.url,
                called(calls)
            ),
            "DATAVERSE_URL leads somewhere else",
            format!("set it to {}", endpoints.dataverse.url),
        );
    }
    if accepted("dataverse") && to("stripe").next().is_none() {
        // A service that cannot reach Stripe answers 5xx (or redirects to the real one); anything else is its own decision, for the cases to judge.
        let elsewhere = answer.outcome() == Outcome::Broken
            || answer.location().is_some_and(|location| location.contains("stripe.com"));
        return elsewhere
            .then(|| {
                problem(
                    "STRIPE-NOT-CALLED",
                    format!(
                        "GET {} answered {answer}; the service read the purchase, but did not call our Stripe",
                        answer.url
                    ),
                    "STRIPE_API_BASE leads somewhere else, or the service has a Stripe address of its own",
                    format!("set it to {}", endpoints.stripe.api_base),
                )
            })
            .flatten();
    }
    None
}

/// A connection that a client began in the wrong way, and why it was not opened.
fn unopened(calls: &[EntryView]) -> Option<(&EntryView, &str)> {
    calls.iter().find_map(|entry| {
        let why = entry.failure.as_deref().filter(|_| entry.request.method.as_deref() == Some("CONNECT"))?;
        Some((entry, why))
    })
}

/// Whether properly signed, harmless events are taken.
async fn notify_problem(ctx: &Ctx) -> Result<Option<Problem>, Stop> {
    let mut seen: Vec<Delivered> = Vec::new();
    for event in [Forged::of_type("product.created"), Forged::session_without_purchase()] {
        let delivered = ctx.deliver(event).await?;
        if delivered.status.is_none_or(|status| outcome(status) != Outcome::Refusal) {
            return Ok(delivered.failure.as_ref().map(|why| {
                notify(
                    "WEBHOOK-UNREACHABLE",
                    format!("a delivery to {} got no answer: {why}", ctx.urls().notify),
                    "the service does not listen there, or breaks connections off",
                    "set service.notify_url in the profile to the webhook endpoint",
                    &seen,
                )
            }));
        }
        seen.push(delivered);
    }
    let statuses: Vec<u16> = seen.iter().filter_map(|delivered| delivered.status).collect();
    let url = &ctx.urls().notify;
    if statuses.iter().all(|status| matches!(status, 404 | 405)) {
        return Ok(Some(notify(
            "WEBHOOK-PATH",
            format!("POST {url} answered {}", statuses[0]),
            "the service does not take notifications at this path",
            "set service.notify_url in the profile to the webhook endpoint",
            &seen,
        )));
    }
    let off = seen.iter().find_map(|delivered| delivered.clock_off);
    if let Some(off) = off.filter(|off| off.abs() > TOLERANCE) {
        return Ok(Some(notify(
            "CLOCK",
            format!(
                "signed events are refused, and the service's clock is {} s {}",
                off.abs(),
                if off > 0 { "ahead" } else { "behind" }
            ),
            "a signature's time is compared with the service's own clock, with five minutes of tolerance",
            "set the clock of the service's machine or container right",
            &seen,
        )));
    }
    // A service may refuse what it does not need (which a case judges), but it must take what it does.
    if paid_is_taken(ctx).await? {
        return Ok(None);
    }
    Ok(Some(notify(
        "WEBHOOK-SECRET",
        format!("properly signed events are refused with {}", statuses[0]),
        "STRIPE_WEBHOOK_SECRET is not the one of this run",
        "use the secret that `payloop env` prints; it begins with whsec_",
        &seen,
    )))
}

/// Pays for a purchase, and looks whether Stripe's own event about it is taken.
async fn paid_is_taken(ctx: &Ctx) -> Result<bool, Stop> {
    let purchase = ctx.purchase().await?;
    let Ok(answer) = ctx.follow(&purchase).await else { return Ok(false) };
    if ctx.pay(&answer, &crate::buyer::Means::card()).await.is_err() {
        return Ok(false);
    }
    ctx.settle().await?;
    let seen = ctx.look(&purchase).await?;
    Ok(seen.deliveries().iter().any(|entry| entry.status.is_some_and(|status| outcome(status) != Outcome::Refusal)))
}

fn notify(name: &str, seen: String, cause: &str, cure: &str, deliveries: &[Delivered]) -> Problem {
    Problem {
        name: name.to_owned(),
        seen,
        cause: cause.to_owned(),
        cure: cure.to_owned(),
        evidence: deliveries.iter().filter_map(|delivered| delivered.entry.as_ref().map(line_of)).collect(),
    }
}

fn called(calls: &[EntryView]) -> String {
    let mut names: Vec<&str> =
        calls.iter().map(|entry| entry.fake.as_str()).filter(|fake| *fake != "event-api").collect();
    names.sort_unstable();
    names.dedup();
    names.join(" and ")
}

/// The error's code in an answer of the token endpoint.
fn error_of(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    let description = body.get("error_description")?.as_str()?;
    description.split(':').next().map(str::to_owned)
}

fn silent(ctx: &Ctx) -> Problem {
    let last = ctx.log().checks.last().map(|check| check.seen.clone()).unwrap_or_default();
    Problem {
        name: "SERVICE-SILENT".to_owned(),
        seen: format!("GET {} got no answer: {last}", ctx.urls().redirect),
        cause: "the service waits for something that does not answer, or breaks the connection off".to_owned(),
        cure: "check that DATAVERSE_URL, ENTRA_TOKEN_URL and STRIPE_API_BASE lead to the fakes of this run".to_owned(),
        evidence: ctx.bench().launcher.output().lines().map(str::to_owned).collect(),
    }
}

fn broken_bench(ctx: &Ctx, stop: &Stop) -> Problem {
    let why = match stop {
        Stop::Suite(why) | Stop::NotTestable(why) | Stop::NotApplicable(why) => why.clone(),
        Stop::Failed => "a step failed".to_owned(),
    };
    Problem {
        name: "BENCH".to_owned(),
        seen: why,
        cause: "the fakes of this run do not do what the suite needs; this is not the service's fault".to_owned(),
        cure: format!("check that the control API answers at {}", ctx.bench().endpoints.control.url),
        evidence: Vec::new(),
    }
}
