//! Grows texts from a list of numbers: each decision takes the next one, and a list that has ended decides for the first and simplest. So
//! a request shrinks with its list.

use std::slice::Iter;

use super::names::Names;

/// What parsers and clients stumble over; already as it may stand in a URL.
const HOSTILE: &[&str] = &[
    "",
    "%00",
    "%ff",
    "%",
    "%zz",
    "%F0%9F%A7%80",
    "''",
    "'",
    "(",
    ")",
    "()",
    "((",
    "))",
    "/",
    "//",
    "..",
    "$",
    "@",
    ";",
    ",",
    "=",
    "&",
    "+",
    "*",
    "~",
    "null",
    "true",
    "NaN",
    "INF",
    "-0",
    "1e400",
    "99999999999999999999999999",
    "-9223372036854775809",
    "0x1F",
    "9999-12-31",
    "2026-02-30T25:61:61Z",
    "00000000-0000-0000-0000-000000000000",
    "%7B6b1f0c0e-0000-4000-8000-00000000000a%7D",
    "%E2%80%8B",
    "%0d%0aX:%20y",
    "%2F",
    "%252F",
    "%27",
    "__proto__",
    "constructor",
    "Microsoft.Dynamics.CRM.",
    "$it",
    "$this",
    "$root",
    "$all",
    "$count",
    "$value",
    "$ref",
    "any(x:",
    "not%20not",
    "eq",
    "%20",
    "%09",
    "#",
    "?",
    "\\",
    "\"",
    "<",
    "{",
    "[",
    "|",
    "^",
    "`",
];

/// The numbers that are left, and what there is to name.
pub(super) struct Grower<'a> {
    numbers: Iter<'a, u16>,
    pub(super) names: &'a Names,
}

impl<'a> Grower<'a> {
    pub(super) fn new(numbers: &'a [u16], names: &'a Names) -> Self {
        Self { numbers: numbers.iter(), names }
    }

    /// A number below `bound`; nought when the list has ended.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.numbers.next().map_or(0, |number| usize::from(*number) % bound.max(1))
    }

    /// True once in so many times; false when the list has ended.
    pub(super) fn rarely(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(super) fn one<'b, T: ?Sized>(&mut self, of: &[&'b T]) -> &'b T {
        of[self.below(of.len())]
    }

    /// Up to `most` texts, at least one.
    pub(super) fn list(&mut self, most: usize, separator: &str, mut grow: impl FnMut(&mut Self) -> String) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| grow(self)).collect::<Vec<_>>().join(separator)
    }

    pub(super) fn hostile(&mut self) -> String {
        match self.below(12) {
            0 => "a".repeat(1 + self.below(5_000)),
            1 => "(".repeat(1 + self.below(300)),
            2 => self.list(4, "", |grower| grower.one(HOSTILE).to_owned()),
            _ => self.one(HOSTILE).to_owned(),
        }
    }

    /// The text, rarely with one place spoiled.
    pub(super) fn spoiled(&mut self, mut text: String) -> String {
        if !self.rarely(20) {
            return text;
        }
        let place = (0..=self.below(text.len() + 1)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        match self.below(3) {
            0 => text.truncate(place),
            1 => {
                let tail = text.split_at(place).1.to_owned();
                text.push_str(&tail);
            }
            _ => text.insert_str(place, self.one(HOSTILE)),
        }
        text
    }
}
