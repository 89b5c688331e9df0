//! Rows as JSON: values, annotations, expansions, context URLs, collections with their next page.

use std::fmt::Write as _;
use std::sync::Arc;

use uuid::Uuid;

use super::annotations::{Annotations, FORMATTED, LOOKUP_TABLE, NAVIGATION, formatted};
use super::detail::{Detail, type_of};
use crate::json::Json;
use crate::operations::Output;
use crate::query::{Link, Selection, related};
use crate::schema::Table;
use crate::store::{Data, Row, Value};
use crate::text::{Object, write_text};

/// Renders rows of one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renderer<'a> {
    pub(crate) data: &'a Data,
    /// `https://host/api/data/v9.2`, without a slash at the end.
    pub(crate) base: &'a str,
    pub(crate) annotations: &'a Annotations,
    pub(crate) detail: Detail,
}

impl Renderer<'_> {
    /// The row as the whole answer.
    pub(crate) fn entity(&self, row: &Row, selection: &Selection) -> String {
        let mut out = String::with_capacity(1024);
        let mut object = Object::begin(&mut out);
        if self.detail != Detail::None {
            object.text("@odata.context", &self.context(row.table(), selection, "/$entity"));
        }
        self.members(row, selection, false, &mut object);
        object.end();
        out
    }

    /// A row inside a list.
    fn item(&self, row: &Row, selection: &Selection, out: &mut String) {
        let mut object = Object::begin(out);
        self.members(row, selection, true, &mut object);
        object.end();
    }

    fn items(&self, rows: &[Arc<Row>], selection: &Selection, out: &mut String) {
        out.push('[');
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            self.item(row, selection, out);
        }
        out.push(']');
    }

    /// `…/$metadata#set(col,nav(col2))` with a tail.
    fn context(&self, table: &Table, selection: &Selection, tail: &str) -> String {
        let mut out = String::with_capacity(256);
        out.push_str(self.base);
        out.push_str("/$metadata#");
        out.push_str(&table.entity_set);
        let before = out.len();
        out.push('(');
        self.list(table, selection, &mut out);
        if out.len() == before + 1 {
            out.truncate(before);
        } else {
            out.push(')');
        }
        out.push_str(tail);
        out
    }

    fn list(&self, table: &Table, selection: &Selection, out: &mut String) {
        let mut comma = "";
        for column in selection.columns.iter().flatten().filter_map(|position| table.columns().get(*position)) {
            let (before, after) = if column.is_lookup() { ("_", "_value") } else { ("", "") };
            for part in [comma, before, &column.name, after] {
                out.push_str(part);
            }
            comma = ",";
        }
        for expansion in &selection.expand {
            for part in [comma, &expansion.name, "("] {
                out.push_str(part);
            }
            if let Some(table) = self.data.schema().get(expansion.table) {
                self.list(table, &expansion.selection, out);
            }
            out.push(')');
            comma = ",";
        }
    }

    fn members(&self, row: &Row, selection: &Selection, in_list: bool, object: &mut Object<'_>) {
        let table = row.table();
        match self.detail {
            Detail::None => {}
            Detail::Minimal => object.text("@odata.etag", &row.etag()),
            Detail::Full => self.control(row, object),
        }
        match &selection.columns {
            None => {
                for position in 0..table.columns().len() {
                    self.member(row, position, object);
                }
            }
            Some(columns) => {
                for position in columns {
                    self.member(row, *position, object);
                }
                let money = columns
                    .iter()
                    .filter_map(|position| table.columns().get(*position))
                    .any(crate::schema::Column::is_money);
                let always = table.places.currency.filter(|_| money).into_iter().chain(table.places.primary_id);
                for position in always {
                    if !columns.contains(&position) {
                        self.member(row, position, object);
                    }
                }
            }
        }
        for expansion in &selection.expand {
            let rows = related(self.data, row, expansion);
            if self.detail.is_full() {
                self.links(row, &expansion.name, object);
            }
            object.name(&expansion.name);
            match expansion.link {
                Link::One { .. } => match rows.first() {
                    Some(row) => self.item(row, &expansion.selection, object.out),
                    None => object.out.push_str("null"),
                },
                Link::Many { .. } => {
                    self.items(&rows, &expansion.selection, object.out);
                    if in_list {
                        let link = format!("{}/{}({})/{}", self.base, table.entity_set, row.id(), expansion.name);
                        object.text(&format!("{}@odata.nextLink", expansion.name), &link);
                    }
                }
            }
        }
        if self.detail.is_full() && selection.columns.is_none() {
            let others = table.columns().iter().filter_map(crate::schema::Column::navigation);
            let others = others.chain(table.collections().iter().map(|collection| collection.name.as_str()));
            for name in others.filter(|name| selection.expand.iter().all(|expansion| expansion.name != *name)) {
                self.links(row, name, object);
            }
        }
    }

    /// Type, addresses and `ETag` of a row.
    pub(super) fn control(&self, row: &Row, object: &mut Object<'_>) {
        let table = row.table();
        let own = format!("{}({})", table.entity_set, row.id());
        object.text("@odata.type", &format!("#Microsoft.Dynamics.CRM.{}", table.logical_name));
        object.text("@odata.id", &format!("{}/{own}", self.base));
        object.text("@odata.etag", &row.etag());
        object.text("@odata.editLink", &own);
    }

    /// Where a navigation property leads.
    fn links(&self, row: &Row, name: &str, object: &mut Object<'_>) {
        let link = format!("{}/{}({})/{name}", self.base, row.table().entity_set, row.id());
        object.text(&format!("{name}@odata.associationLink"), &format!("{link}/$ref"));
        object.text(&format!("{name}@odata.navigationLink"), &link);
    }

    pub(super) fn member(&self, row: &Row, position: usize, object: &mut Object<'_>) {
        let table = row.table();
        let (Some(column), Some(label)) = (table.columns().get(position), table.labels.get(position)) else { return };
        let value = row.at(position);
        if !self.annotations.is_empty() && !value.is_null() {
            let name = column.read_name();
            if self.annotations.wants(FORMATTED)
                && let Some(text) = formatted(self.data, row, position)
            {
                object.text(&format!("{name}@{FORMATTED}"), &text);
            }
            if let Value::Lookup { table, .. } = value {
                if self.annotations.wants(NAVIGATION)
                    && let Some(navigation) = column.navigation()
                {
                    object.text(&format!("{name}@{NAVIGATION}"), navigation);
                }
                if self.annotations.wants(LOOKUP_TABLE)
                    && let Some(table) = self.data.schema().get(*table)
                {
                    object.text(&format!("{name}@{LOOKUP_TABLE}"), &table.logical_name);
                }
            }
        }
        if self.detail.is_full()
            && let Some(kind) = type_of(value)
        {
            object.text(&format!("{}@odata.type", column.read_name()), kind);
        }
        object.label(label);
        write_value(value, object.out);
    }

    /// A list with its context.
    pub(crate) fn collection(
        &self,
        table: &Arc<Table>,
        selection: &Selection,
        rows: &[Arc<Row>],
        total: Option<usize>,
        next: Option<&str>,
    ) -> String {
        let mut out = String::with_capacity(1024);
        let mut object = Object::begin(&mut out);
        if self.detail != Detail::None {
            object.text("@odata.context", &self.context(table, selection, ""));
        }
        let capped = total.map(|total| total.min(COUNT_CAP));
        if let Some(count) = capped {
            object.name("@odata.count");
            object.out.push_str(&count.to_string());
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
                object.name(&format!("@{name}"));
                value.write(object.out);
            }
        }
        object.name("value");
        self.items(rows, selection, object.out);
        if let Some(next) = next {
            object.text("@odata.nextLink", next);
        }
        object.end();
        out
    }
}

/// `$count` tells at most this many.
pub(crate) const COUNT_CAP: usize = 5000;

/// The schema never changes while the fake runs, so this number does not either.
pub(super) const METADATA_VERSION: &str = "1000000";

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

/// The same, written at the end of a text.
fn write_value(value: &Value, out: &mut String) {
    // Writing to a String cannot fail.
    match value {
        Value::Null => out.push_str("null"),
        Value::Text(text) => write_text(text, out),
        Value::Int(number) | Value::Choice(number) => write!(out, "{number}").unwrap_or_default(),
        Value::BigInt(number) => write!(out, "{number}").unwrap_or_default(),
        Value::Decimal(number) | Value::Money(number) => write!(out, "{number}").unwrap_or_default(),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::DateTime(_) | Value::Date(_) => value_json(value).write(out),
        Value::Guid(id) | Value::Lookup { id, .. } => {
            out.push('"');
            out.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
            out.push('"');
        }
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
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{value_json, write_value};
    use crate::odata::url::{free_value, parse_literal};
    use crate::store::Value;

    #[test]
    fn values_are_written_as_their_trees_are() {
        for value in [
            Value::Null,
            Value::from("\"quoted\" \\ \u{1}\n€"),
            Value::Int(-3),
            Value::Choice(100_000_001),
            Value::BigInt(1_000_024),
            Value::Decimal("0.50".parse().unwrap()),
            Value::Money("149.5000".parse().unwrap()),
            Value::Bool(true),
            Value::Bool(false),
            Value::DateTime("2026-09-10T08:00:00Z".parse::<Timestamp>().unwrap()),
            Value::Date("2026-09-10".parse().unwrap()),
            Value::Guid(Uuid::from_u128(0xA4D9_E358)),
        ] {
            let mut out = String::new();
            write_value(&value, &mut out);
            assert_eq!(out, value_json(&value).to_text());
        }
    }

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
