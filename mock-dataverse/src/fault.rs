//! One refusal of the fake, before any protocol words it: a status, a code, a message.
//!
//! The Web API renders it as an error object; a SOAP face would render the same code as a signed decimal.

use std::fmt;

use http::StatusCode;
use thiserror::Error;

/// An error code of the platform: 32 bits, written as `0x80040217` by the Web API and as `-2147220969` by SOAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u32);

impl Code {
    /// A row that is not there.
    pub const MISSING_ROW: Self = Self(0x8004_0217);
    /// An argument that does not fit.
    pub const INVALID_ARGUMENT: Self = Self(0x8004_0203);
    /// A query or literal that cannot be understood (newer generation for most URL mistakes).
    pub const BAD_QUERY: Self = Self(0x8006_0888);
    /// A payload that cannot be understood.
    pub const BAD_PAYLOAD: Self = Self(0x8004_8d19);
    /// A plug-in or custom API that gave up.
    pub const PLUGIN_ABORTED: Self = Self(0x8004_0265);
    /// A missing privilege.
    pub const PRIVILEGE: Self = Self(0x8004_0220);
    /// The user is not a member of the organization.
    pub const NOT_A_MEMBER: Self = Self(0x8007_2560);
    /// The key names no row.
    pub const MISSING_KEY_ROW: Self = Self(0x8006_0891);
    /// The columns given are no key.
    pub const NOT_A_KEY: Self = Self(0x8006_088f);
    /// The segment of the URL is unknown (older generation).
    pub const UNKNOWN_SEGMENT: Self = Self(0x8006_088a);
    /// The row version differs.
    pub const VERSION_MISMATCH: Self = Self(0x8006_0882);
    /// A row with that key exists.
    pub const DUPLICATE: Self = Self(0x8004_0237);
    /// Another row has the same alternate key.
    pub const DUPLICATE_KEY: Self = Self(0x8006_0892);
    /// Others point at the row.
    pub const REFERENCED: Self = Self(0x8004_0227);
    /// Not supported.
    pub const NOT_SUPPORTED: Self = Self(0x8004_0315);
    /// The status reason does not belong to the state.
    pub const STATE_MISMATCH: Self = Self(0x8004_8408);
    /// The request is too large.
    pub const TOO_LARGE: Self = Self(0x8004_418a);
    /// Something unexpected.
    pub const UNEXPECTED: Self = Self(0x8004_0216);
    /// Acting for another user without the privilege.
    pub const ACT_ON_BEHALF: Self = Self(0x8004_a110);
    /// Service protection: requests.
    pub const TOO_MANY_REQUESTS: Self = Self(0x8007_2322);
    /// Service protection: execution time.
    pub const TOO_MUCH_TIME: Self = Self(0x8007_2321);
    /// Service protection: requests at the same time.
    pub const TOO_MANY_AT_ONCE: Self = Self(0x8007_2326);
    /// More rows than an aggregation may look at.
    pub const AGGREGATE_LIMIT: Self = Self(0x8004_e023);
    /// More requests in a batch than may be.
    pub const BATCH_TOO_LARGE: Self = Self(0x8004_4331);
    /// A table that has no definition.
    pub const NO_ENTITY: Self = Self(0x8004_1102);
    /// A column that has no definition.
    pub const NO_ATTRIBUTE: Self = Self(0x8004_1103);
    /// XML that cannot be read.
    pub const INVALID_XML: Self = Self(0x8004_0201);
    /// A condition that does not fit its operator.
    pub const BAD_CONDITION: Self = Self(0x8004_1106);
    /// A column that is neither grouped by nor aggregated, where others are.
    pub const ATTRIBUTE_WITH_AGGREGATE: Self = Self(0x8004_1107);
    /// A value that does not go with its column.
    pub const INVALID_VALUE: Self = Self(0x8004_1108);
    /// An alias that cannot be one, or stands twice.
    pub const INVALID_ALIAS: Self = Self(0x8004_1109);
    /// An alias that names nothing.
    pub const NO_SUCH_ALIAS: Self = Self(0x8004_110a);
    /// An aggregate without an alias.
    pub const NO_ALIAS: Self = Self(0x8004_110b);
    /// A number that must be above zero.
    pub const NOT_ABOVE_ZERO: Self = Self(0x8004_110c);
    /// `distinct` that is neither true nor false.
    pub const INVALID_DISTINCT: Self = Self(0x8004_1115);
    /// A mapping that is not `logical`.
    pub const INVALID_MAPPING: Self = Self(0x8004_1116);
    /// A link type that there is not, or not there.
    pub const INVALID_LINK_TYPE: Self = Self(0x8004_1117);
    /// Links whose columns are not told.
    pub const LINK_ATTRIBUTES: Self = Self(0x8004_1118);
    /// `descending` that is neither true nor false.
    pub const INVALID_DESCENDING: Self = Self(0x8004_1119);
    /// An aggregate that there is not, or not for that column.
    pub const INVALID_AGGREGATE: Self = Self(0x8004_111a);
    /// An element where it cannot be.
    pub const INVALID_NODE: Self = Self(0x8004_111c);
    /// An operator that there is not.
    pub const INVALID_OPERATOR: Self = Self(0x8004_1120);
    /// A filter that is neither `and` nor `or`.
    pub const INVALID_FILTER_TYPE: Self = Self(0x8004_1122);
    /// An element or attribute that must be there.
    pub const ELEMENT_NOT_FOUND: Self = Self(0x8004_1123);
    /// No XML at all.
    pub const EMPTY_XML: Self = Self(0x8004_1124);
    /// An order by a link that there is not.
    pub const NO_LINK_FOR_ORDER: Self = Self(0x8004_1126);
    /// `top` that is not above zero.
    pub const TOP_NOT_ABOVE_ZERO: Self = Self(0x8004_1127);
    /// More conditions than a query may have.
    pub const TOO_MANY_CONDITIONS: Self = Self(0x8004_430c);
    /// More links than a query may have.
    pub const TOO_MANY_LINKS: Self = Self(0x8004_430d);
    /// A query that takes too long.
    pub const TIMEOUT: Self = Self(0x8004_4151);
    /// No code (older documents show `0x0`).
    pub const NONE: Self = Self(0);

    /// The code as SOAP shows it.
    pub fn signed(self) -> i32 {
        self.0.cast_signed()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("0x0") } else { write!(f, "0x{:08x}", self.0) }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Fault {
    /// HTTP status of the Web API.
    pub status: StatusCode,
    /// Code; `None` is written as an empty text.
    pub code: Option<Code>,
    /// Text for people; advisory.
    pub message: String,
    /// Header `Retry-After` in seconds, for service protection limits.
    pub retry_after: Option<u32>,
    /// The thing that the real service has and this fake has not; shown in the journal.
    pub unsupported: Option<String>,
}

impl Fault {
    /// A refusal with a code.
    pub fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Self {
        Self { status, code: Some(code), message: message.into(), retry_after: None, unsupported: None }
    }

    /// 400 with a code.
    pub fn bad(code: Code, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404 without a code, as for a verb that the operation does not take.
    pub fn uncoded(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, code: None, message: message.into(), retry_after: None, unsupported: None }
    }

    /// 405 for what this fake does not support, naming it.
    pub fn unsupported(what: impl Into<String>) -> Self {
        let what = what.into();
        let message = format!("This fake of Dataverse does not support {what}.");
        Self { unsupported: Some(what), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::NOT_SUPPORTED, message) }
    }
}
