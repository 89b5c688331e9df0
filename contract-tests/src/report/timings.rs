//! Where the time of a run went, for people.

use std::fmt::Write as _;

use super::console::counted;
use super::model::{CaseReport, Report};

/// How many of the longest cases are shown.
const MOST: usize = 8;

/// Where the time of a run went: its parts, the suite's own share, the cases that took longest.
pub fn timings(report: &Report) -> String {
    let mut text = String::from("Where the time went\n");
    let times = &report.timings;
    let own: u64 = report.cases.iter().map(|case| case.own_micros).sum();
    let parts = [
        ("starting the service", times.start),
        ("preflight", times.preflight),
        ("cases side by side", times.side_by_side),
        ("cases that run alone", times.alone),
    ];
    for (what, millis) in parts {
        put(&mut text, format_args!("  {what:<22} {}\n", seconds(millis)));
    }
    let whole = format!("the suite's own work in {}", counted(report.cases.len(), "case"));
    put(&mut text, format_args!("  {whole}: {} of {}\n", seconds(own / 1000), seconds(report.summary.millis)));
    let mut longest: Vec<&CaseReport> = report.cases.iter().filter(|case| case.millis > 0).collect();
    longest.sort_by_key(|case| std::cmp::Reverse(case.millis));
    text.push_str("  the longest cases (their own work in brackets; the rest is waiting)\n");
    for case in longest.iter().take(MOST) {
        put(&mut text, line(case));
    }
    let mut busiest = longest;
    busiest.sort_by_key(|case| std::cmp::Reverse(case.own_micros));
    text.push_str("  the most work\n");
    for case in busiest.iter().take(3) {
        put(&mut text, line(case));
    }
    text
}

fn line(case: &CaseReport) -> String {
    let own = format!("[{}.{} ms]", case.own_micros / 1000, case.own_micros % 1000 / 100);
    format!("    {:>8} {own:>11}  {} {}\n", seconds(case.millis), case.name(), case.title)
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03} s", millis / 1000, millis % 1000)
}

/// Writing to a `String` cannot fail.
fn put(text: &mut String, piece: impl std::fmt::Display) {
    write!(text, "{piece}").unwrap_or_default();
}
