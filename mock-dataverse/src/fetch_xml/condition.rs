//! One condition about a column, as a filter.

use super::operator::Operator;
use super::value::value;
use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::odata::{Terms, edm};
use crate::query::{
    Comparison, Filter, Operand, Path, TextTest, all_of, any_of, compared, counted, named, not, on_days, within,
};
use crate::schema::{Column, ColumnType, Table};
use crate::store::Value;

/// The language of the organization.
const LANGUAGE: i32 = 1033;
/// The longest pattern, in characters.
const LONGEST_PATTERN: usize = 4_000;

/// A column where it stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a Path,
    pub(super) table: &'a Table,
    pub(super) column: &'a Column,
}

impl Place<'_> {
    fn value(self, text: &str) -> Result<Value, Fault> {
        value(self.table, self.column, text)
    }

    fn compared(self, comparison: Comparison, value: Value) -> Filter {
        compared(self.path, comparison, value)
    }

    /// The operator is for columns of other types.
    fn wrong_type(self, wanted: &str) -> Fault {
        let text = format!(
            "The operator of the condition for attribute '{}.{}' is for {wanted}.",
            self.table.logical_name, self.column.name
        );
        Fault::bad(Code::BAD_CONDITION, text)
    }

    fn texts(self) -> Result<(), Fault> {
        match self.column.kind {
            ColumnType::Text { .. } => Ok(()),
            _ => Err(self.wrong_type("texts")),
        }
    }

    fn dates(self) -> Result<(), Fault> {
        match self.column.kind {
            ColumnType::DateTime | ColumnType::DateOnly => Ok(()),
            _ => Err(self.wrong_type("dates")),
        }
    }

    fn ids(self) -> Result<(), Fault> {
        match self.column.kind {
            ColumnType::Guid | ColumnType::Lookup { .. } => Ok(()),
            _ => Err(self.wrong_type("ids")),
        }
    }

    fn out_of_calendar(self) -> Fault {
        let text = format!("The condition for attribute '{}' reaches outside of the calendar.", self.column.name);
        Fault::bad(Code::BAD_CONDITION, text)
    }

    fn tested(self, test: TextTest, value: Value) -> Filter {
        Filter::Text(test, Operand::Column(self.path.clone()), Operand::Literal(value))
    }
}

/// A column compared with another one.
pub(super) fn against(operator: Operator, one: Place<'_>, other: Place<'_>) -> Result<Filter, Fault> {
    let Operator::Compare(comparison) = operator else {
        let text = "Only the operators eq, ne, gt, ge, lt and le compare columns.";
        return Err(Fault::bad(Code::BAD_CONDITION, text));
    };
    let number = |column| matches!(edm(column), "Edm.Int32" | "Edm.Int64" | "Edm.Decimal");
    if edm(one.column) != edm(other.column) && !(number(one.column) && number(other.column)) {
        let text = format!(
            "The attributes '{}' and '{}' are compared, but they are of different types.",
            one.column.name, other.column.name
        );
        return Err(Fault::bad(Code::BAD_CONDITION, text));
    }
    Ok(Filter::Compare(Operand::Column(one.path.clone()), comparison, Operand::Column(other.path.clone())))
}

/// A column tested with the values of a condition.
pub(super) fn tested(terms: Terms, operator: Operator, place: Place<'_>, texts: &[String]) -> Result<Filter, Fault> {
    let (least, most) = operator.values();
    // Designers leave an empty value behind where none belongs.
    let texts = if most == 0 { &[] } else { texts };
    if texts.len() < least || texts.len() > most {
        let wanted = if least == most { least.to_string() } else { format!("at least {least}") };
        let text = format!(
            "The operator of the condition for attribute '{}' requires {wanted} value/s, not {}.",
            place.column.name,
            texts.len()
        );
        return Err(Fault::bad(Code::BAD_CONDITION, text));
    }
    let turned = |yes, filter| if yes { filter } else { not(filter) };
    let first = texts.first().map(String::as_str).unwrap_or_default();
    match operator {
        Operator::Compare(comparison) => Ok(place.compared(comparison, place.value(first)?)),
        Operator::Null(yes) => {
            let comparison = if yes { Comparison::Eq } else { Comparison::Ne };
            Ok(place.compared(comparison, Value::Null))
        }
        Operator::Like(yes) => {
            place.texts()?;
            if first.chars().count() > LONGEST_PATTERN {
                let text = format!("A pattern may have {LONGEST_PATTERN} characters: '{}'.", clipped(first));
                return Err(Fault::bad(Code::BAD_CONDITION, text));
            }
            Ok(turned(yes, place.tested(TextTest::Like, Value::from(first))))
        }
        Operator::BeginsWith(yes) => {
            place.texts()?;
            Ok(turned(yes, place.tested(TextTest::StartsWith, Value::from(first))))
        }
        Operator::EndsWith(yes) => {
            place.texts()?;
            Ok(turned(yes, place.tested(TextTest::EndsWith, Value::from(first))))
        }
        Operator::In(yes) => {
            let one = |text: &String| Ok(place.compared(Comparison::Eq, place.value(text)?));
            let found = any_of(texts.iter().map(one).collect::<Result<_, Fault>>()?);
            Ok(turned(yes, found.unwrap_or(Filter::Always(false))))
        }
        Operator::ContainValues(yes) => {
            if !matches!(place.column.kind, ColumnType::MultiChoice { .. }) {
                return Err(place.wrong_type("choices with several values"));
            }
            let one = |text: &String| Ok(place.tested(TextTest::HasItem, place.value(text)?));
            let found = any_of(texts.iter().map(one).collect::<Result<_, Fault>>()?);
            Ok(turned(yes, found.unwrap_or(Filter::Always(false))))
        }
        Operator::Between(yes) => {
            let bounds = texts.iter().map(|text| place.value(text)).collect::<Result<Vec<_>, Fault>>()?;
            let comparisons = if yes { [Comparison::Ge, Comparison::Le] } else { [Comparison::Lt, Comparison::Gt] };
            let sides =
                comparisons.into_iter().zip(bounds).map(|(comparison, value)| place.compared(comparison, value));
            let joined = if yes { all_of(sides.collect()) } else { any_of(sides.collect()) };
            Ok(joined.unwrap_or(Filter::Always(false)))
        }
        Operator::User(comparison) => {
            place.ids()?;
            Ok(place.compared(comparison, Value::Guid(terms.user)))
        }
        Operator::BusinessUnit(comparison) => {
            place.ids()?;
            Ok(place.compared(comparison, Value::Guid(terms.business_unit)))
        }
        Operator::Language => Ok(place.compared(Comparison::Eq, Value::Int(LANGUAGE))),
        Operator::On { from, until } => {
            place.dates()?;
            on_days(place.path, &place.column.kind, &place.value(first)?, from, until)
                .ok_or_else(|| place.out_of_calendar())
        }
        Operator::Named(name) => {
            place.dates()?;
            named(name, terms.now)
                .and_then(|stretch| within(place.path, &place.column.kind, stretch))
                .ok_or_else(|| place.out_of_calendar())
        }
        Operator::Counted(name) => {
            place.dates()?;
            let count = first.trim().parse::<i64>().ok().filter(|count| *count > 0).ok_or_else(|| {
                let text =
                    format!("The value '{}' of the condition must be a whole number above zero.", clipped(first));
                Fault::bad(Code::NOT_ABOVE_ZERO, text)
            })?;
            counted(name, count, terms.now)
                .and_then(|stretch| within(place.path, &place.column.kind, stretch))
                .ok_or_else(|| place.out_of_calendar())
        }
    }
}
