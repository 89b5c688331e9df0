//! Reading one purchase with its currency, against a bare axum handler that answers the same bytes.

use crate::bare::Bare;
use crate::measure::{self, Amount, Subject};
use crate::walk::{Middle, purchase_of, purchase_url, register};
use mock_core::http_client;
use mock_platform::Platform;

pub(crate) async fn run() {
    let platform = Platform::builder().start().await.expect("a platform");
    let middle = Middle::start().await;
    middle.knows(platform.endpoints().clone());
    let purchase = purchase_of(&register(platform.endpoints()).await);
    let token = middle.take_token().await;
    let url = purchase_url(platform.endpoints(), &purchase);
    read(&url, &token).await;
    let bare = Bare::after(platform.world(), &[]).await;

    let subject = |name, url: String, guard: bool| {
        let (world, token) = (platform.world().clone(), token.clone());
        Subject {
            name,
            prepare: Box::new(move || world.set_guard(guard)),
            call: Box::new(move || {
                let (url, token) = (url.clone(), token.clone());
                Box::pin(async move { read(&url, &token).await })
            }),
        }
    };
    let subjects = [
        subject("bare handler", bare.instead(&url), true),
        subject("Dataverse, journal on", url.clone(), false),
        subject("Dataverse, journal and guard on", url, true),
    ];
    let figures = measure::measure(&subjects, measure::amount(Amount { turns: 10, alone: 300, together: 1600 })).await;
    measure::print("dataverse_read: one row, one column, one expanded lookup", &figures);
    measure::print_guard(&figures[0], &figures[1], &figures[2]);
}

async fn read(url: &str, token: &str) {
    let answer = http_client().get(url).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("a body");
}
