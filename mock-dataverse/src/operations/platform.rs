//! The platform's own functions: who am I, which version, which organization, which rate.

use uuid::Uuid;

use super::definition::{Operation, Output, Parameter, ParameterType};
use super::error::OperationError;
use super::registry::Registry;
use crate::store::Value;

/// What the platform functions tell about the organization.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) organization: Uuid,
    pub(crate) business_unit: Uuid,
    pub(crate) tenant: Uuid,
    pub(crate) version: String,
    pub(crate) friendly_name: String,
    pub(crate) unique_name: String,
    /// Base URL used until the Web API listens.
    pub(crate) url: Option<String>,
}

/// Adds `WhoAmI`, `RetrieveVersion`, `RetrieveExchangeRate` and `RetrieveCurrentOrganization`.
pub(crate) fn register(registry: &mut Registry, identity: &Identity) {
    let (organization, business_unit) = (identity.organization, identity.business_unit);
    registry.register(
        Operation::function("WhoAmI", Vec::new(), move |context, _| {
            Ok(Some(vec![
                ("BusinessUnitId".to_owned(), business_unit.into()),
                ("UserId".to_owned(), context.user.into()),
                ("OrganizationId".to_owned(), organization.into()),
            ]))
        })
        .answering(&[("BusinessUnitId", "Edm.Guid"), ("UserId", "Edm.Guid"), ("OrganizationId", "Edm.Guid")]),
    );
    let version = identity.version.clone();
    registry.register(
        Operation::function("RetrieveVersion", Vec::new(), move |_, _| {
            Ok(Some(vec![("Version".to_owned(), version.clone().into())]))
        })
        .answering(&[("Version", "Edm.String")]),
    );
    registry.register(
        Operation::function(
            "RetrieveExchangeRate",
            vec![Parameter::required("TransactionCurrencyId", ParameterType::Guid)],
            |context, arguments| {
                let table = "transactioncurrency";
                let id = arguments.get("TransactionCurrencyId").and_then(Value::guid).unwrap_or_default();
                let missing = || OperationError::MissingRow { table: table.to_owned(), id };
                let row = context.store.get(table, id).ok_or_else(missing)?;
                Ok(Some(vec![("ExchangeRate".to_owned(), row.get("exchangerate").clone().into())]))
            },
        )
        .answering(&[("ExchangeRate", "Edm.Decimal")]),
    );
    let identity = identity.clone();
    registry.register(
        Operation::function(
            "RetrieveCurrentOrganization",
            vec![Parameter::required("AccessType", ParameterType::Enumeration)],
            move |context, _| {
                let places = context.world.places();
                let base = identity
                    .url
                    .clone()
                    .or_else(|| places.base("dataverse").map(|base| base.to_string()))
                    .unwrap_or_default();
                Ok(Some(vec![("Detail".to_owned(), detail(&identity, &base))]))
            },
        )
        .answering(&[("Detail", "mscrm.OrganizationDetail")]),
    );
}

/// The members of an organization's detail, as a .NET client reads them (facts/dataverse.md 16.1).
fn detail(identity: &Identity, base: &str) -> Output {
    let text = |text: &str| Output::from(text);
    let keys = ["WebApplication", "OrganizationService", "OrganizationDataService"];
    let values = [
        format!("{base}/"),
        format!("{base}/XRMServices/2011/Organization.svc"),
        format!("{base}/XRMServices/2011/OrganizationData.svc"),
    ];
    let endpoints = vec![
        ("Count".to_owned(), Output::from(3)),
        ("IsReadOnly".to_owned(), Output::from(false)),
        ("Keys".to_owned(), Output::List(keys.iter().map(|key| text(key)).collect())),
        ("Values".to_owned(), Output::List(values.iter().map(|value| text(value)).collect())),
    ];
    let members = [
        ("OrganizationId", Output::from(identity.organization)),
        ("FriendlyName", text(&identity.friendly_name)),
        ("OrganizationVersion", text(&identity.version)),
        ("EnvironmentId", text(&identity.organization.to_string())),
        ("DatacenterId", text(&Uuid::nil().to_string())),
        ("Geo", text("NA")),
        ("TenantId", text(&identity.tenant.to_string())),
        ("UrlName", text(&identity.unique_name)),
        ("UniqueName", text(&identity.unique_name)),
        ("Endpoints", Output::Object(endpoints)),
        ("State", text("Enabled")),
    ];
    Output::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
