//! The evaluator against a naive model, and pages against the whole list.

use std::sync::Arc;

use jiff::Timestamp;
use mock_dataverse::query::{self, Comparison, Filter, Operand, Order, Path, Query, TextTest};
use mock_dataverse::schema::Schema;
use mock_dataverse::store::{Fields, Row, Store, Value};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

#[derive(Debug, Clone)]
struct Person {
    last: Option<String>,
    limit: Option<i64>,
    mute: bool,
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let last = prop::option::of("[aAbB]{0,3}");
    let person =
        (last, prop::option::of(-3..3i64), any::<bool>()).prop_map(|(last, limit, mute)| Person { last, limit, mute });
    prop::collection::vec(person, 0..12)
}

fn column(name: &str) -> usize {
    Schema::standard().unwrap().table("contact").unwrap().position(name).unwrap()
}

fn filled(people: &[Person]) -> Store {
    let store = Store::new(Schema::standard().unwrap(), Uuid::nil());
    for (number, person) in people.iter().enumerate() {
        let fields = Fields::new()
            .set("lastname", person.last.clone())
            .set("creditlimit", person.limit.map(Decimal::from))
            .set("donotemail", person.mute);
        store
            .write(Timestamp::UNIX_EPOCH, |tx| {
                tx.create("contact", Uuid::from_u128(number as u128 + 1), fields).map(drop)
            })
            .unwrap();
    }
    store
}

/// A filter and what it means, in plain Rust.
#[derive(Debug, Clone)]
enum Model {
    Last(Comparison, Option<String>),
    Limit(Comparison, Option<i64>),
    Mute(bool),
    Contains(String),
    And(Box<Model>, Box<Model>),
    Or(Box<Model>, Box<Model>),
    Not(Box<Model>),
}

fn models() -> impl Strategy<Value = Model> {
    let comparison = || {
        prop_oneof![
            Just(Comparison::Eq),
            Just(Comparison::Ne),
            Just(Comparison::Gt),
            Just(Comparison::Ge),
            Just(Comparison::Lt),
            Just(Comparison::Le)
        ]
    };
    let leaf = prop_oneof![
        (comparison(), prop::option::of("[aAbB]{0,3}")).prop_map(|(comparison, text)| Model::Last(comparison, text)),
        (comparison(), prop::option::of(-3..3i64)).prop_map(|(comparison, number)| Model::Limit(comparison, number)),
        any::<bool>().prop_map(Model::Mute),
        "[aB]{0,2}".prop_map(Model::Contains),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Model::And(Box::new(left), Box::new(right))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Model::Or(Box::new(left), Box::new(right))),
            inner.prop_map(|inner| Model::Not(Box::new(inner))),
        ]
    })
}

fn compare<T: Ord>(left: Option<T>, comparison: Comparison, right: Option<T>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => match comparison {
            Comparison::Eq => left == right,
            Comparison::Ne => left != right,
            Comparison::Gt => left > right,
            Comparison::Ge => left >= right,
            Comparison::Lt => left < right,
            Comparison::Le => left <= right,
        },
        (left, right) => {
            let both = left.is_none() && right.is_none();
            (comparison == Comparison::Eq && both) || (comparison == Comparison::Ne && !both)
        }
    }
}

impl Model {
    fn passes(&self, person: &Person) -> bool {
        let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
        match self {
            Self::Last(comparison, text) => compare(lower(&person.last), *comparison, lower(text)),
            Self::Limit(comparison, number) => compare(person.limit, *comparison, *number),
            Self::Mute(mute) => person.mute == *mute,
            Self::Contains(text) => lower(&person.last).is_some_and(|last| last.contains(&text.to_lowercase())),
            Self::And(left, right) => left.passes(person) && right.passes(person),
            Self::Or(left, right) => left.passes(person) || right.passes(person),
            Self::Not(inner) => !inner.passes(person),
        }
    }

    fn filter(&self) -> Filter {
        let own = |name: &str| Operand::Column(Path::own(column(name)));
        match self {
            Self::Last(comparison, text) => {
                Filter::Compare(own("lastname"), *comparison, Operand::Literal(Value::from(text.clone())))
            }
            Self::Limit(comparison, number) => Filter::Compare(
                own("creditlimit"),
                *comparison,
                Operand::Literal(Value::from(number.map(Decimal::from))),
            ),
            Self::Mute(mute) => {
                Filter::Compare(own("donotemail"), Comparison::Eq, Operand::Literal(Value::Bool(*mute)))
            }
            Self::Contains(text) => {
                Filter::Text(TextTest::Contains, own("lastname"), Operand::Literal(Value::from(text.as_str())))
            }
            Self::And(left, right) => Filter::And(Box::new(left.filter()), Box::new(right.filter())),
            Self::Or(left, right) => Filter::Or(Box::new(left.filter()), Box::new(right.filter())),
            Self::Not(inner) => Filter::Not(Box::new(inner.filter())),
        }
    }
}

fn question(filter: Option<Filter>, order: Vec<Order>, page: usize) -> Query {
    let table = Schema::standard().unwrap().table("contact").unwrap().id;
    Query { table, within: None, filter, order, top: None, page, count: true, after: None }
}

fn ids(rows: &[Arc<Row>]) -> Vec<u128> {
    rows.iter().map(|row| row.id().as_u128()).collect()
}

proptest! {
    #[test]
    fn a_filter_keeps_what_the_model_keeps(people in people(), model in models()) {
        let store = filled(&people);
        let page = store.read(|data| query::run(data, &question(Some(model.filter()), Vec::new(), 100)));
        let expected: Vec<u128> = people.iter().enumerate().filter(|(_, person)| model.passes(person)).map(|(number, _)| number as u128 + 1).collect();
        prop_assert_eq!(page.total, Some(expected.len()));
        prop_assert_eq!(ids(&page.rows), expected);
    }

    #[test]
    fn pages_joined_are_the_whole_list(people in people(), size in 1..5usize, descending: bool, ordered: bool) {
        let store = filled(&people);
        let order = if ordered { vec![Order::by(Path::own(column("lastname")), descending)] } else { Vec::new() };
        store.read(|data| {
            let whole = query::run(data, &question(None, order.clone(), 1000));
            let mut joined = Vec::new();
            let mut after = None;
            loop {
                let page = query::run(data, &Query { after, ..question(None, order.clone(), size) });
                joined.extend(page.rows);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(ids(&joined), ids(&whole.rows));
            Ok(())
        })?;
    }
}
