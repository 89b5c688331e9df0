//! Reading a payment link by its id, and a list of ten, against bare axum handlers that look up and answer the same bytes.

use std::sync::Arc;

use mock_platform::Platform;
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::drive::{Driver, Inbox, guard};
use crate::measure::{self, Amount, Side};

/// What links are for; any GUID does.
const PURCHASE: &str = "a4d9e358-949f-4011-bbd3-6045bd02f64d";
/// The list that is read.
const LIST: &str = "/v1/payment_links?limit=10";

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fake, bare, link) = runtime.block_on(set_up());
    let world = platform.world();
    for (title, path) in [
        ("stripe_read: GET /v1/payment_links/{id}", format!("/v1/payment_links/{link}")),
        ("stripe_read: GET /v1/payment_links?limit=10", LIST.to_owned()),
    ] {
        let sides = [
            Side::new("bare handler", reads(bare.clone(), &path)),
            Side::new("Stripe, journal on", reads(fake.clone(), &path)).prepared(guard(world, false)),
            Side::new("Stripe, journal and guard on", reads(fake.clone(), &path)).prepared(guard(world, true)),
        ];
        let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 300 }));
        measured.print(title);
        measured.print_guard(1);
    }
}

fn reads(
    driver: Driver,
    path: &str,
) -> impl Fn() -> futures_util::future::BoxFuture<'static, ()> + Send + Sync + 'static {
    let path: Arc<str> = path.into();
    move || {
        let (driver, path) = (driver.clone(), Arc::clone(&path));
        Box::pin(async move { drop(driver.read_stripe(&path).await) })
    }
}

async fn set_up() -> (Platform, Driver, Driver, String) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    let price = fake.create_price().await;
    for _ in 0..12 {
        drop(fake.create_link(&price, PURCHASE).await);
    }
    let list = fake.read_stripe(LIST).await;
    assert_eq!(list["data"].as_array().expect("a list").len(), 10);
    let link = list["data"][4]["id"].as_str().expect("an id").to_owned();
    assert_eq!(fake.read_stripe(&format!("/v1/payment_links/{link}")).await["id"], *link);
    let bare = Bare::after(platform.world(), &[]).await;
    let bare = fake.moved(|text| bare.instead(text), inbox);
    (platform, fake, bare, link)
}
