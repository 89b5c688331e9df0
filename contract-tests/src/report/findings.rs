//! What is wrong, for people: findings that say the same of one purchase after another are told a few times only, and what is very long is cut.

use uuid::Uuid;

use super::console::wrapped;
use crate::model::{CONTRACT_CURE, CONTRACT_KEPT, Check, Weight, cure, invariant_cure};

/// The most findings of a case that are shown.
const MOST: usize = 10;
/// How many of them may say the same of different things.
const MOST_ALIKE: usize = 3;
/// How much of a text is shown, in characters.
const MOST_TEXT: usize = 400;
/// Where all of it is.
pub(super) const ELSEWHERE: &str = "in the JSON report (--json FILE)";

/// What did not hold, as a list.
pub(super) fn put_findings<'c>(text: &mut String, broken: impl Iterator<Item = &'c Check>) {
    let groups = alike(broken);
    if groups.is_empty() {
        return;
    }
    text.push_str("  what is wrong\n");
    let all: usize = groups.iter().map(Vec::len).sum();
    let mut told = 0;
    let mut passed_over = 0;
    for group in groups {
        // What an invariant says of one purchase it says of the next in the same words.
        let most = if group.iter().any(|check| check.invariant.is_some()) { 1 } else { MOST_ALIKE };
        let shown = most.min(MOST.saturating_sub(told));
        for check in group.iter().take(shown) {
            put_finding(text, check);
        }
        told += group.len().min(shown);
        let more = group.len().saturating_sub(shown);
        if shown > 0 && more > 0 {
            passed_over += more;
            wrapped(text, "    ", "    ", &format!("(and {more} more like this one, {ELSEWHERE})"));
        }
    }
    let more = all - told - passed_over;
    if more > 0 {
        let findings = if more == 1 { "1 other finding is" } else { &format!("{more} other findings are") };
        wrapped(text, "    ", "    ", &format!("({findings} {ELSEWHERE})"));
    }
}

fn put_finding(text: &mut String, check: &Check) {
    let invariant = check.invariant.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let weight = if check.weight == Weight::Should { " (recommended)" } else { "" };
    wrapped(text, "    - ", "      ", &format!("{invariant}{}{weight}", cut(&check.what)));
    wrapped(text, "      expected ", "               ", &cut(&check.expected));
    wrapped(text, "      seen     ", "               ", &cut(&check.seen));
}

/// What to change: the case's own cure for what the case looks at, that of the contract or of an invariant where nothing else is broken.
pub(super) fn cure_of<'c>(case: &str, broken: impl Iterator<Item = &'c Check>) -> Option<&'static str> {
    let (mut of_contract, mut invariant) = (None, None);
    for check in broken {
        match &check.invariant {
            Some(id) => invariant = invariant.or_else(|| invariant_cure(id)),
            None if check.expected == CONTRACT_KEPT => of_contract = Some(CONTRACT_CURE),
            None => return cure(case),
        }
    }
    of_contract.or(invariant)
}

/// Findings that say the same of different things stand together, in the order in which each kind came up.
fn alike<'c>(broken: impl Iterator<Item = &'c Check>) -> Vec<Vec<&'c Check>> {
    let mut groups: Vec<(String, Vec<&Check>)> = Vec::new();
    for check in broken {
        let kind = check.invariant.clone().unwrap_or_else(|| without_ids(&check.what));
        match groups.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, group)) => group.push(check),
            None => groups.push((kind, vec![check])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The words but for ids.
fn without_ids(text: &str) -> String {
    let is_id = |word: &&str| Uuid::try_parse(word.trim_matches(|c: char| !c.is_ascii_alphanumeric())).is_ok();
    text.split(' ').filter(|word| !is_id(word)).collect::<Vec<_>>().join(" ")
}

/// The beginning of a very long text, and how much there is of it.
fn cut(text: &str) -> String {
    let more = text.chars().count().saturating_sub(MOST_TEXT);
    if more == 0 {
        return text.to_owned();
    }
    let start: String = text.chars().take(MOST_TEXT).collect();
    format!("{start}… and {more} more characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(what: &str, invariant: Option<&str>) -> Check {
        Check {
            what: what.to_owned(),
            expected: "one".to_owned(),
            seen: "none".to_owned(),
            ok: false,
            weight: Weight::Must,
            invariant: invariant.map(str::to_owned),
        }
    }

    fn told(checks: &[Check]) -> String {
        let mut text = String::new();
        put_findings(&mut text, checks.iter());
        text
    }

    #[test]
    fn what_is_said_of_many_purchases_is_told_of_a_few() {
        let of = |number: u32| check(&format!("purchase 0d5e6f70-0000-4000-8000-{number:012} is paid"), None);
        let checks: Vec<Check> = (0..50).map(of).chain([check("the visitor is told", None)]).collect();
        let text = told(&checks);
        assert_eq!(text.matches("is paid").count(), 3, "{text}");
        assert!(text.contains("(and 47 more like this one, in the JSON report (--json FILE))"), "{text}");
        assert!(text.contains("- the visitor is told"), "{text}");
        assert!(!text.contains("other finding"), "{text}");
    }

    #[test]
    fn an_invariant_is_told_once_and_names_how_often_it_broke() {
        let text = told(&[check("a is not lost", Some("INV-2")), check("b", None), check("c", Some("INV-2"))]);
        assert_eq!(text.matches("INV-2").count(), 1, "{text}");
        assert!(text.contains("(and 1 more like this one"), "{text}");
    }

    #[test]
    fn many_different_findings_are_counted() {
        let checks: Vec<Check> = ('a'..='l').map(|name| check(&format!("{name} holds"), None)).collect();
        let text = told(&checks);
        assert_eq!(text.matches(" holds").count(), MOST);
        assert!(text.ends_with("    (2 other findings are in the JSON report (--json FILE))\n"), "{text}");
        assert!(told(&[]).is_empty());
    }

    #[test]
    fn what_is_endless_is_cut() {
        let mut long = check("a target is stored whole", None);
        long.seen = "x".repeat(2_000);
        assert!(told(&[long]).contains(" and 1600 more characters\n"));
    }

    #[test]
    fn the_cure_is_for_what_is_broken() {
        let cure_of = |checks: &[Check]| cure_of("C-T06", checks.iter());
        assert_eq!(cure_of(&[check("it holds", None), check("x", Some("INV-2"))]), cure("C-T06"));
        assert_eq!(cure_of(&[check("x", Some("INV-2"))]), invariant_cure("INV-2"));
        let departs = Check { expected: CONTRACT_KEPT.to_owned(), ..check("the answer", None) };
        assert_eq!(cure_of(&[check("x", Some("INV-2")), departs]), Some(CONTRACT_CURE));
        assert_eq!(cure_of(&[]), None);
    }
}
