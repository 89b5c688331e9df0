//! Members and privileges: a good token is not yet a right.

use insta::assert_snapshot;
use mock_dataverse::Config;

use crate::support::{guid, org, org_with};

#[tokio::test]
async fn an_app_that_is_no_member() {
    let mut config = Config::default();
    config.tenants[0].apps[0].user = None;
    let mut org = org_with(config);
    org.sign_in().await;
    assert_snapshot!(org.get("WhoAmI").await.error(), @"403 0x80072560 The user is not a member of the organization.");
}

#[tokio::test]
async fn an_application_user_without_a_role() {
    let mut config = Config::default();
    config.tenants[0].apps[0].roles.clear();
    let mut org = org_with(config);
    org.sign_in().await;
    let id = org.purchase();
    assert_eq!(org.get("WhoAmI").await.status, 200);
    let mut text = String::new();
    for (method, path, body) in [
        ("GET", format!("msevtmgt_eventpurchases({id})"), ""),
        ("GET", "msevtmgt_eventpurchases".to_owned(), ""),
        ("POST", "contacts".to_owned(), "{}"),
        ("PATCH", format!("contacts({})", guid(5)), "{}"),
        ("DELETE", format!("contacts({})", guid(5)), ""),
    ] {
        text.extend([format!("{method} {path}\n  {}\n", org.call(method, &path, &[], body).await.error())]);
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn acting_for_another_user_needs_a_privilege() {
    let org = org().await;
    for name in ["MSCRMCallerID", "CallerObjectId"] {
        let answer = org.call("GET", "WhoAmI", &[(name, "6b1f0c0e-0000-4000-8000-000000000001")], "").await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["code"].as_str()), (403, Some("0x8004a110")));
    }
}

#[tokio::test]
async fn refusals_as_whole_answers() {
    let mut org = org().await;
    let id = org.purchase();
    let path = format!("msevtmgt_eventpurchases({id})");
    let mut text = String::new();
    for (method, path, header, body) in [
        ("GET", "contacts?$skip=1", ("accept", "*/*"), ""),
        ("GET", "WhoAmI", ("mscrmcallerid", "x"), ""),
        ("POST", "WhoAmI", ("accept", "*/*"), "{}"),
        ("PUT", "contacts", ("accept", "*/*"), "{}"),
        ("PATCH", path.as_str(), ("if-match", "W/\"1\""), "{}"),
        ("PATCH", path.as_str(), ("if-none-match", "*"), "{}"),
        ("GET", "ManagedPropertyDefinitions", ("accept", "*/*"), ""),
    ] {
        let answer = org.call(method, path, &[header], body).await;
        text.extend([format!("{method} {path}\n{}\n\n", answer.whole())]);
    }
    org.token = None;
    text.extend([format!("GET {path} without a token\n{}\n", org.get(&path).await.whole())]);
    assert_snapshot!(text);
}
