//! What reads of purchases cost among few and among many of them, and what a row takes of memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mock_dataverse::store::{Fields, StoreError};
use mock_platform::Platform;
use tokio::runtime::Runtime;
use tokio::time::Instant;
use uuid::Uuid;

use crate::drive::{Driver, Inbox};
use crate::measure::{self, Amount, Side};

/// Purchases of one contact.
const EACH: usize = 2;

/// A fake with purchases in it.
struct Filled {
    /// Kept, so that it goes on serving.
    _platform: Platform,
    driver: Driver,
    rows: usize,
}

fn contact(number: usize) -> Uuid {
    Uuid::from_u128(0xc0_0000_0000_0000_0000_0000_0000_0000 + number as u128)
}

pub(crate) fn run(runtime: &Runtime) {
    let (few, many) = if measure::in_earnest() { (1_000, wanted()) } else { (20, 200) };
    let filled = [few, many].map(|rows| runtime.block_on(fill(rows)));
    let [few, many] = &filled;
    let by_contact = |filled: &Filled| {
        let (driver, rows, turn) = (filled.driver.clone(), filled.rows, Arc::new(AtomicUsize::new(0)));
        move || {
            // Contacts from everywhere.
            let contact = contact(turn.fetch_add(7_919, Ordering::Relaxed) % (rows / EACH));
            let driver = driver.clone();
            async move {
                let path = format!(
                    "msevtmgt_eventpurchases?$select=msevtmgt_name&$filter=_msevtmgt_purchasingcontactid_value%20eq%20{contact}"
                );
                assert_eq!(driver.read_dataverse(&path).await["value"].as_array().map(Vec::len), Some(EACH));
            }
        }
    };
    print(
        runtime,
        &format!("dataverse_rows: {EACH} purchases by an indexed id"),
        &[Side::new(label(few), by_contact(few)), Side::new(label(many), by_contact(many))],
        Amount { turns: 15, calls: 100 },
    );

    let ask = |filled: &Filled, query: &'static str, expect: usize| {
        let driver = filled.driver.clone();
        move || {
            let driver = driver.clone();
            async move {
                let answer =
                    driver.read_dataverse(&format!("msevtmgt_eventpurchases?$select=msevtmgt_name&{query}")).await;
                assert_eq!(answer["value"].as_array().map(Vec::len), Some(expect));
            }
        }
    };
    let page = 50.min(many.rows / 10);
    let kept = "$filter=msevtmgt_paid%20eq%20true&$orderby=createdon%20desc&$top=50";
    let sorted = "$filter=msevtmgt_paid%20eq%20true&$orderby=msevtmgt_totalprice%20desc&$top=50";
    let nothing = "$filter=contains(msevtmgt_name,'nobody')";
    print(
        runtime,
        &format!("dataverse_rows: among {} purchases", many.rows),
        &[
            Side::new("all rows looked at, none found", ask(many, nothing, 0)),
            Side::new("page of 50, all rows sorted", ask(many, sorted, page)),
            Side::new("page of 50 in a kept order", ask(many, kept, page)),
        ],
        Amount { turns: 9, calls: 3 },
    );
}

fn print(runtime: &Runtime, title: &str, sides: &[Side], amount: Amount) {
    let measured = measure::measure(runtime, sides, measure::amount(amount));
    measured.print(title);
    measured.print_cost();
}

/// The greater number of rows.
fn wanted() -> usize {
    let told = std::env::var("PAYLOOP_BENCH_ROWS").ok();
    told.map_or(200_000, |told| told.parse().expect("PAYLOOP_BENCH_ROWS is a number"))
}

/// Names live as long as the program, and there are two.
fn label(filled: &Filled) -> &'static str {
    format!("among {} purchases", filled.rows).leak()
}

/// A fake with so many purchases, written as a registration writes them, and their contacts. Each tenth is paid.
async fn fill(rows: usize) -> Filled {
    let start = Instant::now();
    let platform = Platform::builder().start().await.expect("a platform");
    platform.world().set_guard(false);
    let driver = Driver::start(platform.endpoints().clone(), Inbox::open().await).await;
    let store = platform.dataverse().store();
    let first = |table: &str| store.read(|data| data.rows(table).next().map(|row| row.id())).expect("a row");
    let (event, currency) = (first("msevtmgt_event"), first("transactioncurrency"));
    let now = platform.world().clock().now();
    let write = |from: usize, to: usize, create: &dyn Fn(usize) -> (&'static str, Uuid, Fields)| {
        // A second for each hundred rows: many are made at the same time, and not all.
        for first in (from..to).step_by(100) {
            let at = now + jiff::SignedDuration::from_secs(i64::try_from(first / 100).expect("small"));
            let written: Result<(), StoreError> = store.write(at, |tx| {
                (first..to.min(first + 100)).try_for_each(|number| {
                    let (table, id, fields) = create(number);
                    tx.create(table, id, fields).map(drop)
                })
            });
            written.expect("the rows fit");
        }
    };
    write(0, rows / EACH, &|number| {
        let fields = Fields::new().set("firstname", "Jane").set("lastname", format!("Doe {number}"));
        ("contact", contact(number), fields)
    });
    let before = resident();
    write(0, rows, &|number| {
        let price = rust_decimal::Decimal::new(495_000 + i64::try_from(number % 977).expect("small"), 4);
        let fields = Fields::new()
            .set("msevtmgt_name", format!("Purchase {number}"))
            .set("msevtmgt_totalprice", price)
            .set("msevtmgt_paid", number % 10 == 0)
            .set("transactioncurrencyid", currency)
            .set("msevtmgt_eventid", event)
            .set("msevtmgt_purchasingcontactid", contact(number / EACH));
        ("msevtmgt_eventpurchase", Uuid::from_u128(0xa0_0000_0000_0000_0000_0000_0000_0000 + number as u128), fields)
    });
    let took = start.elapsed().as_secs_f64();
    let memory = match (before, resident()) {
        (Some(before), Some(after)) => {
            format!("; {} bytes resident for each", after.saturating_sub(before) / rows.max(1))
        }
        _ => String::new(),
    };
    println!("\ndataverse_rows: {rows} purchases written in {took:.1} s{memory}");
    Filled { _platform: platform, driver, rows }
}

/// What the process takes by now in bytes, where the system tells it.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse::<usize>().ok().map(|kilobytes| kilobytes * 1024)
}
