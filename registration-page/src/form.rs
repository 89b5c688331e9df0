//! The form: what a visitor typed, what is wrong with it, and the registration that it makes. Pure.

use serde::Serialize;

use crate::model::Pass;

/// The most people that one form registers.
pub(crate) const MOST_PEOPLE: usize = 10;

/// What one person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    /// A pass's id; blank when none was chosen.
    pub(crate) pass: String,
}

/// Which button was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Press {
    /// Register all.
    Register,
    /// Ask for one more person.
    Add,
    /// Leave out the person of this number, from 1.
    Remove(usize),
}

/// A filled form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) people: Vec<Person>,
    pub(crate) press: Press,
}

/// Something that has to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The id of the field.
    pub(crate) field: String,
    /// What is wrong, beginning with the field's name.
    pub(crate) message: String,
}

impl Form {
    /// The form as it is first shown.
    pub(crate) fn blank() -> Self {
        Self { people: vec![Person::default()], press: Press::Register }
    }

    /// Reads what a browser sent. What is not there is blank; there is always one person and never more than [`MOST_PEOPLE`].
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut form = Self::blank();
        for (name, value) in form_urlencoded::parse(body) {
            if name == "do" {
                form.press = match (&*value, value.strip_prefix("remove-")) {
                    ("add", _) => Press::Add,
                    (_, Some(number)) => number.parse().map_or(Press::Register, Press::Remove),
                    _ => Press::Register,
                };
                continue;
            }
            let Some((field, number)) = name.rsplit_once('-') else { continue };
            let Some(index) = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)) else { continue };
            if index >= MOST_PEOPLE {
                continue;
            }
            if form.people.len() <= index {
                form.people.resize_with(index + 1, Person::default);
            }
            let Some(person) = form.people.get_mut(index) else { continue };
            let place = match field {
                "first-name" => &mut person.first_name,
                "last-name" => &mut person.last_name,
                "email" => &mut person.email,
                "pass" => &mut person.pass,
                _ => continue,
            };
            value.trim().clone_into(place);
        }
        form
    }

    /// The form after a button that changes how many people it asks for.
    #[must_use]
    pub(crate) fn pressed(mut self) -> Self {
        match self.press {
            Press::Add if self.people.len() < MOST_PEOPLE => {
                // Whoever comes along mostly wants the same.
                let pass = self.people.last().map(|person| person.pass.clone()).unwrap_or_default();
                self.people.push(Person { pass, ..Person::default() });
            }
            Press::Remove(number) if self.people.len() > 1 && (1..=self.people.len()).contains(&number) => {
                self.people.remove(number - 1);
            }
            Press::Register | Press::Add | Press::Remove(_) => {}
        }
        self
    }

    /// What has to be corrected before the Event API is asked: what its document says of the fields.
    pub(crate) fn faults(&self, passes: &[Pass]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (index, person) in self.people.iter().enumerate() {
            let number = index + 1;
            let whose = if self.people.len() > 1 { format!(" of person {number}") } else { String::new() };
            let mut fault = |field: &str, label: &str, problem: &str| {
                faults
                    .push(Fault { field: format!("{field}-{number}"), message: format!("{label}{whose}: {problem}") });
            };
            let texts = [
                ("first-name", "First name", &person.first_name, 50, "is missing."),
                ("last-name", "Last name", &person.last_name, 50, "is missing."),
                ("email", "E-mail", &person.email, 100, "is missing."),
            ];
            for (field, label, text, most, missing) in texts {
                let length = text.chars().count();
                if length == 0 {
                    fault(field, label, missing);
                } else if length > most {
                    fault(field, label, &format!("at most {most} characters, please; these are {length}."));
                } else if field == "email" && !is_address(text) {
                    fault(field, label, "this is no address; one looks like name@example.com.");
                }
            }
            if !passes.is_empty() && !passes.iter().any(|pass| pass.id == person.pass) {
                fault("pass", "Pass", "please choose one.");
            }
        }
        faults
    }

    /// The registration, as the Event API takes it.
    pub(crate) fn registration(&self) -> Registration<'_> {
        let attendees = self.people.iter().map(|person| Attendee {
            first_name: &person.first_name,
            last_name: &person.last_name,
            email: &person.email,
            pass_id: (!person.pass.is_empty()).then_some(&*person.pass),
        });
        Registration { attendees: attendees.collect() }
    }
}

/// Whether a text could be an address; only sending to it would tell.
fn is_address(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

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
}

#[cfg(test)]
mod tests {
    use super::{Form, MOST_PEOPLE, Press};
    use crate::model::Pass;

    fn passes() -> Vec<Pass> {
        let text = r#"[{"passId":"p1","passName":"Standard","price":5,"currencySymbol":"$","numberOfPassesLeft":3}]"#;
        serde_json::from_str(text).unwrap()
    }

    /// The messages that a body earns, each with its field.
    fn faults(body: &str) -> Vec<String> {
        let faults = Form::read(body.as_bytes()).faults(&passes());
        faults.into_iter().map(|fault| format!("{} | {}", fault.field, fault.message)).collect()
    }

    #[test]
    fn a_filled_form_is_a_registration() {
        let body = "first-name-1=+Ada&last-name-1=Ng&email-1=ada%40x.test&pass-1=p1&first-name-2=Bo&last-name-2=Li&email-2=bo%40x.test&pass-2=p1&do=register";
        let form = Form::read(body.as_bytes());
        assert_eq!(form.press, Press::Register);
        assert!(form.faults(&passes()).is_empty());
        assert_eq!(
            serde_json::to_string(&form.registration()).unwrap(),
            r#"{"attendees":[{"firstName":"Ada","lastName":"Ng","email":"ada@x.test","passId":"p1"},{"firstName":"Bo","lastName":"Li","email":"bo@x.test","passId":"p1"}]}"#
        );
    }

    #[test]
    fn faults_name_the_field() {
        assert_eq!(
            faults(""),
            [
                "first-name-1 | First name: is missing.",
                "last-name-1 | Last name: is missing.",
                "email-1 | E-mail: is missing.",
                "pass-1 | Pass: please choose one."
            ]
        );
        let long = "x".repeat(51);
        assert_eq!(
            faults(&format!(
                "first-name-1={long}&last-name-1=Ng&email-1=a%40b&pass-1=p1&email-2=no&first-name-2=B&last-name-2=L&pass-2=p9"
            )),
            [
                "first-name-1 | First name of person 1: at most 50 characters, please; these are 51.",
                "email-2 | E-mail of person 2: this is no address; one looks like name@example.com.",
                "pass-2 | Pass of person 2: please choose one."
            ]
        );
    }

    #[test]
    fn buttons_change_how_many_people_there_are() {
        let pressed = |body: &str| Form::read(body.as_bytes()).pressed().people;
        let people = pressed("first-name-1=A&pass-1=p1&do=add");
        assert_eq!((people.len(), people[1].pass.as_str(), people[1].first_name.as_str()), (2, "p1", ""));
        let people = pressed("first-name-1=A&first-name-2=B&first-name-3=C&do=remove-2");
        assert_eq!(people.iter().map(|person| person.first_name.as_str()).collect::<String>(), "AC");
        for body in ["do=remove-1", "first-name-1=A&do=remove-0", "do=remove-9", "do=remove-x"] {
            assert_eq!(pressed(body).len(), 1, "{body}");
        }
    }

    #[test]
    fn nobody_makes_the_form_endless() {
        let most = format!("first-name-{MOST_PEOPLE}=Z&do=add");
        assert_eq!(Form::read(most.as_bytes()).pressed().people.len(), MOST_PEOPLE);
        assert_eq!(
            Form::read(b"first-name-11=Z&first-name-18446744073709551615=Z&first-name-0=Z&x-1=1").people.len(),
            1
        );
        assert!(Form::read(b"\xff\xfe=%zz&do=\xff").faults(&passes()).len() == 4);
    }
}
