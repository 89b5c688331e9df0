//! Where visits lead.

use serde_json::json;

use crate::client::{Bench, head};
use crate::stub::ID;

#[tokio::test]
async fn one_session_serves_every_visit_of_one_offer() {
    let bench = Bench::start().await;
    let query = format!("purchaseId={ID}&returnUrl=https%3A%2F%2Fallowed.test%2Fthanks%3Fa%3D1");
    let page = bench.location(&query).await;
    assert_eq!(bench.location(&format!("x=1&{query}")).await, page);
    let made = bench.stub.world().made;
    let form = made.values().next().unwrap();
    assert_eq!(made.len(), 1);
    for (name, value) in [
        ("mode", "payment"),
        ("line_items[0][price_data][unit_amount]", "14950"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][quantity]", "1"),
        ("client_reference_id", ID),
        ("metadata[order_id]", ID),
        ("payment_intent_data[metadata][order_id]", ID),
        ("success_url", "https://allowed.test/thanks?a=1"),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
}

#[tokio::test]
async fn twenty_visits_at_once_make_one_session() {
    let bench = Bench::start().await;
    let query = format!("purchaseId={ID}");
    let visits: Vec<_> =
        (0..20).map(|_| tokio::spawn(crate::client::visit_owned(bench.base.clone(), query.clone()))).collect();
    for visit in visits {
        assert_eq!(visit.await.unwrap().status(), 302);
    }
    assert_eq!(bench.stub.world().sessions.len(), 1);
    assert_eq!(bench.stub.world().tokens, 1);
}

#[tokio::test]
async fn another_offer_ends_the_session_before() {
    let bench = Bench::start().await;
    let query = format!("purchaseId={ID}");
    let first = bench.location(&query).await;
    bench.stub.set(|world| world.price = "99.00");
    let second = bench.location(&query).await;
    assert_ne!(first, second);
    let world = bench.stub.world();
    let mut states: Vec<_> = world.sessions.values().map(|session| session["status"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["expired", "open"]);
    // Its end was this service's own doing.
    let ended = first.rsplit('/').next().unwrap();
    bench.told("evt_1", "checkout.session.expired", ended).await;
    bench.idle().await;
    assert_eq!(bench.stub.world().finalized, [0; 0]);
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_no_second_session() {
    let bench = Bench::start().await;
    let page = bench.location(&format!("purchaseId={ID}")).await;
    // As if the note had never been written: Stripe repeats its answer.
    std::fs::remove_dir_all(bench.folder.path().join("notes")).unwrap();
    std::fs::create_dir(bench.folder.path().join("notes")).unwrap();
    assert_eq!(bench.location(&format!("purchaseId={ID}")).await, page);
    assert_eq!(bench.stub.world().sessions.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_paid_any_more_leads_to_a_page() {
    let bench = Bench::start().await;
    let query = format!("purchaseId={ID}");
    let page = bench.location(&query).await;
    let session = page.rsplit('/').next().unwrap();
    bench.stub.change(session, &[("status", json!("complete"))]);
    assert_eq!(bench.visit(&query).await.status(), 409);
    bench.stub.change(session, &[("status", json!("open"))]);
    bench.stub.set(|world| world.status = Some(100_000_000));
    assert_eq!(bench.visit(&query).await.status(), 410);
    assert_eq!(bench.stub.world().sessions[session]["status"], "expired", "it takes no money any more");
    bench.stub.set(|world| world.status = Some(100_000_001));
    assert_eq!(bench.visit(&query).await.status(), 409);
    let back = bench.location(&format!("{query}&returnUrl=https%3A%2F%2Fallowed.test%2Fj%C3%BC")).await;
    assert_eq!(back, "https://allowed.test/j%C3%BC");
}

#[tokio::test]
async fn what_is_no_visit_is_refused_and_makes_nothing() {
    let bench = Bench::start().await;
    assert_eq!(bench.visit("purchaseId=7").await.status(), 400);
    assert_eq!(bench.visit(&format!("purchaseId={ID}&returnUrl=https%3A%2F%2Fevil.test")).await.status(), 400);
    assert_eq!(bench.visit(&format!("x={}", "1".repeat(20_000))).await.status(), 414);
    let unknown = bench.visit("purchaseId=b4d9e358-949f-f011-bbd3-6045bd02f64d").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.headers()["cache-control"], "no-store");
    let asked = head(&bench.base, &format!("purchaseId={ID}")).await;
    assert_eq!((asked.status().as_u16(), asked.headers()["allow"].to_str().unwrap()), (405, "GET"));
    bench.stub.set(|world| world.down = true);
    let busy = bench.visit(&format!("purchaseId={ID}")).await;
    assert_eq!((busy.status().as_u16(), busy.headers().contains_key("retry-after")), (503, true));
    assert!(bench.stub.world().made.is_empty());
}
