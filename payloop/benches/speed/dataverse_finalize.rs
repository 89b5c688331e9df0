//! The custom API that ends a payment, against a bare axum handler that answers the same bytes. Every call is for a purchase of its own,
//! registered before the turn.

use std::sync::{Arc, Mutex};

use crate::bare::Bare;
use crate::drive::{Driver, Inbox, guard, roomy};
use crate::measure::{self, Amount, MOST_CLIENTS, Side};
use futures_util::future::join_all;
use mock_platform::Platform;
use tokio::runtime::Runtime;

/// Purchases that wait for their payment.
#[derive(Clone, Default)]
struct Waiting(Arc<Mutex<Vec<String>>>);

impl Waiting {
    fn next(&self) -> String {
        self.0.lock().expect("nobody panicked").pop().expect("as many were registered as calls are made")
    }

    /// Registers until there are so many.
    async fn fill(&self, driver: &Driver, wanted: usize) {
        let missing = wanted.saturating_sub(self.0.lock().expect("nobody panicked").len());
        let registered = (0..MOST_CLIENTS).map(|client| {
            let (driver, share) =
                (driver.clone(), missing / MOST_CLIENTS + usize::from(client < missing % MOST_CLIENTS));
            tokio::spawn(async move {
                let mut purchases = Vec::with_capacity(share);
                for _ in 0..share {
                    purchases.push(driver.register().await);
                }
                purchases
            })
        });
        let registered = join_all(registered).await.into_iter().flat_map(|purchases| purchases.expect("no panic"));
        self.0.lock().expect("nobody panicked").extend(registered);
    }
}

pub(crate) fn run(runtime: &Runtime) {
    let amount = measure::amount(Amount { turns: 15, calls: 100 });
    let (platform, fake, bare, known) = runtime.block_on(set_up());
    let waiting = Waiting::default();
    let over = |name, on: bool| {
        let (driver, waiting, world) = (fake.clone(), waiting.clone(), platform.world().clone());
        let (filler, filled, handle) = (fake.clone(), waiting.clone(), runtime.handle().clone());
        let side = Side::new(name, move || {
            let (driver, purchase) = (driver.clone(), waiting.next());
            async move { driver.finalize(&purchase).await }
        });
        side.prepared(move || {
            world.set_guard(false);
            handle.block_on(filled.fill(&filler, MOST_CLIENTS * amount.calls));
            guard(&world, on)();
        })
    };
    let side = Side::new("bare handler", move || {
        let (bare, known) = (bare.clone(), known.clone());
        async move { bare.finalize(&known).await }
    });
    let sides = [side, over("Dataverse, journal on", false), over("Dataverse, journal and guard on", true)];
    let measured = measure::measure(runtime, &sides, amount);
    measured.print("dataverse_finalize: one payment completed by the custom API");
    measured.print_guard(1);
}

/// A platform with seats for all, and a bare handler that knows one finalized purchase.
async fn set_up() -> (Platform, Driver, Driver, String) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().scenario(roomy()).start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    let purchase = fake.register().await;
    fake.finalize(&purchase).await;
    let bare = Bare::after(platform.world(), &[]).await;
    let bare = fake.moved(|text| bare.instead(text), inbox);
    (platform, fake, bare, purchase)
}
