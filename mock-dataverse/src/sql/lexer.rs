//! SQL as tokens with their places.

use super::ast::SqlError;

/// A statement may have this many tokens.
const MAX_TOKENS: usize = 10_000;

/// A piece of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name as it is written.
    Word(String),
    /// A name in brackets or double quotes.
    Name(String),
    /// A text.
    Text(String),
    /// A number without its sign.
    Number(String),
    /// Punctuation or an operator.
    Symbol(&'static str),
}

impl Token {
    /// What is shown of it in a mistake.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(text) | Self::Name(text) | Self::Number(text) => text.chars().take(60).collect(),
            Self::Text(text) => format!("'{}'", text.chars().take(60).collect::<String>()),
            Self::Symbol(symbol) => (*symbol).to_owned(),
        }
    }
}

/// Longer ones first, so that none is read as the beginning of another.
const SYMBOLS: &[&str] = &["<>", "!=", "<=", ">=", "=", "<", ">", ",", ".", "(", ")", "*", ";", "+", "-", "/", "%"];

/// Splits a statement into tokens, each with the number of the character that it begins at.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, usize)>, SqlError> {
    let mut lexer = Lexer { rest: text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(next) = lexer.next()? {
        tokens.push(next);
        if tokens.len() > MAX_TOKENS {
            return Err(SqlError::new(format!("the statement has more than {MAX_TOKENS} words"), lexer.at));
        }
    }
    Ok(tokens)
}

struct Lexer<'a> {
    rest: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Takes so many bytes, which end where a character ends.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.at += taken.chars().count();
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|character| !wanted(character)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// Blanks and comments.
    fn skip(&mut self) -> Result<(), SqlError> {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("--") {
                self.take_while(|character| character != '\n');
            } else if self.rest.starts_with("/*") {
                let start = self.at;
                let end = self.rest.find("*/").ok_or_else(|| SqlError::new("a comment is not closed", start))?;
                self.take(end + 2);
            } else {
                return Ok(());
            }
        }
    }

    fn next(&mut self) -> Result<Option<(Token, usize)>, SqlError> {
        self.skip()?;
        let at = self.at;
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let token = match first {
            '\'' => Token::Text(self.quoted('\'', "a text")?),
            'n' | 'N' if self.rest.get(1..).is_some_and(|rest| rest.starts_with('\'')) => {
                self.take(1);
                Token::Text(self.quoted('\'', "a text")?)
            }
            '"' => Token::Name(self.quoted('"', "a name")?),
            '[' => Token::Name(self.quoted(']', "a name")?),
            '0'..='9' => {
                let whole = self.take_while(|character| character.is_ascii_digit()).to_owned();
                let digit = self.rest.get(1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
                if self.rest.starts_with('.') && digit {
                    self.take(1);
                    let part = self.take_while(|character| character.is_ascii_digit());
                    Token::Number(format!("{whole}.{part}"))
                } else {
                    Token::Number(whole)
                }
            }
            letter if letter.is_alphabetic() || letter == '_' => {
                Token::Word(self.take_while(|character| character.is_alphanumeric() || character == '_').to_owned())
            }
            other => match SYMBOLS.iter().find(|symbol| self.rest.starts_with(**symbol)) {
                Some(symbol) => {
                    self.take(symbol.len());
                    Token::Symbol(symbol)
                }
                None => return Err(SqlError::new(format!("the character '{other}' is not expected"), at)),
            },
        };
        Ok(Some((token, at)))
    }

    /// What stands up to a closing mark, which stands for itself when it is doubled.
    fn quoted(&mut self, close: char, what: &str) -> Result<String, SqlError> {
        let start = self.at;
        self.take(1);
        let mut out = String::new();
        loop {
            out.push_str(self.take_while(|character| character != close));
            if self.rest.is_empty() {
                return Err(SqlError::new(format!("{what} is not closed"), start));
            }
            self.take(close.len_utf8());
            if !self.rest.starts_with(close) {
                return Ok(out);
            }
            self.take(close.len_utf8());
            out.push(close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let shown = match tokens(text) {
            Ok(tokens) => {
                tokens.iter().map(|(token, at)| format!("{at}:{}", token.shown())).collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn statements_as_tokens() {
        check("SELECT a.b,c", "0:SELECT 7:a 8:. 9:b 10:, 11:c");
        check("x<>-1.50 -- end\n/* y */ z", "0:x 1:<> 3:- 4:1.50 24:z");
        check("'O''Hara' N'€'[a b]\"c\"", "0:'O'Hara' 10:'€' 14:a b 19:c");
        check("1. 2.x", "0:1 1:. 3:2 4:. 5:x");
        check("", "");
    }

    #[test]
    fn what_is_no_token() {
        check("a 'b", "a text is not closed at character 2");
        check("[b", "a name is not closed at character 0");
        check("ä /* x", "a comment is not closed at character 2");
        check("a ? b", "the character '?' is not expected at character 2");
    }
}
