//! Who is let in: token and origin, which events belong to which generation, and what a browser is told.

use super::support::{BREAKFAST, Browser, DINNER, GALA, guests};
use crate::support::{Bench, EVENT, ORIGIN, TOKEN};

#[tokio::test]
async fn token_and_origin_are_both_required() {
    let bench = Bench::outbound().await;
    let url = |query: &str| Browser::bare_url(&bench, &format!("/events/published{query}"));
    let right = format!("?emApplicationtoken={TOKEN}");
    let mut lines = Vec::new();
    for (what, query, origin) in [
        ("neither", "", None),
        ("no token", "", Some(ORIGIN)),
        ("no origin", right.as_str(), None),
        ("wrong token", "?emApplicationtoken=x", Some(ORIGIN)),
        ("wrong origin", right.as_str(), Some("https://evil.example")),
    ] {
        let mut request = bench.http.get(url(query));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = bench.send(request).await;
        lines.push(format!("{what}: {} {:?}", answer.line(), answer.header("access-control-allow-origin")));
    }
    insta::assert_snapshot!(lines.join("\n"));
    bench.set("OB-ORIGIN", "accept");
    assert_eq!(bench.send(bench.http.get(url(&right))).await.status, 200);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_browser_may_send_its_cookies() {
    let bench = Bench::outbound().await;
    let answer = Browser::default().register(&bench, GALA, &guests(Some(DINNER), 1)).await;
    let told = |answer: &crate::support::Answer| {
        ["access-control-allow-origin", "access-control-allow-credentials"]
            .map(|name| answer.header(name).map(str::to_owned))
    };
    assert_eq!(told(&answer), [Some(ORIGIN.to_owned()), Some("true".to_owned())]);
    let url = Browser::url(&bench, &format!("/events/{GALA}/registrations"));
    let asked = bench.http.request(http::Method::OPTIONS, url).header("origin", ORIGIN);
    let asked = asked
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,authorization");
    let preflight = bench.send(asked).await;
    assert_eq!(preflight.status, 204);
    assert_eq!(told(&preflight), [Some(ORIGIN.to_owned()), Some("true".to_owned())]);
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type,authorization"));
}

/// The names of the events that an API lists.
fn listed(answer: &crate::support::Answer) -> Vec<String> {
    let events = answer.json();
    events.as_array().unwrap().iter().map(|event| event["readableEventId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_generation_shows_its_own_events() {
    let bench = Bench::outbound().await;
    let browser = Browser::default();
    let mine =
        mock_event_api::control::dto::ArrangeEvent { readable_event_id: Some(EVENT.into()), ..Default::default() };
    bench.arrange(&mine).await;
    let outbound = browser.get(&bench, "/events/published").await;
    assert_eq!(listed(&outbound).len(), 3);
    assert_eq!(listed(&bench.get("/events/published").await), [EVENT]);
    for (event, here, there) in [(GALA, 200, 404), (EVENT, 404, 200)] {
        for rest in ["", "/passes", "/sessions", "/registrations/count"] {
            let path = format!("/events/{event}{rest}");
            assert_eq!(browser.get(&bench, &path).await.status, here, "{path}");
            assert_eq!(bench.get(&path).await.status, there, "{path}");
        }
    }
    let refused = bench.register(GALA, &guests(Some(DINNER), 1)).await;
    assert_eq!(refused.line(), r#"404 {"Message":"The event was not found."}"#);
    bench.set("OB-EVENTS", "shared");
    assert_eq!(listed(&browser.get(&bench, "/events/published").await).len(), 4);
    assert_eq!(bench.get(&format!("/events/{BREAKFAST}")).await.status, 200);
    assert!(bench.register(GALA, &guests(Some(DINNER), 1)).await.text.starts_with(r#"{"redirectUrl":"#));
    bench.assert_true_to_the_contract();
}
