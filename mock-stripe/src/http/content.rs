//! What an operation answers, before it is written.

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use super::answer::pretty;
use crate::domain::told::Told;
use crate::wire::shape::value_of;
use crate::wire::{self, View};

/// What an operation answers.
pub(crate) enum Content {
    /// An object.
    One(Told),
    /// A page of a list.
    Page {
        /// The path of the list.
        url: String,
        /// Its objects.
        rows: Vec<Told>,
        /// Whether there are more.
        has_more: bool,
    },
    /// A page of what a search found.
    Found {
        /// The path of the search.
        url: String,
        /// Its objects.
        rows: Vec<Told>,
        /// Where the next page begins, if there is one.
        next_page: Option<String>,
        /// How many there are on all pages, where that was asked for.
        total_count: Option<usize>,
    },
}

impl<T: Into<Told>> From<T> for Content {
    fn from(row: T) -> Self {
        Self::One(row.into())
    }
}

impl Content {
    /// The id of the object; empty for a page.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::One(row) => row.id(),
            Self::Page { .. } | Self::Found { .. } => "",
        }
    }

    /// The same as a tree, for those who look inside.
    pub(crate) fn tree(&self, view: &View) -> Value {
        match self {
            Self::One(row) => value_of(&wire::Told(row, view)),
            Self::Page { url, rows, has_more } => {
                let rows: Vec<_> = rows.iter().map(|row| wire::Told(row, view)).collect();
                value_of(&wire::list(url, &rows, *has_more))
            }
            Self::Found { url, rows, next_page, total_count } => {
                let rows: Vec<_> = rows.iter().map(|row| wire::Told(row, view)).collect();
                value_of(&wire::search_result(url, &rows, next_page.as_deref(), *total_count))
            }
        }
    }

    /// 200 with it.
    pub(crate) fn success(&self, view: &View) -> (StatusCode, Bytes) {
        let bytes = match self {
            Self::One(row) => pretty(&wire::Told(row, view)),
            Self::Page { url, rows, has_more } => {
                let rows: Vec<_> = rows.iter().map(|row| wire::Told(row, view)).collect();
                pretty(&wire::list(url, &rows, *has_more))
            }
            Self::Found { url, rows, next_page, total_count } => {
                let rows: Vec<_> = rows.iter().map(|row| wire::Told(row, view)).collect();
                pretty(&wire::search_result(url, &rows, next_page.as_deref(), *total_count))
            }
        };
        (StatusCode::OK, bytes)
    }
}
