//! INV-7: none of the secrets and tokens that were handed out appears in anything the service emits: its calls to Stripe and Dataverse (where
//! they belong in the `Authorization` header alone, each in that of its own system), its answers, its redirects.
//!
//! The journal shows secrets masked, with their label, in the place where they stand; answers to visits are searched as they came.

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::secrets::leaks_in;
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    if observed.entries.is_empty() && observed.answers.is_empty() {
        return Vec::new();
    }
    let mut leaks: Vec<String> = observed.entries.iter().flat_map(|entry| leaks_in(entry, around.secrets)).collect();
    for answer in &observed.answers {
        let headers = answer.headers.iter().map(|(_, value)| value.as_str());
        for text in headers.chain([answer.body.as_str()]) {
            if let Some(what) = around.secrets.found_in(text) {
                leaks.push(format!("the {what} in the answer to {} {}", answer.method, answer.url));
            }
        }
    }
    leaks.dedup();
    vec![Finding {
        what: format!("no secret is in anything that the service sent for purchase {}", observed.purchase.id),
        expected: "secrets only in Authorization headers, each in that of its own system, and in token requests"
            .to_owned(),
        seen: if leaks.is_empty() { "none".to_owned() } else { leaks.join("; ") },
        ok: leaks.is_empty(),
        weight: Weight::Must,
    }]
}
