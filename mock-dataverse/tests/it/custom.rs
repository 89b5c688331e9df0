//! Custom APIs that a user defines: from a file, by the control API, called like any other.

use axum::Router;
use insta::assert_snapshot;
use mock_dataverse::{Config, ConfigError, Dataverse};

use crate::support::{Answer, Org, guid, org_with, send};

const FILE: &str = r#"
[[operation]]
name = "new_CalculatePrice"
parameters.new_Code = { type = "String", required = true }
parameters.new_Count = { type = "Integer" }
parameters.new_At = { type = "DateTime" }
parameters.new_Row = { type = "EntityReference" }
parameters.new_Tags = { type = "StringArray" }
response.new_Total = "Money"
response.new_Note = "String"
response.new_Rows = "EntityCollection"

[[operation.answers]]
when = { new_Code = "EARLY", new_Count = 2 }
response = { new_Total = "25.0000", new_Note = "two" }

[[operation.answers]]
when = { new_Code = "EARLY" }
response = { new_Total = "12.5000", new_Rows = [{ new_name = "a", new_tags = ["x"] }] }

[[operation.answers]]
when = { new_Code = "BROKEN" }
error = "No such code."

[[operation]]
name = "new_Ping"
parameters.new_Flag = { type = "Boolean" }

[[operation]]
name = "new_Describe"
function = true
bound_to = "contact"
private = true
parameters.new_Names = { type = "StringArray" }
response.new_Text = "String"
response.new_When = "DateTime"
response.new_Id = "Guid"

[[operation]]
name = "new_CountAll"
bound_to = "contact"
collection = true
response.new_Count = "Integer"

[[operation.answers]]
response = { new_Count = 7 }
"#;

fn config(file: &str) -> Config {
    Config { operation_files: vec![("custom.toml".to_owned(), file.to_owned())], ..Config::default() }
}

async fn ready() -> Org {
    let mut org = org_with(config(FILE));
    org.sign_in().await;
    org.contacts();
    org
}

#[tokio::test]
async fn the_first_answer_that_fits_counts() {
    let org = ready().await;
    let call = |body: &'static str| {
        let org = &org;
        async move { org.call("POST", "new_CalculatePrice", &[], body).await }
    };
    assert_snapshot!(call(r#"{"new_Code":"EARLY","new_Count":2}"#).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.new_CalculatePriceResponse","new_Note":"two","new_Rows":null,"new_Total":25.0000}"#);
    assert_snapshot!(call(r#"{"new_Code":"EARLY"}"#).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.new_CalculatePriceResponse","new_Note":null,"new_Rows":[{"new_name":"a","new_tags":["x"]}],"new_Total":12.5000}"#);
    assert_snapshot!(call(r#"{"new_Code":"LATE"}"#).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.new_CalculatePriceResponse","new_Note":null,"new_Rows":null,"new_Total":0}"#);
    assert_snapshot!(call(r#"{"new_Code":"BROKEN"}"#).await.error(), @"400 0x80040265 No such code.");
    assert_eq!(org.call("POST", "new_Ping", &[], r#"{"new_Flag":true}"#).await.status, 204);
}

/// The example of the README is one that works.
#[tokio::test]
async fn the_readmes_example() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```toml").find(|block| block.contains("[[operation]]")).unwrap();
    let mut org = org_with(config(example.split("```").next().unwrap()));
    org.sign_in().await;
    let answer = org.call("POST", "new_CalculatePrice", &[], r#"{"new_Code":"EARLY"}"#).await;
    assert!(answer.body.ends_with(r#""new_Total":12.5000}"#), "{}", answer.body);
}

#[tokio::test]
async fn bound_ones_are_called_on_rows_and_collections() {
    let org = ready().await;
    let row = format!("contacts({})/Microsoft.Dynamics.CRM.new_Describe(new_Names=@p)?@p=['a','b']", guid(10));
    assert_snapshot!(org.get(&row).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.new_DescribeResponse","new_Id":"00000000-0000-0000-0000-000000000000","new_Text":null,"new_When":"0001-01-01T00:00:00Z"}"#);
    let all = org.call("POST", "contacts/Microsoft.Dynamics.CRM.new_CountAll", &[], "{}").await;
    assert_eq!(all.json()["new_Count"], 7);
    assert_eq!(org.get("new_Describe()").await.status, 404, "it is bound");
    assert_eq!(org.call("POST", "msevtmgt_events/Microsoft.Dynamics.CRM.new_CountAll", &[], "{}").await.status, 404);
}

#[tokio::test]
async fn what_is_public_is_described() {
    let org = ready().await;
    let document = org.get("$metadata").await.body;
    assert!(document.contains(r#"<Action Name="new_CountAll" IsBound="true"><Parameter Name="entityset" Type="Collection(mscrm.contact)" Nullable="false"/>"#));
    assert!(
        document.contains(
            r#"<ActionImport Name="new_CalculatePrice" Action="Microsoft.Dynamics.CRM.new_CalculatePrice"/>"#
        )
    );
    assert!(document.contains(r#"<Property Name="new_Total" Type="Edm.Decimal"/>"#));
    assert!(!document.contains("new_Describe"), "it is private");
}

#[tokio::test]
async fn the_errors_of_calling() {
    let org = ready().await;
    let mut text = String::new();
    for body in [
        "{}",
        r#"{"new_Code":1}"#,
        r#"{"new_Code":null}"#,
        r#"{"new_Code":"x","new_Count":1.5}"#,
        r#"{"new_Code":"x","new_Other":1}"#,
        r#"{"new_Code":"x","new_At":"yesterday"}"#,
        r#"{"new_Code":"x","new_Row":{"contactid":"x"}}"#,
        r#"{"new_Code":"x","new_Row":{"@odata.type":"Microsoft.Dynamics.CRM.contact","contactid":"6b1f0c0e-0000-4000-8000-00000000000a"}}"#,
        r#"{"new_Code":"x","new_Tags":["a",1]}"#,
    ] {
        let answer = org.call("POST", "new_CalculatePrice", &[], body).await;
        let told = if answer.status == 200 { "200".to_owned() } else { answer.error() };
        text.extend([format!("{body}\n  {told}\n")]);
    }
    assert_snapshot!(text);
}

#[track_caller]
fn check(file: &str, expect: &str) {
    let world = mock_core::World::builder().build();
    match Dataverse::new(&world, config(file)) {
        Err(ConfigError::Operation(error)) => assert_eq!(error.to_string().lines().next().unwrap(), expect),
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    check("[[operation]]\nnme = \"x\"", "operation file custom.toml: TOML parse error at line 2, column 1");
    check(
        "[[operation]]\nname = \"Price\"",
        "operation Price: the name must be letters and digits with a publisher's prefix, as in new_Name",
    );
    check(
        "[[operation]]\nname = \"new_x\"\nfunction = true",
        "operation new_x: a function must have a response property",
    );
    check(
        "[[operation]]\nname = \"new_x\"\ncollection = true",
        "operation new_x: what is bound to a collection must name its table",
    );
    check("[[operation]]\nname = \"new_x\"\nbound_to = \"y\"", "operation new_x: there is no table y");
    check("[[operation]]\nname = \"new_x\"\n[[operation]]\nname = \"new_x\"", "operation new_x: it is defined twice");
    check(
        "[[operation]]\nname = \"msevtmgt_finalizeregistrationpayment\"",
        "operation msevtmgt_finalizeregistrationpayment: an operation of the platform or of the app has this name",
    );
    check(
        "[[operation]]\nname = \"new_x\"\nanswers = [{ response = { a = 1 } }]",
        "operation new_x: there is no response property a",
    );
    check(
        "[[operation]]\nname = \"new_x\"\nanswers = [{ when = { a = 1 } }]",
        "operation new_x: there is no parameter a",
    );
    check(
        "[[operation]]\nname = \"new_x\"\nresponse.a = \"Guid\"\nanswers = [{ response = { a = 1 } }]",
        "operation new_x: 1 is not of the type of a",
    );
}

async fn control(org: &Org, method: &str, path: &str, body: &str) -> Answer {
    let inner = Router::new().nest("/v1/dataverse", org.dataverse.control());
    let router = mock_core::control::router(&org.world, inner);
    let headers = [("host", "127.0.0.1:4400"), ("content-type", "application/json")];
    send(&router, method, &format!("/v1/dataverse{path}"), &headers, body.to_owned()).await
}

#[tokio::test]
async fn the_control_api_adds_replaces_and_takes_away() {
    let org = ready().await;
    let definition =
        r#"{"name":"new_Later","response":{"new_Value":"Integer"},"answers":[{"response":{"new_Value":1}}]}"#;
    assert_eq!(org.call("POST", "new_Later", &[], "{}").await.status, 404);
    let put = control(&org, "PUT", "/operations/new_Later", definition).await;
    assert_eq!((put.status.as_u16(), put.json()["answers"][0]["response"]["new_Value"].as_i64()), (200, Some(1)));
    assert_eq!(org.call("POST", "new_Later", &[], "{}").await.json()["new_Value"], 1);
    control(&org, "PUT", "/operations/new_Later", &definition.replace(":1}", ":2}")).await;
    assert_eq!(org.call("POST", "new_Later", &[], "{}").await.json()["new_Value"], 2);
    let listed = control(&org, "GET", "/operations", "").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 5);
    assert_eq!(control(&org, "DELETE", "/operations/new_Ping", "").await.status, 204);
    assert_eq!(control(&org, "DELETE", "/operations/new_Ping", "").await.status, 404);
    for (path, body) in [
        ("/operations/new_Other", definition),
        ("/operations/new_Later", "{}"),
        ("/operations/WhoAmI", r#"{"name":"WhoAmI"}"#),
    ] {
        assert_eq!(control(&org, "PUT", path, body).await.status, 400, "{path}");
    }
    org.world.reset();
    assert_eq!(org.call("POST", "new_Later", &[], "{}").await.status, 404, "back to the configuration");
    assert_eq!(org.call("POST", "new_Ping", &[], "{}").await.status, 204);
}
