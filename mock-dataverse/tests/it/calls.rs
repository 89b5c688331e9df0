//! Actions and functions: the platform's own, and every mistake a caller can make with a custom API.

use std::sync::Arc;

use insta::assert_snapshot;
use mock_dataverse::operations::{
    Arguments, Operation, OperationContext, OperationError, Parameter, ParameterType, Registry,
};
use mock_dataverse::store::Value;

use crate::support::{EURO, ORG, guid, org};

#[tokio::test]
async fn who_am_i_with_and_without_parentheses() {
    let org = org().await;
    let plain = org.get("WhoAmI").await;
    assert_snapshot!(plain.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse","BusinessUnitId":"2a960f4d-8c13-4b75-a6e8-3d905f7b1c22","UserId":"c64f2e98-7b05-4d3c-95a1-e8204b6d17f3","OrganizationId":"5e1b77c0-4a39-4f08-b2d6-91c37e540a18"}"#);
    assert_eq!(org.get("WhoAmI()").await.body, plain.body);
    assert_eq!(org.get("RetrieveVersion()").await.json()["Version"], "9.2.25103.189");
}

#[tokio::test]
async fn the_current_organization_in_both_spellings() {
    let org = org().await;
    let plain = org.get("RetrieveCurrentOrganization(AccessType='Default')").await;
    let alias = org
        .get("RetrieveCurrentOrganization(AccessType=@p1)?@p1=Microsoft.Dynamics.CRM.EndpointAccessType'Default'")
        .await;
    assert_eq!(plain.body, alias.body);
    assert_eq!(plain.json()["Detail"]["Endpoints"]["Values"][1], format!("{ORG}/XRMServices/2011/Organization.svc"));
}

#[tokio::test]
async fn the_rate_of_a_currency() {
    let org = org().await;
    let rate = org.get(&format!("RetrieveExchangeRate(TransactionCurrencyId={EURO})")).await;
    assert_snapshot!(rate.body, @r#"{"@odata.context":"http://127.0.0.1:4402/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.RetrieveExchangeRateResponse","ExchangeRate":0.9}"#);
    let missing = org.get(&format!("RetrieveExchangeRate(TransactionCurrencyId={})", guid(9))).await;
    assert_snapshot!(missing.error(), @"404 0x80040217 transactioncurrency With Id = 6b1f0c0e-0000-4000-8000-000000000009 Does Not Exist");
}

#[tokio::test]
async fn the_errors_of_calling() {
    let org = org().await;
    let name = "msevtmgt_finalizeregistrationpayment";
    let mut text = String::new();
    for (method, path, body) in [
        ("POST", "WhoAmI", "{}".to_owned()),
        ("GET", name, String::new()),
        ("POST", "msevtmgt_nothing", "{}".to_owned()),
        ("GET", "RetrieveCurrentOrganization", String::new()),
        ("GET", "RetrieveCurrentOrganization(AccessType=5)", String::new()),
        ("GET", "RetrieveCurrentOrganization(Other='x')", String::new()),
        ("GET", "RetrieveCurrentOrganization(AccessType)", String::new()),
        ("GET", "WhoAmI(x=1)", String::new()),
        ("GET", "WhoAmI/x", String::new()),
    ] {
        text.extend([format!("{method} {path} {body}\n  {}\n", org.call(method, path, &[], &body).await.error())]);
    }
    assert_snapshot!(text);
}

fn finalize() -> Operation {
    let parameters = vec![
        Parameter::required("id", ParameterType::Guid),
        Parameter::required("status", ParameterType::Picklist),
        Parameter::optional("note", ParameterType::String),
    ];
    Operation::action("finalize", parameters, |_, _| Ok(None))
}

fn context() -> OperationContext {
    let world = mock_core::World::builder().build();
    let dataverse = mock_dataverse::Dataverse::new(&world, mock_dataverse::Config::default()).unwrap();
    let store = dataverse.store().clone();
    OperationContext { world, store, dataverse, user: guid(0), scope: String::new(), target: None }
}

#[track_caller]
fn check(arguments: &[(&str, Value)], expect: Result<usize, OperationError>) {
    let arguments: Arguments = arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let seen = Registry::call(&finalize(), &context(), &arguments).map(|outputs| outputs.len());
    assert_eq!(seen, expect);
}

#[test]
fn arguments_are_checked_before_the_handler_runs() {
    let id = || ("id", Value::Guid(guid(1)));
    let status = || ("status", Value::Choice(1));
    check(&[id(), status()], Ok(0));
    check(&[id(), status(), ("note", Value::Null)], Ok(0));
    check(&[id()], Err(OperationError::MissingParameter("status".into())));
    check(&[id(), ("status", Value::Null)], Err(OperationError::MissingParameter("status".into())));
    check(&[("id", Value::Guid(uuid::Uuid::nil())), status()], Err(OperationError::EmptyGuid));
    check(
        &[id(), status(), ("other", Value::Null)],
        Err(OperationError::UnknownParameter { operation: "finalize".into(), parameter: "other".into() }),
    );
}

#[test]
fn a_later_registration_replaces_an_earlier_one() {
    let mut registry = Registry::default();
    registry.register(finalize());
    registry.register(Operation::function("finalize", Vec::new(), |_, _| Ok(None)));
    assert_eq!(registry.iter().count(), 1);
    assert!(Arc::strong_count(&registry.get("finalize").unwrap().handler) > 0);
}
