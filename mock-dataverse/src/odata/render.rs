//! Rows as JSON: values, annotations, expansions, context URLs, collections with their next page.

use std::sync::Arc;

use super::annotations::{Annotations, FORMATTED, LOOKUP_TABLE, NAVIGATION, formatted};
use crate::json::Json;
use crate::operations::Output;
use crate::query::{Link, Selection, related};
use crate::schema::Table;
use crate::store::{Data, Row, Value};

/// Renders rows of one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renderer<'a> {
    pub(crate) data: &'a Data,
    /// `https://host/api/data/v9.2`, without a slash at the end.
    pub(crate) base: &'a str,
    pub(crate) annotations: &'a Annotations,
}

impl Renderer<'_> {
    /// The row as the whole answer.
    pub(crate) fn entity(&self, row: &Row, selection: &Selection) -> Json {
        let context = self.context(row.table(), selection, "/$entity");
        let mut members = vec![("@odata.context".to_owned(), context.into())];
        self.members(row, selection, false, &mut members);
        Json::Object(members)
    }

    /// A row inside a list.
    pub(crate) fn item(&self, row: &Row, selection: &Selection) -> Json {
        let mut members = Vec::new();
        self.members(row, selection, true, &mut members);
        Json::Object(members)
    }

    /// `…/$metadata#set(col,nav(col2))` with a tail.
    pub(crate) fn context(&self, table: &Table, selection: &Selection, tail: &str) -> String {
        let list = self.list(table, selection);
        let list = if list.is_empty() { String::new() } else { format!("({list})") };
        format!("{}/$metadata#{}{list}{tail}", self.base, table.entity_set)
    }

    fn list(&self, table: &Table, selection: &Selection) -> String {
        let mut parts: Vec<String> = selection
            .columns
            .iter()
            .flatten()
            .filter_map(|position| table.columns().get(*position))
            .map(crate::schema::Column::read_name)
            .collect();
        for expansion in &selection.expand {
            let inner = self.data.schema().get(expansion.table).map(|table| self.list(table, &expansion.selection));
            parts.push(format!("{}({})", expansion.name, inner.unwrap_or_default()));
        }
        parts.join(",")
    }

    fn members(&self, row: &Row, selection: &Selection, in_list: bool, members: &mut Vec<(String, Json)>) {
        members.push(("@odata.etag".to_owned(), row.etag().into()));
        let table = row.table();
        match &selection.columns {
            None => {
                for position in 0..table.columns().len() {
                    self.member(row, position, members);
                }
            }
            Some(columns) => {
                for position in columns {
                    self.member(row, *position, members);
                }
                let money = columns
                    .iter()
                    .filter_map(|position| table.columns().get(*position))
                    .any(crate::schema::Column::is_money);
                let always = money
                    .then(|| table.position("transactioncurrencyid"))
                    .flatten()
                    .into_iter()
                    .chain(table.position(&table.primary_id));
                for position in always {
                    if !columns.contains(&position) {
                        self.member(row, position, members);
                    }
                }
            }
        }
        for expansion in &selection.expand {
            let rows = related(self.data, row, expansion);
            match expansion.link {
                Link::One { .. } => {
                    let value = rows.first().map_or(Json::Null, |row| self.item(row, &expansion.selection));
                    members.push((expansion.name.clone(), value));
                }
                Link::Many { .. } => {
                    let items = rows.iter().map(|row| self.item(row, &expansion.selection)).collect();
                    members.push((expansion.name.clone(), Json::Array(items)));
                    if in_list {
                        let link = format!("{}/{}({})/{}", self.base, table.entity_set, row.id(), expansion.name);
                        members.push((format!("{}@odata.nextLink", expansion.name), link.into()));
                    }
                }
            }
        }
    }

    fn member(&self, row: &Row, position: usize, members: &mut Vec<(String, Json)>) {
        let Some(column) = row.table().columns().get(position) else { return };
        let name = column.read_name();
        let value = row.at(position);
        if !self.annotations.is_empty() && !value.is_null() {
            if self.annotations.wants(FORMATTED)
                && let Some(text) = formatted(self.data, row, position)
            {
                members.push((format!("{name}@{FORMATTED}"), text.into()));
            }
            if let Value::Lookup { table, .. } = value {
                if self.annotations.wants(NAVIGATION)
                    && let Some(navigation) = column.navigation()
                {
                    members.push((format!("{name}@{NAVIGATION}"), navigation.into()));
                }
                if self.annotations.wants(LOOKUP_TABLE)
                    && let Some(table) = self.data.schema().get(*table)
                {
                    members.push((format!("{name}@{LOOKUP_TABLE}"), table.logical_name.as_str().into()));
                }
            }
        }
        members.push((name, value_json(value)));
    }

    /// A list with its context.
    pub(crate) fn collection(
        &self,
        table: &Arc<Table>,
        selection: &Selection,
        rows: &[Arc<Row>],
        total: Option<usize>,
        next: Option<String>,
    ) -> Json {
        let mut members = vec![("@odata.context".to_owned(), self.context(table, selection, "").into())];
        let capped = total.map(|total| total.min(COUNT_CAP));
        if let Some(count) = capped {
            members.push(("@odata.count".to_owned(), count.into()));
        }
        for (name, value) in [
            ("Microsoft.Dynamics.CRM.totalrecordcount", capped.map_or(Json::Number("-1".to_owned()), Json::from)),
            (
                "Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded",
                Json::Bool(total.is_some_and(|total| total > COUNT_CAP)),
            ),
            ("Microsoft.Dynamics.CRM.globalmetadataversion", METADATA_VERSION.into()),
            ("Microsoft.Dynamics.CRM.morerecords", Json::Bool(next.is_some())),
        ] {
            if self.annotations.wants(name) {
                members.push((format!("@{name}"), value));
            }
        }
        members.push(("value".to_owned(), Json::Array(rows.iter().map(|row| self.item(row, selection)).collect())));
        if let Some(next) = next {
            members.push(("@odata.nextLink".to_owned(), next.into()));
        }
        Json::Object(members)
    }
}

/// `$count` tells at most this many.
pub(crate) const COUNT_CAP: usize = 5000;

/// The schema never changes while the fake runs, so this number does not either.
const METADATA_VERSION: &str = "1000000";

/// A value on the wire.
pub(crate) fn value_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::Text(text.to_string()),
        Value::Int(number) | Value::Choice(number) => Json::Number(number.to_string()),
        Value::BigInt(number) => Json::Number(number.to_string()),
        Value::Decimal(number) | Value::Money(number) => Json::Number(number.to_string()),
        Value::Bool(value) => Json::Bool(*value),
        Value::DateTime(time) => Json::Text(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        Value::Date(date) => Json::Text(date.to_string()),
        Value::Guid(id) | Value::Lookup { id, .. } => Json::Text(id.to_string()),
    }
}

/// The answer of an operation on the wire.
pub(crate) fn output_json(output: &Output) -> Json {
    match output {
        Output::Value(value) => value_json(value),
        Output::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), output_json(value))).collect())
        }
        Output::List(items) => Json::Array(items.iter().map(output_json).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::value_json;
    use crate::odata::url::{free_value, parse_literal};

    #[test]
    fn literals_and_values_look_alike_on_the_wire() {
        for (literal, json) in [
            ("149.5000", "149.5000"),
            ("'O''Hara'", "\"O'Hara\""),
            ("2026-09-10T08:00:00+02:00", "\"2026-09-10T06:00:00Z\""),
            ("2026-09-10", "\"2026-09-10\""),
            ("true", "true"),
            ("null", "null"),
        ] {
            assert_eq!(value_json(&free_value(&parse_literal(literal).unwrap())).to_text(), json);
        }
    }
}
