//! A relationship as a definition: a lookup column seen from both of its ends.

use std::sync::Arc;

use super::label::managed;
use super::node::Node;
use super::table::is_custom;
use crate::json::{Json, object};
use crate::schema::{Column, ColumnType, DeleteRule, Schema, Table};

/// The relationships of a column: one for each table it may point at. Lookups whose relationship has no public name have none.
pub(super) fn of<'a>(table: &'a Arc<Table>, column: &'a Column) -> Vec<Node<'a>> {
    match &column.kind {
        ColumnType::Lookup { targets, relationship: Some(_), .. } => {
            targets.iter().map(|target| Node::Relationship(table, column, target)).collect()
        }
        _ => Vec::new(),
    }
}

/// Its schema name.
pub(super) fn name(column: &Column) -> &str {
    match &column.kind {
        ColumnType::Lookup { relationship, .. } => relationship.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// The properties of a relationship.
pub(super) fn properties(
    node: &Node<'_>,
    table: &Arc<Table>,
    column: &Column,
    target: &str,
    schema: &Schema,
) -> Vec<(&'static str, Json)> {
    let on_delete = match &column.kind {
        ColumnType::Lookup { on_delete: DeleteRule::Cascade, .. } => "Cascade",
        ColumnType::Lookup { on_delete: DeleteRule::Restrict, .. } => "Restrict",
        _ => "RemoveLink",
    };
    let cascade = object([
        ("Archive", on_delete.into()),
        ("Assign", "NoCascade".into()),
        ("Delete", on_delete.into()),
        ("Merge", "NoCascade".into()),
        ("Reparent", "NoCascade".into()),
        ("RollupView", "NoCascade".into()),
        ("Share", "NoCascade".into()),
        ("Unshare", "NoCascade".into()),
    ]);
    let name = name(column);
    let referenced = schema.table(target).map_or("", |table| table.primary_id.as_str());
    vec![
        ("CascadeConfiguration", cascade),
        ("HasChanged", Json::Null),
        ("IsCustomRelationship", is_custom(&table.logical_name).into()),
        ("IsCustomizable", managed(true, "iscustomizable")),
        ("IsHierarchical", false.into()),
        ("IsManaged", true.into()),
        ("IsValidForAdvancedFind", true.into()),
        ("MetadataId", node.id().to_string().into()),
        ("ReferencedAttribute", referenced.into()),
        ("ReferencedEntity", target.into()),
        ("ReferencedEntityNavigationPropertyName", name.into()),
        ("ReferencingAttribute", column.name.as_str().into()),
        ("ReferencingEntity", table.logical_name.as_str().into()),
        ("ReferencingEntityNavigationPropertyName", column.navigation().unwrap_or_default().into()),
        ("RelationshipBehavior", 1usize.into()),
        ("RelationshipType", "OneToManyRelationship".into()),
        ("SchemaName", name.into()),
        ("SecurityTypes", "Append".into()),
    ]
}
