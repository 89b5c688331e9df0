//! The text is the library's, whatever is written.

use proptest::prelude::*;
use serde_json::{Value, json};

use serde::Serialize;

use super::page::pretty;

fn check(value: &impl Serialize) {
    let expect = serde_json::to_string_pretty(value).unwrap();
    assert_eq!(String::from_utf8(pretty(value)).unwrap(), expect);
}

#[test]
fn it_is_what_the_library_writes() {
    check(&json!({}));
    check(&json!([]));
    check(&json!({"a": {}, "b": [], "c": [1, [2, {"d": null}], "\"\u{1}\n"], "e": true}));
    check(&(1_u8, -2_i8, 3.5_f32, f64::NAN, 'ü', (), Some("x"), None::<i64>, b"ab"));
    // Deeper than what is written in one go.
    check(&(0..40).fold(json!("x"), |inner, _| json!({"in": [inner]})));
}

#[test]
fn what_types_of_our_own_derive_is_what_the_library_writes() {
    #[derive(Serialize)]
    enum Kind {
        Unit,
        New(Wrapped),
    }
    #[derive(Serialize)]
    struct Wrapped(Option<u128>);
    #[derive(Serialize)]
    struct Members {
        one: Kind,
        other: Kind,
        pair: (Wrapped, Nothing),
    }
    #[derive(Serialize)]
    struct Nothing;
    let [one, other] = [Kind::Unit, Kind::New(Wrapped(Some(u128::MAX)))];
    check(&Members { one, other, pair: (Wrapped(None), Nothing) });
}

proptest! {
    #[test]
    fn it_is_what_the_library_writes_for_any_tree(value in tree()) {
        check(&value);
    }
}

fn tree() -> impl Strategy<Value = Value> {
    let text = prop_oneof![".{0,8}", "[ -~\u{0}-\u{20}\u{7f}]{0,40}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-zü\"\n]{1,3}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
