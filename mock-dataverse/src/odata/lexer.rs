//! The smallest parts of the language: runs of characters that are numbers, dates, times or GUIDs, and lists cut at their marks.

use rust_decimal::Decimal;
use uuid::Uuid;
use winnow::combinator::{alt, not, opt, preceded, terminated};
use winnow::error::ContextError;
use winnow::prelude::*;
use winnow::stream::{LocatingSlice, Location as _};
use winnow::token::{any, one_of, take_while};

use super::syntax::Literal;

/// What the parsers read from.
pub(super) type Input<'i> = LocatingSlice<&'i str>;
/// What a parser of a part answers.
pub(super) type Token<T> = Result<T, ContextError>;

fn word_end(input: &mut Input<'_>) -> Token<()> {
    not(one_of(|next: char| next.is_alphanumeric() || next == '_')).parse_next(input)
}

fn hex(count: usize) -> impl for<'i> FnMut(&mut Input<'i>) -> Token<&'i str> {
    move |input| take_while(count, |next: char| next.is_ascii_hexdigit()).parse_next(input)
}

fn digits(count: usize) -> impl for<'i> FnMut(&mut Input<'i>) -> Token<&'i str> {
    move |input| take_while(count, |next: char| next.is_ascii_digit()).parse_next(input)
}

/// A GUID without braces.
pub(super) fn take_guid<'i>(input: &mut Input<'i>) -> Token<&'i str> {
    terminated((hex(8), '-', hex(4), '-', hex(4), '-', hex(4), '-', hex(12)).take(), word_end).parse_next(input)
}

/// A date, with or without a time and its offset.
pub(super) fn take_instant<'i>(input: &mut Input<'i>) -> Token<&'i str> {
    let fraction = preceded('.', take_while(1..=12, |next: char| next.is_ascii_digit()));
    let seconds = (':', digits(2), opt(fraction)).take();
    let offset = alt(("Z".take(), "z".take(), (one_of(['+', '-']), digits(2), ':', digits(2)).take()));
    let time = (one_of(['T', 't']), digits(2), ':', digits(2), opt(seconds), offset).take();
    terminated((digits(4), '-', digits(2), '-', digits(2), opt(time)).take(), word_end).parse_next(input)
}

/// A number, with or without sign, point and exponent.
pub(super) fn take_number<'i>(input: &mut Input<'i>) -> Token<&'i str> {
    let digits = || take_while(1..=40, |next: char| next.is_ascii_digit());
    let exponent = (one_of(['e', 'E']), opt(one_of(['+', '-'])), take_while(1..=3, |next: char| next.is_ascii_digit()));
    terminated((opt('-'), digits(), opt(('.', digits())), opt(exponent)).take(), word_end).parse_next(input)
}

/// What a run of characters is; `None` for a date, time or number that does not exist.
pub(super) fn classify(run: &str) -> Option<Literal> {
    if run.len() == 36
        && let Ok(id) = Uuid::try_parse(run)
    {
        return Some(Literal::Guid(id));
    }
    if run.contains('T') || run.contains('t') {
        return run.parse::<jiff::Timestamp>().ok().map(|_| Literal::Instant(run.to_owned()));
    }
    if run.len() == 10 && run.as_bytes().get(4) == Some(&b'-') {
        return run.parse::<jiff::civil::Date>().ok().map(|_| Literal::Date(run.to_owned()));
    }
    let number =
        if run.contains(['e', 'E']) { Decimal::from_scientific(run).ok() } else { run.parse::<Decimal>().ok() };
    number.map(Literal::Number)
}

/// Splits a list at commas (or another mark) that stand outside of parentheses and texts.
pub(super) fn split(text: &str, mark: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = LocatingSlice::new(text);
    let (mut depth, mut quoted, mut from) = (0usize, false, 0usize);
    loop {
        let at = rest.current_token_start();
        let next: Token<char> = any.parse_next(&mut rest);
        let Ok(next) = next else { break };
        match next {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ if next == mark && !quoted && depth == 0 => {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + mark.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}
