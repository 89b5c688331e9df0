//! What a page costs, counted in rows that are looked at; and that reading in a column's own order gives what sorting gives.

use std::sync::Arc;

use jiff::Timestamp;
use mock_dataverse::query::{self, Comparison, Filter, Operand, Order, Page, Path, Query};
use mock_dataverse::schema::Schema;
use mock_dataverse::store::{Data, Fields, Store, StoreError, Value};
use proptest::prelude::*;
use uuid::Uuid;

/// Each column twice: one that keeps the rows in its order, and one that does not.
const TWIN: &str = r#"
logical_name = "new_twin"
entity_set = "new_twins"
primary_id = "new_twinid"
display_name = "Twin"
ownership = "organization"
source = "our own"

[columns]
new_text1 = { type = "text", ordered = true }
new_text2 = { type = "text" }
new_number1 = { type = "decimal", ordered = true }
new_number2 = { type = "decimal" }
new_flag1 = { type = "bool", ordered = true }
new_flag2 = { type = "bool" }
new_otherid = { type = "lookup", target = "new_twin", navigation = "new_OtherId", relationship = "new_twin_new_twin" }
"#;

fn store() -> Store {
    let files = Schema::standard_files().iter().copied().chain([("new_twin.toml", TWIN)]);
    Store::new(Arc::new(Schema::load(files).unwrap()), Uuid::from_u128(1))
}

fn column(data: &Data, name: &str) -> usize {
    data.schema().table("new_twin").unwrap().position(name).unwrap()
}

fn write(store: &Store, change: impl FnOnce(&mut mock_dataverse::store::Tx<'_>) -> Result<(), StoreError>) {
    store.write(Timestamp::UNIX_EPOCH, change).unwrap();
}

/// What a row holds: each value goes into both of its columns.
type Values = (Option<String>, Option<i64>, bool);

fn fields((text, number, flag): &Values) -> Fields {
    let number = number.map(rust_decimal::Decimal::from);
    ["1", "2"].into_iter().fold(Fields::new(), |fields, twin| {
        fields
            .set(format!("new_text{twin}"), text.clone())
            .set(format!("new_number{twin}"), number)
            .set(format!("new_flag{twin}"), *flag)
    })
}

fn values() -> impl Strategy<Value = Values> {
    let text = prop::option::of(prop::sample::select(vec!["a", "B", "b", "Ä", "ä", "", "c d"]).prop_map(str::to_owned));
    (text, prop::option::of(-3..4_i64), any::<bool>())
}

/// One step of a life: a row made, changed or deleted.
fn steps() -> impl Strategy<Value = Vec<(u128, Option<Values>)>> {
    prop::collection::vec((1..12_u128, prop::option::weighted(0.8, values())), 0..40)
}

fn lived(steps: &[(u128, Option<Values>)]) -> Store {
    let store = store();
    for (id, values) in steps {
        let id = Uuid::from_u128(*id);
        write(&store, |tx| {
            match (values, tx.get("new_twin", id).is_some()) {
                (Some(values), true) => drop(tx.update("new_twin", id, fields(values))?),
                (Some(values), false) => drop(tx.create("new_twin", id, fields(values))?),
                (None, true) => drop(tx.delete("new_twin", id)?),
                (None, false) => {}
            }
            Ok(())
        });
    }
    store
}

/// A question about either twin.
#[derive(Debug, Clone)]
struct Asked {
    keys: Vec<(&'static str, bool)>,
    filter: Option<(&'static str, Comparison, Option<Values>)>,
    count: bool,
    top: Option<usize>,
    size: usize,
}

fn asked() -> impl Strategy<Value = Asked> {
    let name = prop::sample::select(vec!["new_text", "new_number", "new_flag"]);
    let comparison = prop::sample::select(vec![
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Gt,
        Comparison::Ge,
        Comparison::Lt,
        Comparison::Le,
    ]);
    let filter = prop::option::of((name.clone(), comparison, prop::option::of(values())));
    let keys = prop::collection::vec((name, any::<bool>()), 1..3);
    (keys, filter, any::<bool>(), prop::option::of(0..6_usize), 1..5_usize)
        .prop_map(|(keys, filter, count, top, size)| Asked { keys, filter, count, top, size })
}

impl Asked {
    fn query(&self, data: &Data, twin: &str, after: Option<query::Position>) -> Query {
        let own = |name: &str| Path::own(column(data, &format!("{name}{twin}")));
        let filter = self.filter.as_ref().map(|(name, comparison, values)| {
            let fields = values.as_ref().map(fields).unwrap_or_default();
            let value = fields.get(&format!("{name}2")).cloned().unwrap_or(Value::Null);
            Filter::Compare(Operand::Column(own(name)), *comparison, Operand::Literal(value))
        });
        let order = self.keys.iter().map(|(name, descending)| Order::by(own(name), *descending));
        Query {
            table: data.schema().table("new_twin").unwrap().id,
            within: None,
            filter,
            order: order.collect(),
            top: self.top,
            page: self.size,
            count: self.count,
            after,
        }
    }
}

/// What of a page a caller sees.
fn seen(page: &Page) -> (Vec<u128>, Option<usize>, Option<query::Position>) {
    (page.rows.iter().map(|row| row.id().as_u128()).collect(), page.total, page.next)
}

proptest! {
    #[test]
    fn an_order_that_is_kept_gives_what_sorting_gives(steps in steps(), asked in asked(), gone in any::<bool>()) {
        let store = lived(&steps);
        let mut after = None;
        for _ in 0..20 {
            let [kept, sorted] = ["1", "2"].map(|twin| store.read(|data| query::run(data, &asked.query(data, twin, after))));
            prop_assert_eq!(seen(&kept), seen(&sorted));
            after = kept.next;
            let Some(position) = after else { break };
            // The row where the page ended may be gone before the next one is asked for.
            if gone {
                write(&store, |tx| tx.delete("new_twin", position.last).map(drop));
            }
        }
    }
}

/// A store with so many rows, two of them pointing at each third one.
fn with(rows: u128) -> Store {
    let store = store();
    write(&store, |tx| {
        for number in 1..=rows {
            let values = (Some(format!("row {}", number % 97)), i64::try_from(number).ok(), number % 50 == 0);
            let mut fields = fields(&values);
            if number % 3 != 0 {
                fields.put("new_otherid", Uuid::from_u128(number - number % 3 + 3));
            }
            tx.create("new_twin", Uuid::from_u128(number), fields)?;
        }
        Ok(())
    });
    store
}

/// How many rows a question makes the fake look at, among few and among many.
#[track_caller]
fn check(ask: impl Fn(&Data) -> Query, most: usize) {
    let examined = [600, 4_000].map(|rows| {
        with(rows).read(|data| {
            let page = query::run(data, &ask(data));
            assert!(!page.rows.is_empty());
            page.examined
        })
    });
    assert!(examined[0] == examined[1] && examined[1] <= most, "{examined:?}, at most {most}");
}

fn question(data: &Data, filter: Option<Filter>, order: Vec<Order>) -> Query {
    let table = data.schema().table("new_twin").unwrap().id;
    Query { table, within: None, filter, order, top: None, page: 50, count: false, after: None }
}

fn compare(data: &Data, name: &str, comparison: Comparison, value: impl Into<Value>) -> Filter {
    Filter::Compare(Operand::Column(Path::own(column(data, name))), comparison, Operand::Literal(value.into()))
}

fn by(data: &Data, name: &str, descending: bool) -> Vec<Order> {
    vec![Order::by(Path::own(column(data, name)), descending)]
}

#[test]
fn a_row_by_its_id_or_by_an_indexed_column_costs_the_same_among_many() {
    check(|data| question(data, Some(compare(data, "new_twinid", Comparison::Eq, Uuid::from_u128(42))), Vec::new()), 1);
    check(
        |data| question(data, Some(compare(data, "new_otherid", Comparison::Eq, Uuid::from_u128(42))), Vec::new()),
        2,
    );
}

#[test]
fn a_page_in_a_kept_order_costs_the_same_among_many() {
    check(|data| question(data, None, by(data, "new_number1", true)), 51);
    check(|data| question(data, None, Vec::new()), 51);
    // With a filter that one row in 50 passes: of 600 rows all, of 4,000 as many as fill the page.
    let filtered = |data: &Data, name: &str| {
        question(data, Some(compare(data, "new_flag2", Comparison::Eq, true)), by(data, name, true))
    };
    let examined = |rows, name: &'static str| with(rows).read(|data| query::run(data, &filtered(data, name)).examined);
    assert_eq!((examined(4_000, "new_number1"), examined(4_000, "new_number2")), (2_501, 4_000));
    assert_eq!(examined(8_000, "new_number1"), 2_501);
}

#[test]
fn the_next_page_begins_where_the_last_one_ended() {
    let after = Some(query::Position { last: Uuid::from_u128(500), given: 499 });
    check(|data| Query { after, ..question(data, None, by(data, "new_number1", false)) }, 53);
    check(|data| Query { after, ..question(data, None, Vec::new()) }, 51);
}

#[test]
fn a_stretch_of_a_kept_order_leaves_the_rest_alone() {
    let stretch = |data: &Data| {
        let above = compare(data, "new_number1", Comparison::Gt, 300);
        let below = compare(data, "new_number1", Comparison::Le, 320);
        Filter::And(Box::new(above), Box::new(below))
    };
    check(|data| question(data, Some(stretch(data)), by(data, "new_number1", false)), 21);
}

#[test]
fn all_rows_are_counted_without_being_looked_at() {
    check(|data| Query { count: true, ..question(data, None, by(data, "new_number1", false)) }, 51);
}
