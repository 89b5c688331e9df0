//! The page for people at the root of the control port: what listens where, the sample event, the journal as it grows.
//!
//! It is one page without dependencies, so that it works on a train. The same page answers at `/thank-you`, as a place to return to after
//! paying.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header;
use mock_core::{ClockMode, World};

use crate::endpoints::Endpoints;
use crate::guide::{registration_curl, table};
use crate::ports::Fake;

const PAGE: &str = include_str!("console.html");

/// Nothing but the page's own scripts and styles, calls to its own port, and no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The page's text, which is known once everything listens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Page(Arc<OnceLock<Bytes>>);

impl Page {
    /// Writes the page.
    pub(crate) fn fill(&self, world: &World, endpoints: &Endpoints, only: &BTreeSet<Fake>) {
        self.0.get_or_init(|| Bytes::from(page(world.ids().seed(), world.clock().mode(), endpoints, only)));
    }

    fn text(&self) -> Bytes {
        self.0.get().cloned().unwrap_or_else(|| Bytes::from_static(b"starting"))
    }
}

/// The routes of the console.
pub(crate) fn routes(page: &Page) -> Router {
    let page = page.clone();
    let serve = move || std::future::ready(answer(page.text()));
    Router::new().route("/", get(serve.clone())).route("/thank-you", get(serve))
}

fn answer(page: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, page).into_response()
}

fn page(seed: u64, clock: ClockMode, endpoints: &Endpoints, only: &BTreeSet<Fake>) -> String {
    let places = table(endpoints, only)
        .into_iter()
        .map(|(name, url)| format!("<tr><th>{}</th><td><code>{}</code></td></tr>\n", escaped(name), escaped(&url)))
        .collect::<Vec<_>>()
        .concat();
    let sample = if only.contains(&Fake::EventApi) {
        format!(
            "<h2>Register for the sample event</h2>\n<p>The answer holds the link that a registration page would send the visitor to. Open it in a \
             browser, and pay with card <code>4242 4242 4242 4242</code>, any date to come and any code.</p>\n<pre>{}</pre>\n",
            escaped(&registration_curl(endpoints))
        )
    } else {
        String::new()
    };
    PAGE.replace("{{seed}}", &seed.to_string())
        .replace("{{clock}}", if clock == ClockMode::Real { "real" } else { "manual" })
        .replace("{{places}}", &places)
        .replace("{{sample}}", &sample)
        .replace("{{stripe}}", &escaped(&endpoints.stripe.api_base))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Endpoints, Fake, page};
    use mock_core::ClockMode;

    #[test]
    fn the_page_says_where_everything_listens() {
        let endpoints = Endpoints::planned(1, 4400, None).unwrap();
        let page = page(1, ClockMode::Real, &endpoints, &Fake::all());
        for needle in [&endpoints.event_api.base, &endpoints.dataverse.url, &endpoints.stripe.api_base] {
            assert!(page.contains(needle.as_str()), "{needle}");
        }
        assert!(page.contains("curl -sS"));
        assert!(!page.contains("{{"), "every placeholder is filled");
        for secret in [&endpoints.entra.client_secret, &endpoints.stripe.api_key, &endpoints.stripe.webhook_secret] {
            assert!(!page.contains(secret.as_str()), "a page that people share shows no secret");
        }
    }

    #[test]
    fn a_fake_that_does_not_listen_is_not_shown() {
        let endpoints = Endpoints::planned(1, 4400, None).unwrap();
        let page = page(1, ClockMode::Manual, &endpoints, &[Fake::Stripe].into());
        assert!(page.contains("4404") && !page.contains("4401") && !page.contains("4402"));
        assert!(!page.contains("curl -sS"));
    }
}
