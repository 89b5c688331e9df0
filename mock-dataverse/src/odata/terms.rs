//! On what the meaning of a query depends besides its text.

use jiff::Timestamp;
use uuid::Uuid;

use crate::config::ErrorCodes;

/// What a query means depends on when and by whom it is asked, and how its mistakes are coded on the organization.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) codes: ErrorCodes,
    /// The world's time.
    pub(crate) now: Timestamp,
    /// The caller.
    pub(crate) user: Uuid,
    /// The caller's business unit.
    pub(crate) business_unit: Uuid,
}
