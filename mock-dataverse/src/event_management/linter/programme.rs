//! The rules about what is in an event: sessions and the questions of its registration.

use super::rules::Finding;
use super::set_up::{QuestionSetUp, SessionSetUp, SetUp};

pub(super) fn lint_session(session: &SessionSetUp, set_up: &SetUp, findings: &mut Vec<Finding>) {
    let mut find = |rule, cause: String, cure| {
        findings.push(Finding { rule, subject: format!("session {} ({})", session.name, session.id), cause, cure });
    };
    let Some(event) = set_up.events.iter().find(|event| session.event == Some(event.id)) else {
        find(
            "session-of-no-event",
            "the session belongs to no event that exists, so nobody can see it".to_owned(),
            "choose the session's event",
        );
        return;
    };
    if let (Some(own), Some(events)) = (session.capacity, event.capacity)
        && own > events
    {
        find(
            "session-larger-than-event",
            format!("the session has {own} places and its event {events}, so the session is never full"),
            "raise the event's capacity first, or lower the session's",
        );
    }
    for (pass, _) in session.passes.iter().filter(|(_, of)| *of != session.event) {
        find(
            "session-for-pass-of-another-event",
            format!("pass {pass} of another event admits to the session, which no holder of it can attend"),
            "take the session away from that pass",
        );
    }
}

pub(super) fn lint_question(question: &QuestionSetUp, findings: &mut Vec<Finding>) {
    if question.chooses && question.choices == 0 {
        findings.push(Finding {
            rule: "question-without-choices",
            subject: format!("custom registration field {} ({})", question.text, question.id),
            cause: "the question asks for a choice and offers none, so it cannot be answered".to_owned(),
            cure: "enter the choices, one a line",
        });
    }
}
