//! Service protection limits: counted by user within a sliding window of the world's time.

use axum::Router;
use insta::assert_snapshot;
use jiff::SignedDuration;
use mock_dataverse::{Config, ProtectionLimits};

use crate::support::{Answer, Org, org, org_with, send};

async fn limited(limits: ProtectionLimits) -> Org {
    let mut org = org_with(Config { protection: Some(limits), ..Config::default() });
    org.sign_in().await;
    org
}

async fn advance(org: &Org, seconds: i64) {
    org.world.advance(SignedDuration::from_secs(seconds)).await;
}

#[tokio::test]
async fn without_limits_nothing_is_counted() {
    let org = org().await;
    for _ in 0..10 {
        let answer = org.get("WhoAmI").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("x-ms-ratelimit-burst-remaining-xrm-requests")),
            (200, "5999")
        );
    }
}

#[tokio::test]
async fn too_many_requests_have_to_wait() {
    let org = limited(ProtectionLimits { requests: 3, ..ProtectionLimits::default() }).await;
    for left in ["2", "1", "0"] {
        let answer = org.get("WhoAmI").await;
        assert_eq!(answer.header("x-ms-ratelimit-burst-remaining-xrm-requests"), left);
        advance(&org, 100).await;
    }
    // The first of them has left the window by now.
    assert_eq!(org.get("WhoAmI").await.status, 200);
    let refused = org.get("WhoAmI").await;
    assert_snapshot!(refused.whole());
    advance(&org, refused.header("retry-after").parse().unwrap()).await;
    assert_eq!(org.get("WhoAmI").await.status, 200);
}

#[tokio::test]
async fn the_other_two_limits_have_their_own_codes() {
    let org = limited(ProtectionLimits { execution_seconds: 0, ..ProtectionLimits::default() }).await;
    let execution = org.get("WhoAmI").await;
    assert_eq!((execution.status.as_u16(), execution.header("retry-after")), (429, "300"));
    assert_snapshot!(execution.error(), @"429 0x80072321 Combined execution time of incoming requests exceeded limit of 0 milliseconds over time window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.");
    let org = limited(ProtectionLimits { concurrent: 0, ..ProtectionLimits::default() }).await;
    let concurrent = org.get("WhoAmI").await;
    assert_eq!(concurrent.header("retry-after"), "1");
    assert_snapshot!(concurrent.error(), @"429 0x80072326 Number of concurrent requests exceeded the limit of 0.");
}

async fn control(org: &Org, method: &str, body: &str) -> Answer {
    let inner = Router::new().nest("/v1/dataverse", org.dataverse.control());
    let router = mock_core::control::router(&org.world, inner);
    let headers = [("host", "127.0.0.1:4400"), ("content-type", "application/json")];
    send(&router, method, "/v1/dataverse/protection", &headers, body.to_owned()).await
}

#[tokio::test]
async fn limits_are_set_and_taken_away_while_the_world_runs() {
    let org = org().await;
    assert_eq!(control(&org, "GET", "").await.body, r#"{"limits":null}"#);
    assert_eq!(
        control(&org, "PUT", "{}").await.body,
        r#"{"limits":{"requests":6000,"execution_seconds":1200,"concurrent":52,"window_seconds":300}}"#
    );
    let answer = org.get("WhoAmI").await;
    assert_eq!(answer.header("x-ms-ratelimit-burst-remaining-xrm-requests"), "5999");
    let left = answer.header("x-ms-ratelimit-time-remaining-xrm-requests");
    assert!(left.starts_with("1,") && left.ends_with(|digit: char| digit.is_ascii_digit()), "{left}");
    control(&org, "PUT", r#"{"requests":1}"#).await;
    assert_eq!((org.get("WhoAmI").await.status.as_u16(), org.get("WhoAmI").await.status.as_u16()), (200, 429));
    assert_eq!(org.get("nothing").await.status, 429, "whatever is asked for");
    assert_eq!(control(&org, "DELETE", "").await.body, r#"{"limits":null}"#);
    assert_eq!(org.get("WhoAmI").await.status, 200);
    assert_eq!(control(&org, "PUT", r#"{"requests":-1}"#).await.status, 400);
    control(&org, "PUT", r#"{"requests":0}"#).await;
    org.world.reset();
    assert_eq!(control(&org, "GET", "").await.body, r#"{"limits":null}"#, "back to the configuration");
}
