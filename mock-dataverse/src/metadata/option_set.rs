//! The options of a choice, a state, a status reason or a yes-or-no column as a definition.

use std::sync::Arc;

use super::label::{label, managed, no_label};
use super::node::Node;
use super::table::is_custom;
use crate::json::Json;
use crate::schema::{Choice, Column, ColumnType, Table};

/// Sets that belong to one column are named after it.
pub(super) fn name(table: &Arc<Table>, column: &Column) -> String {
    format!("{}_{}", table.logical_name, column.name)
}

/// The properties of a set of options.
pub(super) fn properties(node: &Node<'_>, table: &Arc<Table>, column: &Column) -> Vec<(&'static str, Json)> {
    let kind = match column.kind {
        ColumnType::Bool { .. } => "Boolean",
        ColumnType::State { .. } => "State",
        ColumnType::Status { .. } => "Status",
        _ => "Picklist",
    };
    let mut properties = vec![
        ("Description", no_label()),
        ("DisplayName", label(&column.name)),
        ("HasChanged", Json::Null),
        ("IsCustomOptionSet", is_custom(&column.name).into()),
        ("IsCustomizable", managed(true, "iscustomizable")),
        ("IsGlobal", false.into()),
        ("IsManaged", true.into()),
        ("MetadataId", node.id().to_string().into()),
        ("Name", name(table, column).into()),
        ("OptionSetType", kind.into()),
    ];
    if matches!(column.kind, ColumnType::Bool { .. }) {
        let choice = |value, label: &str| option(column, &Choice { value, label: label.to_owned(), state: None });
        properties.extend([("FalseOption", choice(0, "No")), ("TrueOption", choice(1, "Yes"))]);
    } else {
        let options = column.options().iter().map(|choice| option(column, choice)).collect();
        properties.push(("Options", Json::Array(options)));
    }
    properties
}

/// One option.
fn option(column: &Column, choice: &Choice) -> Json {
    let value = Json::from(i64::from(choice.value));
    let mut members = Vec::new();
    let mut put = |name: &str, value: Json| members.push((name.to_owned(), value));
    match (&column.kind, choice.state) {
        (ColumnType::Status { .. }, state) => {
            put("@odata.type", "#Microsoft.Dynamics.CRM.StatusOptionMetadata".into());
            put("State", state.map_or(Json::Null, |state| i64::from(state).into()));
            put("TransitionData", Json::Null);
        }
        (ColumnType::State { .. }, _) => {
            put("@odata.type", "#Microsoft.Dynamics.CRM.StateOptionMetadata".into());
            put("InvariantName", choice.label.as_str().into());
        }
        _ => {}
    }
    put("Value", value);
    put("Color", Json::Null);
    put("Description", no_label());
    put("ExternalValue", "".into());
    put("HasChanged", Json::Null);
    put("IsManaged", true.into());
    put("Label", label(&choice.label));
    put("MetadataId", Json::Null);
    put("ParentValues", Json::Array(Vec::new()));
    Json::Object(members)
}
