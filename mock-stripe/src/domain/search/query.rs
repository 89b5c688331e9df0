//! A query that was understood, and what it is matched against.

use std::borrow::Cow;
use std::fmt;

use crate::domain::metadata::Metadata;

/// How a member can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As a whole (`:`), whatever the case.
    Token,
    /// By words in their order (`:`), or by any part (`~`), whatever the case.
    Text,
    /// By size (`:`, `<`, `<=`, `>`, `>=`).
    Number,
}

/// What an object says in a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Null.
    Nothing,
    /// A text; `true` and `false` are texts too.
    Text(Cow<'a, str>),
    /// An integer.
    Number(i64),
}

impl<'a> Found<'a> {
    /// A text that may be missing.
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// A flag.
    pub fn flag(flag: bool) -> Self {
        Self::text(Some(if flag { "true" } else { "false" }))
    }

    /// A number that is compared as text.
    pub fn digits(number: impl fmt::Display) -> Self {
        Self::Text(Cow::Owned(number.to_string()))
    }
}

/// A member that can be asked for.
pub struct Member<T: 'static> {
    /// Its path, as queries write it.
    pub name: &'static str,
    /// How it can be asked for.
    pub kind: Kind,
    /// What an object says in it.
    pub of: for<'a> fn(&'a T) -> Found<'a>,
}

impl<T> fmt::Debug for Member<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("name", &self.name).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// An object that can be searched.
pub trait Searchable: Sized + 'static {
    /// What can be asked for beside `metadata`.
    const MEMBERS: &'static [Member<Self>];
    /// Its metadata.
    fn metadata(&self) -> &Metadata;
}

/// What a clause asks for.
pub(super) enum Target<T: 'static> {
    Member(&'static Member<T>),
    Metadata(String),
}

/// What it must be. Texts are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Null,
    Is(String),
    Says(Vec<String>),
    Contains(String),
    Equal(i64),
    Above(i64),
    AtLeast(i64),
    Below(i64),
    AtMost(i64),
}

impl Test {
    fn holds(&self, found: &Found<'_>) -> bool {
        match (self, found) {
            (Self::Null, found) => *found == Found::Nothing,
            (Self::Is(wanted), Found::Text(text)) => text.to_lowercase() == *wanted,
            (Self::Says(wanted), Found::Text(text)) => {
                let text = text.to_lowercase();
                let words: Vec<&str> = text.split_whitespace().collect();
                words.windows(wanted.len().max(1)).any(|part| part == wanted.as_slice())
                    || (wanted.is_empty() && words.is_empty())
            }
            (Self::Contains(wanted), Found::Text(text)) => text.to_lowercase().contains(wanted.as_str()),
            (Self::Equal(wanted), Found::Number(number)) => number == wanted,
            (Self::Above(least), Found::Number(number)) => number > least,
            (Self::AtLeast(least), Found::Number(number)) => number >= least,
            (Self::Below(most), Found::Number(number)) => number < most,
            (Self::AtMost(most), Found::Number(number)) => number <= most,
            _ => false,
        }
    }
}

/// One clause.
pub(super) struct Clause<T: 'static> {
    pub(super) negated: bool,
    pub(super) target: Target<T>,
    pub(super) test: Test,
}

/// A query: clauses of which all or any must hold.
pub struct Query<T: 'static> {
    pub(super) any: bool,
    pub(super) clauses: Vec<Clause<T>>,
}

impl<T: 'static> fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses: Vec<_> = self
            .clauses
            .iter()
            .map(|clause| {
                let name = match &clause.target {
                    Target::Member(member) => member.name,
                    Target::Metadata(key) => key,
                };
                (clause.negated, name, &clause.test)
            })
            .collect();
        f.debug_struct("Query").field("any", &self.any).field("clauses", &clauses).finish()
    }
}

impl<T: Searchable> Query<T> {
    /// Whether it is so of this object.
    pub fn matches(&self, row: &T) -> bool {
        let holds = |clause: &Clause<T>| {
            let found = match &clause.target {
                Target::Member(member) => (member.of)(row),
                Target::Metadata(key) => Found::text(row.metadata().get(key)),
            };
            clause.test.holds(&found) != clause.negated
        };
        if self.any { self.clauses.iter().any(holds) } else { self.clauses.iter().all(holds) }
    }
}
