//! What a registration asks for, parsed and bounded at the door of whichever face took it.

use uuid::Uuid;

/// The longest first and last name (`msevtmgt_eventpurchasecontact`).
pub const MAX_NAME: usize = 50;
/// The longest e-mail address.
pub const MAX_EMAIL: usize = 100;

/// A registration: one event, one or more attendees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The event, by its readable id.
    pub readable_event_id: String,
    /// The attendees; at least one.
    pub attendees: Vec<Attendee>,
    /// The origin that the payment should return to, as the web application has it registered.
    pub web_application_origin: String,
    /// The request's own `Origin` header.
    pub request_origin: Option<String>,
    /// The submitted body as text, which is kept with the registration.
    pub submitted: String,
}

/// One attendee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// First name, 1 to [`MAX_NAME`] characters.
    pub first_name: String,
    /// Last name, 1 to [`MAX_NAME`] characters.
    pub last_name: String,
    /// E-mail address, 1 to [`MAX_EMAIL`] characters.
    pub email: String,
    /// The pass this attendee takes.
    pub pass: Option<Uuid>,
    /// Whether the attendee goes on the event's waiting list.
    pub waitlisted: bool,
    /// Whether the attendee agrees to be moved up from the waiting list without being asked again.
    pub auto_register: bool,
    /// Answers, by logical name of a contact column or of a custom field.
    pub responses: Vec<Answer>,
    /// The sessions of the event that the attendee wants, in the order asked for.
    pub sessions: Vec<SessionWish>,
}

/// A session that an attendee wants to be registered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionWish {
    /// The session.
    pub session: Uuid,
    /// Whether the attendee goes on the session's waiting list.
    pub waitlisted: bool,
}

/// One answer of an attendee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The contact column or custom field.
    pub field: String,
    /// What was answered.
    pub value: String,
}

/// Why an attendee is not usable, in a sentence for the caller.
pub fn check_attendee(attendee: &Attendee) -> Result<(), String> {
    let bounded = |name: &str, value: &str, max: usize| match value.chars().count() {
        _ if value.trim().is_empty() => Err(format!("{name} is required.")),
        length if length > max => Err(format!("{name} must not be longer than {max} characters.")),
        _ => Ok(()),
    };
    bounded("firstName", &attendee.first_name, MAX_NAME)?;
    bounded("lastName", &attendee.last_name, MAX_NAME)?;
    bounded("email", &attendee.email, MAX_EMAIL)
}

#[cfg(test)]
mod tests {
    use super::{Attendee, check_attendee};

    #[track_caller]
    fn check(first: &str, last: &str, email: &str, expect: Result<(), &str>) {
        let attendee = Attendee {
            first_name: first.into(),
            last_name: last.into(),
            email: email.into(),
            pass: None,
            waitlisted: false,
            auto_register: false,
            responses: Vec::new(),
            sessions: Vec::new(),
        };
        assert_eq!(check_attendee(&attendee), expect.map_err(str::to_owned));
    }

    #[test]
    fn names_and_address_are_required_and_bounded() {
        check("Ada", "Ng", "ada@example.test", Ok(()));
        check(&"ä".repeat(50), "Ng", "ada@example.test", Ok(()));
        check(" ", "Ng", "ada@example.test", Err("firstName is required."));
        check("Ada", "", "ada@example.test", Err("lastName is required."));
        check("Ada", &"x".repeat(51), "a@b", Err("lastName must not be longer than 50 characters."));
        check("Ada", "Ng", &"x".repeat(101), Err("email must not be longer than 100 characters."));
    }
}
