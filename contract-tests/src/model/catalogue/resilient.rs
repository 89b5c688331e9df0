//! Level resilient: what the platforms document as normal failure.

use super::Excluded;
use crate::model::Case;

pub(super) const CASES: &[&Case] = &[];

const LATER: &str = "this version has no case for it yet";

/// A row that is still to come.
const fn later(id: &'static str, title: &'static str) -> Excluded {
    Excluded { id, title, reason: LATER }
}

pub(super) const EXCLUDED: &[Excluded] = &[
    later("R-D01", "same event 3 times, one after another"),
    later("R-D02", "same event 10 times at once"),
    later("R-D03", "two different event ids for the same session"),
    later("R-D04", "restart of the service between two deliveries"),
    later("R-D05", "first delivery: Dataverse 503"),
    later("R-D06", "service slower than Stripe waits"),
    later("R-D07", "delivers retries along Stripe's schedule over three virtual days, healing on day 3 but inside the re"),
    later("R-D08", "session A of a link expires after session B of the same link paid"),
    later("R-D09", "session A expires, buyer still pays in session B inside the reservation"),
    later("R-D10", "older snapshot"),
    later("R-D11", "late payment: paid after the platform released the spot"),
    later("R-D12", "link still open when the reservation ends"),
    later("R-D13", "refund and dispute events after completion"),
    later("R-D14", "event order shuffled over 50 purchases"),
    later("R-A01", "completed/unpaid, days later async_payment_succeeded inside the reservation"),
    later("R-A02", "completed/unpaid, then async_payment_failed"),
    later("R-A03", "async_payment_succeeded arrives before completed"),
    later("R-A04", "success arrives after the reservation ended"),
    later("R-A05", "buyer returns and follows the link again while unpaid"),
    later("R-A06", "no_payment_required"),
    later("R-M01", "prices that break binary floats: 0.29, 1.15, 4.35, 8.20, 19.99, 1.005, 1000000.01"),
    later("R-M02", "all zero-decimal currencies"),
    later("R-M03", "three-decimal currencies"),
    later("R-M04", "special cases ISK, UGX"),
    later("R-M05", "Dataverse gives four decimals"),
    later("R-M06", "below Stripe's minimum"),
    later("R-M07", "price zero"),
    later("R-M08", "round trip: what was charged, compared by our ledger, not by the service"),
    later("R-M09", "organiser changes the price between link and payment"),
    later("R-M10", "negative and absurd prices"),
    later("R-V01", "429 with Retry-After: 2"),
    later("R-V02", "same on finalize"),
    later("R-V03", "Retry-After as a date"),
    later("R-V04", "503, 502, 504, connection reset, empty answer, cut body"),
    later("R-V05", "lost acknowledgement: finalize done, then connection cut"),
    later("R-V06", "answer delayed 30 s, 120 s"),
    later("R-V07", "token expires between two calls"),
    later("R-V08", "401 with a token that should still be valid"),
    later("R-V09", "token endpoint: 429, 503, slow, malformed JSON, expires_in as text or missing"),
    later("R-V10", "100 purchases in a row"),
    later("R-V11", "403"),
    later("R-V12", "purchase not readable yet for the first k reads"),
    later("R-V13", "200 with an HTML login page"),
    later("R-V14", "412 / 409 / \"record is locked\" faults on finalize"),
    later("R-V15", "Dataverse redirects to another host"),
    later("R-P01", "500/503 once on price, once on link"),
    later("R-P02", "link created, answer lost"),
    later("R-P03", "409 key in use"),
    later("R-P04", "429 with and without hint"),
    later("R-P05", "400"),
    later("R-P06", "Stripe slow 30 s / never"),
    later("R-P07", "200 with url: null or an unknown shape"),
    later("R-P08", "session lookup"),
    later("R-C01", "GET the link twice, pay both objects"),
    later("R-C02", "one object, opened in two tabs, paid in both"),
    later("R-C03", "link of a purchase already completed"),
    later("R-C04", "link of a cancelled purchase"),
    later("R-C05", "20 GETs of one link at once"),
    later("R-C06", "50 purchases at once, full loop"),
    later("R-C07", "last seat, two buyers pay together"),
    later("R-C08", "fakes start after the service"),
    later("R-C09", "service stopped with a delivery in flight"),
];
