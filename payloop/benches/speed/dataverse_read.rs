//! The documented read of one purchase, with an expanded lookup, against a bare axum handler that answers the same bytes.

use crate::bare::Bare;
use crate::drive::{Driver, Inbox, guard};
use crate::measure::{self, Amount, Side};
use mock_platform::Platform;
use tokio::runtime::Runtime;

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fake, bare, purchase) = runtime.block_on(set_up());
    let over = |name, driver: Driver| {
        let purchase = purchase.clone();
        Side::new(name, move || {
            let (driver, purchase) = (driver.clone(), purchase.clone());
            async move { drop(driver.read_purchase(&purchase).await) }
        })
    };
    let sides = [
        over("bare handler", bare),
        over("Dataverse, journal on", fake.clone()).prepared(guard(platform.world(), false)),
        over("Dataverse, journal and guard on", fake).prepared(guard(platform.world(), true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 400 }));
    measured.print("dataverse_read: one row by id, one column, one expanded lookup");
    measured.print_guard(1);
}

async fn set_up() -> (Platform, Driver, Driver, String) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    let purchase = fake.register().await;
    drop(fake.read_purchase(&purchase).await);
    let bare = Bare::after(platform.world(), &[]).await;
    let bare = fake.moved(|text| bare.instead(text), inbox);
    (platform, fake, bare, purchase)
}
