//! The rules about what an organizer can mistake between outbound marketing and real-time journeys.

use super::rules::Finding;
use super::set_up::{EventSetUp, SetUp, WebsiteTableSetUp};
use crate::event_management::generation::Generation;
use crate::event_management::reservation::DEFAULT_TIMEOUT_MINUTES;

pub(super) fn is_outbound(event: &EventSetUp) -> bool {
    event.generation == Generation::Outbound
}

/// The demo payment is for both generations, and meant for neither in production.
pub(super) fn lint_demo_payments(set_up: &SetUp, findings: &mut Vec<Finding>) {
    if set_up.demo_payments {
        findings.push(Finding {
            rule: "demo-payments-open",
            subject: "event administration".to_owned(),
            cause: "demo payments are enabled, so whoever has registered can finalize without paying".to_owned(),
            cure: "set \"Enable demo payment confirmation\" to No wherever money counts",
        });
    }
}

/// What has another meaning in the generation that the event belongs to, or none.
pub(super) fn lint_generation(event: &EventSetUp, set_up: &SetUp, findings: &mut Vec<Finding>) {
    let mut find = |rule, cause: String, cure| {
        findings.push(Finding { rule, subject: format!("event {}", event.readable_id), cause, cure });
    };
    if !is_outbound(event) {
        if event.captcha {
            find(
                "captcha-not-heeded",
                "a captcha is asked for, and real-time journeys have none".to_owned(),
                "switch the event's captcha off, and protect the registration page by other means",
            );
        }
        return;
    }
    let provider = set_up.providers.iter().find(|provider| event.gateway && event.provider == Some(provider.id));
    let fixed = i64::from(DEFAULT_TIMEOUT_MINUTES);
    if let Some(minutes) = provider.and_then(|provider| provider.timeout_minutes).filter(|minutes| *minutes != fixed) {
        find(
            "timeout-not-heeded",
            format!(
                "the payment provider waits {minutes} minutes; temporary registrations of outbound marketing always wait {fixed}"
            ),
            "finalize within 50 minutes, and have the payment page close before",
        );
    }
}

/// What a website table configuration asks for and does not get.
pub(super) fn lint_website_table(table: &WebsiteTableSetUp, findings: &mut Vec<Finding>) {
    let mut find = |rule, cause: String, cure| {
        findings.push(Finding { rule, subject: format!("website table configuration {}", table.name), cause, cure });
    };
    if !table.shown {
        find(
            "columns-of-table-not-shown",
            "the API shows no rows of the selected entity, so none of its columns".to_owned(),
            "select an entity that the API answers with: event, session, session track, pass, speaker, sponsorship, custom registration field",
        );
    }
    if !table.readable {
        find(
            "columns-unreadable",
            "the selected fields are no JSON array of names, so nothing is shown".to_owned(),
            "write them as [\"first_column\", \"second_column\"], with plain quotation marks",
        );
    }
    if !table.unknown.is_empty() {
        find(
            "columns-unknown",
            format!("the table has no column {}", table.unknown.join(", ")),
            "use the columns' logical names",
        );
    }
    if !table.unshowable.is_empty() {
        find(
            "columns-not-showable",
            format!("pictures, customers and multiple choices cannot be shown: {}", table.unshowable.join(", ")),
            "leave them out",
        );
    }
}
