//! The columns that the platform itself adds to a table, by ownership (facts/dataverse.md 1.1).

use super::column::{Choice, Column, ColumnType, DeleteRule};
use super::table::Ownership;

fn plain(name: &str, kind: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: false,
        read_only: true,
        tracked: false,
        indexed: false,
        ordered: false,
        fixed: false,
        joined: Vec::new(),
        difference: None,
        placeholder: None,
    }
}

fn lookup(name: &str, targets: &[&str], on_delete: DeleteRule, relationship: Option<String>) -> Column {
    plain(
        name,
        ColumnType::Lookup {
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            navigation: name.to_owned(),
            relationship,
            on_delete,
        },
    )
}

fn choice(value: i32, label: &str, state: Option<i32>) -> Choice {
    Choice { value, label: label.to_owned(), state }
}

/// The system columns of a table.
pub(super) fn columns(ownership: Ownership, stateless: bool) -> Vec<Column> {
    let whole = ColumnType::Int { min: -1, max: i64::from(i32::MAX) };
    let mut columns = vec![
        lookup("createdby", &["systemuser"], DeleteRule::RemoveLink, None),
        // The one time that never changes, so that keeping rows in its order costs once for each.
        Column { ordered: true, ..plain("createdon", ColumnType::DateTime) },
        lookup("createdonbehalfby", &["systemuser"], DeleteRule::RemoveLink, None),
        lookup("modifiedby", &["systemuser"], DeleteRule::RemoveLink, None),
        plain("modifiedon", ColumnType::DateTime),
        lookup("modifiedonbehalfby", &["systemuser"], DeleteRule::RemoveLink, None),
        plain("versionnumber", ColumnType::BigInt),
    ];
    let writable = |mut column: Column| {
        column.read_only = false;
        column
    };
    if ownership != Ownership::None {
        columns.extend([
            writable(plain("importsequencenumber", whole.clone())),
            writable(plain("overriddencreatedon", ColumnType::DateTime)),
            writable(plain("timezoneruleversionnumber", whole.clone())),
            writable(plain("utcconversiontimezonecode", whole)),
        ]);
        if !stateless {
            columns.extend([
                writable(plain(
                    "statecode",
                    ColumnType::State { options: vec![choice(0, "Active", None), choice(1, "Inactive", None)] },
                )),
                writable(plain(
                    "statuscode",
                    ColumnType::Status { options: vec![choice(1, "Active", Some(0)), choice(2, "Inactive", Some(1))] },
                )),
            ]);
        }
    }
    match ownership {
        Ownership::User => columns.extend([
            writable(lookup("ownerid", &["systemuser"], DeleteRule::RemoveLink, None)),
            lookup("owningbusinessunit", &["businessunit"], DeleteRule::RemoveLink, None),
            lookup("owningteam", &["systemuser"], DeleteRule::RemoveLink, None),
            lookup("owninguser", &["systemuser"], DeleteRule::RemoveLink, None),
        ]),
        Ownership::Organization => {
            columns.push(lookup("organizationid", &["organization"], DeleteRule::RemoveLink, None));
        }
        Ownership::None => {}
    }
    columns
}

/// What the platform adds to a table with money: the row's currency and its rate (facts/dataverse.md 1.1, by inference
/// from the sibling tables).
pub(super) fn currency(table: &str) -> Vec<Column> {
    let mut rate = plain("exchangerate", ColumnType::Decimal { precision: 12 });
    rate.read_only = true;
    let mut currency = lookup(
        "transactioncurrencyid",
        &["transactioncurrency"],
        DeleteRule::Restrict,
        Some(format!("TransactionCurrency_{table}")),
    );
    currency.read_only = false;
    vec![rate, currency]
}

/// The base-currency twin of an amount.
pub(super) fn base_amount(name: &str) -> Column {
    plain(name, ColumnType::Money { precision: 4, base: None })
}

/// The primary id column.
pub(super) fn primary_id(name: &str) -> Column {
    let mut column = plain(name, ColumnType::Guid);
    column.required = true;
    column.read_only = false;
    column
}
