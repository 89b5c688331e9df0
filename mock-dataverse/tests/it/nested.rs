//! Deep insert, links by alternate key, upsert by alternate key, and what comes back from writes.

use insta::assert_snapshot;
use mock_dataverse::store::Fields;

use crate::support::{Org, guid, org_with_badges};

async fn count(org: &Org, set: &str) -> String {
    org.get(&format!("{set}/$count")).await.body.trim_start_matches('\u{feff}').to_owned()
}

#[tokio::test]
async fn a_row_is_made_with_the_rows_around_it() {
    let org = org_with_badges().await;
    org.put("new_badge", guid(7), Fields::new().set("new_name", "there already"));
    let body = format!(
        r#"{{"new_name":"middle","new_ContactId":{{"contactid":"{}","lastname":"Ng","new_contact_new_badge":[{{"new_name":"sibling"}}]}},"new_badge_new_badge":[{{"new_name":"child","new_badge_new_badge":[{{"new_name":"grandchild"}}]}},{{"new_name":"other child"}}]}}"#,
        guid(5)
    );
    let path = "new_badges?$select=new_name&$expand=new_ContactId($select=lastname),new_badge_new_badge($select=new_name;$orderby=new_name)";
    let answer = org.call("POST", path, &[("prefer", "return=representation")], &body).await;
    assert_snapshot!(answer.whole());
    assert_eq!(count(&org, "new_badges").await, "6");
    let names = org
        .get("new_badges?$select=new_name&$filter=new_ParentId/new_name eq 'child' or new_ContactId/lastname eq 'ng'&$orderby=new_name")
        .await
        .json();
    let names: Vec<&str> =
        names["value"].as_array().unwrap().iter().map(|row| row["new_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["grandchild", "middle", "sibling"]);
}

#[tokio::test]
async fn one_mistake_inside_and_nothing_is_made() {
    let org = org_with_badges().await;
    for body in [
        r#"{"new_name":"a","new_ContactId":{"lastname":"Ng"},"new_badge_new_badge":[{"nothing":1}]}"#,
        r#"{"new_name":"a","new_ContactId":{"nothing":1}}"#,
        r#"{"new_name":"a","new_badge_new_badge":[{"new_name":"b"},{"new_colour":9}]}"#,
        r#"{"new_name":"a","new_badge_new_badge":[1]}"#,
        r#"{"new_name":"a","new_badge_new_badge":{}}"#,
        r#"{"new_name":"a","new_ContactId":[]}"#,
        r#"{"new_name":"a","new_ContactId":{"lastname":"Ng"},"new_badge_new_badge@odata.bind":["/new_badges(6b1f0c0e-0000-4000-8000-000000000009)"]}"#,
    ] {
        let answer = org.call("POST", "new_badges", &[], body).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{body}: {}", answer.body);
    }
    assert_eq!((count(&org, "new_badges").await, count(&org, "contacts").await), ("0".to_owned(), "0".to_owned()));
}

#[tokio::test]
async fn rows_that_are_there_are_joined_by_a_list_and_by_their_keys() {
    let org = org_with_badges().await;
    for (number, name) in [(1, "one"), (2, "two")] {
        org.put(
            "new_badge",
            guid(number),
            Fields::new().set("new_name", name).set("new_number", i32::try_from(number).unwrap()),
        );
    }
    let body = r#"{"new_name":"parent","new_badge_new_badge@odata.bind":["/new_badges(new_number=1)","new_badges(new_number=2)"]}"#;
    assert_eq!(org.call("POST", "new_badges", &[], body).await.status, 204);
    assert_eq!(org.get("new_badges/$count?$filter=new_ParentId/new_name eq 'parent'").await.body, "\u{feff}2");
    let body = r#"{"new_name":"child","new_ParentId@odata.bind":"http://127.0.0.1:4402/api/data/v9.2/new_badges(new_number=2)"}"#;
    assert_eq!(org.call("POST", "new_badges", &[], body).await.status, 204);
    let body = r#"{"new_ParentId@odata.bind":"new_badges(new_number=77)"}"#;
    assert_snapshot!(org.call("POST", "new_badges", &[], body).await.error(), @"404 0x80060891 A record with the specified key values does not exist in new_badge entity");
}

#[tokio::test]
async fn an_upsert_by_alternate_key_makes_the_row_with_its_key_or_changes_it() {
    let org = org_with_badges().await;
    let path = "new_badges(new_number=12)?$select=new_name,new_number";
    let prefer = ("prefer", "return=representation");
    let body = r#"{"new_name":"first"}"#;
    assert_snapshot!(org.call("PATCH", path, &[("if-match", "*")], body).await.error(), @"404 0x80060891 A record with the specified key values does not exist in new_badge entity");
    let made = org.call("PATCH", path, &[prefer, ("if-none-match", "*")], body).await;
    assert_eq!((made.status.as_u16(), made.json()["new_number"].as_i64()), (201, Some(12)));
    assert_snapshot!(org.call("PATCH", path, &[("if-none-match", "*")], body).await.error(), @"412 0x80040237 A record with matching key values already exists.");
    let changed =
        org.call("PATCH", path, &[prefer, ("if-match", made.header("etag"))], r#"{"new_name":"second"}"#).await;
    assert_eq!((changed.status.as_u16(), changed.json()["new_name"].as_str()), (200, Some("second")));
    assert_snapshot!(org.call("PATCH", path, &[("if-match", made.header("etag"))], body).await.error(), @"412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.");
    assert_eq!(count(&org, "new_badges").await, "1");
    assert_eq!(org.call("DELETE", "new_badges(new_number=12)", &[], "").await.status, 204);
    assert_eq!(org.get("new_badges(new_number=12)").await.status, 404);
    assert_snapshot!(org.get("new_badges(new_colour=1)").await.error(), @"400 0x8006088f The specified key attributes are not a defined key for the new_badge entity");
}

#[tokio::test]
async fn two_rows_cannot_have_the_same_key() {
    let org = org_with_badges().await;
    org.contacts();
    let body = r#"{"new_name":"a","new_number":7}"#;
    assert_eq!(org.call("POST", "new_badges", &[], body).await.status, 204);
    assert_snapshot!(org.call("POST", "new_badges", &[], body).await.error(), @"412 0x80060892 Entity Key violated. A record with the same value already exists: another row of `new_badge` has the same new_number.");
    assert_eq!(
        org.call("PATCH", "new_badges(new_number=8)", &[], r#"{"new_name":"a"}"#).await.status,
        204,
        "without a contact the second key is none"
    );
    assert_eq!(org.call("PATCH", "new_badges(new_number=8)", &[], r#"{"new_number":7}"#).await.status, 412);
    let contact = format!(r#"{{"new_name":"A","new_ContactId@odata.bind":"contacts({})"}}"#, guid(10));
    assert_eq!(org.call("PATCH", "new_badges(new_number=7)", &[], &contact).await.status, 204);
    assert_snapshot!(org.call("PATCH", "new_badges(new_number=8)", &[], &contact).await.error(), @"412 0x80060892 Entity Key violated. A record with the same value already exists: another row of `new_badge` has the same new_name, new_contactid.");
}

#[tokio::test]
async fn a_key_of_two_columns_may_have_a_lookup() {
    let org = org_with_badges().await;
    org.contacts();
    let path = format!("new_badges(new_name='it''s',_new_contactid_value={})", guid(10));
    assert_eq!(org.call("PATCH", &path, &[], r#"{"new_colour":2}"#).await.status, 204);
    let row = org.get(&format!("{path}?$select=new_name,_new_contactid_value,new_colour")).await.json();
    assert_eq!((row["new_name"].as_str(), row["new_colour"].as_i64()), (Some("it's"), Some(2)));
    assert_eq!(row["_new_contactid_value"], guid(10).to_string());
}
