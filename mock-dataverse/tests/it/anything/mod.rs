//! Requests to every operation of the published documents, grown from the tables: right ones, nearly right ones and hostile ones. None may
//! bring a server error, a refusal always speaks the service's language, and what is refused has changed nothing.

mod bodies;
mod grower;
mod languages;
mod names;
mod paths;
mod properties;
mod queries;
mod requests;
