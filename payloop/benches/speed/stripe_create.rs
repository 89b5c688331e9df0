//! Creating a price with its product, and a payment link for it, against bare axum handlers that parse the same forms, keep them, and
//! answer the same bytes.

use crate::bare::Bare;
use crate::drive::{Driver, Inbox, guard};
use crate::measure::{self, Amount, Side};
use mock_platform::Platform;
use tokio::runtime::Runtime;

/// What links are for; any GUID does.
const PURCHASE: &str = "a4d9e358-949f-4011-bbd3-6045bd02f64d";

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fake, bare, price) = runtime.block_on(set_up());
    let world = platform.world();

    let prices = |driver: Driver| {
        move || {
            let driver = driver.clone();
            async move { drop(driver.create_price().await) }
        }
    };
    let sides = [
        Side::new("bare handler", prices(bare.clone())),
        Side::new("Stripe, journal on", prices(fake.clone())).prepared(guard(world, false)),
        Side::new("Stripe, journal and guard on", prices(fake.clone())).prepared(guard(world, true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 300 }));
    measured.print("stripe_create: POST /v1/prices with product_data");
    measured.print_guard(1);

    let links = |driver: Driver| {
        let price = price.clone();
        move || {
            let (driver, price) = (driver.clone(), price.clone());
            async move { drop(driver.create_link(&price, PURCHASE).await) }
        }
    };
    let sides = [
        Side::new("bare handler", links(bare)),
        Side::new("Stripe, journal on", links(fake.clone())).prepared(guard(world, false)),
        Side::new("Stripe, journal and guard on", links(fake)).prepared(guard(world, true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 300 }));
    measured.print("stripe_create: POST /v1/payment_links");
    measured.print_guard(1);
}

async fn set_up() -> (Platform, Driver, Driver, String) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    let price = fake.create_price().await;
    drop(fake.create_link(&price, PURCHASE).await);
    let bare = Bare::after(platform.world(), &[]).await;
    let bare = fake.moved(|text| bare.instead(text), inbox);
    (platform, fake, bare, price)
}
