//! Definitions of tables as clients ask for them: the CSDL document and the metadata entity sets.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use mock_dataverse::schema::Schema;

use crate::support::{Answer, Org, org, org_with};

/// The bodies that the Python client, `DynamicsWebApi` and hand-written tools ask for, whole.
#[tokio::test]
async fn what_clients_ask_for() {
    let org = org().await;
    let mut text = String::new();
    for path in [
        // The Python client's first touch of a table.
        "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute&$filter=LogicalName eq 'contact'",
        "EntityDefinitions?$select=MetadataId,LogicalName,SchemaName,EntitySetName,PrimaryNameAttribute,PrimaryIdAttribute&$filter=LogicalName eq 'role'",
        "EntityDefinitions?$filter=IsPrivate eq false and (SchemaName eq 'role')&$select=SchemaName",
        // Its first write of a text.
        "EntityDefinitions(LogicalName='msevtmgt_eventpurchase')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Name)",
        "RelationshipDefinitions?$filter=SchemaName eq 'msevtmgt_contact_msevtmgt_eventpurchase'",
        "EntityDefinitions(LogicalName='role')?$select=LogicalName&$expand=Attributes($select=LogicalName,AttributeType;$filter=IsPrimaryName eq true),Keys,ManyToOneRelationships($select=SchemaName),OneToManyRelationships($select=SchemaName)",
        "EntityDefinitions(LogicalName='contact')/EntitySetName",
        "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='statuscode')/Microsoft.Dynamics.CRM.StatusAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet",
        "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='donotemail')/Microsoft.Dynamics.CRM.BooleanAttributeMetadata/OptionSet?$select=TrueOption",
        "EntityDefinitions(LogicalName='msevtmgt_eventpurchase')/ManyToOneRelationships?$select=ReferencingEntity,ReferencingAttribute,ReferencedEntity,ReferencedAttribute,SchemaName",
        "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='emailaddress1')",
        "EntityDefinitions(LogicalName='contact')/Attributes?$select=LogicalName,MaxLength&$filter=AttributeType eq 'String' and LogicalName eq 'lastname'",
        "GlobalOptionSetDefinitions",
    ] {
        let answer = org.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        text.extend([format!("GET {path}\n{:#}\n\n", answer.json())]);
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn the_list_of_names_covers_every_table() {
    let org = org().await;
    let answer = org.get("EntityDefinitions?$select=EntitySetName,LogicalName").await;
    let names = |answer: &Answer, member: &str| -> BTreeSet<String> {
        let json = answer.json();
        let value = json["value"].as_array().unwrap();
        value.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
    };
    let schema = Schema::standard().unwrap();
    assert_eq!(names(&answer, "LogicalName"), schema.tables().map(|table| table.logical_name.clone()).collect());
    assert_eq!(names(&answer, "EntitySetName"), schema.tables().map(|table| table.entity_set.clone()).collect());
}

#[tokio::test]
async fn a_definition_is_found_by_its_id_and_every_id_is_its_own() {
    let org = org().await;
    let mut ids = BTreeSet::new();
    let mut count = 0;
    for path in ["EntityDefinitions?$expand=Attributes", "RelationshipDefinitions"] {
        let json = org.get(path).await.json();
        for item in json["value"].as_array().unwrap() {
            for item in std::iter::once(item).chain(item["Attributes"].as_array().into_iter().flatten()) {
                ids.insert(item["MetadataId"].as_str().unwrap().to_owned());
                count += 1;
            }
        }
    }
    assert_eq!(ids.len(), count);
    let table = org.get("EntityDefinitions(LogicalName='contact')?$select=LogicalName").await.json();
    let id = table["MetadataId"].as_str().unwrap();
    assert_eq!(org.get(&format!("EntityDefinitions({id})?$select=LogicalName")).await.json()["LogicalName"], "contact");
    assert_eq!(
        org.get(&format!("EntityDefinitions(MetadataId={id})?$select=LogicalName")).await.json()["LogicalName"],
        "contact"
    );
}

async fn refused(org: &Org, method: &str, path: &str) -> String {
    let body = if method == "GET" { "" } else { "{}" };
    format!("{method} {path}\n  {}\n", org.call(method, path, &[], body).await.error())
}

#[tokio::test]
async fn the_errors_of_asking() {
    let org = org().await;
    let mut text = String::new();
    for path in [
        "EntityDefinitions(LogicalName='nothing')",
        "EntityDefinitions(6b1f0c0e-0000-4000-8000-000000000001)",
        "EntityDefinitions(nonsense)",
        "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='nothing')",
        "EntityDefinitions(LogicalName='contact')/Nothing",
        "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='lastname')/Microsoft.Dynamics.CRM.MoneyAttributeMetadata",
        "EntityDefinitions?$select=Nothing",
        "EntityDefinitions?$filter=Nothing eq 1",
        "EntityDefinitions?$filter=contains(LogicalName,'x')",
        "EntityDefinitions?$expand=Nothing",
        "EntityDefinitions?$orderby=LogicalName",
        "EntityDefinitions?$top=1",
        "EntityDefinitions?$count=true",
        "EntityDefinitions(LogicalName='contact')/LogicalName/$value",
        "GlobalOptionSetDefinitions(Name='nothing')",
        "RelationshipDefinitions(SchemaName='nothing')",
        "$metadata/x",
    ] {
        text.push_str(&refused(&org, "GET", path).await);
    }
    for (method, path) in [
        ("POST", "EntityDefinitions"),
        ("DELETE", "EntityDefinitions(LogicalName='contact')"),
        ("POST", "RelationshipDefinitions"),
        ("POST", "$metadata"),
    ] {
        text.push_str(&refused(&org, method, path).await);
    }
    assert_snapshot!(text);
}

/// Names of the elements with this tag, read without an XML library: the writer puts one element after the other.
fn names(xml: &str, tag: &str) -> Vec<String> {
    let start = format!("<{tag} Name=\"");
    xml.split(&start).skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned()).collect()
}

#[tokio::test]
async fn the_csdl_document_names_every_table_and_operation() {
    let org = org().await;
    let answer = org.call("GET", "$metadata", &[("accept", "application/xml")], "").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/xml"));
    let schema = Schema::standard().unwrap();
    let sets: BTreeSet<String> = names(&answer.body, "EntitySet").into_iter().collect();
    assert_eq!(sets, schema.tables().map(|table| table.entity_set.clone()).collect());
    let types: BTreeSet<String> = names(&answer.body, "EntityType").into_iter().collect();
    assert_eq!(types.len(), schema.len() + 1);
    let operations: BTreeSet<String> =
        names(&answer.body, "Action").into_iter().chain(names(&answer.body, "Function")).collect();
    let registered = org.dataverse.operations().iter().map(|operation| operation.name.clone()).collect();
    assert_eq!(operations, registered);
    let role = answer.body.split("<EntityType Name=\"role\"").nth(1).unwrap().split("</EntityType>").next().unwrap();
    let container = answer.body.split("<EntityContainer").nth(1).unwrap();
    let purchases = container.split("<EntitySet Name=\"msevtmgt_eventpurchases\"").nth(1).unwrap();
    let purchases = purchases.split("</EntitySet>").next().unwrap();
    let actions = answer.body.split("<ComplexType").skip(1).collect::<Vec<_>>().join("<ComplexType");
    let actions = actions.split("<EntityContainer").next().unwrap();
    assert_snapshot!(format!("{role}\n\n{purchases}\n\n{actions}").replace("><", ">\n<"));
}

#[tokio::test]
async fn annotations_are_added_when_asked_for() {
    let org = org().await;
    let plain = org.get("$metadata").await.body;
    let annotated = org.get("$metadata?annotations=true").await.body;
    assert!(!plain.contains("Org.OData.Core.V1"));
    assert!(annotated.contains("<Annotation Term=\"Org.OData.Core.V1.Description\" String=\"Event Purchase\"/>"));
    assert!(annotated.contains("<EnumMember>Org.OData.Core.V1.PermissionType/Read</EnumMember>"));
}

#[tokio::test]
async fn a_table_of_the_users_own_is_described_like_the_others() {
    let table = r#"
logical_name = "new_badge"
entity_set = "new_badges"
primary_id = "new_badgeid"
primary_name = "new_name"
display_name = "Badge <&> \"tag\""
ownership = "user"
source = "our own"
keys = [["new_name"]]

[columns]
new_name = { type = "text", max = 100, required = true }
new_colour = { type = "choice", options = { 1 = "Red", 2 = "Blue" }, default = 1 }
new_eventid = { type = "lookup", target = "msevtmgt_event", navigation = "new_EventId", relationship = "new_msevtmgt_event_new_badge" }
"#;
    let config = mock_dataverse::Config {
        schema_files: vec![("new_badge.toml".to_owned(), table.to_owned())],
        ..mock_dataverse::Config::default()
    };
    let mut org = org_with(config);
    org.sign_in().await;
    let keys = org.get("EntityDefinitions(LogicalName='new_badge')/Keys?$select=KeyAttributes").await.json();
    assert_eq!(keys["value"][0]["KeyAttributes"][0], "new_name");
    let choices = org
        .get("EntityDefinitions(LogicalName='new_badge')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)")
        .await
        .json();
    assert_eq!(choices["value"][0]["OptionSet"]["Options"][1]["Label"]["UserLocalizedLabel"]["Label"], "Blue");
    let document = org.get("$metadata?annotations=true").await.body;
    assert!(document.contains("Badge &lt;&amp;&gt; &quot;tag&quot;"), "names are escaped");
    assert!(document.contains("<NavigationProperty Name=\"new_EventId\" Type=\"mscrm.msevtmgt_event\""));
}
