//! A service that is not connected to the bench is told so by name, with cause and cure, instead of a page of red.

use std::sync::Arc;

use contract_tests::report::console;
use contract_tests::{External, Options, Report, RunVerdict, Setup, Verdict};
use mock_platform::{Platform, ServiceUrls};
use url::Url;

use crate::world::{Embedded, certify_with, only, profile};

#[track_caller]
fn check(report: &Report, name: &str, cure: &str) {
    assert_eq!(report.verdict(), RunVerdict::ConfigError, "{}", console::summary(report));
    assert_eq!(report.verdict().exit_code(), 3);
    let names: Vec<&str> = report.problems.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, [name], "{}", console::summary(report));
    assert!(report.problems[0].cure.contains(cure), "{}", report.problems[0].cure);
    assert!(report.cases.iter().all(|case| case.verdict == Verdict::ConfigError && case.checks.is_empty()));
}

/// Runs one case with one variable wrong.
async fn with_wrong(name: &str, value: &str) -> Report {
    certify_with(Embedded::new(&[]).await.with(name, value), profile(), only(&["C-R01"])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_there() {
    let base = Url::parse("http://127.0.0.1:9").unwrap();
    let platform = Platform::builder().service(ServiceUrls::at(&base)).start().await.unwrap();
    let setup = Setup {
        endpoints: platform.endpoints().clone(),
        profile: profile(),
        launcher: Arc::new(External::new(base)),
        options: Options::default(),
    };
    let report = contract_tests::run(setup, |_| {}).await.unwrap();
    check(&report, "SERVICE-UNREACHABLE", "--service");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_webhook_secret_is_another() {
    check(&with_wrong("STRIPE_WEBHOOK_SECRET", "whsec_somebodyElses").await, "WEBHOOK-SECRET", "whsec_");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_secret_is_another() {
    check(&with_wrong("CLIENT_SECRET", "wrong").await, "CREDENTIALS", "client id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stripe_key_is_another() {
    check(&with_wrong("STRIPE_API_KEY", "sk_test_somebodyElses").await, "STRIPE-KEY", "sk_test_");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stripe_is_somewhere_else() {
    check(&with_wrong("STRIPE_API_BASE", "http://127.0.0.1:9").await, "STRIPE-NOT-CALLED", "http://127.0.0.1:");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_endpoint_is_somewhere_else() {
    check(&with_wrong("ENTRA_TOKEN_URL", "http://127.0.0.1:9/token").await, "FAKES-NOT-CALLED", "http://127.0.0.1:");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dataverse_is_somewhere_else() {
    // The token is for the Dataverse that the service knows, so the token endpoint refuses or Dataverse is never called.
    let report = with_wrong("DATAVERSE_URL", "http://127.0.0.1:9").await;
    assert_eq!(report.verdict(), RunVerdict::ConfigError, "{}", console::summary(&report));
    assert!(
        ["CREDENTIALS", "DATAVERSE-NOT-CALLED"].contains(&report.problems[0].name.as_str()),
        "{}",
        console::summary(&report)
    );
    assert!(report.problems[0].cure.contains("http://127.0.0.1:"), "{}", report.problems[0].cure);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_return_url_is_not_allowed() {
    check(
        &with_wrong("ALLOWED_RETURN_ORIGINS", "https://other.test").await,
        "REDIRECT-REFUSED",
        "https://allowed.test",
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_redirect_is_at_another_path() {
    let mut profile = profile();
    profile.service.redirect_url = "{base}/pay".to_owned();
    let report = certify_with(Embedded::new(&[]).await, profile, only(&["C-R01"])).await;
    check(&report, "REDIRECT-PATH", "service.redirect_url");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_webhook_is_at_another_path() {
    let service = Embedded::new(&[]).await;
    let mut urls = ServiceUrls::at(&contract_tests::Launcher::base(&service));
    urls.notify.set_path("/elsewhere");
    let platform = Platform::builder().service(urls).start().await.unwrap();
    let mut profile = profile();
    profile.service.notify_url = "{base}/elsewhere".to_owned();
    let setup = Setup {
        endpoints: platform.endpoints().clone(),
        profile,
        launcher: Arc::new(service),
        options: only(&["C-R01"]),
    };
    let report = contract_tests::run(setup, |_| {}).await.unwrap();
    check(&report, "WEBHOOK-PATH", "service.notify_url");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_cannot_start_is_told() {
    let report = with_wrong("STRIPE_WEBHOOK_SECRET", "").await;
    check(&report, "SERVICE-NOT-STARTED", "payloop env");
}
