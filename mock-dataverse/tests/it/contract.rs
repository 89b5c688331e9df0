//! The published documents of both faces: they hold together, they name every route, and every operation answers as documented.

use http::Method;
use mock_core::contract::{Contract, Match};

use crate::support::{Org, guid, org};

const DATAVERSE: &str = include_str!("../../../fixtures/openapi/dataverse.yaml");
const ENTRA: &str = include_str!("../../../fixtures/openapi/entra.yaml");

#[test]
fn the_documents_hold_together() {
    for (name, text) in [("dataverse", DATAVERSE), ("entra", ENTRA)] {
        let contract = Contract::parse(name, text).unwrap();
        contract.verify().unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
    }
}

/// One path for each form that the Web API answers, and the verbs that mean something there.
const FORMS: &[(&str, &str)] = &[
    ("GET", ""),
    ("GET", "/"),
    ("GET", "/WhoAmI"),
    ("GET", "/WhoAmI()"),
    ("GET", "/RetrieveVersion"),
    ("GET", "/RetrieveVersion()"),
    ("GET", "/RetrieveCurrentOrganization(AccessType='Default')"),
    ("POST", "/msevtmgt_finalizeregistrationpayment"),
    ("GET", "/msevtmgt_eventpurchases"),
    ("POST", "/msevtmgt_eventpurchases"),
    ("GET", "/msevtmgt_eventpurchases({id})"),
    ("PATCH", "/msevtmgt_eventpurchases({id})"),
    ("DELETE", "/msevtmgt_eventpurchases({id})"),
    ("GET", "/contacts"),
    ("POST", "/contacts"),
    ("GET", "/contacts({id})"),
    ("PATCH", "/contacts({id})"),
    ("DELETE", "/contacts({id})"),
    ("GET", "/contacts/$count"),
    ("POST", "/contacts/Microsoft.Dynamics.CRM.CreateMultiple"),
    ("GET", "/contacts({id})/lastname"),
    ("PUT", "/contacts({id})/lastname"),
    ("DELETE", "/contacts({id})/lastname"),
    ("POST", "/contacts({id})/Microsoft.Dynamics.CRM.Merge"),
    ("GET", "/contacts({id})/lastname/$value"),
    ("GET", "/contacts({id})/msevtmgt_contact_msevtmgt_eventpurchase"),
    ("GET", "/contacts({id})/msevtmgt_contact_msevtmgt_eventpurchase/$count"),
    ("POST", "/contacts({id})/msevtmgt_contact_msevtmgt_eventpurchase/$ref"),
    ("GET", "/contacts({id})/parentcontactid/lastname"),
    ("GET", "/contacts({id})/msevtmgt_contact_msevtmgt_eventpurchase({id})"),
    ("GET", "/$metadata"),
    ("POST", "/$batch"),
    ("GET", "/EntityDefinitions"),
    ("GET", "/EntityDefinitions(LogicalName='contact')/Attributes"),
    ("GET", "/EntityDefinitions({id})/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"),
    ("GET", "/EntityDefinitions({id})/Attributes({id})/Microsoft.Dynamics.CRM.PicklistAttributeMetadata/OptionSet"),
    ("GET", "/RelationshipDefinitions"),
    ("GET", "/RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata"),
    ("GET", "/RelationshipDefinitions({id})/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata"),
    ("GET", "/GlobalOptionSetDefinitions"),
    ("GET", "/GlobalOptionSetDefinitions(Name='x')"),
    ("GET", "/EntityDefinitions(LogicalName='contact')"),
];

const SIGN_IN: &[(&str, &str)] = &[
    ("POST", "/oauth2/v2.0/token"),
    ("POST", "/oauth2/token"),
    ("GET", "/v2.0/.well-known/openid-configuration"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/discovery/v2.0/keys"),
    ("GET", "/discovery/keys"),
    ("GET", "/discovery/instance"),
];

fn sign_in_paths() -> impl Iterator<Item = (&'static str, String)> {
    let tenant = mock_dataverse::DEFAULT_TENANT_ID;
    ["", "/dstsv2"]
        .into_iter()
        .flat_map(move |front| SIGN_IN.iter().map(move |(method, path)| (*method, format!("{front}/{tenant}{path}"))))
}

#[test]
fn every_route_is_described() {
    let check = |contract: &Contract, method: &str, path: &str| {
        let method: Method = method.parse().unwrap();
        assert!(matches!(contract.find(&method, path), Match::Operation(_)), "{method} {path}");
    };
    let contract = Contract::parse("dataverse", DATAVERSE).unwrap();
    for (method, form) in FORMS {
        check(&contract, method, &format!("/api/data/v9.2{}", form.replace("{id}", &guid(1).to_string())));
    }
    for (method, path) in [
        ("GET", "/XRMServices/2011/Organization.svc/web"),
        ("POST", "/XRMServices/2011/Organization.svc"),
        ("GET", "/api/data"),
    ] {
        check(&contract, method, path);
    }
    let contract = Contract::parse("entra", ENTRA).unwrap();
    for (method, path) in sign_in_paths() {
        check(&contract, method, &path);
    }
}

/// What a described path looks like when it is called.
fn filled(template: &str) -> String {
    let id = guid(5).to_string();
    let values = [
        ("{version}", "v9.1"),
        ("{resource}", "contacts"),
        ("{set}", "contacts"),
        ("{key}", id.as_str()),
        ("{purchaseId}", id.as_str()),
        ("{arguments}", "AccessType='Default'"),
        ("{property}", "lastname"),
        ("{member}", id.as_str()),
        ("{part}", "Microsoft.Dynamics.CRM.StringAttributeMetadata"),
        ("{detail}", "OptionSet"),
        ("{operation}", "Microsoft.Dynamics.CRM.CreateMultiple"),
        ("{tenant}", "payloop.onmicrosoft.com"),
    ];
    values.iter().fold(template.to_owned(), |path, (name, value)| path.replace(name, value))
}

async fn every_operation(org: &Org, contract: &Contract, entra: bool) -> usize {
    let mut count = 0;
    for operation in contract.operations() {
        let path = filled(operation.path());
        assert!(!path.contains('{'), "{path}: a variable without a sample");
        for body in ["", "{}", r#"{"value":"x"}"#, "{", "grant_type=client_credentials"] {
            let bearer = format!("Bearer {}", org.token.as_deref().unwrap());
            for authorization in [bearer.as_str(), "Bearer x"] {
                let headers = [
                    ("authorization", authorization),
                    ("content-type", "application/json"),
                    ("host", "127.0.0.1:4402"),
                ];
                let router = if entra { &org.entra } else { &org.api };
                let answer = org.checked(router, operation.method().as_str(), &path, &headers, body).await;
                assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
                count += 1;
            }
        }
    }
    count
}

#[tokio::test]
async fn every_operation_answers_as_described() {
    let org = org().await;
    org.put("contact", guid(5), mock_dataverse::store::Fields::new().set("lastname", "Ng"));
    assert!(every_operation(&org, &Contract::parse("dataverse", DATAVERSE).unwrap(), false).await > 300);
    assert!(every_operation(&org, &Contract::parse("entra", ENTRA).unwrap(), true).await > 100);
}
