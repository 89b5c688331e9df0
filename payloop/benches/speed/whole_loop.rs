//! Whole loops: a registration, paid for and confirmed, over the fakes and over bare axum handlers that serve the same exchanges.

use crate::bare::Bare;
use crate::drive::{Driver, EXCHANGES, Inbox, guard, roomy};
use crate::measure::{self, Amount, Side};
use mock_core::control::Control;
use mock_platform::{Platform, ServiceUrls};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fakes, bare) = runtime.block_on(set_up());
    let over = |name, driver: Driver| {
        Side::new(name, move || {
            let driver = driver.clone();
            async move { drop(driver.loop_once().await) }
        })
    };
    let sides = [
        over("bare handlers", bare),
        over("fakes, journal on", fakes.clone()).prepared(guard(platform.world(), false)),
        over("fakes, journal and guard on", fakes).prepared(guard(platform.world(), true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 40 }));
    measured.print(&format!("loop: a paid registration in {EXCHANGES} exchanges"));
    measured.print_guard(EXCHANGES);
}

/// The fakes, and bare handlers that answer what the fakes answered to one loop.
async fn set_up() -> (Platform, Driver, Driver) {
    let (inbox, bare_inbox) = (Inbox::open().await, Inbox::open().await);
    let platform =
        Platform::builder().scenario(roomy()).service(ServiceUrls::at(&inbox.url)).start().await.expect("a platform");
    let control = Control::new(platform.control());
    // One delivery a loop, which is what a loop needs; unless told otherwise the endpoint hears of everything.
    let wanted = json!({"enabled_events": ["checkout.session.completed"]});
    control.put("/v1/stripe/endpoint", &wanted).await.expect("the endpoint is set");
    platform.world().warm();
    let fakes = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    platform.world().journal().clear();
    let purchase = fakes.loop_once().await;
    let state = control.get::<Value>(&format!("/v1/event-api/purchases/{purchase}")).await.expect("the purchase");
    assert_eq!(state["state"], "completed");
    assert_eq!(platform.world().journal().summary().held, EXCHANGES);
    let bare = Bare::after(platform.world(), &[(inbox.authority(), bare_inbox.authority())]).await;
    let bare = fakes.moved(|text| bare.instead(text), bare_inbox);
    (platform, fakes, bare)
}
