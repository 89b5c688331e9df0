//! Creating a price, against a bare axum handler that parses the same form, keeps it, and answers the same bytes.

use crate::bare::Bare;
use crate::measure::{self, Amount, Subject};
use crate::walk::PRICE;
use mock_core::http_client;
use mock_platform::Platform;

pub(crate) async fn run() {
    let platform = Platform::builder().start().await.expect("a platform");
    let key = platform.endpoints().stripe.api_key.clone();
    let url = format!("{}/v1/prices", platform.endpoints().stripe.api_base);
    create(&url, &key).await;
    let bare = Bare::after(platform.world(), &[]).await;

    let subject = |name, url: String, guard: bool| {
        let (world, key) = (platform.world().clone(), key.clone());
        Subject {
            name,
            prepare: Box::new(move || world.set_guard(guard)),
            call: Box::new(move || {
                let (url, key) = (url.clone(), key.clone());
                Box::pin(async move { create(&url, &key).await })
            }),
        }
    };
    let subjects = [
        subject("bare handler", bare.instead(&url), true),
        subject("Stripe, journal on", url.clone(), false),
        subject("Stripe, journal and guard on", url, true),
    ];
    let figures = measure::measure(&subjects, measure::amount(Amount { turns: 10, alone: 300, together: 1600 })).await;
    measure::print("stripe_create: one price with its product", &figures);
    measure::print_guard(&figures[0], &figures[1], &figures[2]);
}

async fn create(url: &str, key: &str) {
    let answer = http_client().post(url).bearer_auth(key).form(&PRICE).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("a body");
}
