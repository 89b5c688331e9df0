//! The grammar of `$filter` and `$orderby`, with positions in its errors and a bound on its depth.

use winnow::combinator::{not, terminated};
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location as _};
use winnow::token::{literal, one_of, take_while};

use super::lexer::{Input, Token};
use super::syntax::{Expr, Literal, NAMESPACE, OrderKey, Quantifier, SyntaxError, Word};

/// Parentheses, `not` and lambdas may be nested this deep.
pub(crate) const MAX_DEPTH: usize = 40;

/// Reads a `$filter`.
pub(crate) fn parse_filter(text: &str) -> Result<Expr, SyntaxError> {
    let mut reader = Reader { input: LocatingSlice::new(text), text };
    reader.blank();
    let expr = reader.or(0)?;
    reader.blank();
    reader.end()?;
    Ok(expr)
}

/// Reads an `$orderby`.
pub(crate) fn parse_order(text: &str) -> Result<Vec<OrderKey>, SyntaxError> {
    let mut reader = Reader { input: LocatingSlice::new(text), text };
    let mut keys = Vec::new();
    loop {
        reader.blank();
        let path = reader.path()?;
        reader.blank();
        let descending = if reader.word("desc") {
            true
        } else {
            reader.word("asc");
            false
        };
        keys.push(OrderKey { path, descending });
        reader.blank();
        if !reader.take(",") {
            break;
        }
    }
    reader.end()?;
    Ok(keys)
}

/// Reads one literal that is the whole text.
pub(crate) fn parse_whole_literal(text: &str) -> Result<Literal, SyntaxError> {
    let mut reader = Reader { input: LocatingSlice::new(text), text };
    let found = reader.literal()?.ok_or_else(|| reader.unexpected("a literal"))?;
    reader.end()?;
    Ok(found)
}

/// Reads sentences of the language from the front.
pub(super) struct Reader<'i> {
    pub(super) input: Input<'i>,
    pub(super) text: &'i str,
}

impl Reader<'_> {
    fn position(&self) -> usize {
        let bytes = self.input.current_token_start();
        self.text.get(..bytes).map_or(bytes, |before| before.chars().count())
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::Unexpected { position: self.position(), expected, text: self.text.to_owned() }
    }

    pub(super) fn blank(&mut self) {
        let blanks: Token<&str> = take_while(0.., [' ', '\t']).parse_next(&mut self.input);
        debug_assert!(blanks.is_ok(), "zero or more blanks always parse");
    }

    pub(super) fn take(&mut self, symbol: &'static str) -> bool {
        let taken: Token<&str> = literal(symbol).parse_next(&mut self.input);
        taken.is_ok()
    }

    /// Takes a word that ends where it ends.
    pub(super) fn word(&mut self, word: &'static str) -> bool {
        let start = self.input.checkpoint();
        let taken: Token<&str> =
            terminated(literal(word), not(one_of(|next: char| next.is_alphanumeric() || next == '_')))
                .parse_next(&mut self.input);
        if taken.is_err() {
            self.input.reset(&start);
        }
        taken.is_ok()
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        if self.input.eof_offset() == 0 { Ok(()) } else { Err(self.unexpected("an operator or the end")) }
    }

    fn deeper(&self, depth: usize) -> Result<usize, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(SyntaxError::TooDeep { position: self.position(), limit: MAX_DEPTH });
        }
        Ok(depth + 1)
    }

    fn or(&mut self, depth: usize) -> Result<Expr, SyntaxError> {
        let mut left = self.and(depth)?;
        loop {
            self.blank();
            if !self.word("or") {
                return Ok(left);
            }
            self.blank();
            left = Expr::Or(Box::new(left), Box::new(self.and(depth)?));
        }
    }

    fn and(&mut self, depth: usize) -> Result<Expr, SyntaxError> {
        let mut left = self.not(depth)?;
        loop {
            self.blank();
            if !self.word("and") {
                return Ok(left);
            }
            self.blank();
            left = Expr::And(Box::new(left), Box::new(self.not(depth)?));
        }
    }

    fn not(&mut self, depth: usize) -> Result<Expr, SyntaxError> {
        if self.word("not") {
            let depth = self.deeper(depth)?;
            self.blank();
            return Ok(Expr::Not(Box::new(self.not(depth)?)));
        }
        self.comparison(depth)
    }

    fn comparison(&mut self, depth: usize) -> Result<Expr, SyntaxError> {
        let left = self.operand(depth)?;
        self.blank();
        for (text, word) in Word::ALL {
            if self.word(text) {
                self.blank();
                let right = self.operand(depth)?;
                return Ok(Expr::Compare(Box::new(left), word, Box::new(right)));
            }
        }
        for missing in ["in", "has", "add", "sub", "mul", "div", "mod"] {
            let start = self.input.checkpoint();
            if self.word(missing) {
                self.input.reset(&start);
                return Err(self.unexpected("one of the operators eq, ne, gt, ge, lt, le, and, or"));
            }
        }
        Ok(left)
    }

    fn operand(&mut self, depth: usize) -> Result<Expr, SyntaxError> {
        if self.take("(") {
            let depth = self.deeper(depth)?;
            self.blank();
            let inner = self.or(depth)?;
            self.blank();
            if !self.take(")") {
                return Err(self.unexpected("')'"));
            }
            return Ok(inner);
        }
        if self.take("@") {
            return Ok(Expr::Alias(self.identifier()?));
        }
        if let Some(found) = self.literal()? {
            return Ok(Expr::Literal(found));
        }
        let mut path = self.path()?;
        let quantifier = match path.last().map(String::as_str) {
            Some("any") if path.len() > 1 => Some(Quantifier::Any),
            Some("all") if path.len() > 1 => Some(Quantifier::All),
            _ => None,
        };
        // The value of an enumeration: its type stands before a text.
        if path.len() == 1 && path.first().is_some_and(|name| name.contains('.')) && self.take("'") {
            return self.rest_of_text().map(|text| Expr::Literal(Literal::Text(text)));
        }
        if !self.take("(") {
            return Ok(Expr::Path(path));
        }
        let depth = self.deeper(depth)?;
        if let Some(name) = path.last().and_then(|last| last.strip_prefix(NAMESPACE)).map(str::to_owned) {
            path.pop();
            return self.function(path, name);
        }
        match quantifier {
            Some(quantifier) => self.lambda(path, quantifier, depth),
            None => self.call(&path.join("/"), depth),
        }
    }

    fn lambda(&mut self, mut path: Vec<String>, quantifier: Quantifier, depth: usize) -> Result<Expr, SyntaxError> {
        path.pop();
        self.blank();
        if self.take(")") {
            return Ok(Expr::Lambda(path, quantifier, None));
        }
        let variable = self.identifier()?;
        self.blank();
        if !self.take(":") {
            return Err(self.unexpected("':' after the variable"));
        }
        self.blank();
        let body = self.or(depth)?;
        self.blank();
        if !self.take(")") {
            return Err(self.unexpected("')'"));
        }
        Ok(Expr::Lambda(path, quantifier, Some((variable, Box::new(body)))))
    }

    fn call(&mut self, name: &str, depth: usize) -> Result<Expr, SyntaxError> {
        if !["contains", "startswith", "endswith"].contains(&name) {
            return Err(SyntaxError::UnknownFunction { name: name.to_owned() });
        }
        let mut arguments = Vec::new();
        loop {
            self.blank();
            arguments.push(self.operand(depth)?);
            self.blank();
            if !self.take(",") {
                break;
            }
        }
        if !self.take(")") {
            return Err(self.unexpected("',' or ')'"));
        }
        if arguments.len() != 2 {
            return Err(self.unexpected("two arguments"));
        }
        Ok(Expr::Call(name.to_owned(), arguments))
    }

    /// The arguments of one of the service's own functions: `Name=value`, a literal or an alias.
    fn function(&mut self, on: Vec<String>, name: String) -> Result<Expr, SyntaxError> {
        let mut arguments = Vec::new();
        self.blank();
        if self.take(")") {
            return Ok(Expr::Function(on, name, arguments));
        }
        loop {
            self.blank();
            let parameter = self.identifier()?;
            self.blank();
            if !self.take("=") {
                return Err(self.unexpected("'=' after the name of a parameter"));
            }
            self.blank();
            let value = if self.take("@") {
                Expr::Alias(self.identifier()?)
            } else {
                Expr::Literal(self.literal()?.ok_or_else(|| self.unexpected("a literal or an alias"))?)
            };
            arguments.push((parameter, value));
            self.blank();
            if !self.take(",") {
                break;
            }
        }
        if self.take(")") { Ok(Expr::Function(on, name, arguments)) } else { Err(self.unexpected("',' or ')'")) }
    }

    fn identifier(&mut self) -> Result<String, SyntaxError> {
        let start = |first: char| first.is_alphabetic() || first == '_';
        let rest = |next: char| next.is_alphanumeric() || next == '_';
        let before = self.input.checkpoint();
        let found: Token<&str> = (one_of(start), take_while(0.., rest)).take().parse_next(&mut self.input);
        found.map(str::to_owned).map_err(|_| {
            self.input.reset(&before);
            self.unexpected("a name, a literal or '('")
        })
    }

    /// A name, or names joined by slashes; dots join the parts of a namespace.
    fn path(&mut self) -> Result<Vec<String>, SyntaxError> {
        let mut path = Vec::new();
        loop {
            let mut name = self.identifier()?;
            if ["and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le"].contains(&name.as_str()) && path.is_empty() {
                return Err(self.unexpected("a name or a literal before this operator"));
            }
            while self.take(".") {
                name.push('.');
                name.push_str(&self.identifier()?);
            }
            path.push(name);
            if !self.take("/") {
                return Ok(path);
            }
        }
    }
}
