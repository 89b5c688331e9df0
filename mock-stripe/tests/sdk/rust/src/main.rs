//! The seller's flow and its errors, run by async-stripe against the fake.
//!
//! Prints one line per check and stops at the first that fails. What it needs is in the environment; see `../main.rs`.

#![expect(clippy::disallowed_types, reason = "the library takes metadata as a HashMap")]

mod aftermath;
mod books;
mod calls;
mod checkout;
mod direct;
mod receiver;
mod refusals;
mod rolling;
mod sale;
mod search;
mod signatures;
mod world;

use stripe::{ApiErrors, Client, ClientBuilder, RequestStrategy, StripeError};
use stripe_misc::webhook_endpoint::DeleteWebhookEndpoint;

use receiver::Receiver;
use world::World;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let world = World::from_environment();
    let client = client(&world.key, &world.api, RequestStrategy::Once);
    let patient = self::client(&world.key, &world.api, RequestStrategy::ExponentialBackoff(3));
    let receiver = Receiver::open().await;

    refusals::refusals(&world, &client).await;
    let sale = sale::sale(&world, &client, &receiver).await;
    signatures::signatures(&world, &receiver, &sale).await;
    checkout::checkout(&world, &client, &receiver, &sale).await;
    direct::direct(&world, &client, &receiver).await;
    aftermath::aftermath(&world, &client, &receiver).await;
    books::books(&world, &client).await;
    search::search(&client).await;
    rolling::rolling(&world, &client, &receiver, &sale).await;
    calls::calls(&world, &client, &patient, &sale.product).await;

    // The answer's type holds nothing but `deleted: true` and the id.
    let gone = DeleteWebhookEndpoint::new(&sale.endpoint).send(&client).await.unwrap();
    assert_eq!(gone.id, sale.endpoint);
    ok("webhook-endpoint-deleted");
}

fn client(key: &str, api: &str, strategy: RequestStrategy) -> Client {
    // The library appends `v1/…`, so the slash counts.
    ClientBuilder::new(key).url(format!("{api}/")).request_strategy(strategy).build().unwrap()
}

/// A check is done; a panic before it names the line that failed.
fn ok(name: &str) {
    println!("ok {name}");
}

/// The error that a call must end in.
#[track_caller]
pub fn refusal<T>(result: Result<T, StripeError>, status: u16) -> Box<ApiErrors> {
    match result {
        Ok(_) => panic!("{status} expected, but it went well"),
        Err(StripeError::Stripe(error, is)) => {
            assert_eq!(is, status, "{error:#?}");
            error
        }
        Err(other) => panic!("{status} expected, got {other}"),
    }
}
