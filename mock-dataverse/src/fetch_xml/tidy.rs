//! FetchXML read as far as it can be without tables: the way for tools (and fuzzers) to ask whether a text is a query.

use super::parse::parse;

/// How many columns a query names, links included.
///
/// # Errors
/// What is wrong with it, and where.
pub fn fetch_xml(text: &str) -> Result<usize, String> {
    fn columns(node: &super::ast::Node) -> usize {
        node.attributes.len() + node.links.iter().map(|link| columns(&link.node)).sum::<usize>()
    }
    parse(text).map(|fetch| columns(&fetch.entity)).map_err(|fault| fault.to_string())
}
