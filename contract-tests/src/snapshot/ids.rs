//! Names for what differs from run to run: GUIDs, Stripe's ids, times, ports. The same thing has the same name throughout a text.

use std::collections::BTreeMap;

/// The prefixes of Stripe's ids, without the underscore.
const PREFIXES: [&str; 22] = [
    "plink", "price", "prod", "cs_test", "cs_live", "evt", "pi", "ch", "py", "re", "pyr", "cus", "pm", "req", "seti",
    "txn", "dp", "du", "in", "li", "we", "acct",
];

/// Gives names in the order in which things are first met.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
}

impl Names {
    /// A name that is given beforehand, such as that of the purchase.
    pub(super) fn know(&mut self, what: &str, name: &str) {
        if !what.is_empty() {
            self.given.insert(what.to_ascii_lowercase(), name.to_owned());
        }
    }

    /// The text with names in the place of what differs.
    pub(super) fn named(&mut self, text: &str) -> String {
        self.walk(text, true)
    }

    /// The text with the kind of thing alone, for sorting before names are given.
    pub(super) fn blank(text: &str) -> String {
        Self::default().walk(text, false)
    }

    fn walk(&mut self, text: &str, numbered: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let end = from.find(|c| !is_word(c)).unwrap_or(from.len());
            let (word, after) = from.split_at(end);
            self.word(word, numbered, &mut out);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn word(&mut self, word: &str, numbered: bool, out: &mut String) {
        // A word may be several things joined by full stops or by nothing: only what is one thing alone has a name.
        let trimmed = word.trim_end_matches('.');
        if let Some(name) = self.given.get(&trimmed.to_ascii_lowercase()) {
            out.push_str(name);
        } else if let Some(kind) = kind_of(trimmed) {
            if numbered && !matches!(kind, "time" | "token") {
                let count = self.counts.entry(kind).or_default();
                *count += 1;
                let name = format!("<{kind} {count}>");
                self.given.insert(trimmed.to_ascii_lowercase(), name.clone());
                out.push_str(&name);
            } else {
                out.push('<');
                out.push_str(kind);
                out.push('>');
            }
        } else if let Some(inside) = self.inside(trimmed, numbered) {
            out.push_str(&inside);
        } else {
            out.push_str(trimmed);
        }
        out.push_str(word.get(trimmed.len()..).unwrap_or_default());
    }

    /// A GUID that stands inside a longer word, as in idempotency keys.
    fn inside(&mut self, word: &str, numbered: bool) -> Option<String> {
        const GUID: usize = 36;
        if word.len() <= GUID || !word.is_ascii() {
            return None;
        }
        let at = (0..=word.len() - GUID).find(|at| word.get(*at..at + GUID).is_some_and(is_guid))?;
        let mut out = self.walk(word.get(..at)?, numbered);
        self.word(word.get(at..at + GUID)?, numbered, &mut out);
        out.push_str(&self.walk(word.get(at + GUID..)?, numbered));
        Some(out)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// What a word is, if it is something that differs from run to run.
fn kind_of(word: &str) -> Option<&'static str> {
    if is_guid(word) {
        return Some("guid");
    }
    if word.starts_with("eyJ") && word.split('.').count() == 3 {
        return Some("token");
    }
    if let Some(kind) = PREFIXES.into_iter().find(|prefix| {
        word.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).is_some_and(|id| {
            id.len() >= 8
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && id.bytes().any(|byte| byte.is_ascii_digit())
        })
    }) {
        return Some(kind);
    }
    // The hosted page's short paths: test_ and a code.
    if word
        .strip_prefix("test_")
        .is_some_and(|code| code.len() >= 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return Some("code");
    }
    // Seconds since 1970, from 2001 to 2065.
    let seconds = word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_digit());
    // The date of an ISO time; its clock time stands behind a letter T and colons and is taken by the caller's text as three words.
    let iso =
        word.len() >= 13 && word.get(4..5) == Some("-") && word.get(7..8) == Some("-") && word.get(10..11) == Some("T");
    if seconds || (iso && word.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))) {
        return Some("time");
    }
    // Digests and random keys: 32 and more hexadecimal digits.
    (word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some("hash")
}

fn is_guid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let mut names = Names::default();
        names.know("0D5E6F70-0000-4000-8000-00000000BEEF", "<purchase>");
        assert_eq!(names.named(text), expect);
    }

    #[test]
    fn what_differs_has_a_name_and_keeps_it() {
        check("purchases(0d5e6f70-0000-4000-8000-00000000beef)?x", "purchases(<purchase>)?x");
        check(
            "a 11111111-2222-4333-8444-555555555555 b 21111111-2222-4333-8444-555555555555 c 11111111-2222-4333-8444-555555555555.",
            "a <guid 1> b <guid 2> c <guid 1>.",
        );
        check("price=price_1Abc23Def45&link=plink_1Abc23Def45", "price=<price 1>&link=<plink 1>");
        check("Idempotency: link-0d5e6f70-0000-4000-8000-00000000beef-4950", "Idempotency: link-<purchase>-4950");
        check("created 1790000000, amount 4950, id price_created", "created <time>, amount 4950, id price_created");
        check(
            "cs_test_a1B2c3D4e5F6 at https://x/c/pay/cs_test_a1B2c3D4e5F6#fid",
            "<cs_test 1> at https://x/c/pay/<cs_test 1>#fid",
        );
        check("Bearer eyJhbGciOi.eyJhdWQi.c2ln", "Bearer <token>");
        check("checkout.session.completed", "checkout.session.completed");
    }

    #[test]
    fn what_is_sorted_has_no_numbers() {
        assert_eq!(Names::blank("pi_1Abc23Def45 1790000000"), "<pi> <time>");
    }
}
