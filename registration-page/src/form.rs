//! The form: what a visitor typed and which button was pressed. Pure.

/// The most people that one form registers.
pub(crate) const MOST_PEOPLE: usize = 10;

/// The most answers, and the most sessions, of one person that are read.
const MOST_CHOICES: usize = 300;

/// What one person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    /// A pass's id; blank when none was chosen.
    pub(crate) pass: String,
    /// Answers, each with the id of its question; several to a question where one may choose several.
    pub(crate) answers: Vec<(String, String)>,
    /// The ids of the sessions chosen.
    pub(crate) sessions: Vec<String>,
}

impl Person {
    /// The answers to a question that say something.
    pub(crate) fn answers<'a>(&'a self, question: &'a str) -> impl Iterator<Item = &'a str> {
        self.answers
            .iter()
            .filter(move |(id, value)| id == question && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The first answer to a question; blank when there is none.
    pub(crate) fn answer(&self, question: &str) -> &str {
        self.answers.iter().find(|(id, value)| id == question && !value.is_empty()).map_or("", |(_, value)| value)
    }

    /// Whether this is among the answers.
    pub(crate) fn chose(&self, question: &str, choice: &str) -> bool {
        self.answers(question).any(|answer| answer == choice)
    }

    /// Whether they go to a session.
    pub(crate) fn goes_to(&self, session: &str) -> bool {
        self.sessions.iter().any(|id| id == session)
    }
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
    /// All of them want to wait.
    pub(crate) waitlist: bool,
    /// They agree to be moved up without being asked.
    pub(crate) automatic: bool,
    pub(crate) press: Press,
}

impl Form {
    /// The form as it is first shown.
    pub(crate) fn blank() -> Self {
        Self { people: vec![Person::default()], waitlist: false, automatic: false, press: Press::Register }
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
            match &*name {
                "waitlist" => form.waitlist = true,
                "automatic" => form.automatic = true,
                _ => {}
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
                "session" if person.sessions.len() < MOST_CHOICES => {
                    person.sessions.push(value.into_owned());
                    continue;
                }
                _ => match field.strip_prefix("question-") {
                    Some(question) if person.answers.len() < MOST_CHOICES => {
                        person.answers.push((question.to_owned(), value.trim().to_owned()));
                        continue;
                    }
                    _ => continue,
                },
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
}

#[cfg(test)]
mod tests {
    use super::{Form, MOST_PEOPLE};

    #[test]
    fn answers_and_sessions_are_each_persons_own() {
        let body = "question-f1-1=Fish&question-f1-1=Nuts&question-f2-1=+a+b+&question-f2-2=&session-1=s1&session-2=s2&session-2=s1&waitlist=yes";
        let form = Form::read(body.as_bytes());
        let [ada, bo] = form.people.as_slice() else { panic!("{form:?}") };
        assert_eq!(ada.answers("f1").collect::<Vec<_>>(), ["Fish", "Nuts"]);
        assert_eq!((ada.answer("f2"), bo.answer("f2"), bo.answers("f2").count()), ("a b", "", 0));
        assert!(ada.chose("f1", "Nuts") && !ada.chose("f1", "Bread") && !bo.chose("f1", "Fish"));
        assert!(ada.goes_to("s1") && !ada.goes_to("s2") && bo.goes_to("s2") && bo.goes_to("s1"));
        assert!(form.waitlist && !form.automatic);
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
        assert_eq!(Form::read(b"\xff\xfe=%zz&do=\xff"), Form::blank());
        assert_eq!(Form::read("session-1=s&question-q-1=a&".repeat(1000).as_bytes()).people[0].sessions.len(), 300);
    }
}
