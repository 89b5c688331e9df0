//! The operators of conditions, by their names.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/operators>

use std::fmt::Write as _;

use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::query::{COUNTED, Comparison, NAMED};

/// What a condition asks of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Compare(Comparison),
    /// A pattern; false: not.
    Like(bool),
    /// One of a list; false: none.
    In(bool),
    /// Two values and what lies between them; false: outside.
    Between(bool),
    /// Without a value; false: with one.
    Null(bool),
    BeginsWith(bool),
    EndsWith(bool),
    User(Comparison),
    BusinessUnit(Comparison),
    Language,
    /// Days from and up to the one given.
    On {
        from: bool,
        until: bool,
    },
    /// A stretch of time by its name.
    Named(&'static str),
    /// A stretch of time by its name and a number.
    Counted(&'static str),
    /// At least one of the values is chosen; false: none.
    ContainValues(bool),
}

/// Operators that the service has and this fake has not: hierarchies, teams and fiscal calendars.
const MISSING: &[&str] = &[
    "above",
    "eq-or-above",
    "under",
    "eq-or-under",
    "not-under",
    "eq-userteams",
    "eq-useroruserteams",
    "eq-useroruserhierarchy",
    "eq-useroruserhierarchyandteams",
    "in-fiscal-period",
    "in-fiscal-period-and-year",
    "in-fiscal-year",
    "in-or-after-fiscal-period-and-year",
    "in-or-before-fiscal-period-and-year",
    "last-fiscal-period",
    "last-fiscal-year",
    "last-x-fiscal-periods",
    "last-x-fiscal-years",
    "next-fiscal-period",
    "next-fiscal-year",
    "next-x-fiscal-periods",
    "next-x-fiscal-years",
    "this-fiscal-period",
    "this-fiscal-year",
];

impl Operator {
    /// The operator of that name.
    pub(super) fn named(name: &str) -> Result<Self, Fault> {
        let found = match name {
            "eq" => Self::Compare(Comparison::Eq),
            "ne" | "neq" => Self::Compare(Comparison::Ne),
            "gt" => Self::Compare(Comparison::Gt),
            "ge" => Self::Compare(Comparison::Ge),
            "lt" => Self::Compare(Comparison::Lt),
            "le" => Self::Compare(Comparison::Le),
            "like" => Self::Like(true),
            "not-like" => Self::Like(false),
            "in" => Self::In(true),
            "not-in" => Self::In(false),
            "between" => Self::Between(true),
            "not-between" => Self::Between(false),
            "null" => Self::Null(true),
            "not-null" => Self::Null(false),
            "begins-with" => Self::BeginsWith(true),
            "not-begin-with" => Self::BeginsWith(false),
            "ends-with" => Self::EndsWith(true),
            "not-end-with" => Self::EndsWith(false),
            "eq-userid" => Self::User(Comparison::Eq),
            "ne-userid" => Self::User(Comparison::Ne),
            "eq-businessid" => Self::BusinessUnit(Comparison::Eq),
            "ne-businessid" => Self::BusinessUnit(Comparison::Ne),
            "eq-userlanguage" => Self::Language,
            "on" => Self::On { from: true, until: true },
            "on-or-after" => Self::On { from: true, until: false },
            "on-or-before" => Self::On { from: false, until: true },
            "contain-values" => Self::ContainValues(true),
            "not-contain-values" => Self::ContainValues(false),
            other => return Self::of_time(other),
        };
        Ok(found)
    }

    fn of_time(name: &str) -> Result<Self, Fault> {
        if let Some(known) = NAMED.iter().find(|known| kebab(known) == name) {
            return Ok(Self::Named(known));
        }
        if let Some(known) = COUNTED.iter().find(|known| kebab(known) == name) {
            return Ok(Self::Counted(known));
        }
        if MISSING.contains(&name) {
            return Err(Fault::unsupported(format!("the operator '{name}' of FetchXML")));
        }
        let text = format!("Invalid condition operator '{}'.", clipped(name));
        Err(Fault::bad(Code::INVALID_OPERATOR, text))
    }

    /// How many values it takes, at least and at most.
    pub(super) fn values(self) -> (usize, usize) {
        match self {
            Self::Compare(_)
            | Self::Like(_)
            | Self::BeginsWith(_)
            | Self::EndsWith(_)
            | Self::On { .. }
            | Self::Counted(_) => (1, 1),
            Self::Between(_) => (2, 2),
            Self::In(_) | Self::ContainValues(_) => (1, usize::MAX),
            Self::Null(_) | Self::User(_) | Self::BusinessUnit(_) | Self::Language | Self::Named(_) => (0, 0),
        }
    }

    /// The one that asks the opposite; `None` where there is none.
    pub(crate) fn opposite(self) -> Option<Self> {
        Some(match self {
            Self::Compare(comparison) => Self::Compare(match comparison {
                Comparison::Eq => Comparison::Ne,
                Comparison::Ne => Comparison::Eq,
                Comparison::Gt => Comparison::Le,
                Comparison::Ge => Comparison::Lt,
                Comparison::Lt => Comparison::Ge,
                Comparison::Le => Comparison::Gt,
            }),
            Self::Like(yes) => Self::Like(!yes),
            Self::In(yes) => Self::In(!yes),
            Self::Between(yes) => Self::Between(!yes),
            Self::Null(yes) => Self::Null(!yes),
            _ => return None,
        })
    }
}

/// The name that a stretch of time has here: `LastXDays` is `last-x-days`, `Last7Days` is `last-seven-days`.
fn kebab(name: &str) -> String {
    let name = name.replace("OlderThan", "Olderthan").replace('7', "Seven");
    let mut out = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        // Writing to a String cannot fail.
        write!(out, "{}", character.to_ascii_lowercase()).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{COUNTED, MISSING, NAMED, Operator, kebab};

    #[test]
    fn names_of_stretches_of_time() {
        for (name, expect) in [
            ("Today", "today"),
            ("Last7Days", "last-seven-days"),
            ("LastXDays", "last-x-days"),
            ("OlderThanXMonths", "olderthan-x-months"),
            ("ThisYear", "this-year"),
        ] {
            assert_eq!(kebab(name), expect);
        }
        assert!(NAMED.iter().chain(COUNTED).all(|name| Operator::named(&kebab(name)).is_ok()));
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_unknown_is_wrong() {
        for name in MISSING {
            assert!(Operator::named(name).unwrap_err().unsupported.is_some(), "{name}");
        }
        assert_eq!(Operator::named("equals").unwrap_err().code.unwrap().to_string(), "0x80041120");
    }

    #[test]
    fn the_opposite_of_the_opposite_is_the_operator() {
        for name in ["eq", "ne", "gt", "ge", "lt", "le", "like", "not-in", "between", "null", "not-null"] {
            let operator = Operator::named(name).unwrap();
            assert_eq!(operator.opposite().and_then(Operator::opposite), Some(operator));
        }
        assert_eq!(Operator::Language.opposite(), None);
    }
}
