//! Finds the contact that an attendee is, or makes a new one.

use uuid::Uuid;

use super::request::Attendee;
use super::tables::CONTACT;
use crate::schema::ColumnType;
use crate::store::{Fields, Row, StoreError, Tx};

/// Which contact is an attendee (EAPI-MATCH).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matching {
    Email,
    EmailAndNames,
    Never,
}

impl Matching {
    pub(super) fn from_switch(value: &str) -> Self {
        match value {
            "email-and-names" => Self::EmailAndNames,
            "never" => Self::Never,
            _ => Self::Email,
        }
    }

    fn accepts(self, contact: &Row, attendee: &Attendee) -> bool {
        let same = |column: &str, value: &str| {
            contact.text(column).is_some_and(|text| text.to_lowercase() == value.to_lowercase())
        };
        match self {
            Self::Email => true,
            Self::EmailAndNames => same("firstname", &attendee.first_name) && same("lastname", &attendee.last_name),
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
    fresh: &mut dyn FnMut() -> Uuid,
) -> Result<Uuid, StoreError> {
    let found = tx
        .find(CONTACT, "emailaddress1", attendee.email.as_str())
        .find(|row| row.choice("statecode") == Some(0) && matching.accepts(row, attendee))
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

/// Whether an answer's field is a column of the contact, and not one that the registration itself fills.
pub(super) fn is_contact_column(tx: &Tx<'_>, field: &str) -> bool {
    let own = ["firstname", "lastname", "fullname", "emailaddress1"].contains(&field);
    !own && tx
        .schema()
        .table(CONTACT)
        .and_then(|table| table.column(field))
        .is_some_and(|column| !column.read_only && matches!(column.kind, ColumnType::Text { .. }))
}

fn mapped_answers(tx: &Tx<'_>, attendee: &Attendee) -> Fields {
    let mut fields = Fields::new();
    for answer in attendee.responses.iter().filter(|answer| is_contact_column(tx, &answer.field)) {
        fields.put(answer.field.as_str(), answer.value.as_str());
    }
    fields
}
