//! Requests in the name of another user.

use insta::assert_snapshot;
use mock_dataverse::store::Fields;
use mock_dataverse::{Config, DELEGATE_ROLE};

use crate::support::{Org, guid, org, org_with};

/// A service that may act for others, and a user to act for.
async fn ready() -> Org {
    let mut config = Config::default();
    config.tenants[0].apps[0].roles.push(DELEGATE_ROLE.to_owned());
    let mut org = org_with(config);
    org.sign_in().await;
    let user = Fields::new().set("fullname", "Eve").set("azureactivedirectoryobjectid", guid(71));
    org.put("systemuser", guid(70), user);
    org
}

#[tokio::test]
async fn rows_tell_both_users() {
    let org = ready().await;
    let service = org.get("WhoAmI").await.json()["UserId"].as_str().unwrap().to_owned();
    for (number, header, id) in [(5, "MSCRMCallerID", guid(70)), (6, "CallerObjectId", guid(71))] {
        let id = id.to_string();
        let headers = [(header, id.as_str())];
        assert_eq!(org.call("GET", "WhoAmI", &headers, "").await.json()["UserId"], guid(70).to_string());
        let body = format!(r#"{{"contactid":"{}","lastname":"Ng"}}"#, guid(number));
        assert_eq!(org.call("POST", "contacts", &headers, &body).await.status, 204);
        let path = format!(
            "contacts({})?$select=_createdby_value,_createdonbehalfby_value,_modifiedonbehalfby_value,_ownerid_value",
            guid(number)
        );
        let row = org.get(&path).await.json();
        assert_eq!(
            (row["_createdby_value"].as_str(), row["_ownerid_value"].as_str()),
            (Some(&*guid(70).to_string()), Some(&*guid(70).to_string()))
        );
        assert_eq!(
            (row["_createdonbehalfby_value"].as_str(), row["_modifiedonbehalfby_value"].as_str()),
            (Some(&*service), Some(&*service))
        );
        assert_eq!(
            org.call("PATCH", &format!("contacts({})", guid(number)), &[], r#"{"lastname":"x"}"#).await.status,
            204
        );
        let row = org.get(&path).await.json();
        assert_eq!(
            (row["_createdonbehalfby_value"].as_str(), row["_modifiedonbehalfby_value"].is_null()),
            (Some(&*service), true)
        );
    }
}

#[tokio::test]
async fn a_request_of_a_batch_may_name_its_user() {
    let org = ready().await;
    let part = |user: u128, request: &str| {
        format!(
            "--b\r\nContent-Type: application/http\r\n\r\n{request} HTTP/1.1\r\nMSCRMCallerID: {}\r\n\r\n\r\n",
            guid(user)
        )
    };
    let body = format!("{}{}--b--", part(70, "GET WhoAmI"), part(99, "GET WhoAmI"));
    let headers = [("content-type", "multipart/mixed; boundary=b"), ("prefer", "odata.continue-on-error")];
    let answer = org.call("POST", "$batch", &headers, &body).await;
    assert!(answer.body.contains(&format!(r#""UserId":"{}""#, guid(70))), "{}", answer.body);
    assert!(answer.body.contains("HTTP/1.1 403 Forbidden"), "{}", answer.body);
}

#[tokio::test]
async fn the_errors_of_acting_for_others() {
    let plain = org().await;
    let org = ready().await;
    let mut text = String::new();
    let (known, unknown) = (guid(70).to_string(), guid(99).to_string());
    for (org, header, id) in [
        (&plain, "MSCRMCallerID", known.as_str()),
        (&plain, "CallerObjectId", known.as_str()),
        (&org, "MSCRMCallerID", unknown.as_str()),
        (&org, "CallerObjectId", known.as_str()),
        (&org, "MSCRMCallerID", "x"),
    ] {
        text.extend([format!(
            "{header}: {id}\n  {}\n",
            org.call("GET", "contacts", &[(header, id)], "").await.error()
        )]);
    }
    assert_snapshot!(text);
}
