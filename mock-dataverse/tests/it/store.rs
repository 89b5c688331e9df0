//! The store: all or nothing, versions, history, indexes, exact amounts, rules of deletion.

use jiff::Timestamp;
use mock_dataverse::schema::Schema;
use mock_dataverse::store::{Fields, Store, StoreError, Value};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 123_000_000);
const PURCHASE: &str = "msevtmgt_eventpurchase";

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn store() -> Store {
    Store::new(Schema::standard().unwrap(), id(0xa))
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn create(store: &Store, table: &str, row: u128, fields: Fields) -> Result<(), StoreError> {
    store.write(NOW, |tx| tx.create(table, id(row), fields).map(drop))
}

#[test]
fn a_new_row_carries_defaults_and_system_columns() {
    let store = store();
    create(&store, PURCHASE, 1, Fields::new().set("msevtmgt_name", "One")).unwrap();
    let row = store.get(PURCHASE, id(1)).unwrap();
    assert_eq!(row.get("msevtmgt_paid"), &Value::Bool(false));
    assert_eq!((row.choice("statecode"), row.choice("statuscode")), (Some(0), Some(1)));
    assert_eq!(row.time("createdon"), Some(Timestamp::constant(1_790_000_000, 0)), "whole seconds");
    assert_eq!(row.lookup("ownerid"), Some(id(0xa)));
    assert_eq!(row.get("versionnumber"), &Value::BigInt(row.version()));
    assert_eq!(row.etag(), format!("W/\"{}\"", row.version()));
    assert_eq!(row.name(), Some("One"));
}

#[test]
fn amounts_keep_their_scale_and_get_a_base_amount() {
    let store = store();
    create(
        &store,
        "transactioncurrency",
        5,
        Fields::new().set("isocurrencycode", "EUR").set("exchangerate", amount("0.8")),
    )
    .unwrap();
    create(
        &store,
        PURCHASE,
        1,
        Fields::new().set("msevtmgt_totalprice", amount("149.5000")).set("transactioncurrencyid", id(5)),
    )
    .unwrap();
    let row = store.get(PURCHASE, id(1)).unwrap();
    assert_eq!(row.money("msevtmgt_totalprice").unwrap().to_string(), "149.5000");
    assert_eq!(row.money("msevtmgt_totalprice_base").unwrap().to_string(), "186.8750");
    assert_eq!(row.number("exchangerate").unwrap().to_string(), "0.8");
}

#[test]
fn a_refused_write_leaves_no_trace() {
    let store = store();
    create(&store, PURCHASE, 1, Fields::new().set("msevtmgt_name", "One")).unwrap();
    let before = store.get(PURCHASE, id(1)).unwrap();
    let history = store.history(PURCHASE, id(1));
    let result: Result<(), &str> = store.write(NOW, |tx| {
        tx.update(PURCHASE, id(1), Fields::new().set("msevtmgt_paid", true)).unwrap();
        tx.create("contact", id(2), Fields::new().set("emailaddress1", "a@example.test")).unwrap();
        assert_eq!(tx.find("contact", "emailaddress1", "A@EXAMPLE.test").count(), 1, "own writes are seen");
        tx.delete(PURCHASE, id(1)).unwrap();
        Err("no")
    });
    assert_eq!(result, Err("no"));
    assert_eq!(store.get(PURCHASE, id(1)).unwrap(), before);
    assert_eq!(store.history(PURCHASE, id(1)), history);
    store.read(|data| {
        assert_eq!(data.count("contact"), 0);
        assert_eq!(data.find("contact", "emailaddress1", "a@example.test").count(), 0);
    });
}

#[test]
fn the_history_tells_each_change_of_a_tracked_column() {
    let store = store();
    create(&store, PURCHASE, 1, Fields::new()).unwrap();
    store
        .write(NOW, |tx| tx.update(PURCHASE, id(1), Fields::new().set("msevtmgt_paymentstatus", 100_000_001)).map(drop))
        .unwrap();
    store
        .write(NOW, |tx| tx.update(PURCHASE, id(1), Fields::new().set("msevtmgt_paymentstatus", 100_000_000)).map(drop))
        .unwrap();
    let seen: Vec<_> = store
        .history(PURCHASE, id(1))
        .into_iter()
        .filter(|change| change.column == "msevtmgt_paymentstatus")
        .map(|change| (change.from, change.to))
        .collect();
    assert_eq!(
        seen,
        [(Value::Null, Value::Choice(100_000_001)), (Value::Choice(100_000_001), Value::Choice(100_000_000))]
    );
}

#[test]
fn passes_left_follow_allocated_and_sold() {
    let store = store();
    create(&store, "msevtmgt_pass", 1, Fields::new().set("msevtmgt_noofpassesallocated", 10)).unwrap();
    assert_eq!(store.get("msevtmgt_pass", id(1)).unwrap().int("msevtmgt_noofpassesleft"), Some(10));
    store
        .write(NOW, |tx| tx.update("msevtmgt_pass", id(1), Fields::new().set("msevtmgt_noofpassessold", 3)).map(drop))
        .unwrap();
    assert_eq!(store.get("msevtmgt_pass", id(1)).unwrap().int("msevtmgt_noofpassesleft"), Some(7));
}

#[test]
fn deleting_follows_the_rule_of_each_lookup() {
    let store = store();
    create(&store, "msevtmgt_event", 1, Fields::new()).unwrap();
    create(&store, "msevtmgt_pass", 2, Fields::new().set("msevtmgt_eventid", id(1))).unwrap();
    create(&store, "transactioncurrency", 5, Fields::new()).unwrap();
    create(&store, PURCHASE, 3, Fields::new().set("msevtmgt_eventid", id(1)).set("transactioncurrencyid", id(5)))
        .unwrap();
    let restricted = store.write(NOW, |tx| tx.delete("transactioncurrency", id(5)).map(drop)).unwrap_err();
    assert_eq!(
        restricted,
        StoreError::Referenced { table: "transactioncurrency".into(), id: id(5), by: PURCHASE.into() }
    );
    store.write(NOW, |tx| tx.delete("msevtmgt_event", id(1)).map(drop)).unwrap();
    assert!(store.get("msevtmgt_pass", id(2)).is_none(), "cascade");
    assert_eq!(store.get(PURCHASE, id(3)).unwrap().lookup("msevtmgt_eventid"), None, "remove link");
}

#[track_caller]
fn check_refused(table: &str, fields: Fields, expect: &str) {
    let store = store();
    let error = create(&store, table, 1, fields).unwrap_err();
    assert_eq!(error.to_string(), expect);
    assert!(store.get(table, id(1)).is_none());
}

#[test]
fn values_that_do_not_fit_are_refused() {
    check_refused("nope", Fields::new(), "no table `nope`");
    check_refused(PURCHASE, Fields::new().set("nope", 1), "table `msevtmgt_eventpurchase` has no column `nope`");
    check_refused(
        "msevtmgt_pass",
        Fields::new().set("msevtmgt_noofpassesallocated", 50_001),
        "column `msevtmgt_noofpassesallocated` of `msevtmgt_pass`: 50001 is not between 0 and 50000",
    );
    check_refused(
        "transactioncurrency",
        Fields::new().set("isocurrencycode", "EURO€€"),
        "column `isocurrencycode` of `transactioncurrency` holds at most 5 characters",
    );
    check_refused(
        PURCHASE,
        Fields::new().set("msevtmgt_paymentstatus", 7),
        "column `msevtmgt_paymentstatus` of `msevtmgt_eventpurchase` has no option 7",
    );
    check_refused(
        PURCHASE,
        Fields::new().set("statuscode", 2),
        "2 is not a valid status code for state code 0 on `msevtmgt_eventpurchase`",
    );
    check_refused(
        PURCHASE,
        Fields::new().set("msevtmgt_paid", 1),
        "column `msevtmgt_paid` of `msevtmgt_eventpurchase` is of type Edm.Boolean, given was Int(1)",
    );
}

#[test]
fn a_snapshot_is_put_back_whole() {
    let store = store();
    create(&store, "contact", 1, Fields::new().set("lastname", "Ng")).unwrap();
    let snapshot = store.snapshot();
    store.write(NOW, |tx| tx.delete("contact", id(1)).map(drop)).unwrap();
    store.restore(&snapshot);
    assert_eq!(store.get("contact", id(1)).unwrap().text("lastname"), Some("Ng"));
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    Fail(u8, u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        4 => (0..6u8, 0..4u8).prop_map(|(row, parent)| Step::Put(row, parent)),
        1 => (0..6u8).prop_map(Step::Delete),
        1 => (0..6u8, 0..4u8).prop_map(|(row, parent)| Step::Fail(row, parent)),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// The lookup index and a plain map agree after any sequence of writes, failed ones included.
    #[test]
    fn the_index_agrees_with_a_plain_map(steps in steps()) {
        let store = store();
        let mut model = std::collections::BTreeMap::<u8, u8>::new();
        let put = |tx: &mut mock_dataverse::store::Tx<'_>, row: u8, parent: u8| {
            let fields = Fields::new().set("msevtmgt_purchaseid", id(100 + u128::from(parent)));
            let table = "msevtmgt_eventpurchaseattendee";
            if tx.get(table, id(u128::from(row))).is_some() { tx.update(table, id(u128::from(row)), fields) } else { tx.create(table, id(u128::from(row)), fields) }
        };
        for step in steps {
            match step {
                Step::Put(row, parent) => {
                    store.write(NOW, |tx| put(tx, row, parent).map(drop)).unwrap();
                    model.insert(row, parent);
                }
                Step::Delete(row) => {
                    let deleted = store.write(NOW, |tx| tx.delete("msevtmgt_eventpurchaseattendee", id(u128::from(row))).map(drop)).is_ok();
                    prop_assert_eq!(deleted, model.remove(&row).is_some());
                }
                Step::Fail(row, parent) => {
                    let result: Result<(), ()> = store.write(NOW, |tx| { put(tx, row, parent).unwrap(); Err(()) });
                    prop_assert!(result.is_err());
                }
            }
            for parent in 0..4u8 {
                let found: Vec<Uuid> = store.read(|data| data.find("msevtmgt_eventpurchaseattendee", "msevtmgt_purchaseid", id(100 + u128::from(parent))).map(|row| row.id()).collect());
                let expected: Vec<Uuid> = model.iter().filter(|(_, value)| **value == parent).map(|(row, _)| id(u128::from(*row))).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}

/// A row that was changed, by another user and then in vain, is in everything what it was: also where it is found, and in its history.
#[test]
fn changes_of_a_row_are_taken_back_to_the_last_column() {
    let store = store();
    let contact = |number: u128| Value::Guid(id(number));
    let fields = Fields::new().set("msevtmgt_paid", false).set("msevtmgt_purchasingcontactid", contact(7));
    create(&store, PURCHASE, 1, fields).unwrap();
    let held = store.get(PURCHASE, id(1)).unwrap();
    let (before, history) = (held.as_ref().clone(), store.history(PURCHASE, id(1)));
    let pay =
        |number: u128| Fields::new().set("msevtmgt_paid", true).set("msevtmgt_purchasingcontactid", contact(number));
    let refused = store.write_as(NOW, id(0xb), |tx| {
        tx.update(PURCHASE, id(1), pay(8))?;
        let row = tx.update(PURCHASE, id(1), pay(9))?;
        assert_eq!((row.flag("msevtmgt_paid"), row.lookup("msevtmgt_purchasingcontactid")), (true, Some(id(9))));
        assert_eq!(tx.find(PURCHASE, "msevtmgt_purchasingcontactid", id(9)).count(), 1);
        tx.update(PURCHASE, id(1), Fields::new().set("msevtmgt_name", "new").set("msevtmgt_totalprice", "no amount"))
    });
    assert!(matches!(refused, Err(StoreError::WrongType { .. })), "{refused:?}");
    assert_eq!(store.get(PURCHASE, id(1)).as_deref(), Some(&before));
    assert_eq!(store.history(PURCHASE, id(1)), history);
    let found =
        |number: u128| store.read(|data| data.find(PURCHASE, "msevtmgt_purchasingcontactid", id(number)).count());
    assert_eq!([found(7), found(8), found(9)], [1, 0, 0]);

    // What is refused alone, within a write that goes on, leaves the row whole as well.
    store
        .write(NOW, |tx| {
            let refused = tx.update(PURCHASE, id(1), Fields::new().set("msevtmgt_name", "new").set("statuscode", 9));
            assert!(refused.is_err());
            assert_eq!(tx.get(PURCHASE, id(1)).map(AsRef::as_ref), Some(&before));
            tx.update(PURCHASE, id(1), pay(8)).map(drop)
        })
        .unwrap();
    assert_eq!(held.as_ref(), &before, "who holds a row keeps the version that it is");
    assert_eq!([found(7), found(8), found(9)], [0, 1, 0]);
    assert_eq!(store.history(PURCHASE, id(1)).len(), history.len() + 1);
}
