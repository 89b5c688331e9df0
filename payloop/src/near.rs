//! Names that are near a mistyped one.

/// The most that are told.
const MOST: usize = 3;
/// What is shorter stands in too many names by chance.
const LEAST_PART: usize = 4;

/// The names that are nearest to a wrong one, the nearest first: a few letters differ, or it is a part of them.
pub(crate) fn near<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.trim().to_ascii_lowercase();
    let letters = wrong.chars().count();
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let lower = name.to_ascii_lowercase();
        let differ = strsim::damerau_levenshtein(&wrong, &lower);
        let part = letters >= LEAST_PART && (lower.contains(&wrong) || wrong.contains(&lower));
        if part || (differ <= (letters / 4).max(1) && differ < letters) {
            found.push((differ, name));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// What to ask whoever wrote a name that there is not: `; did you mean a, b or c?`, or nothing when nothing is near.
pub(crate) fn did_you_mean<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    match near(wrong, names).as_slice() {
        [] => String::new(),
        [only] => format!("; did you mean {only}?"),
        [firsts @ .., last] => format!("; did you mean {} or {last}?", firsts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    const NAMES: [&str; 7] =
        ["redirect-301", "redirect-is-cached", "never-finalizes", "C-R01", "C-R02", "C-R03", "AMB-1"];

    #[track_caller]
    fn check(wrong: &str, expect: &str) {
        assert_eq!(did_you_mean(wrong, NAMES), expect);
    }

    #[test]
    fn a_slip_is_found() {
        check("redirect301", "; did you mean redirect-301?");
        check("Redirect-310", "; did you mean redirect-301?");
        check("never-finalises", "; did you mean never-finalizes?");
        check("AMB1", "; did you mean AMB-1?");
    }

    #[test]
    fn a_part_is_enough() {
        check("redirect", "; did you mean redirect-301 or redirect-is-cached?");
        check("never-finalizes-at-all", "; did you mean never-finalizes?");
    }

    #[test]
    fn no_more_than_a_few_are_told_and_nothing_where_nothing_is_near() {
        check("C-R04", "; did you mean C-R01, C-R02 or C-R03?");
        check("nosuch", "");
        check("", "");
        check("x", "");
    }
}
