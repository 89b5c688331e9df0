//! From tokens to a statement: its clauses, in the order that they have.

use jiff::Timestamp;

use super::ast::{Column, Item, Join, Select, SqlError, TableRef, What};
use super::lexer::{Token, tokens};
use crate::fetch_xml::ast::Aggregate;

/// Words that cannot be the name of a table or an alias, because a clause begins with them.
const RESERVED: &[&str] = &[
    "select",
    "from",
    "where",
    "group",
    "order",
    "by",
    "having",
    "union",
    "except",
    "intersect",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "join",
    "on",
    "and",
    "or",
    "not",
    "in",
    "like",
    "between",
    "is",
    "null",
    "exists",
    "offset",
    "fetch",
    "top",
    "distinct",
    "case",
    "when",
    "then",
    "else",
    "end",
    "as",
    "with",
    "into",
    "outer",
    "apply",
    "for",
    "option",
];

/// Reads one statement. `now` is what `GETUTCDATE()` comes to.
pub(super) fn parse(text: &str, now: Timestamp) -> Result<Select, SqlError> {
    let tokens = tokens(text)?;
    let end = text.chars().count();
    let mut parser = Parser { tokens, at: 0, end, now, depth: 0 };
    parser.select()
}

pub(super) struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    end: usize,
    pub(super) now: Timestamp,
    pub(super) depth: usize,
}

impl Parser {
    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn peek_second(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1).map(|(token, _)| token)
    }

    /// Where the next token stands.
    pub(super) fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(_, at)| *at)
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += usize::from(token.is_some());
        token
    }

    pub(super) fn wrong(&self, what: impl Into<String>) -> SqlError {
        SqlError::new(what, self.place())
    }

    /// Something else was expected.
    pub(super) fn expected(&self, what: &str) -> SqlError {
        match self.peek() {
            Some(token) => self.wrong(format!("{what} is expected before '{}'", token.shown())),
            None => self.wrong(format!("{what} is expected, and the query ends")),
        }
    }

    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    pub(super) fn took(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn need(&mut self, word: &str) -> Result<(), SqlError> {
        if self.took(word) { Ok(()) } else { Err(self.expected(&word.to_ascii_uppercase())) }
    }

    pub(super) fn took_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(given)) if *given == symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn need_symbol(&mut self, symbol: &str) -> Result<(), SqlError> {
        if self.took_symbol(symbol) { Ok(()) } else { Err(self.expected(&format!("'{symbol}'"))) }
    }

    fn select(&mut self) -> Result<Select, SqlError> {
        if !self.took("select") {
            let what = match self.peek() {
                Some(token) => format!("only a SELECT statement can be run, and not '{}'", token.shown()),
                None => "a SELECT statement is expected".to_owned(),
            };
            return Err(self.wrong(what));
        }
        let distinct = self.took("distinct");
        if !distinct {
            self.took("all");
        }
        let top = if self.took("top") { Some(self.top()?) } else { None };
        let items = self.list(Self::item)?;
        if self.is("into") {
            return Err(self.wrong("SELECT INTO writes, and only reading is supported"));
        }
        self.need("from")?;
        let from = self.table()?;
        let mut joins = Vec::new();
        while let Some(join) = self.join()? {
            joins.push(join);
        }
        let condition = if self.took("where") { Some(self.condition()?) } else { None };
        let groups = if self.took("group") {
            self.need("by")?;
            self.list(|parser| parser.plain_column("GROUP BY"))?
        } else {
            Vec::new()
        };
        for word in ["having", "union", "except", "intersect", "for", "option"] {
            if self.is(word) {
                return Err(self.wrong(format!("{} isn't supported", word.to_ascii_uppercase())));
            }
        }
        let orders = if self.took("order") {
            self.need("by")?;
            self.list(Self::order)?
        } else {
            Vec::new()
        };
        let (offset, fetch) = self.window()?;
        if self.took_symbol(";") && self.peek().is_some() {
            return Err(self.wrong("only one statement is supported"));
        }
        if self.peek().is_some() {
            return Err(self.expected("the end"));
        }
        Ok(Select { distinct, top, items, from, joins, condition, groups, orders, offset, fetch })
    }

    pub(super) fn list<T>(&mut self, one: impl Fn(&mut Self) -> Result<T, SqlError>) -> Result<Vec<T>, SqlError> {
        let mut items = vec![one(self)?];
        while self.took_symbol(",") {
            items.push(one(self)?);
        }
        Ok(items)
    }

    fn top(&mut self) -> Result<usize, SqlError> {
        let inside = self.took_symbol("(");
        let number = self.count("TOP")?;
        if inside {
            self.need_symbol(")")?;
        }
        if self.is("percent") || self.is("with") {
            return Err(self.wrong("TOP takes a number of rows"));
        }
        Ok(number)
    }

    /// A number of rows.
    fn count(&mut self, of: &str) -> Result<usize, SqlError> {
        let number = match self.peek() {
            Some(Token::Number(text)) => text.parse::<u32>().ok().and_then(|number| usize::try_from(number).ok()),
            _ => None,
        };
        let number = number.ok_or_else(|| self.expected(&format!("a whole number of rows for {of}")))?;
        self.at += 1;
        Ok(number)
    }

    fn window(&mut self) -> Result<(Option<usize>, Option<usize>), SqlError> {
        if !self.took("offset") {
            return Ok((None, None));
        }
        let offset = self.count("OFFSET")?;
        self.rows()?;
        if !self.took("fetch") {
            return Ok((Some(offset), None));
        }
        if !self.took("next") {
            self.need("first")?;
        }
        let fetch = self.count("FETCH")?;
        self.rows()?;
        self.need("only")?;
        Ok((Some(offset), Some(fetch)))
    }

    fn rows(&mut self) -> Result<(), SqlError> {
        if self.took("row") { Ok(()) } else { self.need("rows") }
    }

    /// A name that is no reserved word.
    fn name(&mut self, what: &str) -> Result<String, SqlError> {
        let name = match self.peek() {
            Some(Token::Word(word)) if !RESERVED.contains(&word.to_ascii_lowercase().as_str()) => word.clone(),
            Some(Token::Name(name)) if !name.is_empty() => name.clone(),
            _ => return Err(self.expected(what)),
        };
        self.at += 1;
        Ok(name)
    }

    fn alias(&mut self) -> Result<Option<String>, SqlError> {
        if self.took("as") {
            return self.name("an alias").map(Some);
        }
        let follows = match self.peek() {
            Some(Token::Word(word)) => !RESERVED.contains(&word.to_ascii_lowercase().as_str()),
            Some(Token::Name(_)) => true,
            _ => false,
        };
        if follows { self.name("an alias").map(Some) } else { Ok(None) }
    }

    fn table(&mut self) -> Result<TableRef, SqlError> {
        let at = self.place();
        if matches!(self.peek(), Some(Token::Symbol("("))) {
            return Err(self.wrong("a subquery isn't supported"));
        }
        let name = self.name("the name of a table")?;
        if self.took_symbol(".") {
            return Err(self.wrong("a table has no schema before its name"));
        }
        Ok(TableRef { name: name.to_ascii_lowercase(), alias: self.alias()?, at })
    }

    fn join(&mut self) -> Result<Option<Join>, SqlError> {
        for word in ["right", "full", "cross", "outer"] {
            if self.is(word) {
                return Err(self.wrong(format!("{} JOIN isn't supported", word.to_ascii_uppercase())));
            }
        }
        if matches!(self.peek(), Some(Token::Symbol(","))) {
            return Err(self.wrong("a list of tables isn't supported, only INNER JOIN and LEFT JOIN"));
        }
        let left = self.took("left");
        if left {
            self.took("outer");
        } else if !self.took("inner") && !self.is("join") {
            return Ok(None);
        }
        self.need("join")?;
        let table = self.table()?;
        self.need("on")?;
        Ok(Some(Join { left, table, on: self.condition()? }))
    }

    /// A column without anything around it.
    pub(super) fn column(&mut self) -> Result<Column, SqlError> {
        let at = self.place();
        let first = self.name("a column")?;
        let column = if self.took_symbol(".") {
            if matches!(self.peek(), Some(Token::Symbol("*"))) {
                return Err(self.wrong("SELECT * isn't supported: name the columns"));
            }
            Column { table: Some(first), name: self.name("a column")?.to_ascii_lowercase(), at }
        } else {
            Column { table: None, name: first.to_ascii_lowercase(), at }
        };
        Ok(column)
    }

    /// A column where functions and expressions could stand in other dialects.
    fn plain_column(&mut self, clause: &str) -> Result<Column, SqlError> {
        let at = self.place();
        if !matches!(self.peek(), Some(Token::Word(_) | Token::Name(_))) {
            return Err(self.wrong(format!("{clause} takes columns")));
        }
        let column = self.column()?;
        if matches!(self.peek(), Some(Token::Symbol("(" | "+" | "-" | "*" | "/" | "%"))) {
            return Err(SqlError::new(format!("{clause} takes columns, and neither functions nor expressions"), at));
        }
        Ok(column)
    }

    fn order(&mut self) -> Result<(Column, bool), SqlError> {
        let column = self.plain_column("ORDER BY")?;
        let descending = self.took("desc");
        if !descending {
            self.took("asc");
        }
        Ok((column, descending))
    }

    fn item(&mut self) -> Result<Item, SqlError> {
        let at = self.place();
        if matches!(self.peek(), Some(Token::Symbol("*"))) {
            return Err(self.wrong("SELECT * isn't supported: name the columns"));
        }
        let calls = matches!(self.peek_second(), Some(Token::Symbol("(")));
        let what = match self.peek() {
            Some(Token::Word(word)) if calls => {
                let name = word.to_ascii_lowercase();
                self.at += 2;
                self.aggregate(&name, at)?
            }
            _ => What::Column(self.plain_column("SELECT")?),
        };
        Ok(Item { what, alias: self.alias()?, at })
    }

    fn aggregate(&mut self, name: &str, at: usize) -> Result<What, SqlError> {
        let function = match name {
            "count" => Aggregate::CountColumn,
            "sum" => Aggregate::Sum,
            "avg" => Aggregate::Avg,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            other => {
                let what = format!("the function {} isn't supported in SELECT", other.to_ascii_uppercase());
                return Err(SqlError::new(what, at));
            }
        };
        if name == "count" && self.took_symbol("*") {
            self.need_symbol(")")?;
            return Ok(What::Rows);
        }
        let distinct = self.took("distinct");
        if distinct && name != "count" {
            return Err(self.wrong("only COUNT takes DISTINCT"));
        }
        let column = self.plain_column("an aggregate")?;
        self.need_symbol(")")?;
        Ok(What::Aggregate { function, distinct, column })
    }
}
