//! What the layer does to an ordinary exchange.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use mock_core::contract::Side;
use mock_core::journal::Filter;
use mock_core::{Face, World, server};

use crate::bench::{Bench, LOOPBACK, PlainWords};

const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";

#[tokio::test]
async fn an_exchange_is_answered_and_recorded_with_what_it_is_about() {
    let bench = Bench::start().await;
    let answer = bench.post(&format!("/echo?purchaseId={ID}"), "hello").await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "hello");

    let entries = bench.world.journal().find(&Filter::about(ID.parse().unwrap()));
    let [entry] = entries.as_slice() else { panic!("one entry, not {}", entries.len()) };
    let recorded = entry.answer.as_ref().unwrap();
    assert_eq!(entry.request.target, format!("/echo?purchaseId={ID}"));
    assert_eq!((&entry.request.body[..], &recorded.body[..]), (&b"hello"[..], &b"hello"[..]));
    assert_eq!(entry.notes, [format!("scope {ID}")]);
    assert!(entry.micros.is_some());
}

#[tokio::test]
async fn a_body_over_the_bound_is_refused_in_the_dialect_and_never_reaches_the_fake() {
    let bench = Bench::start().await;
    let answer = bench.post("/echo", &"x".repeat(2000)).await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.text().await.unwrap(), "more than 1024 bytes");
    assert_eq!(bench.done.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_panic_is_answered_in_the_dialect_and_noted_as_a_fault_of_the_fake() {
    let bench = Bench::start().await;
    assert_eq!(bench.get("/panic").await.unwrap().status(), 500);
    let entry = bench.world.journal().get(1).unwrap();
    assert_eq!(entry.notes, ["the fake panicked: a fault of the fake, not of its client"]);
    // The face goes on.
    assert_eq!(bench.post("/echo", "still here").await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_not_supported_is_marked() {
    let bench = Bench::start().await;
    assert_eq!(bench.get("/nothing").await.unwrap().status(), 501);
    let marked = bench.world.journal().find(&Filter { remarkable: Some(true), ..Filter::default() });
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].unsupported, ["the nothing operation"]);
}

#[tokio::test]
async fn a_contract_that_cannot_be_read_shows_in_every_exchange() {
    let world = World::builder().build();
    let router = axum::Router::new().route("/", axum::routing::get(|| async { "fine" }));
    let face = Face { name: "stripe", router, dialect: Arc::new(PlainWords), contract: "openapi: [", body_limit: 10 };
    let server = server::serve(&world, face, LOOPBACK).await.unwrap();
    world.warm();
    mock_core::separate_http_client().get(server.url()).send().await.unwrap();
    let entry = world.journal().get(1).unwrap();
    let [violation] = entry.violations.as_slice() else { panic!("one violation: {:?}", entry.violations) };
    assert_eq!((violation.side, violation.place.as_str()), (Side::Answer, "contract"));
}
