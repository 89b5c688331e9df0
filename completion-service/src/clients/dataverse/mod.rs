//! Dataverse: the calls, the rows they read, the faults they meet.

mod calls;
mod fault;
mod row;

pub(crate) use calls::Dataverse;
pub(crate) use fault::DataverseError;
