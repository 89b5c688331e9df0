//! Finds the contact that an attendee is, or makes a new one.

use uuid::Uuid;

use super::request::Attendee;
use super::tables::{ADMINISTRATION, CONTACT, EVENT};
use crate::schema::{ColumnType, Schema};
use crate::store::{Data, Fields, Row, StoreError, Tx};

/// The longest answer that is kept in a response of its own.
const MAX_RESPONSE: u32 = 4_000;
/// The longest name of the field that an answer is for.
const MAX_FIELD_NAME: usize = 200;

/// Which contact is an attendee (EAPI-MATCH).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matching {
    /// As the settings row says.
    Settings,
    Email,
    Names,
    EmailAndNames,
    EmailAndOwner,
    Never,
}

impl Matching {
    pub(super) fn from_switch(value: &str) -> Self {
        match value {
            "email" => Self::Email,
            "names" => Self::Names,
            "email-and-names" => Self::EmailAndNames,
            "email-and-owner" => Self::EmailAndOwner,
            "never" => Self::Never,
            _ => Self::Settings,
        }
    }

    /// What an active settings row says (`facts/event-api.md` 5.1); e-mail where none says anything.
    fn settled(self, data: &Data) -> Self {
        if self != Self::Settings {
            return self;
        }
        let mut active = data.rows(ADMINISTRATION).filter(|row| row.choice("statecode") == Some(0));
        match active.find_map(|row| row.choice("msevtmgt_contactmatchingstrategy")) {
            Some(100_000_001) => Self::Names,
            Some(100_000_002) => Self::EmailAndNames,
            Some(100_000_003) => Self::EmailAndOwner,
            _ => Self::Email,
        }
    }

    fn accepts(self, contact: &Row, attendee: &Attendee, owner: Option<Uuid>) -> bool {
        let same = |column: &str, value: &str| {
            contact.text(column).is_some_and(|text| text.to_lowercase() == value.to_lowercase())
        };
        match self {
            Self::Settings | Self::Email => true,
            Self::Names | Self::EmailAndNames => {
                same("firstname", &attendee.first_name) && same("lastname", &attendee.last_name)
            }
            Self::EmailAndOwner => contact.lookup("ownerid") == owner,
            Self::Never => false,
        }
    }
}

/// The attendee's contact: an active one that matches, else a new one with the id that `fresh` draws. Answers that name a text column of the
/// contact are written to it.
pub(super) fn match_or_create(
    tx: &mut Tx<'_>,
    attendee: &Attendee,
    matching: Matching,
    event: Uuid,
    fresh: &mut dyn FnMut() -> Uuid,
) -> Result<Uuid, StoreError> {
    let matching = matching.settled(tx);
    let owner = match matching {
        Matching::EmailAndOwner => tx.get(EVENT, event).and_then(|row| row.lookup("ownerid")),
        _ => None,
    };
    let (column, value) = match matching {
        Matching::Names => ("lastname", attendee.last_name.as_str()),
        _ => ("emailaddress1", attendee.email.as_str()),
    };
    let found = tx
        .find(CONTACT, column, value)
        .find(|row| row.choice("statecode") == Some(0) && matching.accepts(row, attendee, owner))
        .map(|row| row.id());
    let mut fields = mapped_answers(tx, attendee);
    if let Some(contact) = found {
        if !fields.is_empty() {
            tx.update(CONTACT, contact, fields)?;
        }
        return Ok(contact);
    }
    fields.put("firstname", attendee.first_name.as_str());
    fields.put("lastname", attendee.last_name.as_str());
    fields.put("fullname", format!("{} {}", attendee.first_name, attendee.last_name));
    fields.put("emailaddress1", attendee.email.as_str());
    Ok(tx.create(CONTACT, fresh(), fields)?.id())
}

/// The longest answer that a text column of the contact takes; `None` when the field is no such column, or one that the registration itself
/// fills.
fn contact_column(schema: &Schema, field: &str) -> Option<u32> {
    if ["firstname", "lastname", "fullname", "emailaddress1"].contains(&field) {
        return None;
    }
    let column = schema.table(CONTACT)?.column(field).filter(|column| !column.read_only)?;
    match column.kind {
        ColumnType::Text { max } => Some(max),
        _ => None,
    }
}

/// Whether an answer belongs on the contact rather than in a response of its own.
pub(super) fn is_contact_column(tx: &Tx<'_>, field: &str) -> bool {
    contact_column(tx.schema(), field).is_some()
}

/// Why an attendee's answers could not be stored, in a sentence for the caller. Asked before anything is reserved: once the money is there it
/// would be too late.
pub(super) fn check_answers(schema: &Schema, attendee: &Attendee) -> Result<(), String> {
    for answer in &attendee.responses {
        let max = contact_column(schema, &answer.field).unwrap_or(MAX_RESPONSE);
        if answer.field.chars().count() > MAX_FIELD_NAME {
            return Err(format!("the id of a response must not be longer than {MAX_FIELD_NAME} characters."));
        }
        if answer.value.chars().count() > usize::try_from(max).unwrap_or(usize::MAX) {
            return Err(format!("the response {} must not be longer than {max} characters.", answer.field));
        }
    }
    Ok(())
}

fn mapped_answers(tx: &Tx<'_>, attendee: &Attendee) -> Fields {
    let mut fields = Fields::new();
    for answer in attendee.responses.iter().filter(|answer| is_contact_column(tx, &answer.field)) {
        fields.put(answer.field.clone(), answer.value.as_str());
    }
    fields
}
