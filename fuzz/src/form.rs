//! The decoder of bracketed forms (`mock_core::form`).

use mock_core::form::{FormLimits, parse};

/// A form is refused in a bounded text, or it stays within its limits and reads the same when what it says is written again.
pub fn check(data: &[u8]) {
    let tree = match parse(data) {
        Ok(tree) => tree,
        Err(error) => {
            // A name is told shortened, whatever it was; escapes of odd characters take up to ten bytes each.
            assert!(error.to_string().len() < 4_000, "{error}");
            return;
        }
    };
    let limits = FormLimits::default();
    let leaves = tree.leaves();
    assert!(leaves.len() <= limits.parameters);
    for (name, value) in &leaves {
        assert!(name.matches('[').count() < limits.depth, "{name}");
        assert_eq!(tree.at(name).and_then(mock_core::form::FormNode::text), Some(*value), "{name}");
    }
    let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(&leaves).finish();
    let again = parse(again.as_bytes()).unwrap_or_else(|error| panic!("{error}, written again: {again}"));
    assert_eq!(again.to_json(), tree.to_json());
}
