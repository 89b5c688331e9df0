//! The surface besides the two main routes.

use reqwest::Method;

use crate::client::{ID, link, world};

#[tokio::test]
async fn health_needs_nobody() {
    let world = world().await;
    let response = world.get("/healthz").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.text().await.expect("text"), r#"{"status":"ok"}"#);
    assert!(world.stub.store().calls.is_empty());
}

#[tokio::test]
async fn other_methods_are_refused_with_the_right_ones() {
    let world = world().await;
    let pay = format!("/GatewayRedirect/PayWithStripe?{}", link(ID, None));
    for (path, methods, allow) in [
        (pay.as_str(), ["HEAD", "POST", "PUT", "OPTIONS", "BREW"], "GET"),
        ("/GatewayEvents/HandleStripeEvent", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"], "POST"),
        ("/healthz", ["POST", "PUT", "DELETE", "TRACE", "PATCH"], "GET, HEAD"),
    ] {
        for method in methods {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let response = world.http.request(method.clone(), world.url(path)).send().await.expect("an answer");
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(response.headers()["allow"], allow);
        }
    }
    assert!(world.stub.store().calls.is_empty());
}

#[tokio::test]
async fn other_paths_do_not_exist() {
    let world = world().await;
    for path in ["/", "/webhook", "/.git", "/metrics", "/gatewayredirect/paywithstripe", "/GatewayRedirect/Return"] {
        assert_eq!(world.get(path).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn a_refusal_is_a_plain_page() {
    let world = world().await;
    let response = world.visit("purchaseId=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert_eq!(response.status(), 400);
    let headers = response.headers();
    let shown: Vec<_> = headers
        .iter()
        .filter(|(name, _)| *name != "date" && *name != "content-length")
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    insta::assert_snapshot!("refusal_headers", shown.join("\n"));
    insta::assert_snapshot!("refusal_page", response.text().await.expect("a page"));
}
