//! The visit: what is read, what is made at Stripe, where the buyer is sent.

use serde_json::json;

use crate::client::{BACK, ID, OTHER, World, link, world, world_with};
use crate::stub::Fault;

#[tokio::test]
async fn a_visit_ends_at_the_payment_page() {
    let world = world().await;
    let response = world.visit(&link(ID, Some(BACK))).await;
    assert_eq!(World::page_of(&response), "https://buy.stripe.com/test_link_2");
    assert_eq!(response.headers()["cache-control"], "no-store");

    let store = world.stub.store();
    insta::assert_snapshot!(store.calls.join("\n"), @r"
    POST /token
    GET /api/data/v9.2/msevtmgt_eventpurchases(a4d9e358-949f-f011-bbd3-6045bd02f64d)?$select=msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,statecode,statuscode,msevtmgt_paymentstatus&$expand=transactioncurrencyid($select=isocurrencycode)
    POST /v1/prices
    POST /v1/payment_links
    ");
    insta::assert_json_snapshot!("forms", store.forms);
}

#[tokio::test]
async fn no_return_url_means_no_redirect_after_payment() {
    let world = world().await;
    for query in [link(ID, None), link(ID, Some(""))] {
        World::page_of(&world.visit(&query).await);
    }
    let store = world.stub.store();
    assert_eq!(store.links.len(), 1);
    assert!(store.links.values().all(|link| !link.form.keys().any(|key| key.contains("after"))));
}

#[tokio::test]
async fn case_order_and_company_of_parameters_do_not_matter() {
    let world = world().await;
    let page = World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    let back = link(ID, Some(BACK)).split_once('&').map(|(_, back)| back.to_owned());
    let query = format!("amount=1&{}&purchaseId={}&x=%FF", back.expect("two"), ID.to_uppercase());
    assert_eq!(World::page_of(&world.visit(&query).await), page);
}

#[tokio::test]
async fn whoever_comes_again_finds_the_same_page() {
    let world = world().await;
    let first = World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    let again = World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    assert_eq!(first, again);
    assert_eq!(world.stub.count("POST /v1/payment_links"), 1);
}

#[tokio::test]
async fn many_visits_at_once_make_one_link() {
    let world = world().await;
    let query = link(ID, Some(BACK));
    let visits: Vec<_> = (0..20)
        .map(|_| {
            let request = world.http.get(world.url(&format!("/GatewayRedirect/PayWithStripe?{query}")));
            tokio::spawn(request.send())
        })
        .collect();
    let mut pages = Vec::new();
    for visit in visits {
        pages.push(World::page_of(&visit.await.expect("no panic").expect("an answer")));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1);
    let store = world.stub.store();
    assert_eq!((store.links.len(), store.tokens), (1, 1));
}

#[tokio::test]
async fn another_process_finds_the_same_page() {
    let world = world().await;
    let first = World::page_of(&world.visit(&link(ID, None)).await);
    let second = completion_service::start(crate::client::config(&world.stub)).await.expect("starts");
    let url = format!("http://{}/GatewayRedirect/PayWithStripe?{}", second.addr, link(ID, None));
    let again = World::page_of(&world.http.get(url).send().await.expect("an answer"));
    assert_eq!(first, again);
    assert_eq!(world.stub.store().links.len(), 1);
}

#[tokio::test]
async fn a_link_for_another_offer_is_closed_first() {
    let world = world().await;
    let first = World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    let second = World::page_of(&world.visit(&link(ID, None)).await);
    assert_ne!(first, second);
    let active = world.stub.store().links.values().filter(|link| link.active).count();
    assert_eq!(active, 1);
    // Back to the first offer: its link is closed, so a fresh one is made.
    let third = World::page_of(&world.visit(&link(ID, Some(BACK))).await);
    assert_ne!(third, first);
    let active = world.stub.store().links.values().filter(|link| link.active).count();
    assert_eq!(active, 1);
}

#[tokio::test]
async fn a_used_link_is_never_replaced() {
    let world = world().await;
    World::page_of(&world.visit(&link(ID, None)).await);
    for link in world.stub.store().links.values_mut() {
        (link.active, link.count) = (false, 1);
    }
    assert_eq!(world.visit(&link(ID, None)).await.status(), 409);
    assert_eq!(world.visit(&link(ID, Some(BACK))).await.status(), 409);
    let second = completion_service::start(crate::client::config(&world.stub)).await.expect("starts");
    let url = format!("http://{}/GatewayRedirect/PayWithStripe?{}", second.addr, link(ID, None));
    assert_eq!(world.http.get(url).send().await.expect("an answer").status(), 409);
    assert_eq!(world.stub.store().links.len(), 1);
}

#[tokio::test]
async fn two_purchases_keep_apart() {
    let world = world().await;
    let first = World::page_of(&world.visit(&link(ID, None)).await);
    let second = World::page_of(&world.visit(&link(OTHER, None)).await);
    assert_ne!(first, second);
    let store = world.stub.store();
    let prices: Vec<_> = store
        .forms
        .iter()
        .filter(|(kind, _)| kind == "price")
        .map(|(_, form)| (form["unit_amount"].as_str(), form["currency"].as_str()))
        .collect();
    assert_eq!(prices, [("14950", "eur"), ("2000", "usd")]);
}

#[track_caller]
fn nothing_at_stripe(world: &World) {
    assert_eq!(world.stub.count("POST /v1/"), 0);
}

#[tokio::test]
async fn malformed_requests_reach_nobody() {
    let world = world().await;
    let id = format!("purchaseId={ID}");
    let evil = |url: &str| link(ID, Some(url));
    for query in [
        String::new(),
        "purchaseId=".into(),
        "purchaseId=x".into(),
        link("00000000-0000-0000-0000-000000000000", None),
        link(&format!("{ID})?$expand=x"), None),
        format!("{id}&{id}"),
        format!("{id}&purchaseId={OTHER}"),
        format!("{id}&returnUrl=https%3A%2F%2Fallowed.test&returnUrl="),
        format!("{id}&returnUrl=%FF"),
        evil("https://evil.test/"),
        evil("//allowed.test"),
        evil("javascript:alert(1)"),
        evil("https://allowed.test@evil.test/"),
        evil("https://allowed.test/\r\nset-cookie: a=b"),
        evil(&format!("https://allowed.test/{}", "a".repeat(3000))),
    ] {
        let response = world.visit(&query).await;
        assert_eq!(response.status(), 400, "{query}");
        assert!(response.headers().get("location").is_none());
    }
    assert_eq!(world.visit(&"a".repeat(20_000)).await.status(), 414);
    assert!(world.stub.store().calls.is_empty());
}

#[tokio::test]
async fn what_cannot_be_paid_makes_nothing() {
    let world = world().await;
    world.stub.change(ID, |purchase| purchase.price = None);
    assert_eq!(world.visit(&link(ID, None)).await.status(), 422);
    world.stub.seed(ID, "-1", Some("EUR"));
    assert_eq!(world.visit(&link(ID, None)).await.status(), 422);
    world.stub.seed(ID, "149.50", None);
    assert_eq!(world.visit(&link(ID, None)).await.status(), 422);
    world.stub.change(OTHER, |purchase| purchase.paid = true);
    assert_eq!(world.visit(&link(OTHER, None)).await.status(), 409);
    world.stub.change(OTHER, |purchase| {
        (purchase.paid, purchase.inactive) = (false, true);
    });
    assert_eq!(world.visit(&link(OTHER, None)).await.status(), 410);
    let unknown = "c4d9e358-949f-f011-bbd3-6045bd02f64d";
    assert_eq!(world.visit(&link(unknown, None)).await.status(), 404);
    nothing_at_stripe(&world);
}

#[tokio::test]
async fn a_table_without_payment_status_is_asked_for_it_once() {
    let world = world().await;
    let fault = json!({"error": {
        "code": "0x80060888",
        "message": "Could not find a property named 'msevtmgt_paymentstatus' on type 'Microsoft.Dynamics.CRM.msevtmgt_eventpurchase'.",
    }});
    world.stub.fail("read", [Fault::Answer(400, None, fault)]);
    World::page_of(&world.visit(&link(ID, None)).await);
    World::page_of(&world.visit(&link(OTHER, None)).await);
    let asked: Vec<_> = {
        let store = world.stub.store();
        let reads = store.calls.iter().filter(|call| call.starts_with("GET /api/data"));
        reads.map(|call| call.contains("msevtmgt_paymentstatus")).collect()
    };
    assert_eq!(asked, [true, false, false]);
}

#[tokio::test]
async fn dollars_are_charged_for_no_currency_only_on_request() {
    let world = world_with(|config| {
        config.missing_currency = completion_service::domain::purchase::MissingCurrency::Usd;
    })
    .await;
    world.stub.seed(ID, "149.50", None);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.store().forms[0].1["currency"], "usd");
}
