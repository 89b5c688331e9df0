//! A table and its alternate keys as definitions (`EntityMetadata`, `EntityKeyMetadata`).

use std::sync::Arc;

use super::label::{label, managed, no_label, text_or_null};
use super::node::Node;
use crate::json::Json;
use crate::schema::{Ownership, Table};

/// The first number of tables that are not the platform's own; the real ones differ from organization to organization.
const FIRST_CUSTOM_CODE: usize = 10_000;

/// A name with a publisher's prefix is no table of the platform.
pub(super) fn is_custom(name: &str) -> bool {
    name.contains('_')
}

/// The number by which older interfaces name a table.
fn type_code(table: &Table) -> usize {
    match table.logical_name.as_str() {
        "contact" => 2,
        "systemuser" => 8,
        "businessunit" => 10,
        "organization" => 1019,
        "role" => 1036,
        "savedquery" => 1039,
        "userquery" => 4230,
        "transactioncurrency" => 9105,
        _ => FIRST_CUSTOM_CODE + table.id.index(),
    }
}

/// The properties of a table.
pub(super) fn properties(node: &Node<'_>, table: &Table) -> Vec<(&'static str, Json)> {
    let name = table.logical_name.as_str();
    let collection = table.entity_set.as_str();
    let ownership = match table.ownership {
        Ownership::User => "UserOwned",
        Ownership::Organization => "OrganizationOwned",
        Ownership::None => "None",
    };
    vec![
        ("ActivityTypeMask", 0usize.into()),
        ("AutoCreateAccessTeams", false.into()),
        ("CanTriggerWorkflow", true.into()),
        ("ChangeTrackingEnabled", false.into()),
        ("CollectionSchemaName", collection.into()),
        ("DataProviderId", Json::Null),
        ("Description", no_label()),
        ("DisplayCollectionName", label(&format!("{}s", table.display_name))),
        ("DisplayName", label(&table.display_name)),
        ("EntitySetName", collection.into()),
        ("HasActivities", false.into()),
        ("HasChanged", Json::Null),
        ("HasNotes", false.into()),
        ("IsActivity", false.into()),
        ("IsAvailableOffline", false.into()),
        ("IsChildEntity", false.into()),
        ("IsCustomEntity", is_custom(name).into()),
        ("IsCustomizable", managed(true, "iscustomizable")),
        ("IsEnabledForCharts", true.into()),
        ("IsImportable", true.into()),
        ("IsIntersect", false.into()),
        ("IsLogicalEntity", false.into()),
        ("IsManaged", true.into()),
        ("IsOptimisticConcurrencyEnabled", true.into()),
        ("IsPrivate", false.into()),
        ("IsReadOnlyInMobileClient", managed(false, "isreadonlyinmobileclient")),
        ("IsStateModelAware", table.column("statecode").is_some().into()),
        ("IsValidForAdvancedFind", true.into()),
        ("LogicalCollectionName", collection.into()),
        ("LogicalName", name.into()),
        ("MetadataId", node.id().to_string().into()),
        ("ObjectTypeCode", type_code(table).into()),
        ("OwnershipType", ownership.into()),
        ("PrimaryIdAttribute", table.primary_id.as_str().into()),
        ("PrimaryImageAttribute", Json::Null),
        ("PrimaryNameAttribute", text_or_null(table.primary_name.as_deref())),
        ("SchemaName", name.into()),
        ("TableType", "Standard".into()),
        ("UsesBusinessDataLabelTable", false.into()),
    ]
}

/// The properties of an alternate key.
pub(super) fn key_properties(node: &Node<'_>, table: &Arc<Table>, columns: &[String]) -> Vec<(&'static str, Json)> {
    let name = node.name();
    vec![
        ("DisplayName", label(&name)),
        ("EntityKeyIndexStatus", "Active".into()),
        ("EntityLogicalName", table.logical_name.as_str().into()),
        ("HasChanged", Json::Null),
        ("IsCustomizable", managed(true, "iscustomizable")),
        ("IsManaged", true.into()),
        ("KeyAttributes", Json::Array(columns.iter().map(|column| column.as_str().into()).collect())),
        ("LogicalName", name.as_str().into()),
        ("MetadataId", node.id().to_string().into()),
        ("SchemaName", name.as_str().into()),
    ]
}
