//! The rules about what an organizer can mistake between outbound marketing and real-time journeys.

use super::rules::Finding;
use super::set_up::{EventSetUp, SetUp};
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
