//! The Web API over HTTP: who calls, what is asked, and the answer with its headers.

mod aggregate;
mod answer;
mod batch;
mod body;
mod call;
mod caller;
mod dialect;
mod dispatch;
mod face;
mod links;
mod metadata;
mod multiple;
mod nested;
mod origin;
mod pages;
mod paging;
mod property;
mod purchase_reads;
mod queries;
mod questions;
mod records;
mod request;
mod steps;
mod target;

pub(crate) use face::face;
pub(crate) use queries::Queries;
