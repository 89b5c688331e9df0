//! The tables described to clients: as a CSDL document, and as rows of the metadata entity sets. All of it is computed from the schema and the registry.

mod attribute;
mod csdl;
mod label;
mod node;
mod option_set;
mod relationship;
mod sift;
mod table;

pub(crate) use csdl::document;
pub(crate) use node::{Key, Node, Related, Set};
pub(crate) use sift::{Sift, property_of};
