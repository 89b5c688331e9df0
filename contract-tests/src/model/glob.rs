//! Case patterns as written on the command line.

/// Whether a case id is meant by a pattern: `*` stands for any text, `?` for one character; letters match in either case.
pub fn matches(pattern: &str, id: &str) -> bool {
    let pattern: Vec<char> = pattern.to_ascii_uppercase().chars().collect();
    let id: Vec<char> = id.to_ascii_uppercase().chars().collect();
    within(&pattern, &id)
}

fn within(pattern: &[char], id: &[char]) -> bool {
    match pattern.split_first() {
        None => id.is_empty(),
        Some(('*', rest)) => (0..=id.len()).any(|skip| id.get(skip..).is_some_and(|id| within(rest, id))),
        Some((wanted, rest)) => {
            id.split_first().is_some_and(|(is, id)| (*wanted == '?' || wanted == is) && within(rest, id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[track_caller]
    fn check(pattern: &str, id: &str, expect: bool) {
        assert_eq!(matches(pattern, id), expect, "{pattern} {id}");
    }

    #[test]
    fn stars_and_question_marks() {
        check("C-R01", "C-R01", true);
        check("c-r01", "C-R01", true);
        check("C-R*", "C-R16", true);
        check("C-*1", "C-N01", true);
        check("C-?01", "C-T01", true);
        check("C-R0", "C-R01", false);
        check("*", "", true);
        check("", "C-R01", false);
    }
}
