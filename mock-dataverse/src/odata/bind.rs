//! From names to columns: looks up what a query names, checks types, and builds the query core's tree.

use std::sync::Arc;

use super::functions::function;
use super::options::Options;
use super::syntax::{Expr, Literal, OrderKey, Quantifier, Word};
use super::terms::Terms;
use super::url::{edm, edm_of, free_value, literal_value};
use crate::config::ErrorCodes;
use crate::fault::{Code, Fault};
use crate::query::{Comparison, Expansion, Filter, Link, Operand, Order, Path, Selection, TextTest};
use crate::schema::{Column, Schema, Table};
use crate::store::Value;

/// Looks names up in one table (and those it leads to).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binder<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) table: &'a Arc<Table>,
    pub(crate) terms: Terms,
    pub(crate) options: &'a Options,
    /// The variable of the lambda we are in.
    variable: Option<&'a str>,
}

/// A side of a comparison before its type is settled.
enum Side<'a> {
    Column(Path, &'a Column),
    Literal(Literal),
    Test(Filter),
}

impl<'a> Binder<'a> {
    pub(crate) fn new(schema: &'a Schema, table: &'a Arc<Table>, terms: Terms, options: &'a Options) -> Self {
        Self { schema, table, terms, options, variable: None }
    }

    /// A property that the table does not have.
    pub(crate) fn no_property(&self, table: &Table, name: &str) -> Fault {
        let code = match self.terms.codes {
            ErrorCodes::Newer => Code::BAD_QUERY,
            ErrorCodes::Older => Code::NONE,
        };
        let table = &table.logical_name;
        Fault::bad(code, format!("Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'."))
    }

    /// The filter of the options.
    pub(crate) fn filter(&self, expr: &Expr) -> Result<Filter, Fault> {
        Ok(match expr {
            Expr::Or(left, right) => Filter::Or(Box::new(self.filter(left)?), Box::new(self.filter(right)?)),
            Expr::And(left, right) => Filter::And(Box::new(self.filter(left)?), Box::new(self.filter(right)?)),
            Expr::Not(inner) => Filter::Not(Box::new(self.filter(inner)?)),
            Expr::Compare(left, word, right) => self.comparison(left, *word, right)?,
            Expr::Call(name, arguments) => self.call(name, arguments)?,
            Expr::Function(on, name, arguments) => function(self, on, name, arguments)?,
            Expr::Lambda(path, quantifier, body) => self.lambda(path, *quantifier, body.as_ref())?,
            Expr::Path(_) | Expr::Literal(_) | Expr::Alias(_) => match self.side(expr)? {
                Side::Column(path, column) if edm(column) == "Edm.Boolean" => {
                    Filter::Compare(Operand::Column(path), Comparison::Eq, Operand::Literal(Value::Bool(true)))
                }
                Side::Literal(Literal::Bool(answer)) => Filter::Always(answer),
                _ => {
                    return Err(Fault::bad(
                        Code::BAD_QUERY,
                        "The $filter expression must evaluate to a single boolean value.",
                    ));
                }
            },
        })
    }

    fn side(&self, expr: &Expr) -> Result<Side<'a>, Fault> {
        match expr {
            Expr::Path(segments) => self.column(segments).map(|(path, column)| Side::Column(path, column)),
            Expr::Literal(literal) => Ok(Side::Literal(literal.clone())),
            Expr::Alias(name) => self.options.aliases.get(name).cloned().map(Side::Literal).ok_or_else(|| {
                Fault::bad(Code::BAD_QUERY, format!("The parameter alias '@{name}' has no value in the query."))
            }),
            other => self.filter(other).map(Side::Test),
        }
    }

    fn comparison(&self, left: &Expr, word: Word, right: &Expr) -> Result<Filter, Fault> {
        let comparison = match word {
            Word::Eq => Comparison::Eq,
            Word::Ne => Comparison::Ne,
            Word::Gt => Comparison::Gt,
            Word::Ge => Comparison::Ge,
            Word::Lt => Comparison::Lt,
            Word::Le => Comparison::Le,
        };
        let mismatch = |left: &str, right: &str| {
            let kind = match word {
                Word::Eq => "Equal",
                Word::Ne => "NotEqual",
                Word::Gt => "GreaterThan",
                Word::Ge => "GreaterThanOrEqual",
                Word::Lt => "LessThan",
                Word::Le => "LessThanOrEqual",
            };
            Fault::bad(
                Code::BAD_QUERY,
                format!(
                    "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator kind '{kind}'."
                ),
            )
        };
        let (left, right) = (self.side(left)?, self.side(right)?);
        Ok(match (left, right) {
            (Side::Column(path, column), Side::Literal(literal)) => {
                let value = literal_value(column, &literal).ok_or_else(|| mismatch(edm(column), edm_of(&literal)))?;
                Filter::Compare(Operand::Column(path), comparison, Operand::Literal(value))
            }
            (Side::Literal(literal), Side::Column(path, column)) => {
                let value = literal_value(column, &literal).ok_or_else(|| mismatch(edm_of(&literal), edm(column)))?;
                Filter::Compare(Operand::Literal(value), comparison, Operand::Column(path))
            }
            (Side::Column(left, left_column), Side::Column(right, right_column)) => {
                let number = |column| matches!(edm(column), "Edm.Int32" | "Edm.Int64" | "Edm.Decimal");
                if edm(left_column) != edm(right_column) && !(number(left_column) && number(right_column)) {
                    return Err(mismatch(edm(left_column), edm(right_column)));
                }
                Filter::Compare(Operand::Column(left), comparison, Operand::Column(right))
            }
            (Side::Literal(left), Side::Literal(right)) => {
                Filter::Compare(Operand::Literal(free_value(&left)), comparison, Operand::Literal(free_value(&right)))
            }
            (Side::Test(test), Side::Literal(Literal::Bool(wanted)))
            | (Side::Literal(Literal::Bool(wanted)), Side::Test(test)) => match (comparison, wanted) {
                (Comparison::Eq, true) | (Comparison::Ne, false) => test,
                (Comparison::Eq, false) | (Comparison::Ne, true) => Filter::Not(Box::new(test)),
                _ => return Err(mismatch("Edm.Boolean", "Edm.Boolean")),
            },
            _ => return Err(Fault::unsupported("a comparison of a condition with anything but true or false")),
        })
    }

    fn call(&self, name: &str, arguments: &[Expr]) -> Result<Filter, Fault> {
        let test = match name {
            "contains" => TextTest::Contains,
            "startswith" => TextTest::StartsWith,
            _ => TextTest::EndsWith,
        };
        let no_signature = || {
            Fault::bad(
                Code::BAD_QUERY,
                format!(
                    "No function signature for the function with name '{name}' matches the specified arguments. The function signatures considered are: {name}(Edm.String, Edm.String)."
                ),
            )
        };
        let operand = |expr: &Expr| -> Result<Operand, Fault> {
            match self.side(expr)? {
                Side::Column(path, column) if edm(column) == "Edm.String" => Ok(Operand::Column(path)),
                Side::Literal(Literal::Text(text)) => Ok(Operand::Literal(Value::from(text))),
                Side::Literal(Literal::Null) => Ok(Operand::Literal(Value::Null)),
                _ => Err(no_signature()),
            }
        };
        match arguments {
            [left, right] => Ok(Filter::Text(test, operand(left)?, operand(right)?)),
            _ => Err(no_signature()),
        }
    }

    fn lambda(
        &self,
        path: &[String],
        quantifier: Quantifier,
        body: Option<&(String, Box<Expr>)>,
    ) -> Result<Filter, Fault> {
        let path = self.inside(path)?;
        let [name] = path else { return Err(Fault::unsupported("a lambda over a path of more than one segment")) };
        let collection = self.table.collection(name).ok_or_else(|| self.no_property(self.table, name))?;
        let child = self.schema.get(collection.child).ok_or_else(|| self.no_property(self.table, name))?;
        let filter = match body {
            Some((variable, body)) => {
                let inner = Binder { table: child, variable: Some(variable), ..*self };
                inner.filter(body)?
            }
            None => Filter::Always(true),
        };
        let link = Link::Many { child: collection.child, column: collection.column };
        Ok(match quantifier {
            Quantifier::Any => Filter::Any { link, filter: Box::new(filter) },
            Quantifier::All => Filter::All { link, filter: Box::new(filter) },
        })
    }

    /// The column at the end of a path of single-valued navigation properties.
    pub(super) fn column(&self, segments: &[String]) -> Result<(Path, &'a Column), Fault> {
        let (path, column, _) = self.column_of(segments)?;
        Ok((path, column))
    }

    /// A path without the variable of the lambda that it stands in.
    fn inside<'b>(&self, segments: &'b [String]) -> Result<&'b [String], Fault> {
        let Some(variable) = self.variable else { return Ok(segments) };
        match segments.split_first() {
            Some((first, rest)) if first == variable && !rest.is_empty() => Ok(rest),
            _ => Err(Fault::unsupported("a property of the outer row inside a lambda")),
        }
    }

    /// As [`Binder::column`], with the table where the path ends.
    pub(crate) fn column_of(&self, segments: &[String]) -> Result<(Path, &'a Column, &'a Arc<Table>), Fault> {
        let segments = self.inside(segments)?;
        let Some((last, way)) = segments.split_last() else { return Err(self.no_property(self.table, "")) };
        let mut table = self.table;
        let mut via = Vec::new();
        for name in way {
            let lookup = table.navigation(name).ok_or_else(|| self.no_property(table, name))?;
            let target = lookup.single_target().and_then(|target| self.schema.table(target)).ok_or_else(|| {
                Fault::unsupported(format!("a path over the lookup '{name}', which may point at several tables"))
            })?;
            via.push(table.position(&lookup.name).ok_or_else(|| self.no_property(table, name))?);
            table = target;
        }
        let (column, definition) = table.readable(last).ok_or_else(|| self.no_property(table, last))?;
        Ok((Path { source: 0, via, column }, definition, table))
    }

    /// The keys of the order.
    pub(crate) fn order(&self, keys: &[OrderKey]) -> Result<Vec<Order>, Fault> {
        keys.iter().map(|key| Ok(Order::by(self.column(&key.path)?.0, key.descending))).collect()
    }

    /// What is shown of a row: `$select` and `$expand`.
    pub(crate) fn selection(&self) -> Result<Selection, Fault> {
        selection(self.schema, self.table, self.terms, self.options)
    }
}

fn selection(schema: &Schema, table: &Arc<Table>, terms: Terms, options: &Options) -> Result<Selection, Fault> {
    let binder = Binder::new(schema, table, terms, options);
    let columns = match &options.select {
        None => None,
        Some(names) if names.iter().any(|name| name == "*") => None,
        Some(names) => {
            let mut columns = Vec::new();
            for name in names {
                let (position, _) = table.readable(name).ok_or_else(|| {
                    if table.navigation(name).is_some() {
                        Fault::unsupported(format!(
                            "the navigation property '{name}' in $select (select '_…_value' or expand it)"
                        ))
                    } else {
                        binder.no_property(table, name)
                    }
                })?;
                if !columns.contains(&position) {
                    columns.push(position);
                }
            }
            Some(columns)
        }
    };
    let mut expand = Vec::new();
    for item in &options.expand {
        let (link, target) = if let Some(lookup) = table.navigation(&item.name) {
            let column = table.position(&lookup.name).ok_or_else(|| binder.no_property(table, &item.name))?;
            let target = lookup.single_target().ok_or_else(|| {
                Fault::unsupported(format!("$expand of '{}', which may point at several tables", item.name))
            })?;
            (Link::One { column }, schema.table(target))
        } else if let Some(collection) = table.collection(&item.name) {
            (Link::Many { child: collection.child, column: collection.column }, schema.get(collection.child))
        } else {
            return Err(binder.no_property(table, &item.name));
        };
        let target = target.ok_or_else(|| binder.no_property(table, &item.name))?;
        if matches!(link, Link::One { .. })
            && let Some(option) = item.options.collection_only()
        {
            return Err(Fault::bad(
                Code::BAD_QUERY,
                format!(
                    "The query option {option} cannot be applied to the single-valued navigation property '{}'.",
                    item.name
                ),
            ));
        }
        let mut options_with_aliases = item.options.clone();
        options_with_aliases.aliases.clone_from(&options.aliases);
        let inner = Binder::new(schema, target, terms, &options_with_aliases);
        expand.push(Expansion {
            name: item.name.clone(),
            link,
            table: target.id,
            selection: selection(schema, target, terms, &options_with_aliases)?,
            filter: item.options.filter.as_ref().map(|filter| inner.filter(filter)).transpose()?,
            order: inner.order(&item.options.order)?,
            top: item.options.top,
        });
    }
    Ok(Selection { columns, expand })
}
