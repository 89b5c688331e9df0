//! Which annotations were asked for, and the texts that the formatted-value annotation shows.

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::schema::{Column, ColumnType};
use crate::store::{Data, Row, Value, choices};

pub(crate) const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
pub(crate) const ATTRIBUTE: &str = "OData.Community.Display.V1.AttributeName";
pub(crate) const LOOKUP_TABLE: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
pub(crate) const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// The patterns of `odata.include-annotations`. Nothing is included unless asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Annotations {
    text: Option<String>,
    patterns: Vec<(bool, String)>,
}

impl Annotations {
    pub(crate) fn parse(text: &str) -> Self {
        let patterns = text
            .split(',')
            .map(str::trim)
            .filter(|pattern| !pattern.is_empty())
            .map(|pattern| match pattern.strip_prefix('-') {
                Some(excluded) => (false, excluded.to_owned()),
                None => (true, pattern.to_owned()),
            })
            .collect();
        // Only printable text goes back into a header.
        let text = text.chars().all(|next| (' '..='~').contains(&next)).then(|| text.to_owned());
        Self { text, patterns }
    }

    /// As given, to be echoed.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref().filter(|_| !self.patterns.is_empty())
    }

    /// True when nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// True when everything is asked for.
    pub(crate) fn all(&self) -> bool {
        self.patterns.iter().any(|(include, pattern)| *include && pattern == "*")
    }

    /// Whether an annotation is asked for; an exclusion wins.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let hit = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        };
        let included = self.patterns.iter().any(|(include, pattern)| *include && hit(pattern));
        included && !self.patterns.iter().any(|(include, pattern)| !*include && hit(pattern))
    }
}

/// The text of a value for people, English (United States), UTC; `None` where the service shows none.
pub(crate) fn formatted(data: &Data, row: &Row, position: usize) -> Option<String> {
    let column = row.table().columns().get(position)?;
    formatted_as(data, row, column, row.at(position))
}

/// The same for a value that belongs to a column of the row without being its own: a sum, a mean.
pub(crate) fn formatted_as(data: &Data, row: &Row, column: &Column, value: &Value) -> Option<String> {
    match value {
        Value::Choice(number) => {
            column.options().iter().find(|option| option.value == *number).map(|option| option.label.clone())
        }
        Value::Bool(value) => Some(if *value { "Yes" } else { "No" }.to_owned()),
        Value::Money(amount) => Some(money(data, row, *amount, column.name.ends_with("_base"))),
        Value::Int(number) => Some(grouped(Decimal::from(*number), 0)),
        Value::BigInt(number) => Some(grouped(Decimal::from(*number), 0)),
        Value::Decimal(number) if column.is_money() => Some(money(data, row, *number, column.name.ends_with("_base"))),
        Value::Decimal(number) => {
            let digits = match column.kind {
                ColumnType::Decimal { precision } => precision.min(number.scale().max(2)),
                _ => number.scale(),
            };
            Some(grouped(*number, digits))
        }
        Value::DateTime(time) => Some(time.to_zoned(TimeZone::UTC).strftime("%-m/%-d/%Y %-I:%M %p").to_string()),
        Value::Date(date) => Some(date.strftime("%-m/%-d/%Y").to_string()),
        Value::Lookup { table, id } => data.get_by(*table, *id).and_then(|target| target.name().map(str::to_owned)),
        Value::Text(text) if matches!(column.kind, ColumnType::MultiChoice { .. }) => {
            let numbers = choices(text)?;
            let label = |number: &i32| column.options().iter().find(|option| option.value == *number);
            Some(numbers.iter().filter_map(label).map(|option| option.label.as_str()).collect::<Vec<_>>().join("; "))
        }
        Value::Null | Value::Text(_) | Value::Guid(_) => None,
    }
}

/// Symbol and digits of the row's currency; base amounts use the organization's.
fn money(data: &Data, row: &Row, amount: Decimal, base: bool) -> String {
    let own = row.lookup("transactioncurrencyid").filter(|_| !base);
    let currency = own
        .or_else(|| data.rows("organization").next().and_then(|organization| organization.lookup("basecurrencyid")))
        .and_then(|id| data.get("transactioncurrency", id));
    let symbol = currency.and_then(|row| row.text("currencysymbol")).unwrap_or_default();
    let digits = currency
        .and_then(|row| row.int("currencyprecision"))
        .and_then(|digits| u32::try_from(digits).ok())
        .unwrap_or(2);
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    format!("{sign}{symbol}{}", grouped(amount.abs(), digits))
}

fn grouped(number: Decimal, digits: u32) -> String {
    let mut number = number.round_dp(digits);
    number.rescale(digits);
    let text = number.abs().to_string();
    let (whole, part) = text.split_once('.').map_or((text.as_str(), None), |(whole, part)| (whole, Some(part)));
    let mut out = String::new();
    if number.is_sign_negative() && !number.is_zero() {
        out.push('-');
    }
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}
