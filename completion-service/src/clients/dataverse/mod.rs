//! Dataverse: the calls, the dialects, the rows they read, the faults they meet.

mod dialect;
mod fault;
mod outbound;
mod row;
mod web_api;

pub(crate) use dialect::{Dataverse, Finalized};
pub(crate) use fault::DataverseError;
pub(crate) use outbound::Word;
