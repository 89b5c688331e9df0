//! Shapes of the control routes below `/v1/dataverse`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// One row. Amounts and other exact numbers are texts, so that `149.5000` stays what it is; references are ids; times
/// are in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowView {
    /// Logical name of the table.
    pub table: String,
    /// Primary id.
    pub id: Uuid,
    /// Version number; greater after each write.
    pub version: i64,
    /// Every column by logical name, nulls too.
    pub values: BTreeMap<String, Value>,
    /// Changes of tracked columns, oldest first.
    pub history: Vec<ChangeView>,
}

/// One change of a tracked column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// The world's time.
    pub at: Timestamp,
    /// Version of the row after it.
    pub version: i64,
    /// Logical name of the column.
    pub column: String,
    /// Before; null for a new row.
    pub from: Value,
    /// After; null for a deleted row.
    pub to: Value,
    /// `systemuserid` of who wrote.
    pub by: Uuid,
}

/// A row to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRow {
    /// Primary id; drawn from the world's ids when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Columns by logical name; a lookup takes the id of its target, an amount a text or a number.
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

/// Columns to be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowChange {
    /// Columns by logical name; null clears one.
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

/// The tokens that were given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokensView {
    /// Given out since the start.
    pub given: u64,
    /// Still good.
    pub good: usize,
    /// Seconds that new ones live, if the configuration was overruled.
    pub lifetime: Option<u32>,
}

/// Which tokens are to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpireTokens {
    /// Those of one app; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Uuid>,
}

/// How many tokens ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiredTokens {
    /// That many were good until now.
    pub expired: usize,
}

/// How long new tokens live.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenLifetime {
    /// Seconds; null goes back to the configuration.
    pub seconds: Option<u32>,
}

/// Where an app registration stands in the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppStanding {
    /// It has an application user; without one every call is answered 403.
    pub member: bool,
    /// The user has a security role; without one it lacks every privilege.
    pub role: bool,
}

/// A certificate for an app registration to sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCertificate {
    /// PEM, or the base64 of the DER form.
    pub certificate: String,
}

/// A certificate of an app registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// SHA-1 of the DER form, upper-case hexadecimal.
    pub thumbprint: String,
    /// SHA-256 of the DER form, upper-case hexadecimal.
    pub thumbprint_sha256: String,
    /// Whom it names.
    pub subject: String,
    /// From when it holds (real time).
    pub not_before: Timestamp,
    /// Until when it holds (real time).
    pub not_after: Timestamp,
}

/// The service protection limits that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectionView {
    /// Null while there are none.
    pub limits: Option<crate::protection::ProtectionLimits>,
}

/// One table and its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableView {
    /// Logical name.
    pub logical_name: String,
    /// Entity set in URLs.
    pub entity_set: String,
    /// How many rows there are.
    pub rows: usize,
    /// Where the columns come from.
    pub source: String,
    /// Why the table's name is not a real one.
    pub placeholder: Option<String>,
    /// Columns by logical name.
    pub columns: Vec<ColumnView>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnView {
    /// Logical name.
    pub name: String,
    /// Type in OData words.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why the name or type is not a real one.
    pub placeholder: Option<String>,
}
