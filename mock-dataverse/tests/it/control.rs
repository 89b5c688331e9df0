//! The control routes against the published contract of the control API, and what they change.

use std::collections::BTreeSet;

use axum::Router;
use http::{HeaderMap, Method, header};
use mock_core::contract::{AnswerView, Contract, RequestView};
use mock_dataverse::control::ROUTES;
use mock_dataverse::control::dto::{CertificateView, RowView, TableView};
use mock_dataverse::{DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID};

use crate::support::{Answer, EURO, Org, guid, org, send};

const PREFIX: &str = "/v1/dataverse";

fn contract() -> Contract {
    Contract::parse("control", include_str!("../../../fixtures/openapi/control.yaml")).unwrap()
}

#[test]
fn the_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = contract();
    let described: BTreeSet<_> = contract
        .operations()
        .filter_map(|operation| Some((operation.method().as_str(), operation.path().strip_prefix(PREFIX)?)))
        .collect();
    assert_eq!(described, ROUTES.iter().copied().collect());
}

struct Control {
    org: Org,
    router: Router,
    contract: Contract,
}

impl Control {
    async fn start() -> Self {
        let org = org().await;
        let router = mock_core::control::router(&org.world, Router::new().nest(PREFIX, org.dataverse.control()));
        Self { org, router, contract: contract() }
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let path = format!("{PREFIX}{path}");
        let headers: &[(&str, &str)] = &[("host", "127.0.0.1:4400"), ("content-type", "application/json")];
        let answer = send(&self.router, method, &path, headers, body.to_owned()).await;
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut sent = HeaderMap::new();
        if !body.is_empty() {
            sent.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        }
        let request = RequestView { method: &method, path: &path, query: None, headers: &sent, body: body.as_bytes() };
        let view = AnswerView { status: answer.status, headers: &answer.headers, body: answer.body.as_bytes() };
        let wrong = self.contract.check_answer(&request, &view);
        assert!(wrong.is_empty(), "{method} {path}: {wrong:#?}\n{answer:#?}");
        answer
    }

    /// Status and message of a refusal.
    async fn refused(&self, method: &str, path: &str, body: &str) -> String {
        let answer = self.call(method, path, body).await;
        format!(
            "{method} {path} {body}\n  {} {}\n",
            answer.status.as_u16(),
            answer.json()["error"]["message"].as_str().unwrap_or("?")
        )
    }
}

#[tokio::test]
async fn a_row_is_made_changed_watched_and_deleted() {
    let control = Control::start().await;
    let id = guid(3);
    let body = format!(
        r#"{{"id":"{id}","values":{{"msevtmgt_name":"P","msevtmgt_totalprice":"10.0050","transactioncurrencyid":"{EURO}"}}}}"#
    );
    let made: RowView =
        serde_json::from_str(&control.call("POST", "/rows/msevtmgt_eventpurchase", &body).await.body).unwrap();
    assert_eq!((made.id, made.values["msevtmgt_totalprice"].as_str()), (id, Some("10.0050")));
    let path = format!("/rows/msevtmgt_eventpurchase/{id}");
    control.call("PATCH", &path, r#"{"values":{"msevtmgt_paymentstatus":100000001,"msevtmgt_totalprice":12.5}}"#).await;
    let shown: RowView = serde_json::from_str(&control.call("GET", &path, "").await.body).unwrap();
    assert!(shown.version > made.version);
    assert_eq!(shown.values["msevtmgt_totalprice"], "12.5");
    let last = shown.history.last().unwrap();
    assert_eq!(shown.history.iter().filter(|change| change.column == "msevtmgt_totalprice").count(), 2);
    assert_eq!(last.version, shown.version);
    let listed: Vec<RowView> =
        serde_json::from_str(&control.call("GET", "/rows/msevtmgt_eventpurchase", "").await.body).unwrap();
    assert_eq!(listed, [shown]);
    assert_eq!(control.call("DELETE", &path, "").await.status, 204);
    assert_eq!(control.call("GET", &path, "").await.status, 404);
}

#[tokio::test]
async fn tables_tell_which_names_are_stand_ins() {
    let control = Control::start().await;
    let tables: Vec<TableView> = serde_json::from_str(&control.call("GET", "/tables", "").await.body).unwrap();
    let provider = tables.iter().find(|table| table.logical_name == "msevtmgt_paymentprovider").unwrap();
    let url = provider.columns.iter().find(|column| column.name == "payloop_paymentpageurl").unwrap();
    assert!(url.placeholder.is_some());
    assert_eq!(tables.iter().find(|table| table.logical_name == "transactioncurrency").unwrap().rows, 4);
}

#[tokio::test]
async fn tokens_and_standing() {
    let control = Control::start().await;
    let who = || async { control.org.get("WhoAmI").await.status.as_u16() };
    assert_eq!(control.call("GET", "/tokens", "").await.body, r#"{"given":1,"good":1,"lifetime":null}"#);
    let app = format!("/apps/{DEFAULT_CLIENT_ID}");
    control.call("PUT", &app, r#"{"member":false,"role":true}"#).await;
    assert_eq!(who().await, 403);
    control.call("PUT", &app, r#"{"member":true,"role":false}"#).await;
    assert_eq!((who().await, control.org.get("contacts").await.status.as_u16()), (200, 403));
    assert_eq!(control.call("DELETE", &app, "").await.status, 204);
    assert_eq!(control.org.get("contacts").await.status, 200);
    assert_eq!(control.call("POST", "/tokens/expire", "").await.body, r#"{"expired":1}"#);
    assert_eq!(who().await, 401);
    assert_eq!(
        control.call("PUT", "/tokens/lifetime", r#"{"seconds":5}"#).await.body,
        r#"{"given":1,"good":0,"lifetime":5}"#
    );
}

#[tokio::test]
async fn certificates_of_an_app() {
    let control = Control::start().await;
    let path = format!("/apps/{DEFAULT_CLIENT_ID}/certificates");
    let certificate = include_str!("../../../fixtures/entra/client-certificate.pem");
    let body = serde_json::json!({"certificate": certificate}).to_string();
    let added: CertificateView = serde_json::from_str(&control.call("POST", &path, &body).await.body).unwrap();
    assert_eq!(added.thumbprint, "C98098E8BA14E59A113695422BDA9A401970ABBD");
    // The same one again stays alone.
    control.call("POST", &path, &body).await;
    let list = || async { control.call("GET", &path, "").await.body };
    assert_eq!(serde_json::from_str::<Vec<CertificateView>>(&list().await).unwrap(), std::slice::from_ref(&added));
    let one = format!("{path}/{}", added.thumbprint_sha256.to_lowercase());
    assert_eq!(control.call("DELETE", &one, "").await.status, 204);
    assert_eq!(list().await, "[]");
    control.call("POST", &path, &body).await;
    control.org.world.reset();
    assert_eq!(list().await, "[]");
    let mut text = String::new();
    let elliptic = include_str!("../../../fixtures/entra/client-certificate-elliptic.pem");
    for body in [serde_json::json!({"certificate": elliptic}), serde_json::json!({"certificate": "x"})] {
        let answer = control.call("POST", &path, &body.to_string()).await;
        text.extend([format!("{} {}\n", answer.status.as_u16(), answer.json()["error"]["message"])]);
    }
    text.push_str(&control.refused("DELETE", &one, "").await);
    text.push_str(&control.refused("GET", &format!("/apps/{DEFAULT_TENANT_ID}/certificates"), "").await);
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_reset_puts_rows_and_standing_back() {
    let control = Control::start().await;
    control.call("POST", "/rows/contact", r#"{"values":{"lastname":"Ng"}}"#).await;
    control.call("PUT", &format!("/apps/{DEFAULT_CLIENT_ID}"), r#"{"member":false,"role":false}"#).await;
    control.org.world.reset();
    assert_eq!(control.org.get("contacts/$count").await.body, "\u{feff}0");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let control = Control::start().await;
    let mut text = String::new();
    for (method, path, body) in [
        ("GET", "/rows/nothing".to_owned(), ""),
        ("GET", "/rows/contact/x".to_owned(), ""),
        ("GET", format!("/rows/contact/{}", guid(1)), ""),
        ("POST", "/rows/contact".to_owned(), "{"),
        ("POST", "/rows/contact".to_owned(), r#"{"fields":{}}"#),
        ("POST", "/rows/contact".to_owned(), r#"{"values":{"nothing":1}}"#),
        ("POST", "/rows/contact".to_owned(), r#"{"values":{"lastname":1}}"#),
        ("POST", "/rows/msevtmgt_pass".to_owned(), r#"{"values":{"msevtmgt_noofpassesallocated":-1}}"#),
        ("POST", "/rows/transactioncurrency".to_owned(), r#"{"id":"10d84c2e-0a51-4e86-9c3b-7f42d5a08402"}"#),
        ("DELETE", "/rows/transactioncurrency/10d84c2e-0a51-4e86-9c3b-7f42d5a08401".to_owned(), ""),
        ("PUT", format!("/apps/{DEFAULT_TENANT_ID}"), r#"{"member":true,"role":true}"#),
        ("PUT", "/apps/x".to_owned(), r#"{"member":true,"role":true}"#),
        ("PUT", format!("/apps/{DEFAULT_CLIENT_ID}"), "{}"),
        ("PUT", "/tokens/lifetime".to_owned(), r#"{"seconds":-1}"#),
    ] {
        text.push_str(&control.refused(method, &path, body).await);
    }
    insta::assert_snapshot!(text);
}
