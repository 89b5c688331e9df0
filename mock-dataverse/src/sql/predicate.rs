//! Conditions of `WHERE` and `ON`: columns against constants, joined by `AND`, `OR` and `NOT`.

use jiff::Timestamp;

use super::ast::{Column, Expr, SqlError};
use super::lexer::Token;
use super::moments::add;
use super::parse::Parser;
use crate::fetch_xml::{Operator, moment};
use crate::query::Comparison;

/// Parentheses and `NOT` may be nested this deep.
const MAX_DEPTH: usize = 32;

/// A constant; `None` is null.
type Constant = Option<String>;

impl Parser {
    /// A whole condition.
    pub(super) fn condition(&mut self) -> Result<Expr, SqlError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(format!("conditions are nested more than {MAX_DEPTH} deep")));
        }
        let mut either = vec![self.both()?];
        while self.took("or") {
            either.push(self.both()?);
        }
        self.depth -= 1;
        Ok(flat(either, Expr::Or))
    }

    fn both(&mut self) -> Result<Expr, SqlError> {
        let mut all = vec![self.negated()?];
        while self.took("and") {
            all.push(self.negated()?);
        }
        Ok(flat(all, Expr::And))
    }

    fn negated(&mut self) -> Result<Expr, SqlError> {
        let (mut turned, at) = (false, self.place());
        while self.took("not") {
            turned = !turned;
        }
        let expr = self.primary()?;
        if turned { opposite(expr, at) } else { Ok(expr) }
    }

    fn primary(&mut self) -> Result<Expr, SqlError> {
        if self.is("exists") {
            return Err(self.wrong("EXISTS isn't supported"));
        }
        if self.took_symbol("(") {
            if self.is("select") {
                return Err(self.wrong("a subquery isn't supported"));
            }
            let inner = self.condition()?;
            self.need_symbol(")")?;
            return Ok(inner);
        }
        if self.constant_follows() {
            // A constant first: the same with the sides changed.
            let at = self.place();
            let value = self.constant()?;
            let comparison = turned_around(self.comparison()?);
            if self.constant_follows() {
                return Err(SqlError::new("one side of a comparison must be a column", at));
            }
            let column = self.column()?;
            return Ok(compared(column, comparison, value));
        }
        let column = self.column()?;
        if matches!(self.peek(), Some(Token::Symbol("("))) {
            return Err(SqlError::new("functions of columns aren't supported", column.at));
        }
        self.tested(column)
    }

    fn tested(&mut self, column: Column) -> Result<Expr, SqlError> {
        if self.took("is") {
            let without = !self.took("not");
            self.need("null")?;
            return Ok(Expr::Test { column, operator: Operator::Null(without), values: Vec::new() });
        }
        let yes = !self.took("not");
        if self.took("like") {
            let value = self.constant()?;
            if self.is("escape") {
                return Err(self.wrong("ESCAPE isn't supported: brackets take a wildcard as it is"));
            }
            return Ok(tested(column, Operator::Like(yes), vec![value]));
        }
        if self.took("in") {
            self.need_symbol("(")?;
            if self.is("select") {
                return Err(self.wrong("a subquery isn't supported"));
            }
            let mut values = self.list(Self::constant)?;
            self.need_symbol(")")?;
            if yes {
                // Nothing equals null.
                values.retain(Option::is_some);
                if values.is_empty() {
                    return Ok(Expr::Never);
                }
            }
            return Ok(tested(column, Operator::In(yes), values));
        }
        if self.took("between") {
            let from = self.constant()?;
            self.need("and")?;
            let to = self.constant()?;
            return Ok(tested(column, Operator::Between(yes), vec![from, to]));
        }
        if !yes {
            return Err(self.expected("LIKE, IN or BETWEEN"));
        }
        let comparison = self.comparison()?;
        if self.constant_follows() {
            let value = self.constant()?;
            return Ok(compared(column, comparison, value));
        }
        let at = self.place();
        if matches!(self.peek(), Some(Token::Symbol("("))) {
            return Err(self.wrong("expressions and subqueries aren't supported"));
        }
        let other = self.column()?;
        if comparison != Comparison::Eq {
            return Err(SqlError::new("columns can only be compared with '=', to join tables", at));
        }
        Ok(Expr::Same(column, other))
    }

    fn comparison(&mut self) -> Result<Comparison, SqlError> {
        let comparison = match self.peek() {
            Some(Token::Symbol("=")) => Comparison::Eq,
            Some(Token::Symbol("<>" | "!=")) => Comparison::Ne,
            Some(Token::Symbol(">")) => Comparison::Gt,
            Some(Token::Symbol(">=")) => Comparison::Ge,
            Some(Token::Symbol("<")) => Comparison::Lt,
            Some(Token::Symbol("<=")) => Comparison::Le,
            _ => return Err(self.expected("a comparison")),
        };
        self.next();
        Ok(comparison)
    }

    fn constant_follows(&self) -> bool {
        match self.peek() {
            Some(Token::Text(_) | Token::Number(_) | Token::Symbol("-" | "+")) => true,
            Some(Token::Word(_)) => ["null", "getutcdate", "dateadd"].iter().any(|word| self.is(word)),
            _ => false,
        }
    }

    fn constant(&mut self) -> Result<Constant, SqlError> {
        let value = if self.took("null") {
            None
        } else if self.is("getutcdate") || self.is("dateadd") {
            Some(self.moment()?.to_string())
        } else {
            Some(self.literal()?)
        };
        if matches!(self.peek(), Some(Token::Symbol("+" | "-" | "*" | "/" | "%"))) {
            return Err(self.wrong("expressions aren't supported"));
        }
        Ok(value)
    }

    fn literal(&mut self) -> Result<String, SqlError> {
        let negative = self.took_symbol("-");
        if !negative {
            self.took_symbol("+");
        }
        let literal = match self.peek() {
            Some(Token::Number(number)) => format!("{}{number}", if negative { "-" } else { "" }),
            Some(Token::Text(text)) if !negative => text.clone(),
            _ => return Err(self.expected("a constant")),
        };
        self.next();
        Ok(literal)
    }

    /// A moment that is known before any row is looked at.
    fn moment(&mut self) -> Result<Timestamp, SqlError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(format!("functions are nested more than {MAX_DEPTH} deep")));
        }
        let at = self.place();
        let found = if self.took("getutcdate") {
            self.need_symbol("(")?;
            self.need_symbol(")")?;
            self.now
        } else if self.took("dateadd") {
            self.need_symbol("(")?;
            let Some(Token::Word(part)) = self.next() else { return Err(self.expected("a part of a date")) };
            self.need_symbol(",")?;
            let number = self.literal()?;
            self.need_symbol(",")?;
            let from = self.moment()?;
            self.need_symbol(")")?;
            let moved = number.parse().ok().and_then(|number| add(&part, number, from));
            moved.ok_or_else(|| SqlError::new("DATEADD leads to no moment", at))?
        } else {
            let text = self.literal()?;
            moment(text.trim()).ok_or_else(|| SqlError::new("a date and time is expected", at))?
        };
        self.depth -= 1;
        Ok(found)
    }
}

fn flat(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn compared(column: Column, comparison: Comparison, value: Constant) -> Expr {
    tested(column, Operator::Compare(comparison), vec![value])
}

/// A test with null among its constants holds for nothing.
fn tested(column: Column, operator: Operator, values: Vec<Constant>) -> Expr {
    match values.into_iter().collect::<Option<Vec<_>>>() {
        Some(values) => Expr::Test { column, operator, values },
        None => Expr::Never,
    }
}

fn turned_around(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Gt => Comparison::Lt,
        Comparison::Ge => Comparison::Le,
        Comparison::Lt => Comparison::Gt,
        Comparison::Le => Comparison::Ge,
        same => same,
    }
}

/// The opposite of a condition, brought down to its tests.
fn opposite(expr: Expr, at: usize) -> Result<Expr, SqlError> {
    let each = |parts: Vec<Expr>| parts.into_iter().map(|part| opposite(part, at)).collect::<Result<Vec<_>, _>>();
    match expr {
        Expr::And(parts) => each(parts).map(Expr::Or),
        Expr::Or(parts) => each(parts).map(Expr::And),
        Expr::Test { column, operator, values } => match operator.opposite() {
            Some(operator) => Ok(Expr::Test { column, operator, values }),
            None => Err(SqlError::new("NOT isn't supported here", at)),
        },
        Expr::Same(..) => Err(SqlError::new("columns can only be compared with '=', to join tables", at)),
        Expr::Never => Ok(Expr::Never),
    }
}
