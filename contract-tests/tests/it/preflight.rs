//! A service that is not connected to the bench is told so by name, with cause and cure, instead of a page of red.

use std::sync::Arc;
use std::time::Duration;

use contract_tests::report::console;
use contract_tests::{External, Options, Report, RunVerdict, Setup, Verdict};
use mock_core::World;
use mock_core::tls::Authority;
use mock_platform::{Platform, ServiceUrls, Tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::world::{Embedded, certify_on, certify_with, only, profile};

#[track_caller]
fn check(report: &Report, name: &str, cure: &str) {
    assert_eq!(report.verdict(), RunVerdict::ConfigError, "{}", console::summary(report));
    assert_eq!(report.verdict().exit_code(), 3);
    let names: Vec<&str> = report.problems.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, [name], "{}", console::summary(report));
    assert!(report.problems[0].cure.contains(cure), "{}", report.problems[0].cure);
    let mut asked = report.cases.iter().filter(|case| case.verdict != Verdict::NotApplicable);
    assert!(asked.all(|case| case.verdict == Verdict::ConfigError && case.checks.is_empty()));
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
        worlds: None,
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

/// The service starts, and trusts an authority: but not that of the run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_authority_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let wall = World::builder().build().clock().wall();
    let made = |name: &str| {
        let (authority, path) = (Authority::new(wall).unwrap(), folder.path().join(name));
        std::fs::write(&path, authority.certificate_pem()).unwrap();
        (authority, path)
    };
    let ((ours, path), (_, other)) = (made("ours.pem"), made("other.pem"));
    let platform = Platform::builder().tls(Tls::new(ours, &path));
    let service = Embedded::new(&[]).await.with("SSL_CERT_FILE", other.to_str().unwrap());
    let report = certify_on(platform, service, profile(), only(&["C-R01"])).await;
    check(&report, "CONNECTION-NOT-OPENED", path.to_str().unwrap());
    assert!(report.problems[0].seen.contains("does not trust our certificate"), "{}", report.problems[0].seen);
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
        worlds: None,
    };
    let report = contract_tests::run(setup, |_| {}).await.unwrap();
    check(&report, "WEBHOOK-PATH", "service.notify_url");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_cannot_start_is_told() {
    let report = with_wrong("STRIPE_WEBHOOK_SECRET", "").await;
    check(&report, "SERVICE-NOT-STARTED", "payloop env");
}

/// Answers every request with 400 and a `Date` of last decade.
async fn refuse_with_an_old_date(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut part = [0_u8; 4096];
    while let Ok(read) = stream.read(&mut part).await {
        request.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if read == 0 || body.len() >= length {
            break;
        }
    }
    let answer = "HTTP/1.1 400 Bad Request\r\ndate: Wed, 21 Nov 2018 12:00:00 GMT\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_is_wrong() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(refuse_with_an_old_date(stream));
        }
    });
    let platform = Platform::builder().service(ServiceUrls::at(&base)).start().await.unwrap();
    let setup = Setup {
        endpoints: platform.endpoints().clone(),
        profile: profile(),
        launcher: Arc::new(External::new(base)),
        options: only(&["C-R01"]),
        worlds: None,
    };
    let report = contract_tests::run(setup, |_| {}).await.unwrap();
    let names: Vec<&str> = report.problems.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["REDIRECT-REFUSED", "CLOCK"], "{}", console::summary(&report));
    assert!(report.problems[1].seen.contains("behind"), "{}", report.problems[1].seen);
}

/// `--keep-going-on-config-error`: the cases are played, but the run is not trusted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_may_go_on_regardless() {
    let service = Embedded::new(&[]).await.with("STRIPE_WEBHOOK_SECRET", "whsec_somebodyElses");
    let options = Options { keep_going_on_config_error: true, ..only(&["C-R02"]) };
    let report = certify_with(service, profile(), options).await;
    assert_eq!((report.cases[0].verdict, report.verdict()), (Verdict::Warn, RunVerdict::ConfigError));
    assert!(report.cases[0].broken().all(|check| check.invariant.as_deref() == Some("INV-8")));
}

/// A case that does not end is a fault of the suite, and has its own exit code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_does_not_end_is_a_fault_of_the_suite() {
    let options = Options { case_limit: Duration::from_millis(1), ..only(&["C-N01"]) };
    let report = certify_with(Embedded::new(&[]).await, profile(), options).await;
    assert_eq!((report.cases[0].verdict, report.verdict().exit_code()), (Verdict::SuiteError, 4));
    assert!(report.cases[0].reason.as_ref().unwrap().contains("did not end"));
}
