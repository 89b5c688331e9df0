//! The page at the root of the control port.

use mock_core::http_client;
use mock_platform::Platform;

#[tokio::test]
async fn the_page_is_served_to_this_machine_only() {
    let platform = Platform::builder().return_to_console().start().await.unwrap();
    let endpoints = platform.endpoints();
    for path in ["/", "/thank-you"] {
        let answer = http_client().get(format!("{}{path}", endpoints.console.url)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
        let page = answer.text().await.unwrap();
        assert!(page.contains(&endpoints.event_api.base) && page.contains("/v1/journal/live"));
    }
    let stranger = http_client().get(&endpoints.console.url).header("host", "evil.test").send().await.unwrap();
    assert_eq!(stranger.status(), 403);
}

#[tokio::test]
async fn buyers_may_return_to_it() {
    let platform = Platform::builder().return_to_console().start().await.unwrap();
    let endpoints = platform.endpoints();
    assert_eq!(endpoints.event_api.origin, endpoints.console.url);
    assert!(endpoints.allowed_return_origins().contains(&endpoints.console.url));
}
