//! INV-5: every redirect leads to a URL that our Stripe handed out (or back to the return URL that was given), and every return URL stored at
//! Stripe is one that was given and is allowed.

use mock_core::control::dto::EntryView;
use url::Url;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::is_stripe_write;
use crate::model::{Payable, Weight};

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    let given: Vec<&str> = observed.answers.iter().filter_map(|answer| answer.return_url.as_deref()).collect();
    let mut findings = Vec::new();
    for answer in observed.answers.iter().filter(|answer| outcome(answer.status) == Outcome::Redirect) {
        let location = answer.location().unwrap_or_default();
        // A Checkout Session loses its URL when it is over; the answer that handed it out still has it.
        let ours = observed.ledger.payables.iter().any(|payable| payable.url == location)
            || observed.entries.iter().any(|entry| handed_out(entry, location));
        let back = given.contains(&location) && allowed(location, around);
        findings.push(Finding {
            what: format!("the redirect for purchase {} leads to our Stripe", observed.purchase.id),
            expected: "a URL that our Stripe handed out for this purchase".to_owned(),
            seen: if location.is_empty() { "no Location".to_owned() } else { location.to_owned() },
            ok: ours || back,
            weight: Weight::Must,
        });
    }
    for payable in &observed.ledger.payables {
        let Some(stored) = &payable.return_url else { continue };
        // A Checkout Session must have some page to go to; without a return URL that is the service's own.
        let own = around.profile.declares.payable == Payable::Session && stored.starts_with(around.service);
        findings.push(Finding {
            what: format!(
                "the return URL stored at Stripe for purchase {} is the one given, and allowed",
                observed.purchase.id
            ),
            expected: if given.is_empty() { "none: none was given".to_owned() } else { given.join(" or ") },
            seen: stored.clone(),
            ok: own || (given.contains(&stored.as_str()) && allowed(stored, around)),
            weight: Weight::Must,
        });
    }
    findings
}

/// Whether our Stripe gave this URL away here.
fn handed_out(entry: &EntryView, url: &str) -> bool {
    let written = serde_json::Value::from(url).to_string();
    !url.is_empty()
        && is_stripe_write(entry)
        && entry.answer.as_ref().is_some_and(|answer| answer.body.contains(&written))
}

fn allowed(url: &str, around: &Surroundings<'_>) -> bool {
    let origin = Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    around.profile.declares.return_origins.contains(&origin)
}
