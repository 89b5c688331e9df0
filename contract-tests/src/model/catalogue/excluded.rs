//! The rows of the catalogue that are not run, each with its reason.

/// A row of the catalogue without a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The row.
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// Why it is not run.
    pub reason: &'static str,
}
