//! INV-5: every redirect leads to a URL that our Stripe handed out (or back to the return URL that was given), and every return URL stored at
//! Stripe is one that was given and is allowed.

use std::sync::Arc;

use mock_core::control::dto::EntryView;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::is_stripe_write;
use crate::check::target::{is_the_given, leads_to, origin_of, stored_targets};
use crate::check::url::raw_pairs;
use crate::model::{Payable, Weight};

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    let given: Vec<&str> = observed.answers.iter().filter_map(|answer| answer.return_url.as_deref()).collect();
    let origins = &around.profile.declares.return_origins;
    let mut findings = Vec::new();
    let redirects = observed.answers.iter().filter(|answer| outcome(answer.status) == Outcome::Redirect);
    // A visit that names several purchases may lead to the page of either; the case that makes it judges which.
    for answer in redirects.filter(|answer| names_one(&answer.url)) {
        let location = answer.location().unwrap_or_default();
        // A Checkout Session loses its URL when it is over; the answer that handed it out still has it.
        let ours = observed.ledger.payables.iter().any(|payable| payable.url == location)
            || observed.entries.iter().any(|entry| handed_out(entry, location));
        let back = given.iter().any(|given| is_the_given(location, given, origins)) && leads_to(location, origins);
        findings.push(Finding {
            what: format!(
                "the redirect for purchase {} leads to the page that our Stripe made for it",
                observed.purchase.id
            ),
            expected: "the url of the payment link or session of this purchase, as Stripe answered it".to_owned(),
            seen: if location.is_empty() { "no Location".to_owned() } else { location.to_owned() },
            ok: ours || back,
            weight: Weight::Must,
        });
    }
    let mut stored: Vec<String> =
        observed.ledger.payables.iter().filter_map(|payable| payable.return_url.clone()).collect();
    stored.extend(stored_targets(observed.entries.iter().map(Arc::as_ref)).into_iter().map(|(_, url)| url));
    stored.sort();
    stored.dedup();
    for stored in stored {
        // A Checkout Session must have some page to go to; without a return URL that is the service's own.
        let session = around.profile.declares.payable == Payable::Session;
        let own = session && origin_of(&stored).is_some_and(|origin| Some(origin) == origin_of(around.service));
        let same = given.iter().any(|given| is_the_given(&stored, given, origins));
        findings.push(Finding {
            what: format!(
                "the return URL stored at Stripe for purchase {} is the one given, and allowed",
                observed.purchase.id
            ),
            expected: if given.is_empty() {
                "none: none was given".to_owned()
            } else {
                let allowed: Vec<&str> = given.iter().copied().filter(|given| leads_to(given, origins)).collect();
                if allowed.is_empty() {
                    format!("none: what was given leads to none of the declared origins ({})", origins.join(", "))
                } else {
                    allowed.join(" or ")
                }
            },
            seen: stored.clone(),
            ok: own || (same && leads_to(&stored, origins)),
            weight: Weight::Must,
        });
    }
    findings
}

/// Whether a visit names one purchase.
fn names_one(url: &str) -> bool {
    raw_pairs(url).iter().filter(|(name, _)| name == "purchaseId").count() == 1
}

/// Whether our Stripe gave this URL away here.
fn handed_out(entry: &EntryView, url: &str) -> bool {
    let written = serde_json::Value::from(url).to_string();
    !url.is_empty()
        && is_stripe_write(entry)
        && entry.answer.as_ref().is_some_and(|answer| answer.body.contains(&written))
}
