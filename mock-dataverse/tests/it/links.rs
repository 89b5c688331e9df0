//! `/$ref`: links that are read, set, added and taken away.

use insta::assert_snapshot;
use mock_dataverse::store::Fields;

use crate::support::{ORG, Org, guid, org_with_badges};

async fn filled() -> Org {
    let org = org_with_badges().await;
    org.contacts();
    for number in 1..4 {
        let fields =
            Fields::new().set("new_name", format!("badge {number}")).set("new_number", i32::try_from(number).unwrap());
        org.put("new_badge", guid(number), fields);
    }
    org
}

fn link(target: &str) -> String {
    format!(r#"{{"@odata.id":"{target}"}}"#)
}

#[tokio::test]
async fn a_single_valued_link_is_set_read_and_taken_away() {
    let org = filled().await;
    let path = format!("new_badges({})/new_ContactId/$ref", guid(1));
    assert_eq!(org.get(&path).await.status, 204);
    let contact = format!("{ORG}/api/data/v9.2/contacts({})", guid(10));
    assert_eq!(org.call("PUT", &path, &[], &link(&contact)).await.status, 204);
    assert_snapshot!(org.get(&path).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#$ref","@odata.id":"http://127.0.0.1:4402/api/data/v9.2/contacts(6b1f0c0e-0000-4000-8000-00000000000a)"}"#);
    assert_eq!(org.call("PUT", &path, &[], &link(&format!("contacts({})", guid(11)))).await.status, 204);
    assert_eq!(org.dataverse.store().get("new_badge", guid(1)).unwrap().lookup("new_contactid"), Some(guid(11)));
    assert_eq!(org.call("DELETE", &path, &[], "").await.status, 204);
    assert_eq!(org.get(&path).await.status, 204);
}

#[tokio::test]
async fn a_collection_gains_and_loses_rows() {
    let org = filled().await;
    let path = format!("contacts({})/new_contact_new_badge/$ref", guid(10));
    for target in [
        format!("new_badges({})", guid(1)),
        "/new_badges(new_number=2)".to_owned(),
        format!("{ORG}/api/data/v9.2/new_badges({})", guid(3)),
    ] {
        let answer = org.call("POST", &path, &[], &link(&target)).await;
        assert_eq!(answer.status, 204, "{target}: {}", answer.body);
    }
    assert_snapshot!(org.get(&path).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Collection($ref)","value":[{"@odata.id":"http://127.0.0.1:4402/api/data/v9.2/new_badges(6b1f0c0e-0000-4000-8000-000000000001)"},{"@odata.id":"http://127.0.0.1:4402/api/data/v9.2/new_badges(6b1f0c0e-0000-4000-8000-000000000002)"},{"@odata.id":"http://127.0.0.1:4402/api/data/v9.2/new_badges(6b1f0c0e-0000-4000-8000-000000000003)"}]}"#);
    let by_key = format!("contacts({})/new_contact_new_badge({})/$ref", guid(10), guid(1));
    assert_eq!(org.call("DELETE", &by_key, &[], "").await.status, 204);
    let by_alternate_key = format!("contacts({})/new_contact_new_badge(new_number=2)/$ref", guid(10));
    assert_eq!(org.call("DELETE", &by_alternate_key, &[], "").await.status, 204);
    let by_id = format!("{path}?$id={ORG}/api/data/v9.2/new_badges({})", guid(3));
    assert_eq!(org.call("DELETE", &by_id, &[], "").await.status, 204);
    let count = format!("contacts({})/new_contact_new_badge/$count", guid(10));
    assert_eq!(org.get(&count).await.body, "\u{feff}0");
}

#[tokio::test]
async fn links_are_changed_under_conditions() {
    let org = filled().await;
    let single = format!("new_badges({})/new_ContactId/$ref", guid(1));
    let body = link(&format!("contacts({})", guid(10)));
    assert_snapshot!(org.call("PUT", &single, &[("if-match", "W/\"1\"")], &body).await.error(), @"412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.");
    let etag = org.dataverse.store().get("new_badge", guid(1)).unwrap().etag();
    assert_eq!(org.call("PUT", &single, &[("if-match", &etag)], &body).await.status, 204);
    assert_eq!(org.call("DELETE", &single, &[("if-match", &etag)], "").await.status, 412, "the row has changed");
    let collection = format!("contacts({})/new_contact_new_badge/$ref", guid(10));
    let body = link(&format!("new_badges({})", guid(2)));
    assert_eq!(org.call("POST", &collection, &[("if-match", "W/\"1\"")], &body).await.status, 412);
    assert_eq!(org.call("POST", &collection, &[("if-match", "*")], &body).await.status, 204);
    let missing = format!("contacts({})/new_contact_new_badge/$ref", guid(99));
    assert_eq!(org.call("POST", &missing, &[("if-match", "*")], &body).await.status, 404);
}

#[tokio::test]
async fn the_errors_of_linking() {
    let org = filled().await;
    let (badge, contact) = (format!("new_badges({})", guid(1)), format!("contacts({})", guid(10)));
    let mut text = String::new();
    for (method, path, body) in [
        ("PUT", format!("{badge}/new_ContactId/$ref"), link(&format!("contacts({})", guid(99)))),
        ("PUT", format!("{badge}/new_ContactId/$ref"), link(&badge)),
        ("PUT", format!("{badge}/new_ContactId/$ref"), link("nonsense")),
        ("PUT", format!("{badge}/new_ContactId/$ref"), "{}".to_owned()),
        ("POST", format!("{badge}/new_ContactId/$ref"), link(&contact)),
        ("PUT", format!("{badge}/createdby/$ref"), link(&contact)),
        ("PUT", format!("{badge}/nothing/$ref"), link(&contact)),
        ("PUT", format!("{contact}/new_contact_new_badge/$ref"), link(&badge)),
        ("POST", format!("{contact}/new_contact_new_badge/$ref"), link(&contact)),
        ("POST", format!("{contact}/new_contact_new_badge/$ref"), link(&format!("new_badges({})", guid(99)))),
        ("DELETE", format!("{contact}/new_contact_new_badge/$ref"), String::new()),
        ("DELETE", format!("{contact}/new_contact_new_badge({})/$ref", guid(1)), String::new()),
        ("DELETE", format!("{contact}/new_contact_new_badge(x)/$ref"), String::new()),
        ("DELETE", format!("{badge}/new_ContactId({})/$ref", guid(10)), String::new()),
        ("DELETE", format!("new_badges({})/new_ContactId/$ref", guid(99)), String::new()),
        ("GET", format!("{contact}/new_contact_new_badge({})/$ref", guid(1)), String::new()),
    ] {
        text.extend([format!("{method} {path} {body}\n  {}\n", org.call(method, &path, &[], &body).await.error())]);
    }
    assert_snapshot!(text);
}
