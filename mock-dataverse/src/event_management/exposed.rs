//! Columns that an organizer lets the outbound API show beside its own: rows of website table configurations (`facts/event-api.md` 5.1).

use uuid::Uuid;

use super::app::EventManagement;
use super::tables::{CUSTOM_FIELD, EVENT, PASS, SESSION, SPEAKER, SPONSORSHIP, TRACK, WEBSITE_TABLE};
use crate::schema::{ColumnType, Schema};
use crate::store::{Data, Row, Value};

/// What the API shows and a configuration can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Events.
    Event,
    /// Sessions.
    Session,
    /// Tracks.
    Track,
    /// Passes.
    Pass,
    /// Questions of registrations.
    CustomField,
    /// Speakers.
    Speaker,
    /// Sponsorships.
    Sponsorship,
}

const ALL: [Shown; 7] =
    [Shown::Event, Shown::Session, Shown::Track, Shown::Pass, Shown::CustomField, Shown::Speaker, Shown::Sponsorship];

impl Shown {
    /// `msevtmgt_selectedentity`.
    fn number(self) -> i32 {
        match self {
            Self::Event => 100_000_000,
            Self::Session => 100_000_001,
            Self::Track => 100_000_002,
            Self::Pass => 100_000_003,
            Self::CustomField => 100_000_006,
            Self::Speaker => 10_000_009,
            Self::Sponsorship => 100_000_011,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Event => EVENT,
            Self::Session => SESSION,
            Self::Track => TRACK,
            Self::Pass => PASS,
            Self::CustomField => CUSTOM_FIELD,
            Self::Speaker => SPEAKER,
            Self::Sponsorship => SPONSORSHIP,
        }
    }
}

/// What a configuration row asks for, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The table; `None` for one that the fake's API shows no columns of.
    pub(super) table: Option<&'static str>,
    /// The columns; `None` when the text is no JSON array of names.
    pub(super) columns: Option<Vec<String>>,
}

/// Reads a configuration row.
pub(super) fn asked(row: &Row) -> Asked {
    let number = row.choice("msevtmgt_selectedentity");
    Asked {
        table: ALL.into_iter().find(|shown| Some(shown.number()) == number).map(Shown::table),
        columns: serde_json::from_str(row.text("msevtmgt_selectedfields").unwrap_or("[]")).ok(),
    }
}

/// Whether a column of a table can be shown: `None` when there is none of this name. Pictures, customers and multiple choices cannot.
pub(super) fn showable(schema: &Schema, table: &str, column: &str) -> Option<bool> {
    let found = schema.table(table)?.column(column)?;
    Some(column != "entityimage" && !matches!(found.kind, ColumnType::MultiChoice { .. }))
}

impl EventManagement {
    /// The columns of a row that active configurations name, in their order, with their values.
    pub fn exposed(&self, what: Shown, id: Uuid) -> Vec<(String, Value)> {
        self.store().read(|data| {
            if data.count(WEBSITE_TABLE) == 0 {
                return Vec::new();
            }
            let Some(row) = data.get(what.table(), id) else { return Vec::new() };
            let mut found: Vec<(String, Value)> = Vec::new();
            for column in columns_of(data, what) {
                let fits = showable(data.schema(), what.table(), &column) == Some(true);
                if fits && !found.iter().any(|(known, _)| *known == column) {
                    let value = row.get(&column).clone();
                    found.push((column, value));
                }
            }
            found
        })
    }
}

fn columns_of(data: &Data, what: Shown) -> impl Iterator<Item = String> + '_ {
    let active = data.rows(WEBSITE_TABLE).filter(|row| row.choice("statecode") == Some(0));
    let mine = active.map(|row| asked(row)).filter(move |asked| asked.table == Some(what.table()));
    mine.filter_map(|asked| asked.columns).flatten()
}
