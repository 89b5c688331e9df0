//! One definition (a table, a column, a key, a relationship, a set of options), and the way from one to others.

use std::sync::Arc;

use uuid::Uuid;

use super::label::id_of;
use super::{attribute, option_set, relationship, table};
use crate::json::Json;
use crate::schema::{Column, ColumnType, Schema, Table};

/// The entity sets of definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Entities,
    Relationships,
    GlobalOptionSets,
}

impl Set {
    /// The set of that name (case matters).
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    pub(crate) const ALL: [Self; 3] = [Self::Entities, Self::Relationships, Self::GlobalOptionSets];

    /// Its name in URLs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Entities => "EntityDefinitions",
            Self::Relationships => "RelationshipDefinitions",
            Self::GlobalOptionSets => "GlobalOptionSetDefinitions",
        }
    }

    /// All definitions in it, by name. No column of this organization shares its options with another, so there are no global sets.
    pub(crate) fn all(self, schema: &Schema) -> Vec<Node<'_>> {
        let mut nodes: Vec<Node<'_>> = match self {
            Self::Entities => schema.tables().map(Node::Table).collect(),
            Self::Relationships => schema
                .tables()
                .flat_map(|table| table.columns().iter().map(move |column| (table, column)))
                .flat_map(|(table, column)| relationship::of(table, column))
                .collect(),
            Self::GlobalOptionSets => Vec::new(),
        };
        nodes.sort_by_cached_key(Node::name);
        nodes
    }
}

/// How a definition is named in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// By `MetadataId`.
    Id(Uuid),
    /// By `LogicalName`, `SchemaName` or `Name`, as the set has it.
    Name(String, String),
}

/// One definition.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    Table(&'a Arc<Table>),
    Attribute(&'a Arc<Table>, &'a Column),
    Key(&'a Arc<Table>, &'a [String]),
    /// The lookup column and the table that it leads to.
    Relationship(&'a Arc<Table>, &'a Column, &'a str),
    Options(&'a Arc<Table>, &'a Column),
}

/// What a navigation property of a definition leads to.
#[derive(Debug)]
pub(crate) enum Related<'a> {
    One(Option<Node<'a>>),
    Many(Vec<Node<'a>>),
}

impl<'a> Node<'a> {
    /// The name it is found by.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Table(table) => table.logical_name.clone(),
            Self::Attribute(_, column) => column.name.clone(),
            Self::Key(_, columns) => columns.join("_"),
            Self::Relationship(_, column, _) => relationship::name(column).to_owned(),
            Self::Options(table, column) => option_set::name(table, column),
        }
    }

    /// `MetadataId`.
    pub(crate) fn id(&self) -> Uuid {
        match self {
            Self::Table(table) => id_of("entity", &table.logical_name),
            Self::Attribute(table, column) => id_of("attribute", &format!("{}.{}", table.logical_name, column.name)),
            Self::Key(table, columns) => id_of("key", &format!("{}.{}", table.logical_name, columns.join(","))),
            Self::Relationship(..) => id_of("relationship", &self.name()),
            Self::Options(..) => id_of("options", &self.name()),
        }
    }

    /// Its type, without namespace.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Table(_) => "EntityMetadata",
            Self::Attribute(_, column) => attribute::type_name(column),
            Self::Key(..) => "EntityKeyMetadata",
            Self::Relationship(..) => "OneToManyRelationshipMetadata",
            Self::Options(_, column) => match column.kind {
                ColumnType::Bool { .. } => "BooleanOptionSetMetadata",
                _ => "OptionSetMetadata",
            },
        }
    }

    /// Its type belongs to a family whose members differ, so that lists of them say which each is.
    pub(crate) fn is_one_of_many_types(&self) -> bool {
        matches!(self, Self::Attribute(..) | Self::Relationship(..) | Self::Options(..))
    }

    /// Whether a cast to this type (without namespace) keeps it.
    pub(crate) fn is_a(&self, name: &str) -> bool {
        let family = match self {
            Self::Attribute(_, column) => {
                name == "AttributeMetadata" || (name == "EnumAttributeMetadata" && attribute::has_options(column))
            }
            Self::Relationship(..) => name == "RelationshipMetadataBase",
            Self::Options(..) => name == "OptionSetMetadataBase",
            Self::Table(_) | Self::Key(..) => false,
        };
        family || self.type_name() == name
    }

    /// Whether a key names it.
    pub(crate) fn answers_to(&self, key: &Key) -> bool {
        match key {
            Key::Id(id) => self.id() == *id,
            Key::Name(property, value) => {
                let named_by = match self {
                    Self::Table(_) | Self::Attribute(..) | Self::Key(..) => "LogicalName",
                    Self::Relationship(..) => "SchemaName",
                    Self::Options(..) => "Name",
                };
                property == named_by && self.name() == *value
            }
        }
    }

    /// All its plain properties, in order.
    pub(crate) fn properties(&self, schema: &Schema) -> Vec<(&'static str, Json)> {
        match self {
            Self::Table(of) => table::properties(self, of),
            Self::Attribute(table, column) => attribute::properties(self, table, column),
            Self::Key(table, columns) => table::key_properties(self, table, columns),
            Self::Relationship(table, column, target) => relationship::properties(self, table, column, target, schema),
            Self::Options(table, column) => option_set::properties(self, table, column),
        }
    }

    /// What a navigation property leads to; `None` when it has none of that name.
    pub(crate) fn navigate(&self, name: &str, schema: &'a Schema) -> Option<Related<'a>> {
        match (*self, name) {
            (Self::Table(table), "Attributes") => {
                Some(Related::Many(table.columns().iter().map(|column| Node::Attribute(table, column)).collect()))
            }
            (Self::Table(table), "Keys") => {
                Some(Related::Many(table.keys.iter().map(|key| Node::Key(table, key)).collect()))
            }
            (Self::Table(table), "ManyToOneRelationships") => {
                Some(Related::Many(table.columns().iter().flat_map(|column| relationship::of(table, column)).collect()))
            }
            (Self::Table(table), "OneToManyRelationships") => {
                let all = Set::Relationships.all(schema).into_iter();
                let here = |node: &Node<'_>| matches!(node, Node::Relationship(_, _, to) if *to == table.logical_name);
                Some(Related::Many(all.filter(here).collect()))
            }
            // Links with a table of their own are tables here, and their halves are the two above.
            (Self::Table(_), "ManyToManyRelationships") => Some(Related::Many(Vec::new())),
            (Self::Attribute(table, column), "OptionSet") if attribute::has_options(column) => {
                Some(Related::One(Some(Node::Options(table, column))))
            }
            (Self::Attribute(_, column), "GlobalOptionSet") if attribute::has_options(column) => {
                Some(Related::One(None))
            }
            _ => None,
        }
    }
}
