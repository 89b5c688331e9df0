//! The body of a registration and the answer to it.

use mock_dataverse::event_management::request::{Answer, Attendee, SessionWish};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::object::Object;

/// The body of a registration. Properties that are not listed are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationBody {
    attendees: Vec<Object<AttendeeBody>>,
    /// The ancestor's answer to a captcha.
    hip_object: Option<Object<HipBody>>,
}

/// Its keys begin with capitals.
#[derive(Debug, Deserialize)]
struct HipBody {
    #[serde(rename = "Solution")]
    solution: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttendeeBody {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    pass_id: Option<Uuid>,
    waitlisted: Option<bool>,
    /// The ancestor's consent to be moved up from the waiting list.
    auto_register: Option<bool>,
    responses: Option<Vec<Object<ResponseBody>>>,
    attendee_sessions: Option<Vec<Object<SessionBody>>>,
}

#[derive(Debug, Deserialize)]
struct ResponseBody {
    id: String,
    value: Option<String>,
    values: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionBody {
    session_id: Uuid,
    waitlisted: Option<bool>,
}

impl RegistrationBody {
    /// Reads the body; the error says where in it something is wrong.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        Object::parse(body)
    }

    /// Whether something was entered for the captcha.
    pub fn answers_captcha(&self) -> bool {
        let solution = self.hip_object.as_ref().and_then(|Object(hip)| hip.solution.as_deref());
        solution.is_some_and(|solution| !solution.trim().is_empty())
    }

    /// The attendees in the app's terms. A missing name becomes a blank one, which the app refuses.
    pub fn into_attendees(self) -> Vec<Attendee> {
        self.attendees
            .into_iter()
            .map(|Object(attendee)| Attendee {
                first_name: attendee.first_name.unwrap_or_default(),
                last_name: attendee.last_name.unwrap_or_default(),
                email: attendee.email.unwrap_or_default(),
                pass: attendee.pass_id,
                waitlisted: attendee.waitlisted.unwrap_or_default(),
                auto_register: attendee.auto_register.unwrap_or_default(),
                sessions: attendee
                    .attendee_sessions
                    .unwrap_or_default()
                    .into_iter()
                    .map(|Object(wish)| SessionWish {
                        session: wish.session_id,
                        waitlisted: wish.waitlisted.unwrap_or_default(),
                    })
                    .collect(),
                responses: attendee
                    .responses
                    .unwrap_or_default()
                    .into_iter()
                    .map(|Object(response)| answer(response))
                    .collect(),
            })
            .collect()
    }
}

fn answer(response: ResponseBody) -> Answer {
    let value = response.value.or_else(|| response.values.map(|values| values.join(", "))).unwrap_or_default();
    Answer { field: response.id, value }
}

/// The outbound ancestor's answer, which the fake uses where no other is documented.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationResult {
    /// `Success`, `Initiated`, `Redirect` or `Error`.
    pub status: &'static str,
    /// What went wrong.
    pub error_message: Option<String>,
    /// A word for it.
    pub error_code: Option<&'static str>,
    /// Where to pay.
    pub redirect_url: Option<String>,
    /// The purchase.
    pub purchase_id: Option<Uuid>,
}

impl RegistrationResult {
    /// All is well, and nothing is left to do.
    pub const SUCCESS: Self =
        Self { status: "Success", error_message: None, error_code: None, redirect_url: None, purchase_id: None };

    /// Places are held; the page itself asks for the payment.
    pub fn initiated(purchase: Uuid) -> Self {
        Self { status: "Initiated", purchase_id: Some(purchase), ..Self::SUCCESS }
    }

    /// Places are held; the payment is elsewhere.
    pub fn redirect(purchase: Uuid, url: String) -> Self {
        Self { status: "Redirect", redirect_url: Some(url), ..Self::initiated(purchase) }
    }

    /// It did not work; `code` is a word that pages translate.
    pub fn error(message: String, code: &'static str) -> Self {
        Self { status: "Error", error_message: Some(message), error_code: Some(code), ..Self::SUCCESS }
    }
}

#[cfg(test)]
mod tests {
    use super::RegistrationBody;

    #[track_caller]
    fn check(body: &str, expect: Result<usize, &str>) {
        let parsed = RegistrationBody::parse(body.as_bytes()).map(|body| body.into_attendees().len());
        match (parsed, expect) {
            (Ok(n), Ok(expected)) => assert_eq!(n, expected),
            (Err(message), Err(start)) => assert!(message.starts_with(start), "{message}"),
            (got, _) => panic!("{got:?}, expected {expect:?}"),
        }
    }

    #[test]
    fn bodies_and_what_is_wrong_with_them() {
        check(
            r#"{"attendees":[{"firstName":"Ada","lastName":"Ng","email":"a@b.test","surprise":1}],"more":null}"#,
            Ok(1),
        );
        check(r#"{"attendees":[]}"#, Ok(0));
        check(r#"{"attendees":[{"passId":null,"waitlisted":null,"responses":null,"attendeeSessions":null}]}"#, Ok(1));
        check("", Err("The request body is not valid: EOF"));
        check("{", Err("The request body is not valid: EOF"));
        check("[]", Err("The request body is not valid: invalid"));
        check(r#"{"attendees":[]} x"#, Err("The request body is not valid: trailing"));
        check(r"{}", Err("The request body is not valid: missing field `attendees`"));
        check(r#"{"attendees":{}}"#, Err("attendees: invalid type: map"));
        check(r"[[]]", Err("The request body is not valid: invalid type: sequence, expected an object"));
        check(r#"{"attendees":[["Ada","Ng"]]}"#, Err("attendees[0]: invalid type: sequence, expected an object"));
        check(r#"{"attendees":[{"passId":"x"}]}"#, Err("attendees[0].passId: "));
        check(r#"{"attendees":[{"email":5}]}"#, Err("attendees[0].email: invalid type: integer"));
        check(r#"{"attendees":[{"waitlisted":"yes"}]}"#, Err("attendees[0].waitlisted: "));
        check(r#"{"attendees":[{"autoRegister":1}]}"#, Err("attendees[0].autoRegister: "));
        check(
            r#"{"attendees":[{"attendeeSessions":[{}]}]}"#,
            Err("attendees[0].attendeeSessions[0]: missing field `sessionId`"),
        );
        check(
            r#"{"attendees":[{"attendeeSessions":[{"sessionId":"x"}]}]}"#,
            Err("attendees[0].attendeeSessions[0].sessionId: "),
        );
        check(r#"{"attendees":[{"responses":[{"value":"x"}]}]}"#, Err("attendees[0].responses[0]: missing field `id`"));
    }

    #[test]
    fn several_values_become_one_text() {
        let body = r#"{"attendees":[{"responses":[{"id":"diet","values":["vegan","no nuts"]},{"id":"jobtitle","value":"Engineer"}]}]}"#;
        let attendees = RegistrationBody::parse(body.as_bytes()).unwrap().into_attendees();
        let answers: Vec<_> =
            attendees[0].responses.iter().map(|answer| (answer.field.as_str(), answer.value.as_str())).collect();
        assert_eq!(answers, [("diet", "vegan, no nuts"), ("jobtitle", "Engineer")]);
    }
}
