//! Where a service answers: its readiness, its payment page, its webhook endpoint.

use std::sync::Arc;

use http::Method;

use super::{ProbeError, context};
use crate::check::http::Outcome;
use crate::runner::{Bench, Connected, Setup, connect};
use crate::steps::Visit;

/// Paths that health checks often have.
const READY: [&str; 8] = ["/healthz", "/health", "/readyz", "/ready", "/health/ready", "/livez", "/ping", "/status"];
/// Paths that payment pages often have; the published sample's first.
const REDIRECT: [&str; 14] = [
    "/GatewayRedirect/PayWithStripe",
    "/pay",
    "/payment",
    "/payments",
    "/checkout",
    "/redirect",
    "/api/pay",
    "/api/payment",
    "/api/checkout",
    "/stripe/pay",
    "/stripe/checkout",
    "/api/redirect",
    "/api/PayWithStripe",
    "/",
];
/// Paths that webhook endpoints often have; the published sample's first.
const NOTIFY: [&str; 14] = [
    "/GatewayEvents/HandleStripeEvent",
    "/webhook",
    "/webhooks",
    "/webhooks/stripe",
    "/webhook/stripe",
    "/stripe/webhook",
    "/stripe/webhooks",
    "/stripe/events",
    "/stripe",
    "/api/webhook",
    "/api/webhooks/stripe",
    "/api/stripe/webhook",
    "/events",
    "/api/HandleStripeEvent",
];
/// A path that no service has: what it answers there means nothing elsewhere either.
const NOWHERE: &str = "/payloop-asks-for-a-page-that-is-not-there";

/// Paths that the asker knows already.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The payment page's.
    pub redirect: Option<String>,
    /// The webhook endpoint's.
    pub notify: Option<String>,
}

/// Where a service answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// What answers 2xx once it is ready, if anything does.
    pub ready: Option<String>,
    /// The payment page.
    pub redirect: String,
    /// The webhook endpoint.
    pub notify: String,
}

/// Starts the service and looks where it answers; tells `listener` what it finds. The service is stopped afterwards if it was started here.
pub async fn paths(setup: Setup, wanted: &Wanted, listener: impl Fn(&str) + Send + Sync) -> Result<Paths, ProbeError> {
    let Connected { bench, env, scratch: _scratch } = connect(setup)?;
    bench.launcher.start(env).await?;
    let found = find(&bench, wanted, &listener).await;
    bench.launcher.stop().await;
    found
}

async fn find(
    bench: &Arc<Bench>,
    wanted: &Wanted,
    listener: &(impl Fn(&str) + Send + Sync),
) -> Result<Paths, ProbeError> {
    let ctx = context(bench);
    let base = bench.launcher.base();
    let at = |path: &str| format!("{}{path}", base.as_str().trim_end_matches('/'));

    let mut ready = None;
    for path in READY {
        let answer = ctx.attempt(Visit::to(at(path))).await.map_err(|why| unreachable(&at(path), &why))?;
        if answer.outcome() == Outcome::Success {
            ready = Some(path.to_owned());
            break;
        }
    }
    listener(&ready.as_ref().map_or_else(
        || "no usual path answers 2xx as a health check: a connection will count as ready".to_owned(),
        |path| format!("{path} answers 2xx: it will count as ready then"),
    ));

    let purchase = ctx.purchase().await?;
    let query = purchase.link.split_once('?').map_or("", |(_, query)| query);
    let stripe = bench.endpoints.stripe.api_base.as_str();
    let mut redirect = None;
    let mut seen = Vec::new();
    let candidates: Vec<&str> = wanted.redirect.as_deref().map_or_else(|| REDIRECT.to_vec(), |path| vec![path]);
    for path in candidates {
        let answer = ctx
            .attempt(Visit::to(format!("{}?{query}", at(path))))
            .await
            .map_err(|why| unreachable(&at(path), &why))?;
        if answer.location().is_some_and(|location| location.starts_with(stripe)) {
            redirect = Some(path.to_owned());
            break;
        }
        if answer.status != 404 {
            seen.push(format!("{path} answers {answer}"));
        }
    }
    let redirect = redirect.ok_or_else(|| {
        let seen = if seen.is_empty() { "all answer 404".to_owned() } else { seen.join("; ") };
        ProbeError::NotFound(format!(
            "no path leads a registrant to our Stripe ({seen}). Give the path of the payment page with --redirect /path; if that is it, the service \
             does not reach the fakes: compare its settings with `payloop env`, and see what it writes"
        ))
    })?;
    listener(&format!("GET {redirect} leads to a payment page of our Stripe"));

    let post =
        |path: &str| Visit::to(at(path)).method(Method::POST).header("content-type", "application/json").body("{}");
    let nowhere = ctx.attempt(post(NOWHERE)).await.map(|answer| answer.status).unwrap_or_default();
    let mut notify = None;
    let candidates: Vec<&str> = wanted.notify.as_deref().map_or_else(|| NOTIFY.to_vec(), |path| vec![path]);
    for path in candidates {
        let status = ctx.attempt(post(path)).await.map(|answer| answer.status).unwrap_or_default();
        if !matches!(status, 404 | 405 | 501) && (status != nowhere || wanted.notify.is_some()) {
            notify = Some(path.to_owned());
            listener(&format!("POST {path} answers {status} to an event without a signature: the webhook endpoint"));
            break;
        }
    }
    let notify = notify.ok_or_else(|| {
        ProbeError::NotFound(
            "no usual path takes notifications by POST. Give the path of the webhook endpoint with --notify /path"
                .to_owned(),
        )
    })?;
    Ok(Paths { ready, redirect, notify })
}

fn unreachable(url: &str, why: &str) -> ProbeError {
    ProbeError::NotFound(format!(
        "nothing answers at {url} ({why}). Start the service, or give its base URL with --service"
    ))
}
