//! Hands the run's credentials to each fake.

use crate::credentials::Credentials;
use crate::platform::ServiceUrls;

/// What is chosen for the Dataverse organization; files are a name and their text.
#[derive(Clone, Debug, Default)]
pub(crate) struct DataverseChoices {
    pub(crate) schema_files: Vec<(String, String)>,
    pub(crate) operation_files: Vec<(String, String)>,
    pub(crate) protection: Option<mock_dataverse::ProtectionLimits>,
    /// Certificates that the application may sign in with.
    pub(crate) certificates: Vec<mock_dataverse::ClientCertificate>,
    /// More URLs that the environment goes by.
    pub(crate) resources: Vec<String>,
}

/// Dataverse with one tenant and the completion service's application in it.
pub(crate) fn dataverse(credentials: &Credentials, chosen: DataverseChoices) -> mock_dataverse::Config {
    let mut config = mock_dataverse::Config {
        schema_files: chosen.schema_files,
        operation_files: chosen.operation_files,
        protection: chosen.protection,
        resources: chosen.resources,
        ..mock_dataverse::Config::default()
    };
    config.organization.id = credentials.organization_id;
    if let Some(tenant) = config.tenants.first_mut() {
        tenant.id = credentials.tenant_id;
        if let Some(app) = tenant.apps.first_mut() {
            app.client_id = credentials.client_id;
            app.secrets =
                vec![mock_dataverse::ClientSecret { value: credentials.client_secret.clone(), expires: None }];
            app.certificates = chosen.certificates;
        }
    }
    config
}

/// What is chosen for the Stripe account.
#[derive(Clone, Debug, Default)]
pub(crate) struct StripeChoices {
    pub(crate) api_version: Option<String>,
    pub(crate) rate_limits: Option<mock_stripe::RateLimits>,
}

/// A Stripe account with the service's webhook endpoint.
pub(crate) fn stripe(
    credentials: &Credentials,
    service: Option<&ServiceUrls>,
    chosen: StripeChoices,
) -> mock_stripe::Config {
    let default = mock_stripe::Config::default();
    mock_stripe::Config {
        api_version: chosen.api_version.unwrap_or(default.api_version),
        rate_limits: chosen.rate_limits,
        account: credentials.account_id.as_str().into(),
        api_keys: vec![credentials.stripe_key.clone()],
        webhook_url: service.map(|service| service.notify.clone()),
        webhook_secret: credentials.webhook_secret.clone(),
        ..mock_stripe::Config::default()
    }
}
