//! Views: queries that are kept as rows.

use super::{listed, people};
use crate::support::{guid, org};

#[tokio::test]
async fn every_view_of_a_new_organization_runs_for_its_table() {
    let org = org().await;
    let views = org.get("savedqueries?$select=name,returnedtypecode,isdefault&$orderby=name").await.json();
    let views = views["value"].as_array().unwrap();
    assert!(views.len() >= 7, "{views:#?}");
    for view in views {
        let table = view["returnedtypecode"].as_str().unwrap();
        let set = org.dataverse.store().schema().table(table).unwrap().entity_set.clone();
        let answer = org.get(&format!("{set}?savedQuery={}", view["savedqueryid"].as_str().unwrap())).await;
        assert_eq!(answer.status, 200, "{view}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_view_is_found_by_name_and_run_by_id() {
    let org = people().await;
    let found = org.get("savedqueries?$select=name,savedqueryid&$filter=name eq 'Active Contacts'").await;
    let id = found.json()["value"][0]["savedqueryid"].as_str().unwrap().to_owned();
    let prefer = [("prefer", "odata.include-annotations=\"*\"")];
    insta::assert_snapshot!("view", org.call("GET", &format!("contacts?savedQuery={id}"), &prefer, "").await.whole());
    let counted = org.get(&format!("contacts?savedQuery={{{id}}}&$count=true")).await;
    assert_eq!(counted.json()["@odata.count"], 4);
}

#[tokio::test]
async fn users_keep_their_own_views() {
    let org = people().await;
    let xml = "<fetch><entity name='new_badge'><attribute name='new_name'/><order attribute='new_number'/><filter><condition attribute='new_colour' operator='eq' value='2'/></filter></entity></fetch>";
    let body = format!(r#"{{"name":"Blue ones","returnedtypecode":"new_badge","querytype":0,"fetchxml":"{xml}"}}"#);
    let made = org.call("POST", "userqueries", &[], &body).await;
    assert_eq!(made.status, 204, "{}", made.body);
    let id = made.header("odata-entityid").rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    assert_eq!(listed(&org.get(&format!("new_badges?userQuery={id}")).await, "new_name"), ["Ada blue", "Bo blue"]);
    // The same for the rows that belong to a row.
    let path = format!("contacts({})/new_contact_new_badge?userQuery={id}", guid(10));
    assert_eq!(listed(&org.get(&path).await, "new_name"), ["Ada blue"]);
    // It is a row: changed, it asks something else.
    let body = format!(r#"{{"fetchxml":"{}"}}"#, xml.replace("value='2'", "value='1'"));
    assert_eq!(org.call("PATCH", &format!("userqueries({id})"), &[], &body).await.status, 204);
    assert_eq!(listed(&org.get(&format!("new_badges?userQuery={id}")).await, "new_name"), ["nobody", "Ada red"]);
}

#[tokio::test]
async fn views_that_cannot_be_run() {
    let org = people().await;
    let empty =
        org.call("POST", "userqueries", &[], r#"{"name":"x","returnedtypecode":"contact","querytype":0}"#).await;
    let id = empty.header("odata-entityid").rsplit('(').next().unwrap().trim_end_matches(')').to_owned();
    let active = "2f0b7c61-5d0e-4a53-9a0e-0b6f7a1c0001";
    for (path, expect) in [
        (
            format!("contacts?savedQuery={}", guid(7)),
            "404 0x80040217 savedquery With Id = 6b1f0c0e-0000-4000-8000-000000000007 Does Not Exist",
        ),
        (
            format!("contacts?userQuery={active}"),
            "404 0x80040217 userquery With Id = 2f0b7c61-5d0e-4a53-9a0e-0b6f7a1c0001 Does Not Exist",
        ),
        (
            format!("accounts?savedQuery={active}"),
            "400 0x80060888 The query with id 2f0b7c61-5d0e-4a53-9a0e-0b6f7a1c0001 is not about the entity 'account'.",
        ),
        (format!("contacts?userQuery={id}"), &format!("400 0x80041124 The query with id {id} has no FetchXML.")),
        (
            "contacts?savedQuery=active".to_owned(),
            "400 0x80060888 Unrecognized literal 'active' in the query option 'savedQuery': an id is expected.",
        ),
    ] {
        assert_eq!(org.get(&path).await.error(), expect, "{path}");
    }
}
