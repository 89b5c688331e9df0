//! What the templates are filled with.

use askama::Template;

use crate::api::{Api, ApiError};
use crate::form::{Fault, Form, MOST_PEOPLE, Person};
use crate::model::{Event, Pass};
use crate::note::Note;
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

    fn more(&self) -> bool {
        self.event.several && self.people.len() < MOST_PEOPLE
    }
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
pub(crate) struct Shown {
    pub(crate) id: String,
    /// The address of its page.
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) when: Option<String>,
    pub(crate) description: String,
    pub(crate) passes: Vec<ShownPass>,
    pub(crate) several: bool,
    /// Whether nobody else can come, as far as passes and the count of registrations tell; reservations are in neither for sure.
    pub(crate) full: bool,
}

/// A pass as it is shown.
#[derive(Clone, Debug)]
pub(crate) struct ShownPass {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) price: String,
    pub(crate) left: u64,
}

impl Shown {
    pub(crate) fn of(event: &Event, passes: &[Pass], registered: Option<u64>) -> Self {
        let counted =
            event.is_capacity_restricted && registered.zip(event.max_capacity).is_some_and(|(is, most)| is >= most);
        let gone = !passes.is_empty() && passes.iter().all(|pass| pass.left == 0);
        Self {
            id: event.id.clone(),
            path: format!("/events/{}", crate::api::segment(&event.id)),
            name: event.name.clone(),
            when: text::when(event.start_date, event.end_date, event.time_zone_name.as_deref()),
            description: text::plain(event.description.as_deref().unwrap_or_default()),
            passes: passes.iter().map(ShownPass::of).collect(),
            several: event.several,
            full: counted || gone,
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
}
