//! `POST /events/{readableEventId}/registrations` for one attendee of a paid event, against a bare handler that makes the same rows.

use mock_platform::Platform;
use tokio::runtime::Runtime;

use crate::bare_app::{self, Book};
use crate::bare_rows::{Attendee, Contact, Pass, Purchase, compare};
use crate::drive::{Driver, Inbox, guard, roomy};
use crate::measure::{self, Amount, Side};

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fake, bare) = runtime.block_on(set_up());
    let over = |name, driver: Driver| {
        Side::new(name, move || {
            let driver = driver.clone();
            async move { drop(driver.register().await) }
        })
    };
    let sides = [
        over("bare handler", bare),
        over("Event API, journal on", fake.clone()).prepared(guard(platform.world(), false)),
        over("Event API, journal and guard on", fake).prepared(guard(platform.world(), true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 200 }));
    measured.print("register: one attendee of a paid event");
    measured.print_guard(1);
}

/// A platform with seats for all, and a bare handler for the same event and pass.
async fn set_up() -> (Platform, Driver, Driver) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().scenario(roomy()).start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    drop(fake.register().await);
    compare(&fake, &[Purchase::TABLE, Contact::TABLE, Attendee::TABLE, Pass::TABLE]).await;
    let bare = bare_app::serve(Book::of(&fake), http::HeaderMap::new()).await;
    let bare = bare_app::instead_of(&fake, &bare, inbox);
    (platform, fake, bare)
}
