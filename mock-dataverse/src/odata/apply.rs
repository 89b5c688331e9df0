//! `$apply`: a filter, groups and aggregates, read from text and printed back.

use std::fmt;

use super::grammar::parse_filter;
use super::lexer::split;
use super::syntax::{Expr, SyntaxError};

/// One aggregate: what, and under which name it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aggregate {
    /// Column and method; `None` counts rows.
    pub(crate) of: Option<(String, String)>,
    pub(crate) alias: String,
}

/// The transformations of `$apply`, in the only order that is taken: filters, then groups or aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Apply {
    pub(crate) filter: Option<Expr>,
    pub(crate) groups: Vec<String>,
    pub(crate) aggregates: Vec<Aggregate>,
}

/// The methods that the service has.
pub(crate) const METHODS: [&str; 5] = ["sum", "average", "min", "max", "countdistinct"];

/// A mistake at a part, which is a piece of the text.
fn bad(text: &str, part: &str, expected: &'static str) -> SyntaxError {
    let at = part.as_ptr().addr().checked_sub(text.as_ptr().addr());
    let position = at.and_then(|at| text.get(..at)).map_or(0, |before| before.chars().count());
    SyntaxError::Unexpected { position, expected, text: text.to_owned() }
}

/// What stands in the parentheses of `name(…)`.
fn inside<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    part.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

/// Reads `$apply`.
pub(crate) fn parse_apply(text: &str) -> Result<Apply, SyntaxError> {
    let mut apply = Apply::default();
    let mut done = false;
    for part in split(text, '/') {
        let part = part.trim();
        if done {
            return Err(SyntaxError::Unsupported { what: format!("'{part}' behind groupby or aggregate in $apply") });
        }
        if let Some(inner) = inside(part, "filter") {
            let filter = parse_filter(inner)?;
            apply.filter = Some(match apply.filter.take() {
                Some(before) => Expr::And(Box::new(before), Box::new(filter)),
                None => filter,
            });
        } else if let Some(inner) = inside(part, "groupby") {
            groups(text, inner, &mut apply)?;
            done = true;
        } else if let Some(inner) = inside(part, "aggregate") {
            apply.aggregates = aggregates(text, inner)?;
            done = true;
        } else {
            let name = part.split('(').next().unwrap_or_default().trim();
            let known = ["compute", "concat", "expand", "search", "topcount", "bottomcount", "identity", "toppercent"];
            if known.contains(&name) {
                return Err(SyntaxError::Unsupported { what: format!("the transformation '{name}' in $apply") });
            }
            return Err(bad(text, part, "filter(…), groupby(…) or aggregate(…)"));
        }
    }
    if done { Ok(apply) } else { Err(bad(text, "", "groupby(…) or aggregate(…)")) }
}

fn groups(text: &str, inner: &str, apply: &mut Apply) -> Result<(), SyntaxError> {
    let parts = split(inner, ',');
    let (list, rest) = parts.split_first().map(|(list, rest)| (list.trim(), rest)).unwrap_or_default();
    let names = list.strip_prefix('(').and_then(|list| list.strip_suffix(')'));
    let names = names.ok_or_else(|| bad(text, list, "columns in parentheses"))?;
    for name in names.split(',').map(str::trim) {
        apply.groups.push(path(text, name)?);
    }
    match rest {
        [] => Ok(()),
        [one] => {
            let one = one.trim();
            let inner = inside(one, "aggregate").ok_or_else(|| bad(text, one, "aggregate(…)"))?;
            apply.aggregates = aggregates(text, inner)?;
            Ok(())
        }
        [_, more, ..] => Err(bad(text, more.trim(), "')'")),
    }
}

fn aggregates(text: &str, inner: &str) -> Result<Vec<Aggregate>, SyntaxError> {
    inner
        .split(',')
        .map(|item| {
            let words: Vec<&str> = item.split_whitespace().collect();
            match words.as_slice() {
                ["$count", "as", alias] => Ok(Aggregate { of: None, alias: identifier(text, alias)? }),
                [column, "with", method, "as", alias] => {
                    if !METHODS.contains(method) {
                        return Err(bad(text, method, "one of sum, average, min, max, countdistinct"));
                    }
                    let of = Some((path(text, column)?, (*method).to_owned()));
                    Ok(Aggregate { of, alias: identifier(text, alias)? })
                }
                _ => Err(bad(text, item.trim(), "'column with method as name' or '$count as name'")),
            }
        })
        .collect()
}

/// A column, here or behind navigation properties.
fn path(text: &str, path: &str) -> Result<String, SyntaxError> {
    for name in path.split('/') {
        identifier(text, name)?;
    }
    Ok(path.to_owned())
}

fn identifier(text: &str, name: &str) -> Result<String, SyntaxError> {
    let mut letters = name.chars();
    let good = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|next| next.is_ascii_alphanumeric() || next == '_');
    if good { Ok(name.to_owned()) } else { Err(bad(text, name, "a name")) }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Some((column, method)) => write!(f, "{column} with {method} as {}", self.alias),
            None => write!(f, "$count as {}", self.alias),
        }
    }
}

impl fmt::Display for Apply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(filter) = &self.filter {
            write!(f, "filter({filter})/")?;
        }
        let aggregates = self.aggregates.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        match (self.groups.is_empty(), self.aggregates.is_empty()) {
            (true, _) => write!(f, "aggregate({aggregates})"),
            (false, true) => write!(f, "groupby(({}))", self.groups.join(",")),
            (false, false) => write!(f, "groupby(({}),aggregate({aggregates}))", self.groups.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Aggregate, Apply, METHODS, parse_apply};
    use crate::odata::grammar::parse_filter;

    fn name() -> impl Strategy<Value = String> {
        "[a-z_][a-z0-9_]{0,6}"
    }

    fn path() -> impl Strategy<Value = String> {
        prop::collection::vec(name(), 1..3).prop_map(|names| names.join("/"))
    }

    fn aggregate() -> impl Strategy<Value = Aggregate> {
        let of = prop::option::of((path(), prop::sample::select(METHODS.to_vec()).prop_map(str::to_owned)));
        (of, name()).prop_map(|(of, alias)| Aggregate { of, alias })
    }

    fn apply() -> impl Strategy<Value = Apply> {
        let filter = prop::sample::select(vec!["a eq 'x/(,y'", "not b", "a gt 1 and contains(b,'(')"]);
        let filter = prop::option::of(filter.prop_map(|text| parse_filter(text).unwrap()));
        let parts = prop_oneof![
            (prop::collection::vec(path(), 1..3), prop::collection::vec(aggregate(), 0..3)),
            (Just(Vec::new()), prop::collection::vec(aggregate(), 1..3)),
        ];
        (filter, parts).prop_map(|(filter, (groups, aggregates))| Apply { filter, groups, aggregates })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(apply in apply()) {
            let text = apply.to_string();
            prop_assert_eq!(parse_apply(&text), Ok(apply), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(groupby|aggregate|filter|\\(|\\)|,|/| |a|with|as|sum|\\$count|'){0,20}") {
            drop(parse_apply(&text));
        }
    }

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let seen = parse_apply(text).map_or_else(|error| error.to_string(), |apply| apply.to_string());
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn blanks_and_several_filters() {
        check(
            " filter( a eq 1 ) / filter(b eq 2)/groupby( ( a , b ) , aggregate( c  with sum as s , $count as n ) )",
            "filter(a eq 1 and b eq 2)/groupby((a,b),aggregate(c with sum as s,$count as n))",
        );
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let sentence = |position: usize, text: &str, expected: &str| {
            format!("Syntax error at position {position} in '{text}': expected {expected}.")
        };
        let check = |text: &str, position, expected: &str| check(text, &sentence(position, text, expected));
        check("", 0, "filter(…), groupby(…) or aggregate(…)");
        check("filter(a eq 1)", 0, "groupby(…) or aggregate(…)");
        check("groupby(a)", 8, "columns in parentheses");
        check("groupby((a),b)", 12, "aggregate(…)");
        check("groupby((a),aggregate($count as n),c)", 35, "')'");
        check("aggregate(a with avg as x)", 17, "one of sum, average, min, max, countdistinct");
        check("aggregate(a)", 10, "'column with method as name' or '$count as name'");
        check("aggregate(a with sum as 1)", 24, "a name");
    }
}
