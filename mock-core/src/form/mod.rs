//! Decodes `application/x-www-form-urlencoded` text with bracketed names into an ordered tree.
//!
//! Names nest with brackets, as Stripe and many form libraries write them: `line_items[0][price]=price_1`,
//! `expand[]=customer`, `metadata[order_id]=7`. Brackets may be percent-encoded (`%5B`, `%5D`).
//! The tree does not decide between a list and a map, since `metadata[0]=x` may be either: a node with children
//! answers both [`FormNode::entries`] and [`FormNode::items`], and whoever knows the parameter chooses.
//!
//! ```
//! let tree = mock_core::form::parse(b"line_items[0][price]=price_1&line_items[0][quantity]=2&expand[]=customer")?;
//! let price = tree.at("line_items[0][price]").and_then(|node| node.text());
//! assert_eq!(price, Some("price_1"));
//! assert_eq!(tree.to_json()["expand"][0], "customer");
//! # Ok::<(), mock_core::form::FormError>(())
//! ```

mod error;
mod name;
mod parse;
mod tree;

pub use error::{FormError, FormLimits};
pub use parse::{pairs, parse, parse_within};
pub use tree::{FormFields, FormNode, FormTree, FormValue};

#[cfg(test)]
mod tests;
