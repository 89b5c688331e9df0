//! Level secure: abuse.

use super::Excluded;
use crate::cases::{exposure, return_target};
use crate::model::Case;

pub(super) const CASES: &[&Case] = &[
    &return_target::foreign::O01,
    &return_target::foreign::O02,
    &return_target::foreign::O03,
    &return_target::look_alike::O04,
    &return_target::look_alike::O05,
    &return_target::look_alike::O06,
    &return_target::bytes::O07,
    &return_target::long::O08,
    &return_target::relative::O09,
    &return_target::foreign::O10,
    &return_target::forwarded::O11,
    &exposure::fetching::X01,
    &exposure::injection::X02,
    &exposure::injection::X03,
    &exposure::injection::X04,
    &exposure::errors::X05,
    &exposure::data::X06,
    &exposure::logs::X07,
    &exposure::certificates::X08,
    &exposure::doors::X09,
    &exposure::doors::X10,
];

const LATER: &str = "this version has no case for it yet";

/// A row that is still to come.
const fn later(id: &'static str, title: &'static str) -> Excluded {
    Excluded { id, title, reason: LATER }
}

pub(super) const EXCLUDED: &[Excluded] = &[
    later("S-W01", "a well-formed completed event without Stripe-Signature"),
    later("S-W02", "signature made with another secret"),
    later("S-W03", "right signature of another body"),
    later("S-W04", "signed with the empty key"),
    later("S-W05", "signed with well-known sample secrets"),
    later("S-W06", "valid signature, timestamp older than the tolerance"),
    later("S-W07", "timestamp far in the future"),
    later("S-W08", "genuine delivery replayed inside the tolerance"),
    later("S-W09", "header variants: empty, no t, no v1, t not a number, only v0, 10 kB long, repeated header"),
    later("S-W10", "two v1, one right"),
    later("S-W11", "timestamp changed, signature kept"),
    later("S-W12", "no secret configured at start"),
    later("S-W13", "livemode opposite to the key in use, validly signed"),
    later("S-W14", "event for an account"),
    later("S-W15", "events at guessed paths"),
    Excluded {
        id: "S-W16",
        title: "constant-time comparison of signatures",
        reason: "how long a comparison takes cannot be told apart from everything else that takes time between two programs; review the code instead",
    },
    later("S-T01", "genuine, signed, paid session carrying the victim's purchase id but a smaller amount"),
    later("S-T02", "same number, weaker currency"),
    later("S-T03", "buyer adds ?client_reference_id=<other purchase> to the pay page"),
    later("S-T04", "purchaseId twice in the query: cheap first, dear second, and reversed"),
    later("S-T05", "purchase id hidden in another parameter, header, cookie or body of the GET"),
    later("S-T06", "one paid session, delivered again with another purchase id in the metadata"),
    later("S-T07", "price or amount given by the caller"),
    later("S-T08", "order id not a UUID, validly signed"),
    later("S-T09", "order id a UUID unknown to Dataverse"),
    later("S-T10", "cancel by abuse: attacker lets own sessions of the victim's link expire"),
    later("S-H01", "GET/PUT/DELETE/TRACE/unknown method on the webhook"),
    later("S-H02", "unsigned bodies of 1, 10, 50 MB"),
    later("S-H03", "unsigned JSON nested 100,000 deep"),
    later("S-H04", "validly signed but broken JSON, empty body, array, null, missing data.object"),
    later("S-H05", "slow sender"),
    later("S-H06", "Content-Length together with Transfer-Encoding, doubled or negative lengths, obs-fold"),
    later("S-H07", "content codings gzip/deflate bombs, wrong charset, text/plain, form body"),
    later("S-H08", "300 redirect calls with random UUIDs"),
    later("S-H09", "cross-site form post to the webhook"),
    later("S-H10", "answer headers of the 302"),
];
