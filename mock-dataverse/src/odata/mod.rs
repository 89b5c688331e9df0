//! OData URLs and options, translated into the query core and back into JSON. Nothing here decides about rows.

mod annotations;
mod apply;
mod bind;
mod grammar;
mod lexer;
mod options;
mod payload;
mod prefer;
mod render;
mod syntax;
#[cfg(test)]
mod tests;
mod url;

pub(crate) use annotations::{FORMATTED, formatted};
pub(crate) use apply::Apply;
pub(crate) use bind::Binder;
pub(crate) use options::Options;
pub(crate) use payload::{
    argument_from_json, argument_from_literal, column_value, entity_sets, fields_from_json, find_by_key,
};
pub(crate) use prefer::{MAX_PAGE, Prefer};
pub(crate) use render::{Renderer, output_json, value_json};
pub(crate) use syntax::{Expr, Literal, Word};
pub(crate) use url::{Key, Segment, edm, named_values, parse_literal, parse_path};
