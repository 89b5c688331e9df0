//! What the templates are filled with.

use askama::Template;

use crate::api::{Api, ApiError};
use crate::fault::{Fault, MOST_ANSWER, question_field, session_field};
use crate::form::{Form, MOST_PEOPLE, Person};
use crate::model::{Event, Pass, Question, Session};
use crate::note::Note;
use crate::offer::{Kind, Offer};
use crate::text;

/// What every page has: where its script calls.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) api: String,
    pub(crate) token: String,
}

impl Frame {
    pub(crate) fn of(api: &Api) -> Self {
        Self { api: api.base.clone(), token: api.token.clone() }
    }
}

/// The list of events.
#[derive(Template)]
#[template(path = "events.html")]
pub(crate) struct Events {
    pub(crate) frame: Frame,
    pub(crate) list: Vec<Shown>,
    pub(crate) problem: Option<String>,
}

/// One event with its form.
#[derive(Template)]
#[template(path = "event.html")]
pub(crate) struct Registering {
    pub(crate) frame: Frame,
    pub(crate) event: Shown,
    pub(crate) people: Vec<Asked>,
    pub(crate) waiting: Waiting,
    pub(crate) faults: Vec<Fault>,
    /// The heading above the faults.
    pub(crate) heading: &'static str,
    /// The id of the field to begin with.
    pub(crate) focus: String,
}

impl Registering {
    /// The fault of a field, as text.
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// Whether nobody can do anything here.
    fn closed(&self) -> bool {
        self.event.full && !self.event.waitlist
    }

    fn more(&self) -> bool {
        self.event.several && self.people.len() < MOST_PEOPLE
    }
}

/// What there is to say of the waiting list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    /// It can be chosen: there is one, and places are known to be short.
    pub(crate) offered: bool,
    /// It is chosen.
    pub(crate) chosen: bool,
    /// Being moved up without being asked is agreed to.
    pub(crate) automatic: bool,
}

/// A few words and a way back.
#[derive(Template)]
#[template(path = "notice.html")]
pub(crate) struct Notice {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) lines: Vec<String>,
    /// What the visitor may quote.
    pub(crate) reference: Option<String>,
}

impl Notice {
    /// What a visitor who comes back is told: no more than the page can know.
    pub(crate) fn back(frame: Frame, note: &Note, event: Option<&Event>) -> Self {
        let name = event.map_or(note.event.as_str(), |event| event.name.as_str());
        let who = if note.people == 1 { "one person".to_owned() } else { format!("{} people", note.people) };
        let (title, lines) = match &note.purchase {
            None if note.waiting => (
                "You are on the waiting list".to_owned(),
                vec![
                    format!("{name}: {who}. Nobody is registered yet, and nothing was charged."),
                    "Places that come free go to whoever waits longest. The organizer has your address.".to_owned(),
                ],
            ),
            None => ("You are registered".to_owned(), vec![format!("{name}: {who}. There is nothing to pay. See you there.")]),
            Some(_) => (
                "Thank you".to_owned(),
                vec![
                    format!("You are back from the payment for {name}: {who}."),
                    "If you have paid, the registration is confirmed as soon as the payment is reported to the organizer, mostly within seconds."
                        .to_owned(),
                    "If you have not paid, nothing was charged. The places are held until the time to pay is over, and are free for others then."
                        .to_owned(),
                    "This page itself cannot see payments: nothing that the Event API tells a registration page says how one ended."
                        .to_owned(),
                ],
            ),
        };
        Self { frame, title, lines, reference: note.purchase.clone().filter(|purchase| !purchase.is_empty()) }
    }

    /// What cannot be shown.
    pub(crate) fn failed(frame: Frame, title: &str, error: &ApiError) -> Self {
        Self { frame, title: title.to_owned(), lines: vec![error.to_string()], reference: None }
    }
}

/// An event as it is shown.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub(crate) struct Shown {
    pub(crate) id: String,
    /// The address of its page.
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) when: Option<String>,
    pub(crate) description: String,
    pub(crate) passes: Vec<ShownPass>,
    pub(crate) sessions: Vec<ShownSession>,
    pub(crate) questions: Vec<ShownQuestion>,
    pub(crate) several: bool,
    /// Whether nobody else can come.
    pub(crate) full: bool,
    /// Whether there is a waiting list.
    pub(crate) waitlist: bool,
    /// Whether whoever waits is moved up without being asked.
    pub(crate) moves_up: bool,
}

/// A pass as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ShownPass {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) price: String,
    pub(crate) left: u64,
    /// The ids of the sessions that it admits to, with blanks between; blank when it admits to all.
    pub(crate) sessions: String,
}

/// A session as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ShownSession {
    pub(crate) id: String,
    pub(crate) name: String,
    /// When, for which passes, and how many places are left.
    pub(crate) facts: Vec<String>,
    /// No place is left.
    pub(crate) full: bool,
}

/// A question as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ShownQuestion {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) options: Vec<ShownOption>,
}

/// Something that can be chosen.
#[derive(Clone, Debug)]
pub(crate) struct ShownOption {
    /// Which one it is, from 0.
    place: usize,
    text: String,
}

impl Shown {
    pub(crate) fn of(offer: &Offer) -> Self {
        let event = &offer.event;
        Self {
            id: event.id.clone(),
            path: format!("/events/{}", crate::api::segment(&event.id)),
            name: event.name.clone(),
            when: text::when(event.start_date, event.end_date, event.time_zone_name.as_deref()),
            description: text::plain(event.description.as_deref().unwrap_or_default()),
            passes: offer.passes.iter().map(ShownPass::of).collect(),
            sessions: offer.sessions.iter().map(|session| ShownSession::of(session, offer)).collect(),
            questions: offer.questions.iter().map(ShownQuestion::of).collect(),
            several: event.several,
            full: offer.full(),
            waitlist: event.waitlist,
            moves_up: event.moves_up,
        }
    }
}

impl ShownQuestion {
    fn of(question: &Question) -> Self {
        let options = question.options().into_iter().enumerate();
        Self {
            id: question.id.clone(),
            text: question.text.clone(),
            kind: question.kind(),
            required: question.required,
            options: options.map(|(place, text)| ShownOption { place, text: text.to_owned() }).collect(),
        }
    }
}

impl ShownSession {
    fn of(session: &Session, offer: &Offer) -> Self {
        let left = session.left();
        let for_some = offer.passes.iter().any(|pass| !pass.admits(&session.id));
        let admitting = offer.passes.iter().filter(|pass| pass.admits(&session.id));
        let passes = for_some.then(|| admitting.map(|pass| pass.name.as_str()).collect::<Vec<_>>().join(", "));
        let places = left.map(|left| match left {
            0 if offer.event.waitlist => "full, you would wait for it".to_owned(),
            0 => "full".to_owned(),
            left => format!("{left} left"),
        });
        let facts = [
            text::when(session.start_time, session.end_time, None),
            passes.map(|names| format!("with {names}")),
            places,
        ];
        Self {
            id: session.id.clone(),
            name: session.name.clone(),
            facts: facts.into_iter().flatten().collect(),
            full: left == Some(0),
        }
    }
}

impl ShownPass {
    fn of(pass: &Pass) -> Self {
        Self {
            id: pass.id.clone(),
            name: pass.name.clone(),
            price: text::price(pass.price.as_deref(), pass.currency_symbol.as_deref()),
            left: pass.left,
            sessions: pass.sessions.iter().map(|session| session.id.as_str()).collect::<Vec<_>>().join(" "),
        }
    }

    /// How many are left, in words.
    fn rest(&self) -> String {
        if self.left == 0 { "sold out".to_owned() } else { format!("{} left", self.left) }
    }
}

/// The fields of one person.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) number: usize,
    pub(crate) typed: Person,
}

impl Asked {
    pub(crate) fn all(form: &Form) -> Vec<Self> {
        form.people.iter().enumerate().map(|(index, typed)| Self { number: index + 1, typed: typed.clone() }).collect()
    }

    /// The id of the control for a question.
    fn question(&self, question: &ShownQuestion) -> String {
        question_field(&question.id, self.number)
    }

    /// The id of the control for one of its choices.
    fn choice(&self, question: &ShownQuestion, option: &ShownOption) -> String {
        format!("{}-{}", self.question(question), option.place)
    }

    /// The id of the first of them, which the faults of the question are about.
    fn first_choice(&self, question: &ShownQuestion) -> String {
        format!("{}-0", self.question(question))
    }

    /// The id of the control for a session.
    fn session(&self, session: &ShownSession) -> String {
        session_field(&session.id, self.number)
    }
}
