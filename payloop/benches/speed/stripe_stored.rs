//! What requests cost with few and with many objects stored: the ratio should stay near one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, StatusCode, header};
use mock_core::server::Dressed;
use mock_platform::Platform;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::time::Instant;
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::drive::{Driver, Inbox, link_form};
use crate::measure::{self, Amount, Side};

/// What links are for; any GUID does. Each one is for a purchase of its own.
fn purchase(number: usize) -> String {
    format!("a4d9e358-949f-4011-bbd3-{number:012x}")
}

/// A fake with links in it.
struct Stored {
    /// Kept, so that it goes on serving.
    _platform: Platform,
    driver: Driver,
    price: String,
    /// Up to a thousand of its links, from all times.
    links: Arc<[String]>,
    /// How many were ever made.
    made: Arc<AtomicUsize>,
}

pub(crate) fn run(runtime: &Runtime) {
    let (few, many) = if measure::in_earnest() { (1_000, wanted()) } else { (20, 100) };
    let names: [&'static str; 2] = [label(few), label(many)];
    let stored = [few, many].map(|number| runtime.block_on(fill(number)));

    let read = |stored: &Stored| {
        let (driver, links, turn) = (stored.driver.clone(), Arc::clone(&stored.links), Arc::new(AtomicUsize::new(0)));
        move || {
            let path = format!("/v1/payment_links/{}", links[turn.fetch_add(1, Ordering::Relaxed) % links.len()]);
            let driver = driver.clone();
            async move { drop(driver.read_stripe(&path).await) }
        }
    };
    print(
        runtime,
        "stripe_stored: GET /v1/payment_links/{id}",
        [0, 1].map(|side| Side::new(names[side], read(&stored[side]))),
    );

    let list = |stored: &Stored| {
        let driver = stored.driver.clone();
        move || {
            let driver = driver.clone();
            async move { drop(driver.read_stripe("/v1/payment_links?limit=10").await) }
        }
    };
    print(
        runtime,
        "stripe_stored: GET /v1/payment_links?limit=10",
        [0, 1].map(|side| Side::new(names[side], list(&stored[side]))),
    );

    let create = |stored: &Stored| {
        let (driver, price, made) = (stored.driver.clone(), stored.price.clone(), Arc::clone(&stored.made));
        move || {
            let (driver, price) = (driver.clone(), price.clone());
            let purchase = purchase(made.fetch_add(1, Ordering::Relaxed));
            async move { drop(driver.create_link(&price, &purchase).await) }
        }
    };
    print(
        runtime,
        "stripe_stored: POST /v1/payment_links",
        [0, 1].map(|side| Side::new(names[side], create(&stored[side]))),
    );
}

fn print(runtime: &Runtime, title: &str, sides: [Side; 2]) {
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 100 }));
    measured.print(title);
    measured.print_cost();
}

/// The greater number of links.
fn wanted() -> usize {
    let told = std::env::var("PAYLOOP_BENCH_STORED").ok();
    told.map_or(1_000_000, |told| told.parse().expect("PAYLOOP_BENCH_STORED is a number"))
}

/// Names live as long as the program, and there are two.
fn label(number: usize) -> &'static str {
    format!("with {number} links").leak()
}

/// A fake with so many links, and with the event of each. They are made by the requests that anybody makes, but without a
/// connection in between, which would take most of the time.
async fn fill(number: usize) -> Stored {
    let start = Instant::now();
    let platform = Platform::builder().start().await.expect("a platform");
    platform.world().set_guard(false);
    let driver = Driver::start(platform.endpoints().clone(), Inbox::open().await).await;
    let price = driver.create_price().await;
    let made = Arc::new(AtomicUsize::new(0));
    // Every so manyth is remembered.
    let every = number.div_ceil(1_000);
    let makers = (0..2).map(|_| {
        let maker = Maker {
            face: platform.stripe().face().dressed(platform.world()),
            key: format!("Bearer {}", platform.endpoints().stripe.api_key),
            price: price.clone(),
        };
        let made = Arc::clone(&made);
        tokio::spawn(async move {
            let mut links = Vec::new();
            loop {
                let next = made.fetch_add(1, Ordering::Relaxed);
                if next >= number {
                    return links;
                }
                let link = maker.make(next).await;
                if next.is_multiple_of(every) {
                    let link: Value = serde_json::from_slice(&link).expect("JSON");
                    links.push(link["id"].as_str().expect("an id").to_owned());
                }
            }
        })
    });
    let links: Vec<_> = join_all(makers).await.into_iter().flat_map(|links| links.expect("no maker panics")).collect();
    assert_eq!(links.len(), number.div_ceil(every));
    platform.world().journal().clear();
    println!("\nstripe_stored: {number} links stored in {:.1} s{}", start.elapsed().as_secs_f64(), memory());
    Stored { _platform: platform, driver, price, links: links.into(), made }
}

/// Makes links without a connection.
struct Maker {
    face: Dressed,
    key: String,
    price: String,
}

impl Maker {
    /// A link as [`Driver::make_link`] makes it, as it was answered.
    async fn make(&self, number: usize) -> Bytes {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(link_form(&self.price, &purchase(number)))
            .finish();
        let request = Request::post("/v1/payment_links")
            .header(header::AUTHORIZATION, &self.key)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .expect("a request");
        let answer = self.face.clone().oneshot(request).await.expect("a face always answers");
        assert_eq!(answer.status(), StatusCode::OK);
        axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body")
    }
}

/// What the process takes by now, where the system tells it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map(|kilobytes| format!("; {} MB resident", kilobytes / 1024)).unwrap_or_default()
}
