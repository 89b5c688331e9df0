//! The grammar against its own printer, and sentences that must fail where they fail.

use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::functions::MISSING;
use super::grammar::{MAX_DEPTH, parse_filter, parse_order};
use super::syntax::{Expr, Literal, Quantifier, SyntaxError, Word};
use crate::query::{COUNTED, NAMED};

fn name() -> impl Strategy<Value = String> {
    // Names that look like words of the language, but are not.
    prop_oneof![
        4 => "[a-z_][a-z0-9_]{0,6}",
        1 => prop::sample::select(vec!["nullable", "true_", "notes", "order", "android", "eq1", "any", "all", "desc"]).prop_map(str::to_owned),
    ]
    .prop_filter("words of the language", |name| {
        !["and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "null", "true", "false"].contains(&name.as_str())
    })
}

fn path() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), 1..3)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        (any::<i64>(), 0..10u32).prop_map(|(digits, scale)| Literal::Number(Decimal::new(digits, scale))),
        "[a-z' €/()]{0,8}".prop_map(Literal::Text),
        any::<u128>().prop_map(|bits| Literal::Guid(Uuid::from_u128(bits))),
        (1970..2090u16, 1..12u8).prop_map(|(year, month)| Literal::Date(format!("{year}-{month:02}-28"))),
        (1970..2090u16, 0..60u8)
            .prop_map(|(year, second)| Literal::Instant(format!("{year}-02-03T04:05:{second:02}.5+02:00"))),
    ]
}

fn operand() -> impl Strategy<Value = Expr> {
    prop_oneof![path().prop_map(Expr::Path), literal().prop_map(Expr::Literal), name().prop_map(Expr::Alias)]
}

fn argument() -> impl Strategy<Value = Expr> {
    prop_oneof![
        literal().prop_map(Expr::Literal),
        name().prop_map(Expr::Alias),
        prop::collection::vec(literal(), 0..3).prop_map(|items| Expr::Literal(Literal::List(items))),
    ]
}

fn word() -> impl Strategy<Value = Word> {
    prop::sample::select(Word::ALL.to_vec()).prop_map(|(_, word)| word)
}

fn expr() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (operand(), word(), operand()).prop_map(|(left, word, right)| Expr::Compare(
            Box::new(left),
            word,
            Box::new(right)
        )),
        (prop::sample::select(vec!["contains", "startswith", "endswith"]), operand(), operand())
            .prop_map(|(name, left, right)| Expr::Call(name.to_owned(), vec![left, right])),
        path().prop_map(Expr::Path),
        (
            prop::collection::vec(name(), 0..2),
            "[A-Z][a-zA-Z0-9]{0,6}",
            prop::collection::vec((name(), argument()), 0..3)
        )
            .prop_map(|(on, name, arguments)| Expr::Function(on, name, arguments)),
    ];
    leaf.prop_recursive(5, 32, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(left, right)| Expr::And(Box::new(left), Box::new(right))),
            two.clone().prop_map(|(left, right)| Expr::Or(Box::new(left), Box::new(right))),
            inner.clone().prop_map(|inner| Expr::Not(Box::new(inner))),
            (two, word()).prop_map(|((left, right), word)| Expr::Compare(Box::new(left), word, Box::new(right))),
            (path(), prop::bool::ANY, name(), inner).prop_map(|(path, any, variable, body)| {
                let quantifier = if any { Quantifier::Any } else { Quantifier::All };
                Expr::Lambda(path, quantifier, Some((variable, Box::new(body))))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_printed_is_read_back(expr in expr()) {
        let text = expr.to_string();
        prop_assert_eq!(parse_filter(&text), Ok(expr), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        drop(parse_filter(&text));
        drop(parse_order(&text));
    }
}

#[track_caller]
fn check_position(text: &str, position: usize, expected: &str) {
    match parse_filter(text) {
        Err(SyntaxError::Unexpected { position: at, expected: what, .. }) => {
            assert_eq!((at, what), (position, expected), "{text}");
        }
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_mistake_is_told_with_its_place() {
    check_position("", 0, "a name, a literal or '('");
    check_position("a eq", 4, "a name, a literal or '('");
    check_position("a eq 'x", 7, "the closing quote of a text");
    check_position("a eq 1 b", 7, "an operator or the end");
    check_position("é eq 1 and (b eq 2", 18, "')'");
    check_position("eq 1", 2, "a name or a literal before this operator");
    check_position("contains(a)", 11, "two arguments");
    check_position("a eq 2026-13-01", 5, "a number, a date, a time or a GUID that exists");
    check_position("Microsoft.Dynamics.CRM.In(a)", 27, "'=' after the name of a parameter");
    check_position("Microsoft.Dynamics.CRM.In(a=b)", 28, "a literal or an alias");
    check_position("Microsoft.Dynamics.CRM.In(a=[1 2])", 31, "',' or ']'");
    check_position("a eq ['x", 8, "the closing quote of a text");
    check_position("a eq [\"x\\", 9, "the closing quote of a text");
    check_position("a eq [[1]]", 6, "a literal");
    check_position("a/any(x b)", 8, "':' after the variable");
}

#[test]
fn precedence_is_or_and_not() {
    let text = |text: &str| parse_filter(text).unwrap().to_string();
    assert_eq!(text("a or b and c"), "a or b and c");
    assert_eq!(text("(a or b) and c"), "(a or b) and c");
    assert_eq!(text("not a and b"), "not a and b");
    assert_eq!(text("((a) and ((b)))"), "a and b");
    assert!(matches!(parse_filter("a or b and c").unwrap(), Expr::Or(..)));
    assert!(matches!(parse_filter("not a and b").unwrap(), Expr::And(..)));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse_filter(&nested(MAX_DEPTH)).is_ok());
    assert!(matches!(parse_filter(&nested(MAX_DEPTH + 1)), Err(SyntaxError::TooDeep { limit: MAX_DEPTH, .. })));
    assert!(matches!(parse_filter(&"x/any(a:".repeat(100)), Err(SyntaxError::TooDeep { .. })));
}

#[test]
fn orders_are_read() {
    let keys = parse_order("a, b/c desc ,d asc").unwrap();
    let shape: Vec<_> = keys.iter().map(|key| (key.path.join("/"), key.descending)).collect();
    assert_eq!(shape, [("a".into(), false), ("b/c".into(), true), ("d".into(), false)]);
    assert!(parse_order("a b").is_err() && parse_order("").is_err() && parse_order("a,").is_err());
}

#[test]
fn the_fidelity_page_names_every_query_function() {
    let page = include_str!("../../FIDELITY.md");
    for (names, grade) in [(NAMED, "behaviour"), (COUNTED, "behaviour"), (MISSING, "refused")] {
        for name in names {
            assert!(page.contains(&format!("| `{name}` | {grade} |")), "{name}");
        }
    }
}
