//! Columns that follow from others: defaults of a new row, state and status, base amounts, differences.

use rust_decimal::Decimal;

use super::data::Data;
use super::error::StoreError;
use super::fields::Fields;
use super::value::Value;
use crate::schema::{Column, ColumnType, Table};

/// Base amounts and the rate follow the row's currency. A rate counts units of the currency per unit of the base
/// currency, so the base amount is the amount divided by it.
pub(super) fn money(data: &Data, table: &Table, values: &mut [Value], fields: &Fields) {
    if table.logical_name == "transactioncurrency" || table.position("exchangerate").is_none() {
        return;
    }
    let currency =
        table.position("transactioncurrencyid").and_then(|position| values.get(position)).and_then(Value::guid);
    let rate = currency
        .and_then(|id| data.get("transactioncurrency", id))
        .and_then(|row| row.number("exchangerate"))
        .filter(|rate| !rate.is_zero());
    if fields.get("transactioncurrencyid").is_some() {
        put(table, values, "exchangerate", rate.map_or(Value::Null, Value::Decimal));
    }
    for (position, _, base) in table.money_columns() {
        let Some(base) = base else { continue };
        let amount = values.get(position).and_then(Value::number);
        let base_amount = amount.zip(rate).and_then(|(amount, rate)| amount.checked_div(rate)).map(four_digits);
        put(table, values, base, base_amount.map_or(Value::Null, Value::Money));
    }
}

fn four_digits(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp(4);
    amount.rescale(4);
    amount
}

pub(super) fn put(table: &Table, values: &mut [Value], column: &str, value: Value) {
    if let Some(slot) = table.position(column).and_then(|position| values.get_mut(position)) {
        *slot = value;
    }
}

pub(super) fn defaults(table: &Table) -> Vec<Value> {
    table
        .columns()
        .iter()
        .map(|column| match &column.kind {
            ColumnType::Bool { default } => Value::Bool(*default),
            ColumnType::Choice { default: Some(value), .. } => Value::Choice(*value),
            ColumnType::State { options } => options.first().map_or(Value::Null, |option| Value::Choice(option.value)),
            ColumnType::Status { options } => options
                .iter()
                .find(|option| option.state == Some(0))
                .map_or(Value::Null, |option| Value::Choice(option.value)),
            _ => Value::Null,
        })
        .collect()
}

/// A new state without a status reason takes the state's first reason; a reason must belong to the state.
pub(super) fn state(table: &Table, values: &mut [Value], fields: &Fields) -> Result<(), StoreError> {
    let (Some(state), Some(status)) = (table.position("statecode"), table.position("statuscode")) else {
        return Ok(());
    };
    let Some(Value::Choice(state_now)) = values.get(state).cloned() else {
        return Ok(());
    };
    let options = table.columns().get(status).map(Column::options).unwrap_or_default();
    if fields.get("statecode").is_some() && fields.get("statuscode").is_none() {
        if let Some(option) = options.iter().find(|option| option.state == Some(state_now)) {
            put(table, values, "statuscode", Value::Choice(option.value));
        }
        return Ok(());
    }
    let Some(Value::Choice(status_now)) = values.get(status).cloned() else {
        return Ok(());
    };
    let belongs =
        options.iter().any(|option| option.value == status_now && option.state.is_none_or(|owner| owner == state_now));
    if belongs {
        Ok(())
    } else {
        Err(StoreError::StateMismatch { table: table.logical_name.clone(), state: state_now, status: status_now })
    }
}

/// Columns that are the difference of two others, unless the write sets them itself.
pub(super) fn differences(table: &Table, values: &mut [Value], fields: &Fields) {
    for column in table.columns() {
        let Some((first, second)) = &column.difference else {
            continue;
        };
        let touched = fields.get(first).is_some() || fields.get(second).is_some();
        if !touched || fields.get(&column.name).is_some() {
            continue;
        }
        let number =
            |name: &str| table.position(name).and_then(|position| values.get(position)).and_then(Value::number);
        let difference = number(first).map(|left| left - number(second).unwrap_or_default());
        let value = difference.and_then(|difference| i32::try_from(difference).ok()).map_or(Value::Null, Value::Int);
        put(table, values, &column.name, value);
    }
}
