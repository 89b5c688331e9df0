//! Answers of FetchXML and SQL as JSON: rows with columns of others beside their own, and groups. A column without a value is left out.

use std::sync::Arc;

use super::annotations::{ATTRIBUTE, FORMATTED, LOOKUP_TABLE, formatted_as};
use super::detail::{Detail, type_of};
use super::render::{COUNT_CAP, METADATA_VERSION, Renderer, value_json};
use crate::fetch_xml::{Cell, Question, Shown};
use crate::json::Json;
use crate::query::{Group, Tuple};
use crate::schema::{Column, Table};
use crate::store::{Row, Value};
use crate::text::Object;

/// What an answer tells besides its rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Around {
    /// How many rows there are in all, if that was asked.
    pub(crate) total: Option<usize>,
    /// There are more rows behind these.
    pub(crate) more: bool,
    /// Where the page ended, for callers that turn pages themselves.
    pub(crate) cookie: Option<String>,
    /// The address of the next page.
    pub(crate) next: Option<String>,
}

impl Renderer<'_> {
    /// A list of rows.
    pub(crate) fn tuples(&self, question: &Question, tuples: &[Tuple], around: &Around) -> String {
        let context = self.flat_context(question);
        self.flat(&context, tuples, around, |tuple, object| self.tuple(question, tuple, object))
    }

    /// A list of groups.
    pub(crate) fn groups(&self, question: &Question, groups: &[Group], around: &Around) -> String {
        let table = question.tables.first().map(|table| table.entity_set.as_str()).unwrap_or_default();
        let context = format!("{}/$metadata#{table}", self.base);
        self.flat(&context, groups, around, |group, object| {
            for shown in &question.shown {
                self.cell_of_group(shown, group, object);
            }
        })
    }

    fn flat<T>(&self, context: &str, items: &[T], around: &Around, write: impl Fn(&T, &mut Object<'_>)) -> String {
        let mut out = String::with_capacity(1024);
        let mut object = Object::begin(&mut out);
        if self.detail != Detail::None {
            object.text("@odata.context", context);
        }
        let capped = around.total.map(|total| total.min(COUNT_CAP));
        if let Some(count) = capped {
            object.name("@odata.count");
            object.out.push_str(&count.to_string());
        }
        let annotations = [
            ("totalrecordcount", Some(capped.map_or(Json::Number("-1".to_owned()), Json::from))),
            ("totalrecordcountlimitexceeded", Some(Json::Bool(around.total.is_some_and(|total| total > COUNT_CAP)))),
            ("globalmetadataversion", Some(METADATA_VERSION.into())),
            ("fetchxmlpagingcookie", around.cookie.as_deref().map(Json::from)),
            ("morerecords", around.more.then_some(Json::Bool(true))),
        ];
        for (name, value) in annotations {
            let name = format!("Microsoft.Dynamics.CRM.{name}");
            if let Some(value) = value.filter(|_| self.annotations.wants(&name)) {
                object.name(&format!("@{name}"));
                value.write(object.out);
            }
        }
        object.name("value");
        object.out.push('[');
        for (number, item) in items.iter().enumerate() {
            if number > 0 {
                object.out.push(',');
            }
            let mut inner = Object::begin(object.out);
            write(item, &mut inner);
            inner.end();
        }
        object.out.push(']');
        if let Some(next) = &around.next {
            object.text("@odata.nextLink", next);
        }
        object.end();
        out
    }

    /// Columns as they were asked for, each lookup by its value and by its navigation property, which then stands behind them as expanded.
    fn flat_context(&self, question: &Question) -> String {
        let Some(table) = question.tables.first() else { return String::new() };
        let set = format!("{}/$metadata#{}", self.base, table.entity_set);
        let Some(selected) = &question.selected else { return set };
        let (mut names, mut expanded): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for column in with_always(question, selected, table).into_iter().filter_map(|at| table.columns().get(at)) {
            names.push(column.read_name());
            if let Some(navigation) = column.navigation() {
                names.push(navigation.to_owned());
                expanded.push(format!("{navigation}()"));
            }
        }
        names.extend(expanded);
        if names.is_empty() { set } else { format!("{set}({})", names.join(",")) }
    }

    fn tuple(&self, question: &Question, tuple: &Tuple, object: &mut Object<'_>) {
        let Some(Some(first)) = tuple.first() else { return };
        match self.detail {
            Detail::Minimal if !question.bare => object.text("@odata.etag", &first.etag()),
            Detail::Full if !question.bare => self.control(first, object),
            _ => {}
        }
        for shown in &question.shown {
            let Some(Some(row)) = tuple.get(shown.path.source) else { continue };
            if row.at(shown.path.column).is_null() {
                continue;
            }
            if shown.cell == Cell::Own {
                self.member(row, shown.path.column, object);
            } else {
                self.named(shown, row, object);
            }
        }
        if let Some(selected) = &question.selected {
            for column in with_always(question, selected, first.table()) {
                if !selected.contains(&column) && !first.at(column).is_null() {
                    self.member(first, column, object);
                }
            }
        }
    }

    /// A column under a name that is not its own.
    fn named(&self, shown: &Shown, row: &Row, object: &mut Object<'_>) {
        let Some(column) = row.table().columns().get(shown.path.column) else { return };
        self.value(&shown.name, column, row, row.at(shown.path.column), object);
    }

    /// A value of a column with its annotations.
    fn value(&self, name: &str, column: &Column, row: &Row, value: &Value, object: &mut Object<'_>) {
        if self.annotations.wants(ATTRIBUTE) {
            object.text(&format!("{name}@{ATTRIBUTE}"), &column.name);
        }
        if self.annotations.wants(FORMATTED)
            && let Some(text) = formatted_as(self.data, row, column, value)
        {
            object.text(&format!("{name}@{FORMATTED}"), &text);
        }
        if self.annotations.wants(LOOKUP_TABLE)
            && let Value::Lookup { table, .. } = value
            && let Some(table) = self.data.schema().get(*table)
        {
            object.text(&format!("{name}@{LOOKUP_TABLE}"), &table.logical_name);
        }
        if let Some(kind) = type_of(value).filter(|_| self.detail.is_full()) {
            object.text(&format!("{name}@odata.type"), kind);
        }
        object.name(name);
        value_json(value).write(object.out);
    }

    fn cell_of_group(&self, shown: &Shown, group: &Group, object: &mut Object<'_>) {
        let value = value_of(shown.cell, group);
        let row = group.sample.as_ref().and_then(|tuple| tuple.get(shown.path.source)?.as_ref()).map(Arc::as_ref);
        if value.is_null() {
            return;
        }
        let column = row.and_then(|row| Some((row, row.table().columns().get(shown.path.column)?)));
        match (shown.cell, column) {
            // Numbers of rows and parts of dates are numbers, whatever the column is.
            (Cell::Key(_) | Cell::Measure(_) | Cell::Sum(_), Some((row, column))) => {
                self.value(&shown.name, column, row, &value, object);
            }
            (_, column) => {
                if let Some((_, column)) = column.filter(|_| self.annotations.wants(ATTRIBUTE)) {
                    object.text(&format!("{}@{ATTRIBUTE}", shown.name), &column.name);
                }
                let json = value_json(&value);
                if let Json::Number(text) = &json
                    && self.annotations.wants(FORMATTED)
                {
                    object.text(&format!("{}@{FORMATTED}", shown.name), text);
                }
                object.name(&shown.name);
                json.write(object.out);
            }
        }
    }
}

/// The columns that come even when they were not asked for: the currency beside amounts, and the id.
fn with_always(question: &Question, selected: &[usize], table: &Table) -> Vec<usize> {
    let mut columns = selected.to_vec();
    if question.bare {
        return columns;
    }
    let money = selected.iter().filter_map(|at| table.columns().get(*at)).any(Column::is_money);
    let always = table.places.currency.filter(|_| money).into_iter().chain(table.places.primary_id);
    for column in always {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}

/// What a group shows in a place.
pub(crate) fn value_of(cell: Cell, group: &Group) -> Value {
    let at = |values: &[Value], place: usize| values.get(place).cloned().unwrap_or_default();
    match cell {
        Cell::Key(place) | Cell::Part(place) => at(&group.keys, place),
        Cell::Measure(place) | Cell::Count(place) => at(&group.values, place),
        Cell::Sum(place) => match at(&group.values, place) {
            Value::Null => Value::Decimal(0.into()),
            sum => sum,
        },
        Cell::Own | Cell::Named => Value::Null,
    }
}
