#![doc = include_str!("../README.md")]

pub mod batch;
mod config;
pub mod control;
mod dataverse;
pub mod event_management;
mod fault;
mod fetch_xml;
mod head;
mod http;
mod json;
mod metadata;
mod odata;
pub mod operations;
mod protection;
pub mod query;
pub mod schema;
mod session;
mod setup;
mod sql;
mod state;
pub mod store;
mod switches;
mod text;
pub mod token;
mod views;

pub use config::{
    AppRegistration, ClientSecret, Config, ConfigError, Currency, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET,
    DEFAULT_TENANT_ID, DELEGATE_ROLE, ErrorCodes, Organization, Tenant,
};
pub use dataverse::{ADMINISTRATOR, Dataverse, SYSTEM_USER};
pub use fault::{Code, Fault};
pub use fetch_xml::tidy as tidy_fetch_xml;
pub use odata::tidy;
pub use protection::ProtectionLimits;
pub use sql::tidy as tidy_sql;
pub use token::{CertificateError, ClientCertificate};
