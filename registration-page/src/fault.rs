//! What has to be corrected in a form before the Event API is asked: what its document and the event say of the fields. Pure.

use crate::form::{Form, Person};
use crate::model::Question;
use crate::offer::{Kind, Offer};

/// The longest answer to a question, in characters.
pub(crate) const MOST_ANSWER: usize = 1000;

/// Something that has to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The id of the field; blank when it is about none.
    pub(crate) field: String,
    /// What is wrong, beginning with the field's name.
    pub(crate) message: String,
}

/// The id of a person's control for a question; that of one of its choices ends in the choice's place.
pub(crate) fn question_field(question: &str, number: usize) -> String {
    format!("question-{question}-{number}")
}

/// The id of a person's control for a session.
pub(crate) fn session_field(session: &str, number: usize) -> String {
    format!("session-{session}-{number}")
}

/// Everything that is wrong with a form.
pub(crate) fn faults(form: &Form, offer: &Offer) -> Vec<Fault> {
    let people = form.people.iter().enumerate();
    people
        .flat_map(|(index, person)| {
            let number = index + 1;
            let whose = if form.people.len() > 1 { format!(" of person {number}") } else { String::new() };
            let found = of_person(person, number, form.waitlist, offer);
            found
                .into_iter()
                .map(move |(field, label, problem)| Fault { field, message: format!("{label}{whose}: {problem}") })
        })
        .collect()
}

/// The faults of one person: the field, its name, what is wrong.
fn of_person(person: &Person, number: usize, waits: bool, offer: &Offer) -> Vec<(String, String, String)> {
    let mut faults = Vec::new();
    let mut fault = |field: String, label: &str, problem: String| faults.push((field, label.to_owned(), problem));
    let texts = [
        ("first-name", "First name", &person.first_name, 50),
        ("last-name", "Last name", &person.last_name, 50),
        ("email", "E-mail", &person.email, 100),
    ];
    for (field, label, text, most) in texts {
        if let Some(problem) = too_long_or_missing(text, most) {
            fault(format!("{field}-{number}"), label, problem);
        } else if field == "email" && !is_address(text) {
            fault(
                format!("{field}-{number}"),
                label,
                "this is no address; one looks like name@example.com.".to_owned(),
            );
        }
    }
    let pass = offer.pass(&person.pass);
    let left_out = waits && person.pass.is_empty();
    if pass.is_none() && !offer.passes.is_empty() && !left_out {
        fault(format!("pass-{number}"), "Pass", "please choose one.".to_owned());
    }
    for question in &offer.questions {
        if let Some(problem) = answered(person, question) {
            let first = if question.kind() == Kind::Any { "-0" } else { "" };
            fault(format!("{}{first}", question_field(&question.id, number)), &question.text, problem);
        }
    }
    for id in &person.sessions {
        let Some(session) = offer.session(id) else {
            fault(String::new(), "Sessions", "one that was chosen is not there any more.".to_owned());
            continue;
        };
        if let Some(pass) = pass.filter(|pass| !pass.admits(id)) {
            fault(session_field(id, number), &session.name, format!("the pass {} does not admit to it.", pass.name));
        } else if session.left() == Some(0) && !offer.event.waitlist {
            fault(session_field(id, number), &session.name, "it is full.".to_owned());
        }
    }
    faults
}

/// What is wrong with the answer to a question.
fn answered(person: &Person, question: &Question) -> Option<String> {
    let mut answers = person.answers(&question.id).peekable();
    if answers.peek().is_none() {
        return question.required.then(|| match question.kind() {
            Kind::Text => "is missing.".to_owned(),
            Kind::One => "please choose one.".to_owned(),
            Kind::Any => "please choose at least one.".to_owned(),
        });
    }
    let options = question.options();
    match question.kind() {
        Kind::Text => answers.find_map(|answer| too_long_or_missing(answer, MOST_ANSWER)),
        Kind::One | Kind::Any => {
            answers.any(|answer| !options.contains(&answer)).then(|| "please choose from what is offered.".to_owned())
        }
    }
}

fn too_long_or_missing(text: &str, most: usize) -> Option<String> {
    match text.chars().count() {
        0 => Some("is missing.".to_owned()),
        length if length > most => Some(format!("at most {most} characters, please; these are {length}.")),
        _ => None,
    }
}

/// Whether a text could be an address; only sending to it would tell.
fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::faults;
    use crate::form::Form;
    use crate::offer::Offer;

    /// An event with one pass.
    pub(crate) fn plain() -> Offer {
        let text = r#"[{"passId":"p1","passName":"Standard","price":5,"currencySymbol":"$","numberOfPassesLeft":3}]"#;
        Offer {
            event: serde_json::from_str(
                r#"{"readableEventId":"E1","eventName":"E","description":null,"startDate":null,"endDate":null,"timeZoneName":null,
                    "maxCapacity":null,"isCapacityRestricted":false,"enableMultiAttendeeRegistration":true,"showWaitlist":false,
                    "autoregisterWaitlistItems":false}"#,
            )
            .unwrap(),
            passes: serde_json::from_str(text).unwrap(),
            sessions: Vec::new(),
            questions: Vec::new(),
            registered: None,
        }
    }

    /// The same with sessions, a pass for one of them, and questions of every kind.
    pub(crate) fn rich() -> Offer {
        let mut offer = plain();
        let session = |id: &str, name: &str, most: &str, count: u64| {
            format!(
                r#"{{"id":"{id}","name":"{name}","startTime":null,"endTime":null,"maxCapacity":{most},"isCapacityRestricted":{},"registrationCount":{count}}}"#,
                most != "null"
            )
        };
        let sessions = [session("s1", "Opening", "null", 9), session("s2", "Cranes", "2", 2)].join(",");
        offer.sessions = serde_json::from_str(&format!("[{sessions}]")).unwrap();
        let short = r#"{"passId":"p2","passName":"Opening only","price":1,"currencySymbol":"$","numberOfPassesLeft":3,"sessions":[{"id":"s1"}]}"#;
        offer.passes.push(serde_json::from_str(short).unwrap());
        let question = |id: &str, text: &str, kind: u64, required: bool, choices: &str| {
            format!(
                r#"{{"customRegistrationFieldId":"{id}","text":"{text}","type":{kind},"isRequired":{required},"choices":{choices}}}"#
            )
        };
        let questions = [
            question("f0", "Remarks", 100_000_000, false, "null"),
            question("f1", "Cabin", 100_000_001, false, "null"),
            question("f2", "Meals", 100_000_002, true, r#""Fish\nBread\r\n\nNuts""#),
            question("f3", "Shirt", 100_000_003, true, r#""S\nM""#),
        ]
        .join(",");
        offer.questions = serde_json::from_str(&format!("[{questions}]")).unwrap();
        offer
    }

    /// The messages that a body earns, each with its field.
    fn told(body: &str, offer: &Offer) -> Vec<String> {
        let found = faults(&Form::read(body.as_bytes()), offer);
        found.into_iter().map(|fault| format!("{} | {}", fault.field, fault.message)).collect()
    }

    const ADA: &str = "first-name-1=Ada&last-name-1=Ng&email-1=ada%40x.test&pass-1=p1";

    #[test]
    fn faults_name_the_field() {
        assert_eq!(
            told("", &plain()),
            [
                "first-name-1 | First name: is missing.",
                "last-name-1 | Last name: is missing.",
                "email-1 | E-mail: is missing.",
                "pass-1 | Pass: please choose one."
            ]
        );
        let long = "x".repeat(51);
        assert_eq!(
            told(
                &format!(
                    "first-name-1={long}&last-name-1=Ng&email-1=a%40b&pass-1=p1&email-2=no&first-name-2=B&last-name-2=L&pass-2=p9"
                ),
                &plain()
            ),
            [
                "first-name-1 | First name of person 1: at most 50 characters, please; these are 51.",
                "email-2 | E-mail of person 2: this is no address; one looks like name@example.com.",
                "pass-2 | Pass of person 2: please choose one."
            ]
        );
        assert!(told(ADA, &plain()).is_empty());
    }

    #[test]
    fn questions_are_answered_from_what_is_offered() {
        let offer = rich();
        assert_eq!(
            told(ADA, &offer),
            ["question-f2-1-0 | Meals: please choose at least one.", "question-f3-1 | Shirt: please choose one."]
        );
        let answers =
            |more: &str| told(&format!("{ADA}&question-f2-1=Fish&question-f2-1=Nuts&question-f3-1=M{more}"), &offer);
        assert_eq!(answers(""), [""; 0]);
        assert_eq!(answers("&question-f1-1=Yes&question-f0-1=Late"), [""; 0]);
        assert_eq!(answers("&question-f1-1=Maybe"), ["question-f1-1 | Cabin: please choose from what is offered."]);
        assert_eq!(answers("&question-f2-1=Stones"), ["question-f2-1-0 | Meals: please choose from what is offered."]);
        let long = format!("&question-f0-1={}", "x".repeat(1001));
        assert_eq!(answers(&long), ["question-f0-1 | Remarks: at most 1000 characters, please; these are 1001."]);
    }

    #[test]
    fn sessions_are_those_of_the_pass_and_have_room() {
        let mut offer = rich();
        offer.questions.clear();
        let with = |offer: &Offer, pass: &str, sessions: &str| {
            told(&format!("first-name-1=A&last-name-1=N&email-1=a%40b&pass-1={pass}{sessions}"), offer)
        };
        assert_eq!(with(&offer, "p1", "&session-1=s1"), [""; 0]);
        assert_eq!(with(&offer, "p1", "&session-1=s2"), ["session-s2-1 | Cranes: it is full."]);
        assert_eq!(
            with(&offer, "p2", "&session-1=s2"),
            ["session-s2-1 | Cranes: the pass Opening only does not admit to it."]
        );
        assert_eq!(with(&offer, "p1", "&session-1=s9"), [" | Sessions: one that was chosen is not there any more."]);
        offer.event.waitlist = true;
        assert_eq!(with(&offer, "p1", "&session-1=s2"), [""; 0], "one may wait for it");
        assert_eq!(with(&offer, "", "&waitlist=yes"), [""; 0], "whoever waits needs no pass");
        assert_eq!(with(&offer, "", ""), ["pass-1 | Pass: please choose one."]);
    }
}
