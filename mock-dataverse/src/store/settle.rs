//! Columns that follow from others: defaults of a new row, state and status, base amounts, differences, joined names.

use rust_decimal::Decimal;

use super::data::TableData;
use super::draft::Draft;
use super::error::StoreError;
use super::value::Value;
use crate::schema::{Column, ColumnType, Difference, Table};

/// Writes the columns that follow from the given ones. `rates` are the currencies, unless the table is theirs.
pub(super) fn settle(
    rates: Option<&TableData>,
    table: &Table,
    values: &mut Draft,
    given: &[usize],
) -> Result<(), StoreError> {
    state(table, values, given)?;
    money(rates, table, values, given);
    differences(table, values, given);
    joins(table, values, given);
    Ok(())
}

/// Base amounts and the rate follow the row's currency. A rate counts units of the currency per unit of the base
/// currency, so the base amount is the amount divided by it.
fn money(rates: Option<&TableData>, table: &Table, values: &mut Draft, given: &[usize]) {
    let places = &table.places;
    let of_money = |position: &usize| places.amounts.iter().any(|(amount, _)| amount == position);
    let touched = given.iter().any(|position| places.currency == Some(*position) || of_money(position));
    let Some(rates) = rates.filter(|_| touched && places.rate.is_some()) else { return };
    let currency = places.currency.and_then(|position| values.get(position)).and_then(Value::guid);
    let rate = currency
        .and_then(|id| rates.rows.get(id.as_u128()))
        .and_then(|row| row.number("exchangerate"))
        .filter(|rate| !rate.is_zero());
    if places.currency.is_some_and(|currency| given.contains(&currency)) {
        values.put(places.rate, rate.map_or(Value::Null, Value::Decimal));
    }
    for (position, base) in &places.amounts {
        let amount = values.get(*position).and_then(Value::number);
        let base_amount = amount.zip(rate).and_then(|(amount, rate)| in_base(amount, rate)).map(four_digits);
        values.put(Some(*base), base_amount.map_or(Value::Null, Value::Money));
    }
}

fn in_base(amount: Decimal, rate: Decimal) -> Option<Decimal> {
    // Most rows are in the base currency itself.
    if rate == Decimal::ONE { Some(amount) } else { amount.checked_div(rate) }
}

fn four_digits(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp(4);
    amount.rescale(4);
    amount
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
fn state(table: &Table, values: &mut Draft, given: &[usize]) -> Result<(), StoreError> {
    let (Some(state), Some(status)) = (table.places.state, table.places.status) else {
        return Ok(());
    };
    // What was in keeping stays so.
    if !given.contains(&state) && !given.contains(&status) {
        return Ok(());
    }
    let Some(Value::Choice(state_now)) = values.get(state).cloned() else {
        return Ok(());
    };
    let options = table.columns().get(status).map(Column::options).unwrap_or_default();
    if given.contains(&state) && !given.contains(&status) {
        if let Some(option) = options.iter().find(|option| option.state == Some(state_now)) {
            values.put(Some(status), Value::Choice(option.value));
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
fn differences(table: &Table, values: &mut Draft, given: &[usize]) {
    for Difference { column, first, second } in &table.places.differences {
        let touched = [first, second].into_iter().flatten().any(|position| given.contains(position));
        if !touched || given.contains(column) {
            continue;
        }
        let number = |position: &Option<usize>| position.and_then(|place| values.get(place)).and_then(Value::number);
        let difference = number(first).map(|left| left - number(second).unwrap_or_default());
        let value = difference.and_then(|difference| i32::try_from(difference).ok()).map_or(Value::Null, Value::Int);
        values.put(Some(*column), value);
    }
}

/// Texts that join others, unless the write sets them itself.
fn joins(table: &Table, values: &mut Draft, given: &[usize]) {
    for (column, parts) in &table.places.joins {
        if given.contains(column) || !parts.iter().any(|part| given.contains(part)) {
            continue;
        }
        let texts = parts.iter().filter_map(|part| match values.get(*part) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.as_ref()),
            _ => None,
        });
        let joined = texts.collect::<Vec<&str>>().join(" ");
        values.put(Some(*column), if joined.is_empty() { Value::Null } else { Value::from(joined) });
    }
}
