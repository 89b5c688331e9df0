//! Turns what a case did and saw into its verdict: pure, so that it can be done again from a transcript.

use std::sync::Arc;

use mock_core::contract::{AnswerView, Contract, RequestView, Side};
use mock_core::control::dto::EntryView;
use mock_core::journal::Direction;

use super::record::{Ended, Record};
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{event_type, line_of};
use crate::invariants::{self, Surroundings};
use crate::model::{CONTRACT_KEPT, Case, Check, Verdict, Weight};
use crate::report::{CaseReport, Evidence};
use crate::steps::Answer;

/// A judged case, and what the whole run wants to know of it.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    pub(crate) report: CaseReport,
    /// What the service asked for that a fake does not support, as (fake, what).
    pub(crate) unsupported: Vec<(String, String)>,
}

/// Judges a case by its record alone: the same record always gives the same verdict. `page` is the path of the payment page URL.
pub(crate) fn judge(
    case: &Case,
    record: &Record,
    around: &Surroundings<'_>,
    contract: &Contract,
    page: &str,
    strict: bool,
) -> Judged {
    // What the service did wrong comes first; the invariants add what the case itself did not look at.
    let exchanges = || record.entries.values().map(Arc::as_ref);
    let mut checks = record.checks.clone();
    for observed in record.observed(&around.profile.declares.metadata_key) {
        checks.extend(invariants::judge(&observed, around));
    }
    checks.extend(answers_against_contract(contract, page, &record.answers, exchanges()));

    let mut verdict = verdict_of(&checks, strict);
    let mut reason = None;
    let suite_error = match &record.ended {
        Ended::Suite(why) => Some(why.clone()),
        _ => fault_of_ours(exchanges()),
    };
    match (&record.ended, suite_error) {
        (_, Some(why)) => {
            verdict = Verdict::SuiteError;
            reason = Some(why);
        }
        (Ended::NotTestable(why), None) if verdict == Verdict::Pass => {
            verdict = Verdict::NotTestable;
            reason = Some(why.clone());
        }
        (Ended::NotApplicable(why), None) if verdict == Verdict::Pass => {
            verdict = Verdict::NotApplicable;
            reason = Some(why.clone());
        }
        _ => {}
    }
    let mut unsupported: Vec<(String, String)> = record
        .entries
        .values()
        .flat_map(|entry| entry.unsupported.iter().map(|what| (entry.fake.clone(), what.clone())))
        .collect();
    unsupported.dedup();
    let evidence = if verdict == Verdict::Pass {
        Vec::new()
    } else {
        let mut lines: Vec<Evidence> = record
            .entries
            .values()
            .filter(|entry| !is_noise(entry))
            .map(|entry| Evidence { seq: entry.seq, line: line_of(entry) })
            .collect();
        lines.extend(record.shown.iter().cloned());
        lines.sort();
        lines.dedup();
        lines
    };
    let report = CaseReport {
        id: case.id.to_owned(),
        under: record.under.clone(),
        title: case.title.to_owned(),
        level: case.level,
        strength: case.strength,
        verdict,
        clause: case.clause.to_owned(),
        sources: case.sources.iter().map(|source| (*source).to_owned()).collect(),
        reason,
        checks,
        steps: record.steps.clone(),
        evidence,
        millis: record.millis,
        own_micros: record.own_micros,
        unscored: false,
        rerun: record.rerun.clone(),
    };
    Judged { report, unsupported }
}

/// A delivery that no service needs and that was acknowledged tells nothing.
pub(crate) fn is_noise(entry: &EntryView) -> bool {
    entry.direction == Direction::Outbound
        && entry.status.is_some_and(|status| outcome(status) == Outcome::Success)
        && event_type(entry).is_some_and(|kind| !kind.starts_with("checkout.session."))
}

/// What the checks come to.
pub(crate) fn verdict_of(checks: &[Check], strict: bool) -> Verdict {
    let broken = |weight| checks.iter().any(|check| !check.ok && check.weight == weight);
    if broken(Weight::Must) || (strict && broken(Weight::Should)) {
        Verdict::Fail
    } else if broken(Weight::Should) {
        Verdict::Warn
    } else {
        Verdict::Pass
    }
}

/// A fake that broke or contradicted its own contract: then nothing can be said about the service.
pub(crate) fn fault_of_ours<'e>(entries: impl Iterator<Item = &'e EntryView>) -> Option<String> {
    for entry in entries {
        let wrong = entry.violations.iter().find(|violation| violation.side == Side::Answer);
        if let Some(violation) = wrong.filter(|_| entry.direction == Direction::Inbound && entry.fault.is_none()) {
            return Some(format!("our own {} answered #{} against its contract: {violation}", entry.fake, entry.seq));
        }
        if let Some(note) = entry.notes.iter().find(|note| note.starts_with("the fake panicked")) {
            return Some(format!("our own {} broke at #{}: {note}", entry.fake, entry.seq));
        }
    }
    None
}

/// The service's own answers against the published contract, where the contract says something about their status.
pub(crate) fn answers_against_contract<'e>(
    contract: &Contract,
    page: &str,
    visits: &[Answer],
    entries: impl Iterator<Item = &'e EntryView>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut held_against =
        |method: &http::Method, path: &str, status: u16, headers: &[(String, String)], body: &str, what: String| {
            let documented = match outcome(status) {
                Outcome::Redirect => status == 302,
                Outcome::Success | Outcome::Refusal | Outcome::Broken => true,
                Outcome::Other => false,
            };
            let Ok(status) = http::StatusCode::from_u16(status) else { return };
            if !documented || (path == REDIRECT && status.is_success()) {
                return;
            }
            let mut map = http::HeaderMap::new();
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) =
                    (name.parse::<http::HeaderName>(), http::HeaderValue::from_bytes(value.as_bytes()))
                {
                    map.append(name, value);
                }
            }
            let no_headers = http::HeaderMap::new();
            let request = RequestView { method, path, query: None, headers: &no_headers, body: b"" };
            let answer = AnswerView { status, headers: &map, body: body.as_bytes() };
            for violation in contract.check_answer(&request, &answer) {
                checks.push(Check {
                    what: format!("{what} follows the published contract"),
                    expected: CONTRACT_KEPT.to_owned(),
                    seen: violation.to_string(),
                    ok: false,
                    weight: Weight::Must,
                    invariant: None,
                });
            }
        };
    let to_the_page =
        |answer: &&Answer| answer.method == "GET" && url::Url::parse(&answer.url).is_ok_and(|url| url.path() == page);
    for answer in visits.iter().filter(to_the_page) {
        let what = format!("the answer to GET {}", answer.url);
        held_against(&http::Method::GET, REDIRECT, answer.status, &answer.headers, &answer.body, what);
    }
    // What goes to a Stripe CLI that listens along is not the service's to answer.
    let deliveries =
        entries.filter(|entry| entry.direction == Direction::Outbound && entry.operation.as_deref() == Some("webhook"));
    for entry in deliveries {
        if let (Some(status), Some(answer)) = (entry.status, &entry.answer) {
            let what = format!("the answer to delivery #{}", entry.seq);
            held_against(&http::Method::POST, NOTIFY, status, &answer.headers, &answer.body, what);
        }
    }
    checks
}

/// The contract's own path of the redirect; the profile's URL is mapped to it.
const REDIRECT: &str = "/GatewayRedirect/PayWithStripe";
/// The contract's own path of the notification.
const NOTIFY: &str = "/GatewayEvents/HandleStripeEvent";

#[cfg(test)]
mod tests {
    use mock_core::contract::Violation;

    use super::*;
    use crate::check::fixture;

    fn entry() -> EntryView {
        fixture::entry(4, "stripe", "POST", "/v1/prices", "", 200, "")
    }

    fn violation(side: Side) -> Violation {
        Violation { operation: None, side, place: "body".to_owned(), message: "is no object".to_owned() }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut EntryView), expect: bool) {
        let mut entry = entry();
        change(&mut entry);
        assert_eq!(fault_of_ours([&entry].into_iter()).is_some(), expect);
    }

    #[test]
    fn a_wrong_answer_of_a_fake_is_ours_and_a_wrong_request_is_not() {
        check(|_| {}, false);
        check(|entry| entry.violations = vec![violation(Side::Answer)], true);
        check(|entry| entry.violations = vec![violation(Side::Request)], false);
        check(|entry| entry.notes = vec!["the fake panicked: a fault of the fake, not of its client".to_owned()], true);
        // What a fault plan did was meant.
        check(
            |entry| {
                entry.violations = vec![violation(Side::Answer)];
                entry.fault = Some("answer 429".to_owned());
            },
            false,
        );
    }

    #[test]
    fn the_heaviest_broken_check_decides() {
        let check = |ok, weight| Check {
            what: String::new(),
            expected: String::new(),
            seen: String::new(),
            ok,
            weight,
            invariant: None,
        };
        let of = |checks: &[Check], strict| verdict_of(checks, strict);
        assert_eq!(of(&[], false), Verdict::Pass);
        assert_eq!(of(&[check(true, Weight::Must), check(false, Weight::Info)], true), Verdict::Pass);
        assert_eq!(of(&[check(false, Weight::Should)], false), Verdict::Warn);
        assert_eq!(of(&[check(false, Weight::Should)], true), Verdict::Fail);
        assert_eq!(of(&[check(false, Weight::Should), check(false, Weight::Must)], false), Verdict::Fail);
    }
}
