//! Tokens: fetched once, kept, renewed exactly once when refused.

use serde_json::json;

use crate::client::{ID, OTHER, World, link, world};
use crate::stub::{Fault, status};

#[tokio::test]
async fn one_token_serves_all() {
    let world = world().await;
    for id in [ID, OTHER, ID] {
        World::page_of(&world.visit(&link(id, None)).await);
    }
    assert_eq!(world.stub.store().tokens, 1);
}

#[tokio::test]
async fn a_revoked_token_is_renewed() {
    let world = world().await;
    World::page_of(&world.visit(&link(ID, None)).await);
    world.stub.revoke_token();
    World::page_of(&world.visit(&link(OTHER, None)).await);
    assert_eq!(world.stub.store().tokens, 2);
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let world = world().await;
    world.stub.fail("read", [status(401), status(401)]);
    assert_eq!(world.visit(&link(ID, None)).await.status(), 502);
    assert_eq!(world.stub.count("GET /api/data"), 2);
    assert_eq!(world.stub.store().tokens, 2);
    World::page_of(&world.visit(&link(ID, None)).await);
}

#[tokio::test]
async fn lifetimes_as_text_are_kept_and_short_ones_are_not() {
    let world = world().await;
    world.stub.store().token_answer = Some(json!({"access_token": "t", "expires_in": "3599"}));
    World::page_of(&world.visit(&link(ID, None)).await);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.store().tokens, 1);
    world.stub.fail("read", [status(401)]);
    world.stub.store().token_answer = Some(json!({"access_token": "t", "expires_in": 0}));
    World::page_of(&world.visit(&link(ID, None)).await);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.store().tokens, 3);
}

#[tokio::test]
async fn trouble_at_the_token_endpoint_passes() {
    let world = world().await;
    world.stub.fail("token", [status(503), Fault::Answer(429, Some("0"), json!({})), Fault::LoseAnswer]);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.count("POST /token"), 4);
}
