//! The CSDL document that `$metadata` answers: types of tables, operations and the container, from the schema and the registry.

use std::collections::BTreeSet;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::odata::edm;
use crate::operations::{Binding, Kind, Operation};
use crate::schema::{Column, ColumnType, Schema, Table};

type Xml = Writer<Vec<u8>>;

/// Attributes of an element, as name and value.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Writes the document. `annotated` adds descriptions of tables and says which columns can only be read.
pub(crate) fn document(schema: &Schema, operations: &[&Operation], annotated: bool) -> io::Result<String> {
    let mut xml = Writer::new(Vec::with_capacity(256 * 1024));
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let edmx = [("Version", "4.0"), ("xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx")];
    element(&mut xml, "edmx:Edmx", &edmx, |xml| {
        if annotated {
            let core = "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml";
            element(xml, "edmx:Reference", &[("Uri", core)], |xml| {
                empty(xml, "edmx:Include", &[("Namespace", "Org.OData.Core.V1"), ("Alias", "Core")])
            })?;
        }
        element(xml, "edmx:DataServices", &[], |xml| {
            let of_schema = [
                ("Namespace", "Microsoft.Dynamics.CRM"),
                ("Alias", "mscrm"),
                ("xmlns", "http://docs.oasis-open.org/odata/ns/edm"),
            ];
            element(xml, "Schema", &of_schema, |xml| {
                empty(xml, "EntityType", &[("Name", "crmbaseentity"), ("Abstract", "true")])?;
                for table in schema.tables() {
                    entity_type(xml, schema, table, annotated)?;
                }
                let public: Vec<&Operation> =
                    operations.iter().copied().filter(|operation| !operation.private).collect();
                for operation in &public {
                    response_type(xml, operation)?;
                }
                open_types(xml, &public)?;
                for operation in &public {
                    operation_type(xml, schema, operation)?;
                }
                container(xml, schema, &public)
            })
        })
    })?;
    String::from_utf8(xml.into_inner()).map_err(io::Error::other)
}

fn element(
    xml: &mut Xml,
    name: &str,
    attributes: Attributes<'_>,
    inner: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_inner_content(inner).map(drop)
}

fn empty(xml: &mut Xml, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
    xml.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
}

/// The type of a table, with the namespace's alias.
fn type_of(logical_name: &str) -> String {
    format!("mscrm.{logical_name}")
}

fn entity_type(xml: &mut Xml, schema: &Schema, table: &Table, annotated: bool) -> io::Result<()> {
    let attributes = [("Name", table.logical_name.as_str()), ("BaseType", "mscrm.crmbaseentity")];
    element(xml, "EntityType", &attributes, |xml| {
        element(xml, "Key", &[], |xml| empty(xml, "PropertyRef", &[("Name", &table.primary_id)]))?;
        for column in table.columns() {
            property(xml, column, annotated)?;
        }
        for column in table.columns().iter().filter(|column| column.is_lookup()) {
            lookup(xml, schema, column)?;
        }
        for collection in table.collections() {
            let Some(child) = schema.get(collection.child) else { continue };
            let kind = format!("Collection({})", type_of(&child.logical_name));
            let partner = child.columns().get(collection.column).and_then(Column::navigation).unwrap_or_default();
            empty(xml, "NavigationProperty", &[("Name", &collection.name), ("Type", &kind), ("Partner", partner)])?;
        }
        if annotated {
            let description = [("Term", "Org.OData.Core.V1.Description"), ("String", table.display_name.as_str())];
            empty(xml, "Annotation", &description)?;
        }
        Ok(())
    })
}

fn property(xml: &mut Xml, column: &Column, annotated: bool) -> io::Result<()> {
    let name = column.read_name();
    let mut attributes = vec![("Name", name.as_str()), ("Type", edm(column))];
    match column.kind {
        ColumnType::Text { .. } => attributes.push(("Unicode", "false")),
        ColumnType::Decimal { .. } | ColumnType::Money { .. } => attributes.push(("Scale", "Variable")),
        _ => {}
    }
    let read_only = column.read_only || column.is_lookup();
    if !(annotated && read_only) {
        return empty(xml, "Property", &attributes);
    }
    element(xml, "Property", &attributes, |xml| {
        element(xml, "Annotation", &[("Term", "Org.OData.Core.V1.Permissions")], |xml| {
            element(xml, "EnumMember", &[], |xml| {
                xml.write_event(Event::Text(BytesText::new("Org.OData.Core.V1.PermissionType/Read")))
            })
        })
    })
}

/// The single-valued navigation property of a lookup. Where several tables may stand behind it, its type is their base.
fn lookup(xml: &mut Xml, schema: &Schema, column: &Column) -> io::Result<()> {
    let ColumnType::Lookup { navigation, relationship, .. } = &column.kind else { return Ok(()) };
    let target = column.single_target().and_then(|target| schema.table(target));
    let kind = target.map_or_else(|| "mscrm.crmbaseentity".to_owned(), |target| type_of(&target.logical_name));
    let mut attributes = vec![("Name", navigation.as_str()), ("Type", kind.as_str()), ("Nullable", "false")];
    if let Some(partner) = relationship {
        attributes.push(("Partner", partner));
    }
    let value = column.read_name();
    let Some(target) = target else { return empty(xml, "NavigationProperty", &attributes) };
    element(xml, "NavigationProperty", &attributes, |xml| {
        let constraint = [("Property", value.as_str()), ("ReferencedProperty", target.primary_id.as_str())];
        empty(xml, "ReferentialConstraint", &constraint)
    })
}

fn response_name(operation: &Operation) -> String {
    format!("{}Response", operation.name)
}

fn response_type(xml: &mut Xml, operation: &Operation) -> io::Result<()> {
    if operation.outputs.is_empty() {
        return Ok(());
    }
    element(xml, "ComplexType", &[("Name", &response_name(operation))], |xml| {
        for (name, kind) in &operation.outputs {
            empty(xml, "Property", &[("Name", name), ("Type", kind)])?;
        }
        Ok(())
    })
}

/// What is not a primitive in an answer is described no further than that it may have any member.
fn open_types(xml: &mut Xml, operations: &[&Operation]) -> io::Result<()> {
    let kinds = operations.iter().flat_map(|operation| &operation.outputs).map(|(_, kind)| kind.as_str());
    let names = kinds.filter_map(|kind| kind.strip_prefix("mscrm.")).filter(|name| *name != "crmbaseentity");
    for name in names.collect::<BTreeSet<_>>() {
        empty(xml, "ComplexType", &[("Name", name), ("OpenType", "true")])?;
    }
    Ok(())
}

fn operation_type(xml: &mut Xml, schema: &Schema, operation: &Operation) -> io::Result<()> {
    let kind = match operation.kind {
        Kind::Action => "Action",
        Kind::Function => "Function",
    };
    let mut attributes = vec![("Name", operation.name.as_str())];
    if operation.binding != Binding::Global {
        attributes.push(("IsBound", "true"));
    }
    let bound = match &operation.binding {
        Binding::Global => None,
        Binding::Row(table) => Some(("entity", type_of(table))),
        Binding::Rows(table) => Some(("entityset", format!("Collection({})", type_of(table)))),
    };
    element(xml, kind, &attributes, |xml| {
        if let Some((name, kind)) = bound.filter(|_| is_known(schema, &operation.binding)) {
            empty(xml, "Parameter", &[("Name", name), ("Type", &kind), ("Nullable", "false")])?;
        }
        for parameter in &operation.parameters {
            let mut attributes = vec![("Name", parameter.name.as_str()), ("Type", parameter.kind.edm())];
            if parameter.required {
                attributes.push(("Nullable", "false"));
            }
            if parameter.kind.edm() == "Edm.String" {
                attributes.push(("Unicode", "false"));
            }
            empty(xml, "Parameter", &attributes)?;
        }
        if operation.outputs.is_empty() {
            return Ok(());
        }
        let kind = type_of(&response_name(operation));
        empty(xml, "ReturnType", &[("Type", &kind), ("Nullable", "false")])
    })
}

fn is_known(schema: &Schema, binding: &Binding) -> bool {
    match binding {
        Binding::Global => true,
        Binding::Row(table) | Binding::Rows(table) => schema.table(table).is_some(),
    }
}

fn container(xml: &mut Xml, schema: &Schema, operations: &[&Operation]) -> io::Result<()> {
    element(xml, "EntityContainer", &[("Name", "System")], |xml| {
        for table in schema.tables() {
            let kind = format!("Microsoft.Dynamics.CRM.{}", table.logical_name);
            element(xml, "EntitySet", &[("Name", &table.entity_set), ("EntityType", &kind)], |xml| {
                for column in table.columns() {
                    let target = column.single_target().and_then(|target| schema.table(target));
                    if let (Some(navigation), Some(target)) = (column.navigation(), target) {
                        binding(xml, navigation, &target.entity_set)?;
                    }
                }
                for collection in table.collections() {
                    if let Some(child) = schema.get(collection.child) {
                        binding(xml, &collection.name, &child.entity_set)?;
                    }
                }
                Ok(())
            })?;
        }
        for operation in operations.iter().filter(|operation| operation.binding == Binding::Global) {
            let (import, attribute) = match operation.kind {
                Kind::Action => ("ActionImport", "Action"),
                Kind::Function => ("FunctionImport", "Function"),
            };
            let full = format!("Microsoft.Dynamics.CRM.{}", operation.name);
            empty(xml, import, &[("Name", &operation.name), (attribute, &full)])?;
        }
        Ok(())
    })
}

fn binding(xml: &mut Xml, path: &str, target: &str) -> io::Result<()> {
    empty(xml, "NavigationPropertyBinding", &[("Path", path), ("Target", target)])
}
