//! Literals in the grammar: words, texts, numbers, dates, GUIDs, and lists of them.

use winnow::combinator::alt;
use winnow::prelude::*;
use winnow::token::{one_of, take_while};

use super::grammar::Reader;
use super::lexer::{Token, classify, take_guid, take_instant, take_number};
use super::syntax::{Literal, SyntaxError};

impl Reader<'_> {
    /// A literal or a list of literals, if one begins here.
    pub(super) fn literal(&mut self) -> Result<Option<Literal>, SyntaxError> {
        if !self.take("[") {
            return self.scalar();
        }
        let mut items = Vec::new();
        self.blank();
        if self.take("]") {
            return Ok(Some(Literal::List(items)));
        }
        loop {
            self.blank();
            // Lists come in JSON's quotes too.
            items.push(if self.take("\"") {
                Literal::Text(self.rest_of_quoted()?)
            } else {
                self.scalar()?.ok_or_else(|| self.unexpected("a literal"))?
            });
            self.blank();
            if !self.take(",") {
                break;
            }
        }
        if self.take("]") { Ok(Some(Literal::List(items))) } else { Err(self.unexpected("',' or ']'")) }
    }

    /// The rest of a text in double quotes; a backslash takes the next character as it is.
    fn rest_of_quoted(&mut self) -> Result<String, SyntaxError> {
        let mut text = String::new();
        loop {
            let part: Token<&str> =
                take_while(0.., |next: char| next != '"' && next != '\\').parse_next(&mut self.input);
            text.push_str(part.unwrap_or_default());
            if self.take("\"") {
                return Ok(text);
            }
            if !self.take("\\") {
                return Err(self.unexpected("the closing quote of a text"));
            }
            let escaped: Token<char> = winnow::token::any.parse_next(&mut self.input);
            text.push(escaped.map_err(|_| self.unexpected("the closing quote of a text"))?);
        }
    }

    /// A single literal, if one begins here.
    fn scalar(&mut self) -> Result<Option<Literal>, SyntaxError> {
        if self.take("'") {
            return self.rest_of_text().map(|text| Some(Literal::Text(text)));
        }
        for (word, found) in [("null", Literal::Null), ("true", Literal::Bool(true)), ("false", Literal::Bool(false))] {
            let start = self.input.checkpoint();
            if self.word(word) {
                // `true/x` and `null(…)` are names, not literals.
                let name: Token<char> = winnow::combinator::peek(one_of(['/', '(', '.'])).parse_next(&mut self.input);
                if name.is_err() {
                    return Ok(Some(found));
                }
            }
            self.input.reset(&start);
        }
        let start = self.input.checkpoint();
        let run: Token<&str> = alt((take_guid, take_instant, take_number)).parse_next(&mut self.input);
        let Ok(run) = run else {
            self.input.reset(&start);
            return Ok(None);
        };
        classify(run).map(Some).ok_or_else(|| {
            self.input.reset(&start);
            self.unexpected("a number, a date, a time or a GUID that exists")
        })
    }

    /// The rest of a text after its first quote; a doubled quote is one.
    pub(super) fn rest_of_text(&mut self) -> Result<String, SyntaxError> {
        let mut text = String::new();
        loop {
            let part: Token<&str> = take_while(0.., |next: char| next != '\'').parse_next(&mut self.input);
            text.push_str(part.unwrap_or_default());
            if !self.take("'") {
                return Err(self.unexpected("the closing quote of a text"));
            }
            if !self.take("'") {
                return Ok(text);
            }
            text.push('\'');
        }
    }
}
