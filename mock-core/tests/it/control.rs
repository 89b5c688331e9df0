//! The control API and its typed client, over loopback.

use http::{Method, header};
use mock_core::control::dto::{JournalView, WorldView};
use mock_core::control::{Control, ROUTES, router};
use mock_core::faults::{Effect, Plan};
use mock_core::journal::Filter;
use mock_core::{ClockMode, Switch, SwitchValue, server};

use crate::bench::{Bench, LOOPBACK};

async fn controlled() -> (Bench, Control, server::Server) {
    let bench = Bench::with_clock(ClockMode::Manual).await;
    bench.world.switches().declare(Switch {
        id: "AMB-1",
        question: "what does a repeat answer",
        values: &[
            SwitchValue { name: "success", meaning: "nothing happens" },
            SwitchValue { name: "fault", meaning: "400" },
        ],
        default: "success",
        source: "not documented",
    });
    let api = router(&bench.world, axum::Router::new());
    let server = server::serve_router(&bench.world, "control", api, LOOPBACK).await.unwrap();
    let control = Control::new(&server.url());
    (bench, control, server)
}

#[tokio::test]
async fn several_questions_are_one_call() {
    let (bench, control, _server) = controlled().await;
    bench.post("/echo", "seen & heard").await.unwrap();
    let about = Filter { text: Some("seen & heard".into()), last: Some(1), ..Filter::default() };
    let ask = |path: &str| vec![about.path(), path.to_owned()];
    let (journal, world): (JournalView, WorldView) = control.read(ask("/v1/world")).await.unwrap();
    assert_eq!(journal.entries[0].request.body, "seen & heard");
    assert_eq!(world.journal, journal.summary);

    // One refusal is the whole answer, in its own words.
    for (path, says) in [
        ("/v1/journal/7", "the journal holds no entry 7"),
        ("/v1/nothing", "/v1/nothing"),
        ("/v1/journal/live", "/v1/journal/live does not answer with JSON"),
        ("v1/world", "\"v1/world\" is no path of the control API"),
    ] {
        let refused = control.read::<(JournalView, WorldView)>(ask(path)).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{path}: {refused}");
    }
}

#[tokio::test]
async fn the_typed_client_reads_and_moves_the_world() {
    let (bench, control, _server) = controlled().await;
    let before = control.world().await.unwrap();
    let advanced = control.advance("31m").await.unwrap();
    assert_eq!(advanced.now.duration_since(before.now).as_secs(), 31 * 60);
    assert_eq!(before.places["stripe"], bench.base);

    bench.post("/echo", "seen").await.unwrap();
    let journal = control.journal(&Filter { text: Some("seen".into()), ..Filter::default() }).await.unwrap();
    assert_eq!(journal.entries.len(), 1);
    assert_eq!(journal.entries[0].request.body, "seen");

    let plan: Plan = serde_json::from_str(r#"{"match":{"fake":"stripe"},"effect":{"kind":"reset"}}"#).unwrap();
    let id = control.add_fault(&plan).await.unwrap();
    bench.post("/echo", "x").await.unwrap_err();
    let spent = control.remove_fault(id).await.unwrap();
    assert_eq!((spent.applied, spent.plan.effect), (1, Effect::Reset));

    control.set_switch("AMB-1", "fault", Some("x")).await.unwrap();
    assert_eq!(bench.world.switches().value("AMB-1", "x"), "fault");
    let refused = control.set_switch("AMB-1", "maybe", None).await.unwrap_err().to_string();
    insta::assert_snapshot!(refused, @r#"the control API refused PUT /v1/switches/AMB-1: switch AMB-1 does not take the value "maybe"; it takes: success, fault (GET /v1/switches lists switches and values)"#);
}

#[tokio::test]
async fn every_listed_route_is_served() {
    let (_bench, _control, server) = controlled().await;
    for (method, path) in ROUTES {
        let url = format!(
            "{}{}",
            server.url().as_str().trim_end_matches('/'),
            path.replace("{seq}", "1").replace("{id}", "AMB-1")
        );
        let method: Method = method.parse().unwrap();
        let answer = mock_core::http_client()
            .request(method.clone(), url)
            .header("content-type", "application/json")
            .body("{}")
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let unknown = status == 404 && !answer.headers().contains_key("x") && path.contains('{');
        assert!(status < 500 && status != 405 && (status != 404 || unknown), "{method} {path}: {status}");
    }
}

#[track_caller]
fn check(answer: (u16, String), status: u16, words: &str) {
    assert_eq!(answer.0, status, "{}", answer.1);
    assert!(answer.1.contains(words), "{}", answer.1);
}

#[tokio::test]
async fn wrong_input_is_told_what_is_right() {
    let (_bench, _control, server) = controlled().await;
    let send = async |method: Method, path: &str, body: &str, origin: Option<&str>| {
        let mut call = mock_core::http_client()
            .request(method, format!("{}{path}", server.url().as_str().trim_end_matches('/')))
            .body(body.to_owned());
        if let Some(origin) = origin {
            call = call.header(header::ORIGIN, origin);
        }
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    check(
        send(Method::POST, "/v1/clock/advance", r#"{"by":"soon"}"#, None).await,
        400,
        "write 31m, 2h 5m, 3d or PT31M",
    );
    check(send(Method::POST, "/v1/clock/advance", "{", None).await, 400, "the body is not right");
    check(send(Method::POST, "/v1/faults", r#"{"effect":{"kind":"explode"}}"#, None).await, 400, "effect");
    check(send(Method::GET, "/v1/journal?direction=sideways", "", None).await, 400, "filters: after, again, fake");
    check(send(Method::GET, "/v1/journal?format=pdf", "", None).await, 400, "formats: json, lines, text, curl");
    check(send(Method::GET, "/v1/journal/99", "", None).await, 404, "the journal holds no entry 99");
    check(send(Method::GET, "/v1/nothing", "", None).await, 404, "the control API has no /v1/nothing");
    check(send(Method::PATCH, "/v1/world", "", None).await, 405, "does not take this method");
    check(send(Method::GET, "/v1/world", "", Some("https://evil.test")).await, 403, "names another host");
}
