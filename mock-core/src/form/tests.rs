//! What the form decoder accepts, how it shapes it, and what it refuses.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{FormLimits, parse, parse_within};

fn check(form: &str, expect: Value) {
    match parse(form.as_bytes()) {
        Ok(tree) => assert_eq!(tree.to_json(), expect, "{form}"),
        Err(error) => panic!("{form}: {error}"),
    }
}

fn check_refused(form: &str, expect: &str) {
    match parse(form.as_bytes()) {
        Ok(tree) => panic!("{form} was accepted as {}", tree.to_json()),
        Err(error) => assert_eq!(error.to_string(), expect, "{form}"),
    }
}

#[test]
fn plain_pairs() {
    check("", json!({}));
    check("&&", json!({}));
    check("a=1", json!({"a": "1"}));
    check("a=", json!({"a": ""}));
    check("a", json!({"a": ""}));
    check("a=b=c", json!({"a": "b=c"}));
    check("a=1&b=2&a=3", json!({"a": "3", "b": "2"}));
}

#[test]
fn escapes() {
    check("a=x+y%20z", json!({"a": "x y z"}));
    check("a%5Bb%5D=1", json!({"a": {"b": "1"}}));
    check("a%5bb%5d=%C3%BC", json!({"a": {"b": "ü"}}));
    check("a=100%&b=%4&c=%zz", json!({"a": "100%", "b": "%4", "c": "%zz"}));
    check("a=%2B%26%3D", json!({"a": "+&="}));
}

#[test]
fn maps_and_lists() {
    check("a[b]=1&a[c]=2", json!({"a": {"b": "1", "c": "2"}}));
    check("a[]=x&a[]=y", json!({"a": ["x", "y"]}));
    check("a[0]=x&a[1]=y", json!({"a": ["x", "y"]}));
    check("a[1]=y&a[0]=x", json!({"a": ["x", "y"]}));
    check("a[0]=x&a[]=y", json!({"a": ["x", "y"]}));
    check("a[0][b]=1&a[0][c]=2&a[1][b]=3", json!({"a": [{"b": "1", "c": "2"}, {"b": "3"}]}));
    check("a[][b]=1&a[][c]=2&a[][b]=3", json!({"a": [{"b": "1", "c": "2"}, {"b": "3"}]}));
    check("a[][b][]=1&a[][b][]=2", json!({"a": [{"b": ["1", "2"]}]}));
    check("a[][]=1&a[][]=2", json!({"a": [["1"], ["2"]]}));
    check("a[][b]=1&a[]=2", json!({"a": [{"b": "1"}, "2"]}));
    check("a[]=", json!({"a": [""]}));
}

#[test]
fn numeric_keys_that_are_no_list() {
    check("metadata[6735]=x", json!({"metadata": {"6735": "x"}}));
    check("a[01]=x", json!({"a": {"01": "x"}}));
    check("a[99999999999]=x", json!({"a": {"99999999999": "x"}}));
    check("a[0]=x&a[b]=y", json!({"a": {"0": "x", "b": "y"}}));
}

#[test]
fn refusals() {
    check_refused("=1", "parameter name `` is malformed: it is empty");
    check_refused("[a]=1", "parameter name `[a]` is malformed: nothing stands before `[`");
    check_refused("a[b=1", "parameter name `a[b` is malformed: `[` without `]`");
    check_refused("a]=1", "parameter name `a]` is malformed: `]` without `[`");
    check_refused("a[b]c=1", "parameter name `a[b]c` is malformed: text after `]`");
    check_refused("a[b[c]]=1", "parameter name `a[b[c]]` is malformed: `[` inside brackets");
    check_refused("a=1&a[b]=2", "parameter `a` is given both as a value and as a branch");
    check_refused("a[b]=2&a=1", "parameter `a` is given both as a branch and as a value");
    check_refused("x[a][b]=2&x[a][]=1", "parameter `x[a]` is given both as a map and as a list");
    check_refused("a=%ff", "parameter `a` is not valid UTF-8");
    check_refused("%ff=a", "parameter `\u{fffd}` is not valid UTF-8");
    check_refused(
        &format!("a{}=1", "[b]".repeat(16)),
        &format!("parameter `a{}` nests deeper than 16 levels", "[b]".repeat(16)),
    );
    check_refused(&"a=1&".repeat(1_001), "more than 1000 parameters");
}

#[test]
fn limits_are_inclusive() {
    let nested = (0..15).fold(json!("1"), |inner, _| json!([inner]));
    check(&format!("a{}=1", "[]".repeat(15)), json!({"a": nested}));
    let tight = FormLimits { parameters: 2, depth: 2 };
    assert!(parse_within(b"a[b]=1&c=2", tight).is_ok());
    assert!(parse_within(b"a[b][c]=1", tight).is_err());
    assert!(parse_within(b"a=1&b=2&c=3", tight).is_err());
}

#[test]
fn names_order_and_repeats() {
    let tree = parse(b"b=1&line_items[][price]=p&line_items[][quantity]=2&a[x][y]=3&b=4").expect("a good form");
    assert_eq!(
        tree.leaves(),
        [("b", "4"), ("line_items[0][price]", "p"), ("line_items[0][quantity]", "2"), ("a[x][y]", "3")]
    );
    assert_eq!(tree.repeated(), ["b"]);
    assert_eq!(tree.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["b", "line_items", "a"]);
    assert_eq!(tree.at("line_items[0]").map(super::FormNode::name), Some("line_items[0]"));
    assert_eq!(tree.at("line_items[0][price]").and_then(super::FormNode::text), Some("p"));
    assert_eq!(tree.at("line_items[1]"), None);
    assert_eq!(tree.get("line_items").and_then(super::FormNode::items).map(|items| items.len()), Some(1));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ignored = parse(&bytes).map(|tree| tree.to_json());
    }

    #[test]
    fn no_bracket_soup_panics(form in r"([ab01\[\]=&+%]|%5[BD]){0,60}") {
        if let Ok(tree) = parse(form.as_bytes()) {
            for (name, text) in tree.leaves() {
                prop_assert_eq!(tree.at(name).and_then(super::tree::FormNode::text), Some(text));
            }
        }
    }

    #[test]
    fn what_is_encoded_comes_back(values in proptest::collection::btree_map("[a-z]{1,8}", ".*", 0..8)) {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(values.iter().map(|(key, value)| (format!("m[{key}]"), value)))
            .finish();
        let tree = parse(form.as_bytes()).expect("an encoded form");
        for (key, value) in &values {
            prop_assert_eq!(tree.at(&format!("m[{key}]")).and_then(super::tree::FormNode::text), Some(value.as_str()));
        }
    }
}
