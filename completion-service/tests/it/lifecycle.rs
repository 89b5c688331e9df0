//! Starting and stopping.

use completion_service::{Error, start};

use crate::client::{ID, config, paid, world};
use crate::stub::{Fault, Stub};

#[tokio::test]
async fn several_live_in_one_process() {
    let stub = Stub::start().await;
    let first = start(config(&stub)).await.expect("starts");
    let second = start(config(&stub)).await.expect("starts");
    assert_ne!(first.addr, second.addr);
    first.shutdown().await;
    second.shutdown().await;
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let stub = Stub::start().await;
    let first = start(config(&stub)).await.expect("starts");
    let mut same = config(&stub);
    same.port = first.addr.port();
    let error = start(same).await.expect_err("taken");
    assert!(matches!(error, Error::Listen { address, .. } if address == first.addr), "{error}");
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_an_error() {
    let stub = Stub::start().await;
    for path in ["/nowhere/ca.pem", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")] {
        let mut config = config(&stub);
        config.ssl_cert_file = Some(path.into());
        let error = start(config).await.expect_err("no certificate");
        assert!(error.to_string().starts_with("cannot use SSL_CERT_FILE"), "{error}");
    }
}

#[tokio::test]
async fn shutdown_lets_the_work_finish() {
    let world = world().await;
    let slow = Fault::Answer(503, Some("1"), serde_json::Value::Null);
    world.stub.fail("finalize", [slow]);
    let body = serde_json::to_vec(&paid()).expect("json");
    let signature = crate::client::signature(crate::stub::SECRET, crate::client::unix_now(), &body);
    let delivery = tokio::spawn(
        world
            .http
            .post(world.url("/GatewayEvents/HandleStripeEvent"))
            .header("stripe-signature", signature)
            .body(body)
            .send(),
    );
    while world.stub.count("POST /api/data") == 0 {
        tokio::task::yield_now().await;
    }
    world.service.shutdown().await;
    assert_eq!(delivery.await.expect("no panic").expect("an answer").status(), 200);
    assert!(world.stub.paid(ID));
}

#[tokio::test]
async fn dropping_stops_it() {
    let world = world().await;
    let url = world.url("/healthz");
    drop(world.service);
    let mut stopped = false;
    while !stopped {
        stopped = world.http.get(&url).send().await.is_err();
    }
}
