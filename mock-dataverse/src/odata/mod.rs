//! OData URLs and options, translated into the query core and back into JSON. Nothing here decides about rows.

mod annotations;
mod apply;
mod arguments;
mod bind;
mod detail;
mod flat;
mod functions;
mod grammar;
mod lexer;
mod literals;
mod options;
mod payload;
mod prefer;
mod reference;
mod render;
mod syntax;
mod terms;
#[cfg(test)]
mod tests;
pub mod tidy;
mod url;

pub(crate) use annotations::{FORMATTED, formatted_as};
pub(crate) use apply::Apply;
pub(crate) use arguments::{argument_from_json, argument_from_literal, entity_sets};
pub(crate) use bind::Binder;
pub(crate) use detail::{Detail, type_of};
pub(crate) use flat::{Around, value_of};
pub(crate) use options::{Options, OtherLanguage};
pub(crate) use payload::{Nested, column_value, fields_from_json, row_from_json};
pub(crate) use prefer::{MAX_PAGE, Prefer};
pub(crate) use reference::{find_by_key, linked, reference};
pub(crate) use render::{Renderer, output_json, value_json};
pub(crate) use syntax::{Expr, Literal, Word};
pub(crate) use terms::Terms;
pub(crate) use url::{Key, Segment, edm, named_values, parse_literal, parse_path};
