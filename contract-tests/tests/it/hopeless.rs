//! Services that answer the same to everything. Each case ends with a verdict about them, soon, and is never laid at the suite's own door.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use contract_tests::report::console;
use contract_tests::{External, Level, Options, Setup, Verdict};
use http::{StatusCode, header};
use mock_platform::{Platform, ServiceUrls};
use tokio::net::TcpListener;
use url::Url;

use crate::world::profile;

/// The longest that a case waits for such a service.
const SOON: Duration = Duration::from_secs(40);

async fn check(status: StatusCode) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let answer = (status, [(header::LOCATION, "http://127.0.0.1:9/elsewhere")]);
    let router = Router::new().fallback(any(move || std::future::ready(answer)));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let platform = Platform::builder().service(ServiceUrls::at(&base)).start().await.unwrap();
    let setup = Setup {
        endpoints: platform.endpoints().clone(),
        profile: profile(),
        launcher: Arc::new(External::new(base)),
        options: Options {
            level: Level::Resilient,
            jobs: 12,
            case_limit: SOON,
            keep_going_on_config_error: true,
            ..Options::default()
        },
        worlds: None,
    };
    let report = contract_tests::run(setup, |_| {}).await.unwrap();
    platform.stop().await;
    serving.abort();
    let ours: Vec<String> =
        report.cases.iter().filter(|case| case.verdict == Verdict::SuiteError).map(console::explain).collect();
    assert!(ours.is_empty(), "{status}:\n{}", ours.join("\n"));
    let failed = report.cases.iter().filter(|case| case.verdict == Verdict::Fail).count();
    assert!(failed > 50, "{status}: {failed} failed\n{}", console::summary(&report));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_refuses_everybody_is_judged() {
    check(StatusCode::NOT_FOUND).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sends_everybody_elsewhere_is_judged() {
    check(StatusCode::FOUND).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_agrees_to_everything_is_judged() {
    check(StatusCode::OK).await;
}
