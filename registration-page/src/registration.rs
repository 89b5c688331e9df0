//! The registration that a form makes, as the Event API takes it. Pure.

use serde::Serialize;

use crate::form::{Form, Person};
use crate::offer::{Kind, Offer};

/// The body of a registration.
#[derive(Debug, Serialize)]
pub(crate) struct Registration<'a> {
    attendees: Vec<Attendee<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attendee<'a> {
    first_name: &'a str,
    last_name: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_id: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    waitlisted: bool,
    #[serde(skip_serializing_if = "is_false")]
    auto_register: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    responses: Vec<Response<'a>>,
    #[serde(rename = "attendeeSessions", skip_serializing_if = "Vec::is_empty")]
    sessions: Vec<AttendeeSession<'a>>,
}

/// An answer: a text, and where several could be chosen the list of them as well.
#[derive(Debug, Serialize)]
struct Response<'a> {
    id: &'a str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<&'a str>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttendeeSession<'a> {
    session_id: &'a str,
    /// Asks for the session's own waiting list.
    #[serde(skip_serializing_if = "is_false")]
    waitlisted: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references over")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl<'a> Registration<'a> {
    /// The registration of everybody in a form without faults.
    pub(crate) fn of(form: &'a Form, offer: &'a Offer) -> Self {
        Self { attendees: form.people.iter().map(|person| attendee(person, form, offer)).collect() }
    }
}

fn attendee<'a>(person: &'a Person, form: &Form, offer: &'a Offer) -> Attendee<'a> {
    let responses = offer.questions.iter().filter_map(|question| {
        let answers: Vec<&str> = person.answers(&question.id).collect();
        let several = question.kind() == Kind::Any;
        (!answers.is_empty()).then(|| Response {
            id: &question.id,
            value: answers.join(", "),
            values: several.then_some(answers),
        })
    });
    let sessions = offer.sessions.iter().filter(|session| person.goes_to(&session.id));
    Attendee {
        first_name: &person.first_name,
        last_name: &person.last_name,
        email: &person.email,
        pass_id: (!person.pass.is_empty()).then_some(&*person.pass),
        waitlisted: form.waitlist,
        auto_register: form.waitlist && form.automatic,
        responses: responses.collect(),
        sessions: sessions
            .map(|session| AttendeeSession {
                session_id: &session.id,
                waitlisted: offer.event.waitlist && session.left() == Some(0),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::Registration;
    use crate::fault::tests::{plain, rich};
    use crate::form::{Form, Press};
    use crate::offer::Offer;

    fn sent(body: &str, offer: &Offer) -> String {
        let form = Form::read(body.as_bytes());
        assert_eq!(form.press, Press::Register);
        serde_json::to_string(&Registration::of(&form, offer)).unwrap()
    }

    #[test]
    fn a_filled_form_is_a_registration() {
        let body = "first-name-1=+Ada&last-name-1=Ng&email-1=ada%40x.test&pass-1=p1&first-name-2=Bo&last-name-2=Li&email-2=bo%40x.test&pass-2=p1&do=register";
        assert_eq!(
            sent(body, &plain()),
            r#"{"attendees":[{"firstName":"Ada","lastName":"Ng","email":"ada@x.test","passId":"p1"},{"firstName":"Bo","lastName":"Li","email":"bo@x.test","passId":"p1"}]}"#
        );
    }

    #[test]
    fn answers_sessions_and_waiting_go_along() {
        let mut offer = rich();
        offer.event.waitlist = true;
        let ada = "first-name-1=Ada&last-name-1=Ng&email-1=ada%40x.test";
        let more = "&question-f2-1=Fish&question-f2-1=Nuts&question-f0-1=&question-f3-1=M&session-1=s2&session-1=s1&session-1=s9&waitlist=yes&automatic=yes";
        assert_eq!(
            sent(&format!("{ada}{more}"), &offer),
            r#"{"attendees":[{"firstName":"Ada","lastName":"Ng","email":"ada@x.test","waitlisted":true,"autoRegister":true,"responses":[{"id":"f2","value":"Fish, Nuts","values":["Fish","Nuts"]},{"id":"f3","value":"M"}],"attendeeSessions":[{"sessionId":"s1"},{"sessionId":"s2","waitlisted":true}]}]}"#
        );
    }
}
