//! What the library does with its requests: keys for repeats, pages of lists, retries.

use std::collections::{BTreeSet, HashMap};

use futures_util::StreamExt as _;
use serde_json::json;
use stripe::{ApiErrorsCode, ApiErrorsType, Client, IdempotencyKey, RequestStrategy, StripeRequest as _};
use stripe_product::price::{CreatePrice, ListPrice};
use stripe_product::product::{CreateProduct, ListProduct};
use stripe_shared::Product;
use stripe_types::Currency;

use crate::world::World;
use crate::{ok, refusal};

/// All of them; `patient` tries again.
pub async fn calls(world: &World, client: &Client, patient: &Client, product: &Product) {
    idempotency(client, product).await;
    pagination(client).await;
    faults(world, client, patient, product).await;
}

async fn idempotency(client: &Client, product: &Product) {
    let strategy = RequestStrategy::Idempotent(IdempotencyKey::new("order-7").unwrap());
    let seat = |amount: i64| {
        let price = CreatePrice::new(Currency::USD).unit_amount(amount).product(product.id.as_str());
        price.customize().request_strategy(strategy.clone())
    };
    let first = seat(700).send(client).await.unwrap();
    let again = seat(700).send(client).await.unwrap();
    assert_eq!(again.id, first.id);
    let error = refusal(seat(701).send(client).await, 400);
    assert_eq!(error.type_, ApiErrorsType::IdempotencyError);
    let message = error.message.unwrap();
    assert!(message.starts_with("Keys for idempotent requests can only be used with the same parameters"), "{message}");
    let other = CreateProduct::new("Seat").customize().request_strategy(strategy.clone());
    assert_eq!(refusal(other.send(client).await, 400).type_, ApiErrorsType::IdempotencyError);
    ok("idempotency");
}

async fn pagination(client: &Client) {
    for n in 0..105 {
        let metadata = HashMap::from([("n".to_owned(), n.to_string())]);
        CreateProduct::new(format!("Row {n}")).metadata(metadata).send(client).await.unwrap();
    }
    let walked: Vec<_> = ListProduct::new().limit(100).paginate().stream(client).collect().await;
    let walked: Vec<_> = walked.into_iter().map(Result::unwrap).collect();
    let rows: Vec<_> = walked.iter().filter_map(|product| product.metadata.get("n")?.parse::<u32>().ok()).collect();
    assert_eq!(rows, (0..105).rev().collect::<Vec<_>>());
    assert_eq!(walked.iter().map(|product| product.id.as_str()).collect::<BTreeSet<_>>().len(), walked.len());
    ok("auto-pagination");
}

async fn faults(world: &World, client: &Client, patient: &Client, product: &Product) {
    let seat = |amount: i64, product: &Product| {
        CreatePrice::new(Currency::USD).unit_amount(amount).product(product.id.as_str())
    };
    let matching = json!({"fake": "stripe", "operation": "createPrice"});
    let limited = json!({"match": matching, "effect": {"kind": "answer", "status": 429}});

    world.control("/v1/faults", &limited).await;
    let error = refusal(seat(800, product).send(client).await, 429);
    assert_eq!(error.code, Some(ApiErrorsCode::RateLimit));
    ok("rate-limit");

    world.control("/v1/faults", &limited).await;
    assert_eq!(seat(801, product).send(patient).await.unwrap().unit_amount, Some(801));
    ok("rate-limit-retried");

    let lost = json!({"match": matching, "when": "after-commit", "effect": {"kind": "reset"}});
    world.control("/v1/faults", &lost).await;
    let product = CreateProduct::new("Once").send(client).await.unwrap();
    let made = seat(802, &product).send(patient).await.unwrap();
    let prices = ListPrice::new().product(product.id.as_str()).send(client).await.unwrap().data;
    assert_eq!(prices.iter().map(|price| &price.id).collect::<Vec<_>>(), [&made.id]);
    ok("lost-answer-retried");
}
