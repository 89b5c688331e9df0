//! How much answers tell about themselves: `odata.metadata` none, minimal and full.

use std::fmt::Write as _;

use insta::assert_snapshot;
use mock_dataverse::store::{Fields, Value};
use serde_json::Value as Json;

use crate::support::{Org, guid, org, org_with_badges};

const FULL: (&str, &str) = ("accept", "application/json;odata.metadata=full");
const NONE: (&str, &str) = ("accept", "application/json; odata.metadata=none");
const ALL: (&str, &str) = ("prefer", "odata.include-annotations=\"*\"");

/// Content type and body of an answer, one member a line; what differs from run to run is not shown.
async fn shown(org: &Org, path: &str, headers: &[(&str, &str)]) -> String {
    let answer = org.call("GET", path, headers, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    format!("{path}\n{}\n{}\n", answer.header("content-type"), serde_json::to_string_pretty(&answer.json()).unwrap())
}

async fn badges() -> Org {
    let org = org_with_badges().await;
    org.contacts();
    let contact = org.dataverse.store().schema().table("contact").unwrap().id;
    let fields = Fields::new()
        .set("new_name", "Gold")
        .set("new_number", 7)
        .set("new_contactid", Value::Lookup { table: contact, id: guid(10) });
    org.put("new_badge", guid(1), fields);
    org
}

#[tokio::test]
async fn a_row_in_full() {
    let org = badges().await;
    assert_snapshot!(shown(&org, &format!("new_badges({})", guid(1)), &[FULL]).await);
}

#[tokio::test]
async fn chosen_columns_in_full_have_no_links_but_those_of_expansions() {
    let org = badges().await;
    let path = "new_badges?$select=new_name,new_colour,createdon&$expand=new_ContactId($select=fullname,creditlimit)&$count=true";
    assert_snapshot!(shown(&org, path, &[FULL, ALL]).await);
    let path = format!("contacts({})?$select=lastname&$expand=new_contact_new_badge($select=new_number)", guid(10));
    assert_snapshot!(shown(&org, &path, &[FULL]).await);
}

#[tokio::test]
async fn nothing_but_the_values() {
    let org = badges().await;
    let path = "new_badges?$select=new_name,createdon&$expand=new_ContactId($select=fullname)&$count=true";
    assert_snapshot!(shown(&org, path, &[NONE]).await);
    let page = org.call("GET", "contacts?$select=fullname", &[NONE, ("prefer", "odata.maxpagesize=2")], "").await;
    let names: Vec<String> = page.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["value", "@odata.nextLink"], "the way on is told all the same");
}

#[tokio::test]
async fn answers_that_are_no_rows() {
    let org = badges().await;
    let contact = guid(10);
    let mut text = String::new();
    for path in [
        "WhoAmI".to_owned(),
        format!("contacts({contact})/creditlimit"),
        format!("contacts({contact})/lastname"),
        format!("new_badges({})/new_ContactId/$ref", guid(1)),
        "contacts?$apply=aggregate($count as number)".to_owned(),
        "EntityDefinitions(LogicalName='contact')?$select=LogicalName,EntitySetName".to_owned(),
    ] {
        for header in [FULL, NONE] {
            text.push_str(&shown(&org, &path, &[header]).await);
        }
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn everything_that_was_asked_for_is_the_same_in_all_three() {
    let org = badges().await;
    let path = "contacts?$expand=new_contact_new_badge&$orderby=firstname";
    let [none, minimal, full] = {
        let mut found = Vec::new();
        for headers in [&[NONE][..], &[], &[FULL]] {
            found.push(org.call("GET", path, headers, "").await.json());
        }
        found.try_into().unwrap()
    };
    assert_eq!(values(&none), values(&minimal));
    assert_eq!(values(&full), values(&minimal));
    assert_ne!(full, minimal);
}

/// Without control information.
fn values(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(values).collect(),
        Json::Object(members) => members
            .iter()
            .filter(|(name, _)| !name.contains("@odata."))
            .map(|(name, value)| (name.clone(), values(value)))
            .collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn the_links_of_a_row_lead_somewhere() {
    let org = badges().await;
    let row = org.call("GET", &format!("new_badges({})", guid(1)), &[FULL], "").await.json();
    let mut seen = String::new();
    for (name, link) in row.as_object().unwrap() {
        if let Some(link) = link.as_str().filter(|_| name.ends_with("Link") || name == "@odata.id") {
            let path = link.split_once("/api/data/v9.2/").map_or(link, |(_, path)| path);
            let status = org.get(path).await.status.as_u16();
            assert!(matches!(status, 200 | 204), "{name}: {link} {status}");
            writeln!(seen, "{name}").unwrap();
        }
    }
    assert!(seen.contains("new_ContactId@odata.navigationLink") && seen.contains("@odata.editLink"), "{seen}");
}

#[tokio::test]
async fn writes_and_the_query_option_ask_in_the_same_way() {
    let org = org().await;
    let representation = ("prefer", "return=representation");
    let made = org.call("POST", "contacts?$select=lastname", &[FULL, representation], r#"{"lastname":"Ng"}"#).await;
    assert_eq!(made.header("content-type"), "application/json; odata.metadata=full");
    let json = made.json();
    assert_eq!(json["@odata.type"], "#Microsoft.Dynamics.CRM.contact");
    let own = json["@odata.editLink"].as_str().unwrap().to_owned();
    let got = org.get(&format!("{own}?$select=lastname&$format=application/json;odata.metadata=none")).await.json();
    let names: Vec<&String> = got.as_object().unwrap().keys().collect();
    assert_eq!(names, ["lastname", "contactid"]);
    let plain = org.call("GET", &format!("{own}?$format=json"), &[FULL], "").await;
    assert_eq!(plain.header("content-type"), "application/json; odata.metadata=minimal");
    let missing = org.call("GET", &format!("contacts({})", guid(9)), &[FULL], "").await;
    assert_eq!(missing.header("content-type"), "application/json; odata.metadata=minimal");
}
