//! The shape of one schema file, and its translation into columns.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::column::{Choice, Column, ColumnType, DeleteRule};
use super::table::Ownership;

/// A schema file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) logical_name: String,
    pub(super) entity_set: String,
    pub(super) primary_id: String,
    pub(super) primary_name: Option<String>,
    pub(super) display_name: String,
    pub(super) ownership: OwnershipText,
    pub(super) source: String,
    pub(super) placeholder: Option<String>,
    /// Adds `transactioncurrencyid` and `exchangerate`, and a base column to each amount of money.
    #[serde(default)]
    pub(super) currency: bool,
    /// Leaves out `statecode` and `statuscode`.
    #[serde(default)]
    pub(super) stateless: bool,
    /// Alternate keys.
    #[serde(default)]
    pub(super) keys: Vec<Vec<String>>,
    #[serde(default)]
    pub(super) columns: BTreeMap<String, ColumnText>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OwnershipText {
    User,
    Organization,
    None,
}

impl From<OwnershipText> for Ownership {
    fn from(text: OwnershipText) -> Self {
        match text {
            OwnershipText::User => Self::User,
            OwnershipText::Organization => Self::Organization,
            OwnershipText::None => Self::None,
        }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Int,
    BigInt,
    Decimal,
    Money,
    Bool,
    Choice,
    MultiChoice,
    State,
    Status,
    DateTime,
    DateOnly,
    Lookup,
    Guid,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum DeleteText {
    RemoveLink,
    Cascade,
    Restrict,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Targets {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Default {
    Bool(bool),
    Number(i32),
}

/// One column as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of a column")]
pub(super) struct ColumnText {
    #[serde(rename = "type")]
    kind: Kind,
    max: Option<i64>,
    min: Option<i64>,
    precision: Option<u32>,
    default: Option<Default>,
    /// Option number to label.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// For a status column: option number to state number.
    #[serde(default)]
    states: BTreeMap<String, i32>,
    target: Option<Targets>,
    navigation: Option<String>,
    relationship: Option<String>,
    on_delete: Option<DeleteText>,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    tracked: bool,
    indexed: Option<bool>,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    fixed: bool,
    #[serde(default)]
    joined: Vec<String>,
    difference: Option<(String, String)>,
    placeholder: Option<String>,
}

impl ColumnText {
    /// The column, or a sentence about what is wrong with it.
    pub(super) fn into_column(self, name: String, currency: bool) -> Result<Column, String> {
        let options = parse_options(&self.options, &self.states)?;
        let kind = match self.kind {
            Kind::Text => ColumnType::Text {
                max: u32::try_from(self.max.unwrap_or(100)).map_err(|_| "max must not be negative")?,
            },
            Kind::Int => ColumnType::Int {
                min: self.min.unwrap_or(i64::from(i32::MIN)),
                max: self.max.unwrap_or(i64::from(i32::MAX)),
            },
            Kind::BigInt => ColumnType::BigInt,
            Kind::Decimal => ColumnType::Decimal { precision: self.precision.unwrap_or(10) },
            Kind::Money => ColumnType::Money {
                precision: self.precision.unwrap_or(4),
                base: (currency && !name.ends_with("_base")).then(|| format!("{name}_base")),
            },
            Kind::Bool => ColumnType::Bool { default: matches!(self.default, Some(Default::Bool(true))) },
            Kind::Choice => ColumnType::Choice {
                default: match self.default {
                    None => None,
                    Some(Default::Number(value)) => Some(value),
                    Some(Default::Bool(_)) => return Err("a choice's default is a number".into()),
                },
                options,
            },
            Kind::MultiChoice => ColumnType::MultiChoice { options },
            Kind::State => ColumnType::State { options },
            Kind::Status => ColumnType::Status { options },
            Kind::DateTime => ColumnType::DateTime,
            Kind::DateOnly => ColumnType::DateOnly,
            Kind::Guid => ColumnType::Guid,
            Kind::Lookup => ColumnType::Lookup {
                targets: match self.target {
                    Some(Targets::One(target)) => vec![target],
                    Some(Targets::Many(targets)) if !targets.is_empty() => targets,
                    _ => return Err("a lookup needs a target".into()),
                },
                navigation: self.navigation.unwrap_or_else(|| name.clone()),
                relationship: self.relationship,
                on_delete: match self.on_delete {
                    None | Some(DeleteText::RemoveLink) => DeleteRule::RemoveLink,
                    Some(DeleteText::Cascade) => DeleteRule::Cascade,
                    Some(DeleteText::Restrict) => DeleteRule::Restrict,
                },
            },
        };
        let indexed = self.indexed.unwrap_or(matches!(kind, ColumnType::Lookup { .. }));
        Ok(Column {
            name,
            kind,
            required: self.required,
            read_only: self.read_only,
            tracked: self.tracked,
            indexed,
            ordered: self.ordered,
            fixed: self.fixed,
            joined: self.joined,
            difference: self.difference,
            placeholder: self.placeholder,
        })
    }
}

fn parse_options(options: &BTreeMap<String, String>, states: &BTreeMap<String, i32>) -> Result<Vec<Choice>, String> {
    let mut choices = options
        .iter()
        .map(|(value, label)| {
            let number = value.parse::<i32>().map_err(|_| format!("option `{value}` is not a number"))?;
            Ok(Choice { value: number, label: label.clone(), state: states.get(value).copied() })
        })
        .collect::<Result<Vec<_>, String>>()?;
    choices.sort_by_key(|choice| choice.value);
    Ok(choices)
}
