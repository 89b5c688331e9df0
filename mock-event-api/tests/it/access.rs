//! Tokens, organizations, origins, and CORS as a browser sees it.

use http::Method;

use crate::support::{Answer, Bench, EVENT, ORIGIN, TOKEN};

fn cors(answer: &Answer) -> (u16, Option<&str>, Option<&str>) {
    (answer.status, answer.header("access-control-allow-origin"), answer.header("vary"))
}

#[tokio::test]
async fn the_token_stands_in_the_query_and_is_taken_as_it_is() {
    let bench = Bench::new().await;
    let with = |token: String| bench.bare_url(&format!("/events/published?{token}"));
    let statuses = [
        (String::new(), 400),
        ("emApplicationtoken=".into(), 400),
        (format!("emApplicationToken={TOKEN}"), 400),
        (format!("emApplicationtoken={TOKEN}x"), 401),
        (format!("emApplicationtoken={}", TOKEN.to_lowercase()), 401),
        (format!("emApplicationtoken={}", "t".repeat(4_000)), 401),
        (format!("emApplicationtoken={TOKEN}"), 200),
        (format!("x=1&emApplicationtoken={TOKEN}&y=2"), 200),
    ];
    for (query, expect) in statuses {
        let answer = bench.send(bench.http.get(with(query.clone()))).await;
        assert_eq!(answer.status, expect, "{query}");
    }
    let arranged = bench
        .arrange(&mock_event_api::control::dto::ArrangeEvent {
            origin: Some("https://long.example".into()),
            ..Default::default()
        })
        .await;
    assert_eq!(arranged.token.len(), 216);
    let answer = bench.send(bench.http.get(with(format!("emApplicationtoken={}", arranged.token)))).await;
    assert_eq!(answer.status, 200);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn another_organization_is_not_found() {
    let bench = Bench::new().await;
    let own = bench.dataverse.config().organization.id.to_string();
    for (id, expect) in
        [(own.to_uppercase(), 200), ("5e1b77c0-4a39-4f08-b2d6-91c37e540a19".into(), 404), ("x".into(), 404)]
    {
        let url = bench.url("/events/published").replace(&own, &id);
        assert_eq!(bench.send(bench.http.get(url)).await.status, expect, "{id}");
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn only_the_registered_origin_may_read_answers() {
    let bench = Bench::new().await;
    let call =
        |origin: &'static str, path: String| bench.send(bench.http.get(bench.url(&path)).header("origin", origin));
    let event = || format!("/events/{EVENT}");
    assert_eq!(cors(&call(ORIGIN, event()).await), (200, Some(ORIGIN), Some("Origin")));
    assert_eq!(
        cors(&call(ORIGIN, "/events/None1".into()).await),
        (404, Some(ORIGIN), Some("Origin")),
        "refusals are readable too"
    );
    assert_eq!(cors(&call("https://evil.example", event()).await), (403, None, None));
    assert_eq!(cors(&call("http://localhost:8080/", event()).await), (403, None, None));
    assert_eq!(
        cors(&bench.get(&event()).await),
        (200, None, Some("Origin")),
        "no Origin header, as the documented request"
    );
    bench.set("EAPI-6", "401");
    assert_eq!(cors(&call("https://evil.example", event()).await), (401, None, None));
    bench.set("EAPI-6", "pass");
    assert_eq!(cors(&call("https://evil.example", event()).await), (200, None, Some("Origin")));
    bench.set("EAPI-5", "400");
    assert_eq!(cors(&bench.get(&event()).await), (400, None, None));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_preflight_is_answered_for_the_registered_origin() {
    let bench = Bench::new().await;
    let ask = |origin: &'static str, url: String| {
        let request = bench.http.request(Method::OPTIONS, url).header("origin", origin);
        bench.send(
            request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type"),
        )
    };
    let path = format!("/events/{EVENT}/registrations");
    for url in [bench.url(&path), bench.bare_url(&path)] {
        let answer = ask(ORIGIN, url.clone()).await;
        assert_eq!(cors(&answer), (204, Some(ORIGIN), Some("Origin")));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST"));
        assert_eq!(answer.header("access-control-allow-headers"), Some("content-type"));
        assert_eq!(cors(&ask("https://evil.example", url).await), (403, None, None));
    }
    bench.assert_true_to_the_contract();
}
