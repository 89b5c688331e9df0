//! CORS as a browser sees it: a page on the registered origin reads every answer, one on another origin none.

use http::Method;
use mock_event_api::http::OPERATIONS;
use serde_json::json;

use crate::support::{ALL_DAYS, Answer, BO, Bench, CONFERENCE, ORIGIN, filled};

/// A script on a page of some origin.
struct Page<'a> {
    bench: &'a Bench,
    origin: &'static str,
}

/// What the browser tells the script.
#[derive(Debug)]
enum Fetched {
    /// The answer may be read.
    Read(Answer),
    /// The request went out, but its answer is kept from the script.
    Kept(u16),
    /// The request never went out: the preflight was refused.
    Held,
}

impl Page<'_> {
    /// `fetch(url, { method, body })`, with the preflight that a body of JSON needs.
    async fn fetch(&self, method: Method, url: &str, body: Option<&str>, kind: &str) -> Fetched {
        let http = &self.bench.http;
        if body.is_some() && kind == "application/json" {
            let ask = http.request(Method::OPTIONS, url).header("origin", self.origin);
            let ask = ask
                .header("access-control-request-method", method.as_str())
                .header("access-control-request-headers", "content-type");
            let answer = self.bench.send(ask).await;
            let lists = |name: &str, wanted: &str| {
                answer.header(name).unwrap_or_default().split(',').any(|item| item.trim().eq_ignore_ascii_case(wanted))
            };
            let fits = (200..300).contains(&answer.status)
                && self.may_read(&answer)
                && lists("access-control-allow-methods", method.as_str())
                && lists("access-control-allow-headers", "content-type");
            if !fits {
                return Fetched::Held;
            }
        }
        let mut request = http.request(method, url).header("origin", self.origin);
        if let Some(body) = body {
            request = request.header("content-type", kind).body(body.to_owned());
        }
        let answer = self.bench.send(request).await;
        if self.may_read(&answer) { Fetched::Read(answer) } else { Fetched::Kept(answer.status) }
    }

    fn may_read(&self, answer: &Answer) -> bool {
        assert!(answer.header("access-control-allow-credentials").is_none(), "nobody signs in");
        let allowed = answer.header("access-control-allow-origin");
        // An answer for one origin must not be kept by a cache for another.
        assert!(allowed.is_none() || answer.header("vary") == Some("Origin"));
        allowed == Some(self.origin) || allowed == Some("*")
    }
}

fn body_of(operation: &str) -> Option<String> {
    match operation {
        "publicApiRegister" => Some(
            json!({"attendees": [{"firstName": "Ada", "lastName": "Ng", "email": "ada@example.test", "passId": ALL_DAYS}]})
                .to_string(),
        ),
        "publicApiFinalizeRegistration" => Some(json!({ "purchaseId": BO }).to_string()),
        "publicApiCreateCheckInAndRedirect" => Some(json!({ "registrationId": BO }).to_string()),
        _ => None,
    }
}

#[tokio::test]
async fn a_page_on_the_registered_origin_reads_every_answer() {
    let bench = Bench::conference().await;
    let page = Page { bench: &bench, origin: ORIGIN };
    for (method, path, operation) in OPERATIONS {
        let url = bench.url(&filled(path));
        let fetched =
            page.fetch(method.parse().unwrap(), &url, body_of(operation).as_deref(), "application/json").await;
        assert!(matches!(fetched, Fetched::Read(_)), "{operation}: {fetched:?}");
    }
    let unknown = page.fetch(Method::GET, &bench.url("/events/None1"), None, "").await;
    assert!(matches!(unknown, Fetched::Read(answer) if answer.status == 404), "refusals can be read too");
    assert_eq!(bench.dataverse.events().purchases(Some(CONFERENCE)).len(), 1);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_page_on_another_origin_reads_nothing_and_changes_nothing() {
    let bench = Bench::conference().await;
    for origin in ["https://evil.example", "http://localhost:8081", "https://localhost:8080", "null"] {
        let page = Page { bench: &bench, origin };
        for (method, path, operation) in OPERATIONS {
            let (url, body) = (bench.url(&filled(path)), body_of(operation));
            let method: Method = method.parse().unwrap();
            let fetched = page.fetch(method.clone(), &url, body.as_deref(), "application/json").await;
            let open = matches!(*operation, "publicApiGetDocument" | "publicApiCreateCheckInAndRedirect");
            match fetched {
                Fetched::Held => assert!(body.is_some(), "{operation}"),
                Fetched::Kept(status) => assert_eq!(status, if open { 200 } else { 403 }, "{operation}"),
                Fetched::Read(answer) => panic!("{operation}: {answer:?}"),
            }
            // A form needs no preflight, and still comes to nothing.
            let form = page.fetch(method, &url, body.as_deref(), "text/plain").await;
            assert!(matches!(form, Fetched::Kept(200 | 400 | 403 | 415)), "{operation}: {form:?}");
        }
    }
    assert_eq!(bench.dataverse.events().purchases(Some(CONFERENCE)).len(), 0);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_caller_that_is_no_browser_is_served_without_cors_headers() {
    let bench = Bench::conference().await;
    for (method, path, operation) in OPERATIONS.iter().filter(|(method, ..)| *method == "GET") {
        let answer = bench.send(bench.http.request(method.parse().unwrap(), bench.url(&filled(path)))).await;
        let expect = if *operation == "publicApiGetCaptcha" { 404 } else { 200 };
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (expect, None), "{operation}");
    }
    bench.assert_true_to_the_contract();
}

/// Two sites, each with its own web application: neither reads with the other's token.
#[tokio::test]
async fn a_token_is_good_for_its_own_origin_only() {
    let bench = Bench::conference().await;
    let ask = mock_event_api::control::dto::ArrangeEvent {
        origin: Some("https://other.example".into()),
        ..Default::default()
    };
    let other = bench.arrange(&ask).await;
    assert!(other.token.len() > 200);
    let url = |token: &str| format!("{}?emApplicationtoken={token}", bench.bare_url("/events/published"));
    let (ours, theirs) = (bench.url("/events/published"), url(&other.token));
    for (origin, url, readable) in [
        (ORIGIN, &ours, true),
        ("https://other.example", &theirs, true),
        (ORIGIN, &theirs, false),
        ("https://other.example", &ours, false),
    ] {
        let fetched = Page { bench: &bench, origin }.fetch(Method::GET, url, None, "").await;
        assert_eq!(matches!(fetched, Fetched::Read(_)), readable, "{origin} {url}: {fetched:?}");
    }
}
