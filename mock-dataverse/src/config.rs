//! What a fake Dataverse is set up with: organization, tenants, app registrations, currencies, settings.

use jiff::Timestamp;
use rust_decimal::Decimal;
use thiserror::Error;
use uuid::Uuid;

use crate::operations::CustomError;
use crate::protection::ProtectionLimits;
use crate::schema::SchemaError;
use crate::token::ClientCertificate;

/// Which of two public generations of error codes is sent where they differ (facts/dataverse.md 11.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorCodes {
    /// As captured in 2025: `0x80060888` for unknown segments and properties of a query.
    #[default]
    Newer,
    /// As documented before: `0x8006088a` for an unknown segment, `0x0` for an unknown property.
    Older,
}

/// The organization (environment).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Organization id.
    pub id: Uuid,
    /// Id of the root business unit.
    pub business_unit: Uuid,
    /// Unique name.
    pub unique_name: String,
    /// Name for people.
    pub friendly_name: String,
    /// Version that `RetrieveVersion` answers.
    pub version: String,
    /// Public base URL such as `https://contoso.crm.dynamics.com`; `None`: the address the Web API listens on.
    pub url: Option<String>,
}

/// A client secret of an app registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// The secret itself.
    pub value: String,
    /// When it stops working (real time); `None`: never.
    pub expires: Option<Timestamp>,
}

/// An app registration in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRegistration {
    /// Application (client) id.
    pub client_id: Uuid,
    /// Object id of its service principal: `oid` and `sub` of its tokens.
    pub object_id: Uuid,
    /// Name for people.
    pub name: String,
    /// Its secrets; any one that has not expired will do.
    pub secrets: Vec<ClientSecret>,
    /// Its certificates; any one that holds will do.
    pub certificates: Vec<ClientCertificate>,
    /// `systemuserid` of its application user; `None`: it gets tokens but is no member of the organization.
    pub user: Option<Uuid>,
    /// Names of security roles; an application user without any lacks every privilege.
    pub roles: Vec<String>,
}

/// The role that lets its holder act for other users (`prvActOnBehalfOfAnotherUser`).
pub const DELEGATE_ROLE: &str = "Delegate";

impl AppRegistration {
    /// Whether it may make requests in the name of other users: it has [`DELEGATE_ROLE`].
    pub fn may_act_for_others(&self) -> bool {
        self.roles.iter().any(|role| role == DELEGATE_ROLE)
    }
}

/// A tenant of Entra ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Tenant id.
    pub id: Uuid,
    /// Domain names that stand for it in URLs.
    pub domains: Vec<String>,
    /// Its app registrations.
    pub apps: Vec<AppRegistration>,
}

/// A row of `transactioncurrency` that exists from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// `transactioncurrencyid`.
    pub id: Uuid,
    /// ISO 4217 code.
    pub iso_code: String,
    /// Name for people.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Digits after the point.
    pub precision: i32,
    /// Units of this currency per unit of the base currency.
    pub exchange_rate: Decimal,
}

/// Everything a fake Dataverse is set up with. The default is a small organization with one tenant and one app.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The organization.
    pub organization: Organization,
    /// Tenants; the first is the organization's own.
    pub tenants: Vec<Tenant>,
    /// ISO code of the base currency; one of [`Config::currencies`].
    pub base_currency: String,
    /// Currencies that exist from the start.
    pub currencies: Vec<Currency>,
    /// More resources that tokens may be asked for, besides the organization's own URL.
    pub resources: Vec<String>,
    /// Seconds that a token lives.
    pub token_lifetime: u32,
    /// Takes Web API calls without a token, as the seed's page in the organization's own origin makes them.
    pub allow_anonymous: bool,
    /// A page where a browser signs in as the administrator, without a password, and the organization's own page behind it.
    pub sign_in_page: bool,
    /// Generation of error codes, unless the switch `DV-CODES` says otherwise.
    pub error_codes: ErrorCodes,
    /// Further schema files (`(name, TOML)`), added to the embedded ones.
    pub schema_files: Vec<(String, String)>,
    /// Files of custom APIs with canned answers (`(name, TOML)`).
    pub operation_files: Vec<(String, String)>,
    /// Service protection limits; `None`: there are none.
    pub protection: Option<ProtectionLimits>,
}

/// Id of the app registration of [`Config::default`].
pub const DEFAULT_CLIENT_ID: Uuid = Uuid::from_u128(0x1f3c_9a52_6d07_4e1b_8a5e_0c7d_2b91_4f60);
/// Secret of the app registration of [`Config::default`]. Not a secret of any real system.
pub const DEFAULT_CLIENT_SECRET: &str = "pay1Q~payloop-local-client-secret-0000000";
/// Tenant id of [`Config::default`].
pub const DEFAULT_TENANT_ID: Uuid = Uuid::from_u128(0x7c0d_5a1e_3b48_4c62_9f17_5d2e_8a60_b3c4);

impl Default for Config {
    fn default() -> Self {
        let currency = |id: u128, iso: &str, name: &str, symbol: &str, precision, rate| Currency {
            id: Uuid::from_u128(id),
            iso_code: iso.to_owned(),
            name: name.to_owned(),
            symbol: symbol.to_owned(),
            precision,
            exchange_rate: rate,
        };
        Self {
            organization: Organization {
                id: Uuid::from_u128(0x5e1b_77c0_4a39_4f08_b2d6_91c3_7e54_0a18),
                business_unit: Uuid::from_u128(0x2a96_0f4d_8c13_4b75_a6e8_3d90_5f7b_1c22),
                unique_name: "payloop".to_owned(),
                friendly_name: "Payloop".to_owned(),
                version: "9.2.25103.189".to_owned(),
                url: None,
            },
            tenants: vec![Tenant {
                id: DEFAULT_TENANT_ID,
                domains: vec!["payloop.onmicrosoft.com".to_owned()],
                apps: vec![AppRegistration {
                    client_id: DEFAULT_CLIENT_ID,
                    object_id: Uuid::from_u128(0x93d8_4b6f_0e21_4c7a_8b35_6f1a_d04c_e972),
                    name: "completion service".to_owned(),
                    secrets: vec![ClientSecret { value: DEFAULT_CLIENT_SECRET.to_owned(), expires: None }],
                    certificates: Vec::new(),
                    user: Some(Uuid::from_u128(0xc64f_2e98_7b05_4d3c_95a1_e820_4b6d_17f3)),
                    roles: vec!["Event payment service".to_owned()],
                }],
            }],
            base_currency: "USD".to_owned(),
            currencies: vec![
                currency(0x10d8_4c2e_0a51_4e86_9c3b_7f42_d5a0_8401, "USD", "US Dollar", "$", 2, Decimal::ONE),
                currency(0x10d8_4c2e_0a51_4e86_9c3b_7f42_d5a0_8402, "EUR", "Euro", "€", 2, Decimal::new(9, 1)),
                currency(0x10d8_4c2e_0a51_4e86_9c3b_7f42_d5a0_8403, "JPY", "Yen", "¥", 0, Decimal::from(150)),
                currency(
                    0x10d8_4c2e_0a51_4e86_9c3b_7f42_d5a0_8404,
                    "KWD",
                    "Kuwaiti Dinar",
                    "KD",
                    3,
                    Decimal::new(3, 1),
                ),
            ],
            resources: Vec::new(),
            token_lifetime: 3599,
            allow_anonymous: false,
            sign_in_page: true,
            error_codes: ErrorCodes::Newer,
            schema_files: Vec::new(),
            operation_files: Vec::new(),
            protection: None,
        }
    }
}

impl Config {
    /// The organization's own tenant.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenants.first()
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A schema file is wrong.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A custom API is wrong.
    #[error(transparent)]
    Operation(#[from] CustomError),
    /// The views that an organization begins with cannot be read.
    #[error("views: {0}")]
    Views(String),
    /// There is no tenant.
    #[error("a Dataverse needs at least one tenant")]
    NoTenant,
    /// The base currency is not among the currencies.
    #[error("base currency {0} is not among the configured currencies")]
    BaseCurrency(String),
    /// A row that the configuration asks for cannot exist.
    #[error("configured row: {0}")]
    Row(#[from] crate::store::StoreError),
}
