//! Reading rows: the documented read of a purchase, annotations, properties, lists, pages, the whole answers of errors.

use insta::assert_snapshot;
use mock_dataverse::store::Fields;
use mock_dataverse::{Config, ErrorCodes};

use crate::support::{ENTRA, ORG, guid, org, org_with, send};

const READ: &str = "?$select=msevtmgt_totalprice&$expand=transactioncurrencyid($select=isocurrencycode)";

#[tokio::test]
async fn the_documented_read_of_a_purchase() {
    let org = org().await;
    let id = org.purchase();
    let answer = org.get(&format!("msevtmgt_eventpurchases({id}){READ}")).await;
    assert_snapshot!(answer.whole());
}

#[tokio::test]
async fn a_purchase_without_a_currency_expands_to_null() {
    let org = org().await;
    org.put("msevtmgt_eventpurchase", guid(1), Fields::new());
    let answer = org.get(&format!("msevtmgt_eventpurchases({}){READ}", guid(1))).await;
    let json = answer.json();
    assert!(json["transactioncurrencyid"].is_null() && json["msevtmgt_totalprice"].is_null());
    assert_eq!(json["_transactioncurrencyid_value"], serde_json::Value::Null);
}

#[tokio::test]
async fn annotations_come_only_when_asked_for() {
    let org = org().await;
    let id = org.purchase();
    let path = format!(
        "msevtmgt_eventpurchases({id})?$select=msevtmgt_totalprice,msevtmgt_paid,statuscode,createdon,_transactioncurrencyid_value"
    );
    let plain = org.get(&path).await;
    assert_eq!(plain.body.matches('@').count(), 2, "context and etag only: {}", plain.body);
    let all = org.call("GET", &path, &[("prefer", "odata.include-annotations=\"*\"")], "").await;
    assert_snapshot!(all.whole());
    let some =
        org.call("GET", &path, &[("prefer", "odata.include-annotations=\"Microsoft.Dynamics.CRM.*\"")], "").await;
    assert!(!some.body.contains("FormattedValue") && some.body.contains("lookuplogicalname"), "{}", some.body);
}

#[tokio::test]
async fn every_column_comes_without_a_select() {
    let org = org().await;
    let id = org.purchase();
    let json = org.get(&format!("msevtmgt_eventpurchases({id})")).await.json();
    for column in [
        "msevtmgt_totalprice_base",
        "exchangerate",
        "_ownerid_value",
        "statecode",
        "versionnumber",
        "createdon",
        "_msevtmgt_eventid_value",
    ] {
        assert!(json.get(column).is_some(), "{column}");
    }
    assert!(json.get("msevtmgt_eventid").is_none() && json.get("transactioncurrencyid").is_none());
}

#[tokio::test]
async fn properties_and_navigation() {
    let org = org().await;
    let id = org.purchase();
    let base = format!("msevtmgt_eventpurchases({id})");
    assert_snapshot!(org.get(&format!("{base}/msevtmgt_totalprice")).await.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#msevtmgt_eventpurchases(6b1f0c0e-0000-4000-8000-000000000001)/msevtmgt_totalprice","value":149.5000}"#);
    let raw = org.get(&format!("{base}/msevtmgt_totalprice/$value")).await;
    assert_eq!((raw.body.as_str(), raw.header("content-type")), ("149.5000", "text/plain"));
    assert_eq!(org.get(&format!("{base}/msevtmgt_paymentstatus")).await.status, 204);
    assert_eq!(org.get(&format!("{base}/msevtmgt_EventId")).await.status, 204);
    assert_eq!(
        org.get(&format!("{base}/transactioncurrencyid?$select=isocurrencycode")).await.json()["isocurrencycode"],
        "EUR"
    );
    let currency =
        format!("transactioncurrencies({})/TransactionCurrency_msevtmgt_eventpurchase", crate::support::EURO);
    assert_eq!(
        org.get(&format!("{currency}?$select=msevtmgt_name")).await.json()["value"][0]["msevtmgt_name"],
        "Purchase 1"
    );
    assert_eq!(org.get(&format!("{currency}/$count")).await.body, "\u{feff}1");
}

#[tokio::test]
async fn an_unchanged_row_is_not_sent_again() {
    let org = org().await;
    let id = org.purchase();
    let path = format!("msevtmgt_eventpurchases({id})?$select=msevtmgt_name");
    let etag = org.get(&path).await.header("etag").to_owned();
    let again = org.call("GET", &path, &[("if-none-match", &etag)], "").await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    assert_eq!(org.call("GET", &path, &[("if-none-match", "null")], "").await.status, 200);
    let expanded = format!("msevtmgt_eventpurchases({id}){READ}");
    assert_eq!(org.call("GET", &expanded, &[("if-none-match", &etag)], "").await.status, 200, "not with $expand");
}

#[tokio::test]
async fn lists_filter_order_count_and_page() {
    let org = org().await;
    org.contacts();
    let answer = org
        .get("contacts?$select=firstname,lastname&$filter=lastname eq 'NG'&$orderby=firstname desc&$count=true")
        .await;
    assert_snapshot!(answer.whole());
    let page = org
        .call("GET", "contacts?$select=firstname&$orderby=firstname&$top=1", &[("prefer", "odata.maxpagesize=3")], "")
        .await;
    assert_eq!(page.header("preference-applied"), "odata.maxpagesize=3");
    let json = page.json();
    assert_eq!(json["value"].as_array().unwrap().len(), 3, "a page size puts $top aside");
    let next = json["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&format!("{ORG}/api/data/v9.2/contacts?$select=firstname&$orderby=firstname&$top=1&$skiptoken=%3Ccookie%20pagenumber%3D%222%22")), "{next}");
    let rest = org.call("GET", next.strip_prefix(ORG).unwrap(), &[("prefer", "odata.maxpagesize=3")], "").await.json();
    assert_eq!((rest["value"][0]["firstname"].as_str(), rest.get("@odata.nextLink")), (Some("Di"), None));
    assert_eq!(org.get("contacts/$count?$filter=startswith(firstname,'a')").await.body, "\u{feff}1");
    let top = org.get("contacts?$select=firstname&$orderby=creditlimit desc,firstname&$top=2").await.json();
    let names: Vec<&str> =
        top["value"].as_array().unwrap().iter().map(|row| row["firstname"].as_str().unwrap()).collect();
    assert_eq!(names, ["Cy", "Ada"]);
}

#[tokio::test]
async fn every_version_of_eight_and_nine_is_the_same() {
    let org = org().await;
    let id = org.purchase();
    for version in ["v8.0", "v8.2", "v9.0", "v9.1", "v9.2"] {
        let answer = org.get(&format!("/api/data/{version}/msevtmgt_eventpurchases({id})?$select=msevtmgt_name")).await;
        assert!(
            answer.json()["@odata.context"]
                .as_str()
                .unwrap()
                .starts_with(&format!("{ORG}/api/data/{version}/$metadata#"))
        );
    }
    let mut errors: Vec<String> = Vec::new();
    for version in ["v7.1", "v10.0", "9.2", "v9", "v9.x", "latest"] {
        errors.push(org.get(&format!("/api/data/{version}/contacts")).await.error());
    }
    errors.dedup();
    assert_snapshot!(errors.join("\n"), @"400 0x80060888 The requested API version was not understood. The URL must have the form /api/data/v<Major>.<Minor>/, for example /api/data/v9.2/.");
}

#[tokio::test]
async fn the_service_document_lists_the_sets() {
    let org = org().await;
    let json = org.get("/api/data/v9.2/").await.json();
    assert_eq!(json["@odata.context"], format!("{ORG}/api/data/v9.2/$metadata"));
    assert!(json["value"].as_array().unwrap().contains(
        &serde_json::json!({"name":"msevtmgt_eventpurchases","kind":"EntitySet","url":"msevtmgt_eventpurchases"})
    ));
}

#[tokio::test]
async fn without_a_good_token_there_is_one_challenge() {
    let mut org = org().await;
    let id = org.purchase();
    let token = org.token.take().unwrap();
    let expected = format!(
        "Bearer authorization_uri={ENTRA}/{}/oauth2/authorize, resource_id={ORG}/",
        mock_dataverse::DEFAULT_TENANT_ID
    );
    for path in [
        format!("msevtmgt_eventpurchases({id})"),
        "/api/data/".into(),
        "/XRMServices/2011/Organization.svc/web?SDKClientVersion=9".into(),
    ] {
        let bad = format!("Bearer {token}x");
        for headers in [
            vec![],
            vec![("authorization", "Bearer nonsense")],
            vec![("authorization", bad.as_str())],
            vec![("authorization", "Basic QTpC")],
        ] {
            let answer = org.call("GET", &path, &headers, "").await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (401, ""));
            let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
            assert_eq!(challenges, [&expected], "{path}");
        }
    }
}

#[tokio::test]
async fn a_switch_takes_calls_without_a_token() {
    let org = org_with(Config { allow_anonymous: true, ..Config::default() });
    let id = org.purchase();
    assert_eq!(org.get(&format!("msevtmgt_eventpurchases({id})?$select=msevtmgt_name")).await.status, 200);
}

#[tokio::test]
async fn the_errors_of_reading() {
    let org = org().await;
    let id = org.purchase();
    let mut text = String::new();
    for path in [
        format!("msevtmgt_eventpurchases({})", guid(99)),
        "msevtmgt_eventpurchases(123)".into(),
        "msevtmgt_eventpurchases('6b1f0c0e-0000-4000-8000-000000000001')".into(),
        "msevtmgt_eventpurchases({6b1f0c0e-0000-4000-8000-000000000001})".into(),
        "msevtmgt_eventpurchases(msevtmgt_name='x')".into(),
        "msevtmgt_eventpurchases(".into(),
        "msevtmgt_EventPurchases".into(),
        "nothing".into(),
        format!("msevtmgt_eventpurchases({id})/nothing"),
        format!("msevtmgt_eventpurchases({id})?$select=nothing"),
        format!("msevtmgt_eventpurchases({id})?$expand=TransactionCurrencyId"),
        format!("msevtmgt_eventpurchases({id})?$expand=transactioncurrencyid($select=nothing)"),
        format!("msevtmgt_eventpurchases({id})?$expand=transactioncurrencyid($top=1)"),
        format!("msevtmgt_eventpurchases({id})?$expand=transactioncurrencyid($select=isocurrencycode"),
        "contacts?$skip=5".into(),
        "contacts?$top=-1".into(),
        "contacts?$count=yes".into(),
        "contacts?$Select=fullname".into(),
        "contacts?$select=fullname&$select=fullname".into(),
        "contacts?$filter=lastname eq ".into(),
        "contacts?$filter=lastname eq 5".into(),
        "contacts?$filter=tolower(lastname) eq 'x'".into(),
        "contacts?$filter=lastname add 1 eq 2".into(),
        "contacts?$filter=(((lastname eq 'x')".into(),
        "contacts?$filter=lastname eq @p1".into(),
        "contacts?$orderby=nothing desc".into(),
        "contacts?$skiptoken=abc".into(),
    ] {
        text.extend([format!("{path}\n  {}\n", org.get(&path).await.error())]);
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn older_error_codes_are_a_setting() {
    let mut org = org_with(Config { error_codes: ErrorCodes::Older, ..Config::default() });
    org.sign_in().await;
    assert_snapshot!(org.get("nothing").await.error(), @"404 0x8006088a Resource not found for the segment 'nothing'.");
    assert_snapshot!(org.get("contacts?$select=nothing").await.error(), @"400 0x0 Could not find a property named 'nothing' on type 'Microsoft.Dynamics.CRM.contact'.");
}

#[tokio::test]
async fn the_generation_of_codes_is_a_switch() {
    let org = org().await;
    org.world.switches().set("DV-CODES", None, "older").unwrap();
    assert_snapshot!(org.get("nothing").await.error(), @"404 0x8006088a Resource not found for the segment 'nothing'.");
    org.world.switches().set("DV-CODES", None, "newer").unwrap();
    assert_snapshot!(org.get("contacts?$select=nothing").await.error(), @"400 0x80060888 Could not find a property named 'nothing' on type 'Microsoft.Dynamics.CRM.contact'.");
}

#[tokio::test]
async fn a_missing_row_as_a_whole_answer() {
    let org = org().await;
    let answer = org
        .call(
            "GET",
            &format!("msevtmgt_eventpurchases({})", guid(99)),
            &[("prefer", "odata.include-annotations=\"*\"")],
            "",
        )
        .await;
    assert_snapshot!(answer.whole());
}

#[tokio::test]
async fn what_is_missing_is_refused_by_name_and_marked() {
    let org = org().await;
    let mut text = String::new();
    for (method, path) in [
        ("GET", "ManagedPropertyDefinitions"),
        ("POST", "EntityDefinitions"),
        ("GET", "contacts?$apply=groupby((lastname))&$filter=lastname eq 'x'"),
        ("GET", "contacts?$apply=topcount(1,creditlimit)"),
        ("GET", "contacts?$apply=groupby((parentcontactid/lastname))"),
        ("GET", "contacts?$compute=creditlimit"),
        ("GET", "contacts?$filter=Microsoft.Dynamics.CRM.ThisFiscalYear(PropertyName='createdon')"),
        ("POST", "/XRMServices/2011/Organization.svc/web"),
    ] {
        let answer = org.call(method, path, &[], "").await;
        text.extend([format!("{method} {path}\n  {}\n", answer.error())]);
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn the_body_of_a_request_is_bounded() {
    let org = org().await;
    let big = vec![b' '; 5 * 1024 * 1024];
    let answer = send(&org.api, "POST", "/api/data/v9.2/contacts", &[], big).await;
    assert_snapshot!(answer.error(), @"413 0x8004418a The request is too large: this fake takes 4194304 bytes.");
}

#[tokio::test]
async fn paths_of_several_steps() {
    let org = org().await;
    org.contacts();
    let bind = |id: u128, parent: u128| {
        let fields = Fields::new().set("parentcontactid", guid(parent));
        let done =
            org.dataverse.store().write(org.world.clock().now(), |tx| tx.update("contact", guid(id), fields).map(drop));
        done.unwrap_or_else(|error| panic!("{error}"));
    };
    bind(10, 11);
    bind(11, 12);
    let fields = Fields::new().set("msevtmgt_name", "P").set("msevtmgt_purchasingcontactid", guid(11));
    org.put("msevtmgt_eventpurchase", guid(1), fields);
    let here = format!("contacts({})", guid(10));
    let list = "msevtmgt_contact_msevtmgt_eventpurchase";
    let value = async |path: &str| org.get(&format!("{here}/{path}")).await;
    assert_eq!(value("parentcontactid/firstname").await.json()["value"], "Bo");
    assert_eq!(value("parentcontactid/parentcontactid/firstname/$value").await.body, "Cy");
    assert_eq!(value("parentcontactid/parentcontactid?$select=firstname").await.json()["firstname"], "Cy");
    assert_eq!(value(&format!("parentcontactid/{list}/$count")).await.body, "\u{feff}1");
    assert_eq!(
        value(&format!("parentcontactid/{list}?$select=msevtmgt_name")).await.json()["value"][0]["msevtmgt_name"],
        "P"
    );
    let member = format!("parentcontactid/{list}({})", guid(1));
    assert_eq!(value(&format!("{member}?$select=msevtmgt_name")).await.json()["msevtmgt_name"], "P");
    assert_eq!(value(&format!("{member}/msevtmgt_PurchasingContactId/firstname")).await.json()["value"], "Bo");
    // Behind the last one there is nobody, and a row is only in the list that it points to.
    let nobody = value("parentcontactid/parentcontactid/parentcontactid/firstname").await;
    assert_eq!((nobody.status.as_u16(), nobody.body.as_str()), (204, ""));
    let stranger = value(&format!("{list}({})", guid(1))).await;
    assert_eq!(stranger.error(), format!("404 0x80040217 msevtmgt_eventpurchase With Id = {} Does Not Exist", guid(1)));
    assert_eq!(value("parentcontactid/nothing").await.status, 404);
    assert_eq!(value("firstname/lastname").await.status, 404);
    let written = org.call("PATCH", &format!("{here}/parentcontactid/firstname"), &[], r#"{"value":"x"}"#).await;
    assert_eq!(written.status, 405);
}
