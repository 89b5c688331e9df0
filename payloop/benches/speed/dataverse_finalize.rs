//! The custom API that ends a payment. Every call is for a purchase of its own, registered before the turn.
//!
//! It is measured against two bare axum handlers: one that makes and changes the same rows, and one that only parses what comes and
//! answers the same bytes. The first says what the fake's ways cost, the second what they cost with the work itself.

use std::sync::{Arc, Mutex};

use crate::bare::Bare;
use crate::bare_app::{self, Book};
use crate::bare_rows::{AttendeePass, Registration, compare};
use crate::drive::{Driver, Inbox, guard, roomy};
use crate::measure::{self, Amount, MOST_CLIENTS, Side};
use futures_util::future::join_all;
use http::header;
use mock_core::journal::Filter;
use mock_platform::Platform;
use tokio::runtime::{Handle, Runtime};

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

/// A side whose every call completes a purchase of its own. `first` is done before purchases are registered for a turn, `then` after it.
fn completes(
    name: &'static str,
    (handle, driver, calls): (&Handle, &Driver, usize),
    (first, then): (impl Fn() + 'static, impl Fn() + 'static),
) -> Side {
    let waiting = Waiting::default();
    let (filler, filled, handle) = (driver.clone(), waiting.clone(), handle.clone());
    let driver = driver.clone();
    let side = Side::new(name, move || {
        let (driver, purchase) = (driver.clone(), waiting.next());
        async move { driver.finalize(&purchase).await }
    });
    side.prepared(move || {
        first();
        handle.block_on(filled.fill(&filler, MOST_CLIENTS * calls));
        then();
    })
}

pub(crate) fn run(runtime: &Runtime) {
    let amount = measure::amount(Amount { turns: 15, calls: 100 });
    let setting = runtime.block_on(set_up());
    let at = |driver| (runtime.handle(), driver, amount.calls);
    let fake = |name, on: bool| {
        let world = setting.platform.world();
        completes(name, at(&setting.fake), (guard(world, false), guard(world, on)))
    };
    let writes = completes("bare handler, same rows", at(&setting.writes), (|| {}, || {}));
    let sides = [writes, fake("Dataverse, journal on", false), fake("Dataverse, journal and guard on", true)];
    let measured = measure::measure(runtime, &sides, amount);
    measured.print("dataverse_finalize: one payment completed by the custom API");
    measured.print_guard(1);
    let answers = Side::new("bare handler, no rows", move || {
        let (bare, known) = (setting.answers.clone(), setting.known.clone());
        async move { bare.finalize(&known).await }
    });
    let measured = measure::measure(runtime, &[answers, fake("Dataverse, journal on", false)], amount);
    measured.print("dataverse_finalize: the same against a handler that only answers");
}

struct Setting {
    platform: Platform,
    fake: Driver,
    /// The bare handlers that make the same rows.
    writes: Driver,
    /// The bare handler that only answers.
    answers: Driver,
    /// A purchase that was finalized, which the last one knows.
    known: String,
}

/// A platform with seats for all, and both bare handlers.
async fn set_up() -> Setting {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().scenario(roomy()).start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    let known = fake.register().await;
    fake.finalize(&known).await;
    let bare = Bare::after(platform.world(), &[]).await;
    let answers = fake.moved(|text| bare.instead(text), inbox.clone());
    let entries = platform.world().journal().find(&Filter::default());
    let finalized = entries.iter().find(|entry| entry.request.path().ends_with("finalizeregistrationpayment"));
    let mut completed = finalized.and_then(|entry| entry.answer.as_ref()).expect("an answer").headers.to_map();
    completed.remove(header::CONTENT_LENGTH);
    compare(&fake, &[Registration::TABLE, AttendeePass::TABLE]).await;
    let writes = bare_app::serve(Book::of(&fake), completed).await;
    let writes = bare_app::instead_of(&fake, &writes, inbox);
    Setting { platform, fake, writes, answers, known }
}
