//! The service's own functions in `$filter` (`Microsoft.Dynamics.CRM.In` and its kin), as questions of the query core.

use uuid::Uuid;

use super::bind::Binder;
use super::grammar::parse_whole_literal;
use super::syntax::{Expr, Literal};
use super::url::{edm, literal_value};
use crate::fault::{Code, Fault};
use crate::query::{
    COUNTED, Comparison, Filter, NAMED, Operand, Path, Stretch, TextTest, any_of, compared, counted, named, not,
    on_days, within,
};
use crate::schema::{Column, ColumnType};
use crate::store::Value;

/// Functions that the service has and this fake has not: hierarchies, teams and fiscal calendars.
pub(super) const MISSING: &[&str] = &[
    "Above",
    "AboveOrEqual",
    "Under",
    "UnderOrEqual",
    "NotUnder",
    "EqualRoleBusinessId",
    "EqualUserOrUserHierarchy",
    "EqualUserOrUserHierarchyAndTeams",
    "EqualUserOrUserTeams",
    "EqualUserTeams",
    "InFiscalPeriod",
    "InFiscalPeriodAndYear",
    "InFiscalYear",
    "InOrAfterFiscalPeriodAndYear",
    "InOrBeforeFiscalPeriodAndYear",
    "LastFiscalPeriod",
    "LastFiscalYear",
    "LastXFiscalPeriods",
    "LastXFiscalYears",
    "NextFiscalPeriod",
    "NextFiscalYear",
    "NextXFiscalPeriods",
    "NextXFiscalYears",
    "ThisFiscalPeriod",
    "ThisFiscalYear",
];

/// The language of the organization.
const LANGUAGE: i32 = 1033;

fn bad(message: String) -> Fault {
    Fault::bad(Code::BAD_QUERY, message)
}

/// One call: a function of a column.
struct Call<'a> {
    name: &'a str,
    arguments: &'a [(String, Expr)],
    path: Path,
    column: &'a Column,
    binder: &'a Binder<'a>,
}

/// The question that a function asks. `on` is what stands in front of it: the variable of a lambda.
pub(super) fn function(
    binder: &Binder<'_>,
    on: &[String],
    name: &str,
    arguments: &[(String, Expr)],
) -> Result<Filter, Fault> {
    if MISSING.contains(&name) {
        return Err(Fault::unsupported(format!("the query function Microsoft.Dynamics.CRM.{name}")));
    }
    let Literal::Text(property) = argument(binder, name, arguments, "PropertyName")? else {
        return Err(bad(format!("The PropertyName of '{name}' must be a text.")));
    };
    let mut segments: Vec<String> = on.iter().cloned().chain(property.split('/').map(str::to_owned)).collect();
    let found = binder.column(&segments).or_else(|fault| {
        // These functions name columns, and a lookup's name is not that of its value.
        if let Some(last) = segments.last_mut() {
            *last = format!("_{last}_value");
        }
        binder.column(&segments).map_err(|_| fault)
    });
    let (path, column) = found?;
    let call = Call { name, arguments, path, column, binder };
    match name {
        "In" => call.any_of(),
        "NotIn" => call.any_of().map(not),
        "ContainValues" => call.contains_values(),
        "DoesNotContainValues" => call.contains_values().map(not),
        "Between" => call.between(Comparison::Ge, Comparison::Le, Filter::And),
        "NotBetween" => call.between(Comparison::Lt, Comparison::Gt, Filter::Or),
        "Contains" => call.contains(),
        "On" => call.on_day(true, true),
        "OnOrAfter" => call.on_day(true, false),
        "OnOrBefore" => call.on_day(false, true),
        "EqualUserId" => call.id(Comparison::Eq, binder.terms.user),
        "NotEqualUserId" => call.id(Comparison::Ne, binder.terms.user),
        "EqualBusinessId" => call.id(Comparison::Eq, binder.terms.business_unit),
        "NotBusinessId" => call.id(Comparison::Ne, binder.terms.business_unit),
        "EqualUserLanguage" => Ok(call.compare(Comparison::Eq, Value::Int(LANGUAGE))),
        _ if NAMED.contains(&name) => call.stretch(named(name, binder.terms.now)),
        _ if COUNTED.contains(&name) => {
            let count = call.count()?;
            call.stretch(counted(name, count, binder.terms.now))
        }
        _ => Err(bad(format!(
            "An unknown function with name 'Microsoft.Dynamics.CRM.{name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed."
        ))),
    }
}

fn argument(binder: &Binder<'_>, of: &str, arguments: &[(String, Expr)], name: &str) -> Result<Literal, Fault> {
    match arguments.iter().find(|(given, _)| given == name).map(|(_, value)| value) {
        Some(Expr::Literal(literal)) => Ok(literal.clone()),
        Some(Expr::Alias(alias)) => binder
            .options
            .aliases
            .get(alias)
            .cloned()
            .ok_or_else(|| bad(format!("The parameter alias '@{alias}' has no value in the query."))),
        _ => Err(bad(format!("The query function '{of}' lacks its parameter '{name}'."))),
    }
}

impl Call<'_> {
    fn argument(&self, name: &str) -> Result<Literal, Fault> {
        argument(self.binder, self.name, self.arguments, name)
    }

    fn compare(&self, comparison: Comparison, value: Value) -> Filter {
        compared(&self.path, comparison, value)
    }

    /// A value for the column. Values come as texts, whatever the type of the column is.
    fn value(&self, literal: &Literal) -> Result<Value, Fault> {
        let read = match (&self.column.kind, literal) {
            (ColumnType::Text { .. }, _) | (ColumnType::MultiChoice { .. }, Literal::Text(_)) => None,
            (ColumnType::MultiChoice { .. }, Literal::Number(number)) => Some(Literal::Text(number.to_string())),
            (_, Literal::Text(text)) => parse_whole_literal(text.trim()).ok(),
            _ => None,
        };
        literal_value(self.column, read.as_ref().unwrap_or(literal)).filter(|value| !value.is_null()).ok_or_else(|| {
            bad(format!(
                "The value '{literal}' of the query function '{}' does not go with the type '{}' of the property '{}'.",
                self.name,
                edm(self.column),
                self.column.name
            ))
        })
    }

    fn values(&self) -> Result<Vec<Value>, Fault> {
        match self.argument("PropertyValues")? {
            Literal::List(list) => list.iter().map(|literal| self.value(literal)).collect(),
            _ => Err(bad(format!("The PropertyValues of '{}' must be a list.", self.name))),
        }
    }

    fn any_of(&self) -> Result<Filter, Fault> {
        self.either(self.values()?.into_iter().map(|value| self.compare(Comparison::Eq, value)).collect())
    }

    /// At least one of the values is chosen.
    fn contains_values(&self) -> Result<Filter, Fault> {
        if !matches!(self.column.kind, ColumnType::MultiChoice { .. }) {
            return Err(self.wrong_type("a multi-select choice"));
        }
        let one = |value| Filter::Text(TextTest::HasItem, Operand::Column(self.path.clone()), Operand::Literal(value));
        self.either(self.values()?.into_iter().map(one).collect())
    }

    fn either(&self, filters: Vec<Filter>) -> Result<Filter, Fault> {
        any_of(filters).ok_or_else(|| bad(format!("The PropertyValues of '{}' must not be empty.", self.name)))
    }

    fn between(
        &self,
        low: Comparison,
        high: Comparison,
        join: fn(Box<Filter>, Box<Filter>) -> Filter,
    ) -> Result<Filter, Fault> {
        match self.values()?.as_slice() {
            [from, to] => Ok(join(Box::new(self.compare(low, from.clone())), Box::new(self.compare(high, to.clone())))),
            other => Err(bad(format!("The PropertyValues of '{}' must be two, given are {}.", self.name, other.len()))),
        }
    }

    fn contains(&self) -> Result<Filter, Fault> {
        let value = self.argument("PropertyValue").and_then(|literal| self.value(&literal))?;
        if !matches!(self.column.kind, ColumnType::Text { .. }) {
            return Err(self.wrong_type("a text"));
        }
        Ok(Filter::Text(TextTest::Contains, Operand::Column(self.path.clone()), Operand::Literal(value)))
    }

    fn id(&self, comparison: Comparison, id: Uuid) -> Result<Filter, Fault> {
        if matches!(self.column.kind, ColumnType::Guid | ColumnType::Lookup { .. }) {
            Ok(self.compare(comparison, Value::Guid(id)))
        } else {
            Err(self.wrong_type("an id"))
        }
    }

    fn wrong_type(&self, wanted: &str) -> Fault {
        bad(format!(
            "The query function '{}' asks for {wanted}, but the property '{}' is of type '{}'.",
            self.name,
            self.column.name,
            edm(self.column)
        ))
    }

    fn count(&self) -> Result<i64, Fault> {
        let number = match self.argument("PropertyValue")? {
            Literal::Number(number) if number.is_integer() => i64::try_from(number).ok(),
            Literal::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| bad(format!("The PropertyValue of '{}' must be a whole number above zero.", self.name)))
    }

    /// The days from (or up to) the one that is given.
    fn on_day(&self, from: bool, until: bool) -> Result<Filter, Fault> {
        self.dates()?;
        let value = self.argument("PropertyValue").and_then(|literal| self.value(&literal))?;
        on_days(&self.path, &self.column.kind, &value, from, until).ok_or_else(|| self.out_of_calendar())
    }

    fn stretch(&self, stretch: Option<Stretch>) -> Result<Filter, Fault> {
        self.dates()?;
        stretch.and_then(|stretch| within(&self.path, &self.column.kind, stretch)).ok_or_else(|| self.out_of_calendar())
    }

    /// Only columns with dates will do.
    fn dates(&self) -> Result<(), Fault> {
        match self.column.kind {
            ColumnType::DateTime | ColumnType::DateOnly => Ok(()),
            _ => Err(self.wrong_type("a date")),
        }
    }

    fn out_of_calendar(&self) -> Fault {
        bad(format!("The value of the query function '{}' lies outside of the calendar.", self.name))
    }
}
