//! Writing rows: create, change, upsert, delete, conditions, and what is refused.

use insta::assert_snapshot;
use mock_dataverse::store::{Fields, Value};

use crate::support::{EURO, ORG, Org, guid, org};

#[tokio::test]
async fn a_created_row_has_an_address_and_can_be_asked_for_at_once() {
    let org = org().await;
    let body = format!(
        r#"{{"msevtmgt_name":"One","msevtmgt_totalprice":149.5000,"transactioncurrencyid@odata.bind":"/transactioncurrencies({EURO})"}}"#
    );
    let answer = org.call("POST", "msevtmgt_eventpurchases", &[], &body).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    let address = answer.header("odata-entityid").to_owned();
    assert_eq!(answer.header("location"), address);
    let json = org.get(address.strip_prefix(ORG).unwrap()).await;
    assert!(json.body.contains("\"msevtmgt_totalprice\":149.5000,"), "{}", json.body);
    assert_eq!(json.json()["_transactioncurrencyid_value"], EURO.to_string());
}

#[tokio::test]
async fn a_representation_is_sent_when_preferred() {
    let org = org().await;
    let body = format!(
        r#"{{"contactid":"{}","firstname":"Ada","lastname":"Ng","birthdate":"1990-02-28","createdon":"2000-01-01T00:00:00Z"}}"#,
        guid(5)
    );
    let answer =
        org.call("POST", "contacts?$select=firstname,birthdate", &[("prefer", "return=representation")], &body).await;
    assert_snapshot!(answer.whole());
    let changed = org
        .call(
            "PATCH",
            &format!("contacts({})?$select=firstname", guid(5)),
            &[("prefer", "return=representation")],
            r#"{"firstname":"Eve"}"#,
        )
        .await;
    assert_eq!((changed.status.as_u16(), changed.json()["firstname"].as_str()), (200, Some("Eve")));
}

#[tokio::test]
async fn related_rows_are_shown_of_a_new_row_and_not_of_a_changed_one() {
    let org = org().await;
    let options = "$select=msevtmgt_totalprice&$expand=transactioncurrencyid($select=isocurrencycode)";
    let prefer = [("prefer", "return=representation")];
    let body =
        format!(r#"{{"msevtmgt_totalprice":1,"transactioncurrencyid@odata.bind":"/transactioncurrencies({EURO})"}}"#);
    let made = org.call("POST", &format!("msevtmgt_eventpurchases?{options}"), &prefer, &body).await;
    assert_eq!(made.json()["transactioncurrencyid"]["isocurrencycode"], "EUR", "{}", made.body);
    let id = made.json()["msevtmgt_eventpurchaseid"].as_str().unwrap().to_owned();
    let changed = org
        .call("PATCH", &format!("msevtmgt_eventpurchases({id})?{options}"), &prefer, r#"{"msevtmgt_totalprice":2}"#)
        .await;
    assert_eq!(changed.json()["msevtmgt_totalprice"], 2, "{}", changed.body);
    assert!(changed.json().get("transactioncurrencyid").is_none(), "{}", changed.body);
    assert!(
        changed.json()["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("#msevtmgt_eventpurchases(msevtmgt_totalprice)/$entity")
    );
}

#[tokio::test]
async fn patch_is_an_upsert_unless_a_condition_forbids_it() {
    let org = org().await;
    let path = format!("contacts({})", guid(5));
    let body = r#"{"lastname":"Ng"}"#;
    assert_snapshot!(org.call("PATCH", &path, &[("if-match", "*")], body).await.error(), @"404 0x80040217 contact With Id = 6b1f0c0e-0000-4000-8000-000000000005 Does Not Exist");
    let created = org.call("PATCH", &path, &[("prefer", "return=representation")], body).await;
    assert_eq!(created.status, 201);
    assert_snapshot!(org.call("PATCH", &path, &[("if-none-match", "*")], body).await.error(), @"412 0x80040237 A record with matching key values already exists.");
    let etag = created.header("etag").to_owned();
    assert_eq!(org.call("PATCH", &path, &[("if-match", &etag)], body).await.status, 204);
    assert_snapshot!(org.call("PATCH", &path, &[("if-match", &etag)], body).await.error(), @"412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.");
    assert_snapshot!(org.call("DELETE", &path, &[("if-match", &etag)], "").await.error(), @"412 0x80060882 The version of the existing record doesn't match the RowVersion property provided.");
    assert_eq!(org.call("DELETE", &path, &[], "").await.status, 204);
    assert_eq!(org.call("DELETE", &path, &[], "").await.status, 404);
}

#[tokio::test]
async fn one_property_is_written_and_cleared() {
    let org = org().await;
    org.put("contact", guid(5), Fields::new().set("lastname", "Ng"));
    let path = format!("contacts({})/jobtitle", guid(5));
    assert_eq!(org.call("PUT", &path, &[], r#"{"value":"Engineer"}"#).await.status, 204);
    assert_eq!(org.get(&path).await.json()["value"], "Engineer");
    assert_eq!(org.call("DELETE", &path, &[], "").await.status, 204);
    assert_eq!(org.get(&path).await.status, 204);
}

#[tokio::test]
async fn the_author_of_a_write_is_the_application_user() {
    let org = org().await;
    org.call("POST", "contacts", &[], &format!(r#"{{"contactid":"{}","lastname":"Ng"}}"#, guid(5))).await;
    let who = org.get("WhoAmI").await.json()["UserId"].as_str().unwrap().to_owned();
    let row = org.dataverse.store().get("contact", guid(5)).unwrap();
    assert_eq!(row.lookup("createdby").unwrap().to_string(), who);
    assert_eq!(row.get("createdon"), &Value::DateTime("2026-09-10T08:00:00Z".parse().unwrap()), "the world's time");
}

async fn refused(org: &Org, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let answer = org.call(method, path, headers, body).await;
    format!("{method} {path} {body}\n  {}\n", answer.error())
}

#[tokio::test]
async fn the_errors_of_writing() {
    let org = org().await;
    org.purchase();
    let row = format!("msevtmgt_eventpurchases({})", guid(1));
    let set = "msevtmgt_eventpurchases";
    let mut text = String::new();
    for (method, path, body) in [
        ("POST", set, r#"{"msevtmgt_nothing":1}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_totalprice":"149.5"}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_paid":1}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_paymentstatus":7}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_paymentstatus":1.5}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_EventId":"x"}"#.to_owned()),
        ("POST", set, r#"{"_msevtmgt_eventid_value":"x"}"#.to_owned()),
        (
            "POST",
            set,
            r#"{"msevtmgt_EventId@odata.bind":"/contacts(6b1f0c0e-0000-4000-8000-000000000001)"}"#.to_owned(),
        ),
        (
            "POST",
            set,
            r#"{"msevtmgt_EventId@odata.bind":"/msevtmgt_events(6b1f0c0e-0000-4000-8000-000000000077)"}"#.to_owned(),
        ),
        ("POST", set, r#"{"msevtmgt_EventId@odata.bind":"nonsense"}"#.to_owned()),
        ("POST", set, r#"{"msevtmgt_EventId":["deep"]}"#.to_owned()),
        ("PATCH", &row, r#"{"msevtmgt_EventId":{"msevtmgt_name":"deep"}}"#.to_owned()),
        ("POST", set, format!(r#"{{"msevtmgt_eventpurchaseid":"{}"}}"#, guid(1))),
        ("POST", set, format!(r#"{{"msevtmgt_name":"{}"}}"#, "x".repeat(101))),
        ("POST", set, "{".to_owned()),
        ("POST", set, "[]".to_owned()),
        ("POST", set, String::new()),
        ("PATCH", &row, r#"{"statuscode":2}"#.to_owned()),
        ("PUT", &row, "{}".to_owned()),
        ("PUT", set, "{}".to_owned()),
        ("POST", &row, "{}".to_owned()),
    ] {
        text.push_str(&refused(&org, method, path, &[], &body).await);
    }
    text.push_str(&refused(&org, "POST", set, &[("content-type", "text/plain")], "").await);
    assert_snapshot!(text);
    assert_eq!(org.dataverse.store().read(|data| data.count("msevtmgt_eventpurchase")), 1, "nothing was written");
}

#[tokio::test]
async fn a_row_that_others_need_is_not_deleted() {
    let org = org().await;
    org.purchase();
    assert_snapshot!(org.call("DELETE", &format!("transactioncurrencies({EURO})"), &[], "").await.error(), @"405 0x80040227 row 10d84c2e-0a51-4e86-9c3b-7f42d5a08402 of `transactioncurrency` is referenced by `msevtmgt_eventpurchase`");
}

#[tokio::test]
async fn what_follows_from_what_was_written() {
    let org = org().await;
    let body = format!(r#"{{"contactid":"{}","firstname":"Ada","lastname":"Ng"}}"#, guid(5));
    org.call("POST", "contacts", &[], &body).await;
    let row = org.get(&format!("contacts({})", guid(5))).await.json();
    let me = org.get("WhoAmI").await.json();
    for (column, value) in [
        ("fullname", "Ada Ng".into()),
        ("_ownerid_value", me["UserId"].clone()),
        ("_owninguser_value", me["UserId"].clone()),
        ("_createdby_value", me["UserId"].clone()),
        ("_owningbusinessunit_value", me["BusinessUnitId"].clone()),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    for (body, name) in [
        (r#"{"firstname":null}"#, Some("Ng")),
        (r#"{"firstname":"Eve"}"#, Some("Eve Ng")),
        (r#"{"jobtitle":"x"}"#, Some("Eve Ng")),
        (r#"{"fullname":"by hand"}"#, Some("by hand")),
        (r#"{"firstname":"","lastname":null}"#, None),
    ] {
        org.call("PATCH", &format!("contacts({})", guid(5)), &[], body).await;
        let row = org.dataverse.store().get("contact", guid(5)).unwrap();
        assert_eq!(row.text("fullname"), name, "{body}");
    }
}

#[tokio::test]
async fn the_code_of_a_currency_never_changes() {
    let org = org().await;
    let path = format!("transactioncurrencies({EURO})");
    let body = r#"{"isocurrencycode":"XXX","currencyname":"Neuro"}"#;
    assert_eq!(org.call("PATCH", &path, &[], body).await.status, 204);
    let row = org.dataverse.store().get("transactioncurrency", EURO).unwrap();
    assert_eq!((row.text("isocurrencycode"), row.text("currencyname")), (Some("EUR"), Some("Neuro")));
}
