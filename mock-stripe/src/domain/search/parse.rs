//! Reads a query. Every complaint names the place, counted in characters from 1.

use super::query::{Clause, Kind, Query, Searchable, Target, Test};

/// The longest query, in characters.
pub const MOST_QUERY: usize = 5_000;
/// The shortest text that can be looked for within another, in characters.
const SHORTEST_PART: usize = 3;

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault} at position {at}")]
pub struct SyntaxError {
    /// The place, in characters from 1; one more than the query has at its end.
    pub at: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is longer than 5,000 characters.
    #[error("the query is longer than {MOST_QUERY} characters")]
    TooLong,
    /// There is no clause where one must be.
    #[error("expected a clause such as name:\"value\"")]
    NoClause,
    /// `AND` (or a blank) and `OR` stand in one query.
    #[error("AND and OR cannot be used in one query")]
    Mixed,
    /// Parentheses.
    #[error("clauses cannot be grouped with parentheses")]
    Parenthesis,
    /// Something that no name begins with.
    #[error("unexpected character {0:?}")]
    Unexpected(char),
    /// A member that the object has not, or that cannot be asked for.
    #[error("field {0:?} cannot be searched")]
    UnknownField(String),
    /// `metadata` without a key in brackets and quotes.
    #[error("expected metadata[\"key\"]")]
    NoKey,
    /// No operator after the name.
    #[error("expected one of : ~ < <= > >=")]
    NoOperator,
    /// The operator is none for this member.
    #[error("field {field:?} does not support the operator {operator}")]
    WrongOperator {
        /// The member.
        field: String,
        /// The operator.
        operator: &'static str,
    },
    /// A quotation without end.
    #[error("the quotation mark is not closed; it was opened")]
    OpenQuote,
    /// A text without quotation marks; only digits may do without.
    #[error("text values must be in quotation marks")]
    Unquoted,
    /// Not a number where one must be.
    #[error("expected an integer")]
    NoNumber,
    /// A part that is too short to look for.
    #[error("a substring must have at least {SHORTEST_PART} characters")]
    ShortPart,
    /// Two clauses without a blank between them.
    #[error("expected a blank after the clause")]
    NoBlank,
}

impl<T: Searchable> Query<T> {
    /// Understands a query.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut reader = Reader { text: text.chars().take(MOST_QUERY + 1).collect(), at: 0 };
        if reader.text.len() > MOST_QUERY {
            return Err(SyntaxError { at: MOST_QUERY + 1, fault: Fault::TooLong });
        }
        reader.skip_blanks();
        let mut clauses = vec![reader.clause()?];
        let mut any = None;
        loop {
            let blanks = reader.skip_blanks();
            let start = reader.at;
            let Some(next) = reader.peek() else { break };
            if blanks == 0 {
                let fault = if matches!(next, '(' | ')') { Fault::Parenthesis } else { Fault::NoBlank };
                return Err(reader.fault_at(start, fault));
            }
            let or = reader.joint();
            if any.is_some_and(|before| before != or) {
                return Err(reader.fault_at(start, Fault::Mixed));
            }
            any = Some(or);
            reader.skip_blanks();
            clauses.push(reader.clause()?);
        }
        Ok(Self { any: any.unwrap_or(false), clauses })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Is,
    Contains,
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Operator {
    fn as_str(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Contains => "~",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A value as it stands.
enum Value {
    Quoted(String),
    Bare(String),
}

/// The characters of a query and how far they were read.
struct Reader {
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn fault_at(&self, at: usize, fault: Fault) -> SyntaxError {
        SyntaxError { at: at.min(self.text.len()) + 1, fault }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default().iter().collect()
    }

    fn skip_blanks(&mut self) -> usize {
        self.take_while(char::is_whitespace).len()
    }

    /// Takes `AND` or `OR`, if one stands here as a word of its own; says whether it was `OR`.
    fn joint(&mut self) -> bool {
        let start = self.at;
        let word = self.take_while(|c| c.is_ascii_alphabetic());
        let alone = self.peek().is_none_or(char::is_whitespace);
        match word.to_ascii_lowercase().as_str() {
            "and" if alone => false,
            "or" if alone => true,
            _ => {
                self.at = start;
                false
            }
        }
    }

    fn clause<T: Searchable>(&mut self) -> Result<Clause<T>, SyntaxError> {
        let negated = self.take('-');
        let start = self.at;
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        if name.is_empty() {
            let fault = match self.peek() {
                None => Fault::NoClause,
                Some('(' | ')') => Fault::Parenthesis,
                Some(other) => Fault::Unexpected(other),
            };
            return Err(self.fault_at(start, fault));
        }
        let (target, kind) = if name == "metadata" {
            (Target::Metadata(self.key()?), Kind::Token)
        } else {
            let member = T::MEMBERS.iter().find(|member| member.name == name);
            let member = member.ok_or_else(|| self.fault_at(start, Fault::UnknownField(name.clone())))?;
            (Target::Member(member), member.kind)
        };
        let test = self.test(&name, kind)?;
        Ok(Clause { negated, target, test })
    }

    fn key(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        if !self.take('[') || !matches!(self.peek(), Some('"' | '\'')) {
            return Err(self.fault_at(start, Fault::NoKey));
        }
        let key = self.quoted()?;
        if self.take(']') { Ok(key) } else { Err(self.fault_at(self.at, Fault::NoKey)) }
    }

    fn test(&mut self, field: &str, kind: Kind) -> Result<Test, SyntaxError> {
        let start = self.at;
        let operator = match self.peek() {
            Some(':') => Operator::Is,
            Some('~') => Operator::Contains,
            Some('<') => Operator::Below,
            Some('>') => Operator::Above,
            _ => return Err(self.fault_at(start, Fault::NoOperator)),
        };
        self.at += 1;
        let operator = match operator {
            Operator::Below if self.take('=') => Operator::AtMost,
            Operator::Above if self.take('=') => Operator::AtLeast,
            operator => operator,
        };
        let supported = match operator {
            Operator::Is => true,
            Operator::Contains => kind == Kind::Text,
            _ => kind == Kind::Number,
        };
        if !supported {
            let fault = Fault::WrongOperator { field: field.to_owned(), operator: operator.as_str() };
            return Err(self.fault_at(start, fault));
        }
        let start = self.at;
        let value = match self.peek() {
            Some('"' | '\'') => Value::Quoted(self.quoted()?),
            _ => Value::Bare(self.take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))),
        };
        match (value, kind) {
            (Value::Bare(word), _) if operator == Operator::Is && word.eq_ignore_ascii_case("null") => Ok(Test::Null),
            (Value::Bare(text) | Value::Quoted(text), Kind::Number) => {
                let number = text.parse().map_err(|_| self.fault_at(start, Fault::NoNumber))?;
                Ok(match operator {
                    Operator::Is | Operator::Contains => Test::Equal(number),
                    Operator::Below => Test::Below(number),
                    Operator::AtMost => Test::AtMost(number),
                    Operator::Above => Test::Above(number),
                    Operator::AtLeast => Test::AtLeast(number),
                })
            }
            (Value::Bare(text), _) if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(self.fault_at(start, Fault::Unquoted))
            }
            (Value::Bare(text) | Value::Quoted(text), _) if operator == Operator::Contains => {
                if text.chars().count() < SHORTEST_PART {
                    return Err(self.fault_at(start, Fault::ShortPart));
                }
                Ok(Test::Contains(text.to_lowercase()))
            }
            (Value::Bare(text) | Value::Quoted(text), Kind::Text) => {
                Ok(Test::Says(text.to_lowercase().split_whitespace().map(str::to_owned).collect()))
            }
            (Value::Bare(text) | Value::Quoted(text), Kind::Token) => Ok(Test::Is(text.to_lowercase())),
        }
    }

    /// A text in quotation marks; a backslash takes the character after it as it is.
    fn quoted(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        let mark = self.peek();
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                c if Some(c) == mark => return Ok(text),
                '\\' => match self.peek() {
                    Some(escaped) => {
                        self.at += 1;
                        text.push(escaped);
                    }
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(self.fault_at(start, Fault::OpenQuote))
    }
}
