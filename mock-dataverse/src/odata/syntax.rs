//! `$filter` and `$orderby` as trees of names and literals, before any name is looked up; and how they are printed.

use std::fmt;

use rust_decimal::Decimal;
use thiserror::Error;
use uuid::Uuid;

/// Why a query option cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SyntaxError {
    /// It is no sentence of the language.
    #[error("Syntax error at position {position} in '{text}': expected {expected}.")]
    Unexpected {
        /// Characters before the mistake.
        position: usize,
        /// What could have stood there.
        expected: &'static str,
        /// The whole option.
        text: String,
    },
    /// It is nested too deep.
    #[error("The expression is nested more than {limit} deep at position {position}.")]
    TooDeep {
        /// Characters before the mistake.
        position: usize,
        /// The limit.
        limit: usize,
    },
    /// A function that is not known.
    #[error(
        "An unknown function with name '{name}' was found. This may also be a function import or a key lookup on a navigation property, which is not allowed."
    )]
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// A part of the language that the real service has and this fake has not.
    #[error("The fake does not support {what}.")]
    Unsupported {
        /// The missing thing.
        what: String,
    },
}

/// What stands before the names of the service's own functions.
pub(crate) const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// A literal as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    Guid(Uuid),
    /// Instant as written, for example `2026-09-10T08:00:00Z`.
    Instant(String),
    /// Calendar date as written.
    Date(String),
    /// Literals in brackets; no list stands in a list.
    List(Vec<Literal>),
}

/// Comparison words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Word {
    pub(crate) const ALL: [(&'static str, Self); 6] =
        [("eq", Self::Eq), ("ne", Self::Ne), ("gt", Self::Gt), ("ge", Self::Ge), ("lt", Self::Lt), ("le", Self::Le)];
}

/// Lambda words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expr {
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    Compare(Box<Expr>, Word, Box<Expr>),
    Call(String, Vec<Expr>),
    /// One of the service's own functions: what stands in front, its name without namespace, its arguments by name.
    Function(Vec<String>, String, Vec<(String, Expr)>),
    Path(Vec<String>),
    Literal(Literal),
    Alias(String),
    /// `path/any(variable:body)`; `any()` has neither.
    Lambda(Vec<String>, Quantifier, Option<(String, Box<Expr>)>),
}

/// One key of `$orderby`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderKey {
    pub(crate) path: Vec<String>,
    pub(crate) descending: bool,
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Self::Guid(id) => write!(f, "{id}"),
            Self::Instant(text) | Self::Date(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (position, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if position > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, items: &[Self]| {
            for (position, item) in items.iter().enumerate() {
                write!(f, "{}{item}", if position > 0 { "," } else { "" })?;
            }
            fmt::Result::Ok(())
        };
        match self {
            Self::Or(left, right) => {
                binary(f, left, "or", right, |side| !matches!(side, Self::Or(..)), |side| matches!(side, Self::Or(..)))
            }
            Self::And(left, right) => binary(
                f,
                left,
                "and",
                right,
                |side| !matches!(side, Self::Or(..)),
                |side| matches!(side, Self::Or(..) | Self::And(..)),
            ),
            Self::Not(inner) => match **inner {
                Self::Or(..) | Self::And(..) | Self::Compare(..) => write!(f, "not ({inner})"),
                _ => write!(f, "not {inner}"),
            },
            Self::Compare(left, word, right) => {
                let word = Word::ALL.iter().find(|(_, known)| known == word).map_or("eq", |(text, _)| text);
                side(f, left)?;
                write!(f, " {word} ")?;
                side(f, right)
            }
            Self::Call(name, arguments) => {
                write!(f, "{name}(")?;
                list(f, arguments)?;
                f.write_str(")")
            }
            Self::Function(on, name, arguments) => {
                for part in on {
                    write!(f, "{part}/")?;
                }
                write!(f, "{NAMESPACE}{name}(")?;
                for (position, (name, value)) in arguments.iter().enumerate() {
                    write!(f, "{}{name}={value}", if position > 0 { "," } else { "" })?;
                }
                f.write_str(")")
            }
            Self::Path(segments) => f.write_str(&segments.join("/")),
            Self::Literal(literal) => literal.fmt(f),
            Self::Alias(name) => write!(f, "@{name}"),
            Self::Lambda(path, quantifier, body) => {
                let word = if *quantifier == Quantifier::Any { "any" } else { "all" };
                write!(f, "{}/{word}(", path.join("/"))?;
                if let Some((variable, body)) = body {
                    write!(f, "{variable}:{body}")?;
                }
                f.write_str(")")
            }
        }
    }
}

/// A side of a comparison; anything but a simple value needs parentheses.
fn side(f: &mut fmt::Formatter<'_>, expr: &Expr) -> fmt::Result {
    match expr {
        Expr::Or(..) | Expr::And(..) | Expr::Not(_) | Expr::Compare(..) => write!(f, "({expr})"),
        _ => write!(f, "{expr}"),
    }
}

fn binary(
    f: &mut fmt::Formatter<'_>,
    left: &Expr,
    word: &str,
    right: &Expr,
    left_is_bare: impl Fn(&Expr) -> bool,
    right_needs: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    // `a or b or c` groups to the left, so a left side of the same word needs none and a right side does.
    let same = |expr: &Expr| matches!((word, expr), ("or", Expr::Or(..)) | ("and", Expr::And(..)));
    if left_is_bare(left) || same(left) {
        write!(f, "{left}")?;
    } else {
        write!(f, "({left})")?;
    }
    write!(f, " {word} ")?;
    if right_needs(right) { write!(f, "({right})") } else { write!(f, "{right}") }
}
