//! A column as a definition: what all columns have, and what each type adds.

use std::sync::Arc;

use super::label::{label, managed, no_label, text_or_null};
use super::node::Node;
use super::table::is_custom;
use crate::json::{Json, object};
use crate::schema::{Choice, Column, ColumnType, Table};

/// Smallest and largest amount of money, and of a decimal number.
const MONEY_BOUND: &str = "922337203685477";
const DECIMAL_BOUND: &str = "100000000000";

/// The column has a set of options.
pub(super) fn has_options(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnType::Choice { .. }
            | ColumnType::MultiChoice { .. }
            | ColumnType::State { .. }
            | ColumnType::Status { .. }
            | ColumnType::Bool { .. }
    )
}

/// The definition's type, without namespace.
pub(super) fn type_name(column: &Column) -> &'static str {
    match column.kind {
        ColumnType::Text { .. } => "StringAttributeMetadata",
        ColumnType::Int { .. } => "IntegerAttributeMetadata",
        ColumnType::BigInt => "BigIntAttributeMetadata",
        ColumnType::Decimal { .. } => "DecimalAttributeMetadata",
        ColumnType::Money { .. } => "MoneyAttributeMetadata",
        ColumnType::Bool { .. } => "BooleanAttributeMetadata",
        ColumnType::Choice { .. } => "PicklistAttributeMetadata",
        ColumnType::MultiChoice { .. } => "MultiSelectPicklistAttributeMetadata",
        ColumnType::State { .. } => "StateAttributeMetadata",
        ColumnType::Status { .. } => "StatusAttributeMetadata",
        ColumnType::DateTime | ColumnType::DateOnly => "DateTimeAttributeMetadata",
        ColumnType::Lookup { .. } => "LookupAttributeMetadata",
        ColumnType::Guid => "UniqueIdentifierAttributeMetadata",
    }
}

/// `AttributeType`.
fn kind(column: &Column) -> &'static str {
    match column.kind {
        ColumnType::Lookup { .. } if column.name == "ownerid" => "Owner",
        ColumnType::Guid => "Uniqueidentifier",
        // The list of types is older than these.
        ColumnType::MultiChoice { .. } => "Virtual",
        _ => type_name(column).trim_end_matches("AttributeMetadata"),
    }
}

/// The name with its capitals, where one is known: custom lookups are named after their navigation property.
fn schema_name(column: &Column) -> &str {
    column.navigation().filter(|name| name.eq_ignore_ascii_case(&column.name)).unwrap_or(&column.name)
}

/// The properties of a column.
pub(super) fn properties(node: &Node<'_>, table: &Arc<Table>, column: &Column) -> Vec<(&'static str, Json)> {
    let kind = kind(column);
    let primary_id = column.name == table.primary_id;
    let primary_name = table.primary_name.as_deref() == Some(column.name.as_str());
    let required = match (primary_id, column.required) {
        (true, _) => "SystemRequired",
        (false, true) => "ApplicationRequired",
        (false, false) => "None",
    };
    let number = table.position(&column.name).unwrap_or_default() + 1;
    let type_name = match kind {
        "Uniqueidentifier" => "UniqueidentifierType".to_owned(),
        "Virtual" => "MultiSelectPicklistType".to_owned(),
        kind => format!("{kind}Type"),
    };
    let mut properties = vec![
        ("AttributeOf", Json::Null),
        ("AttributeType", kind.into()),
        ("AttributeTypeName", object([("Value", type_name.into())])),
        ("ColumnNumber", number.into()),
        ("Description", no_label()),
        ("DisplayName", label(schema_name(column))),
        ("EntityLogicalName", table.logical_name.as_str().into()),
        ("HasChanged", Json::Null),
        ("IsCustomAttribute", is_custom(&column.name).into()),
        ("IsCustomizable", managed(true, "iscustomizable")),
        ("IsLogical", false.into()),
        ("IsManaged", true.into()),
        ("IsPrimaryId", primary_id.into()),
        ("IsPrimaryName", primary_name.into()),
        ("IsSecured", false.into()),
        ("IsValidForCreate", (!column.read_only).into()),
        ("IsValidForRead", true.into()),
        ("IsValidForUpdate", (!column.read_only && !primary_id).into()),
        ("IsValidODataAttribute", true.into()),
        ("LogicalName", column.name.as_str().into()),
        ("MetadataId", node.id().to_string().into()),
        ("RequiredLevel", managed(required, "canmodifyrequirementlevelsettings")),
        ("SchemaName", schema_name(column).into()),
        ("SourceType", Json::Null),
    ];
    properties.extend(of_type(column));
    properties
}

fn bounds(bound: &str) -> [(&'static str, Json); 2] {
    [("MaxValue", Json::Number(bound.to_owned())), ("MinValue", Json::Number(format!("-{bound}")))]
}

/// What the type of a column adds.
fn of_type(column: &Column) -> Vec<(&'static str, Json)> {
    let number = |number: &dyn std::fmt::Display| Json::Number(number.to_string());
    match &column.kind {
        ColumnType::Text { max } => vec![
            ("Format", "Text".into()),
            ("FormatName", object([("Value", "Text".into())])),
            ("ImeMode", "Auto".into()),
            ("MaxLength", number(max)),
            ("YomiOf", Json::Null),
        ],
        ColumnType::Int { min, max } => {
            vec![("Format", "None".into()), ("MaxValue", number(max)), ("MinValue", number(min))]
        }
        ColumnType::BigInt => vec![("MaxValue", number(&i64::MAX)), ("MinValue", number(&i64::MIN))],
        ColumnType::Decimal { precision } => {
            bounds(DECIMAL_BOUND).into_iter().chain([("Precision", number(precision))]).collect()
        }
        ColumnType::Money { precision, base } => {
            let is_base = column.name.ends_with("_base");
            let of = is_base.then(|| column.name.trim_end_matches("_base"));
            let own = [
                ("CalculationOf", text_or_null(of)),
                ("IsBaseCurrency", (is_base && base.is_none()).into()),
                ("Precision", number(precision)),
                ("PrecisionSource", 2usize.into()),
            ];
            bounds(MONEY_BOUND).into_iter().chain(own).collect()
        }
        ColumnType::Bool { default } => vec![("DefaultValue", (*default).into())],
        ColumnType::Choice { default, .. } => vec![("DefaultFormValue", number(&default.unwrap_or(-1)))],
        ColumnType::MultiChoice { .. } => vec![("DefaultFormValue", number(&-1))],
        ColumnType::State { options } | ColumnType::Status { options } => {
            vec![("DefaultFormValue", options.first().map_or(Json::Null, |Choice { value, .. }| number(value)))]
        }
        ColumnType::DateTime | ColumnType::DateOnly => {
            let (format, behaviour) = match column.kind {
                ColumnType::DateOnly => ("DateOnly", "DateOnly"),
                _ => ("DateAndTime", "UserLocal"),
            };
            vec![
                ("DateTimeBehavior", object([("Value", behaviour.into())])),
                ("Format", format.into()),
                ("ImeMode", "Inactive".into()),
            ]
        }
        ColumnType::Lookup { targets, .. } => vec![
            ("Format", "None".into()),
            ("Targets", Json::Array(targets.iter().map(|target| target.as_str().into()).collect())),
        ],
        ColumnType::Guid => Vec::new(),
    }
}
