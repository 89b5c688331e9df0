//! What was generated and played, for people: one line for each family, and a finding with its story, its script and the command that plays it again.

use super::console::{MOST_LINES, lines_are, mark, paragraph, put, shortened, wrapped};
use super::excerpt::excerpt_of;
use super::findings::{ELSEWHERE, cure_of, put_findings};
use crate::histories::{FamilyReport, Finding, HistoriesReport};

/// `256 histories, 2,913 steps, 6.1 s (477 steps a second)`.
pub fn family_line(family: &FamilyReport) -> String {
    let FamilyReport { name, played, steps, millis, .. } = family;
    let time = format!("{}.{} s", millis / 1000, millis % 1000 / 100);
    let a_second = |count: usize| u64::try_from(count).unwrap_or_default().saturating_mul(1000) / (*millis).max(1);
    if steps == played {
        format!("{} {name}, {time} ({} a second)", grouped(*played), a_second(*played))
    } else {
        format!("{} {name}, {} steps, {time} ({} steps a second)", grouped(*played), grouped(*steps), a_second(*steps))
    }
}

/// All families, each on a line, or why none were played.
pub fn histories_line(histories: &HistoriesReport) -> String {
    if let Some(why) = &histories.left_out {
        return format!("nothing was generated: {why}\n");
    }
    histories.families.iter().flat_map(|family| [family_line(family), "\n".to_owned()]).collect()
}

/// A number with a comma at each thousand.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A finding for somebody who has never seen the suite: what happened in the shortest form that still fails, what right looks like, what was seen,
/// and how to play it again.
pub fn explain_finding(finding: &Finding) -> String {
    let story = finding.family == "H-T";
    let mut text = format!("{} {} {}: ", mark(finding.verdict), finding.family, finding.rule);
    if story {
        put(&mut text, format_args!("a history of {} steps, found as {}\n", finding.steps, finding.origin));
        if finding.replays > 0 {
            let shorter = format!(
                "found with {} steps, made shorter by playing {} others; the last plays failed {}{}",
                finding.found_with,
                finding.replays,
                finding.failed,
                if finding.is_steady() {
                    ""
                } else {
                    ": it depends on more than the order of the steps, so play it several times"
                }
            );
            paragraph(&mut text, "how", &shorter);
        }
        text.push_str("  the history (docs/histories.md tells what each step does)\n");
        for line in finding.script.lines().filter(|line| !line.is_empty() && !line.starts_with(['#'])) {
            if !line.starts_with("history") {
                put(&mut text, format_args!("    {line}\n"));
            }
        }
    } else {
        put(&mut text, format_args!("{}\n", finding.script));
        paragraph(&mut text, "found as", &finding.origin);
    }
    if !finding.told.is_empty() {
        text.push_str("  what we did\n");
        for (number, step) in finding.told.iter().enumerate() {
            wrapped(&mut text, &format!("    {}. ", number + 1), "       ", step);
        }
    }
    put_findings(&mut text, finding.checks.iter());
    if let Some(cure) = cure_of(&finding.family, finding.checks.iter()) {
        paragraph(&mut text, "cure", cure);
    }
    if !finding.evidence.is_empty() {
        text.push_str("  journal (-> a call to a fake, <- a fake's call to the service)\n");
        let shown = excerpt_of(finding.checks.iter(), &finding.evidence, MOST_LINES);
        for evidence in &shown {
            put(&mut text, format_args!("    {}\n", shortened(&evidence.line)));
        }
        let hidden = finding.evidence.len().saturating_sub(shown.len());
        if hidden > 0 {
            put(&mut text, format_args!("    ({} {ELSEWHERE})\n", lines_are(hidden, "line")));
        }
    }
    put(&mut text, format_args!("  run it again\n    {}\n", finding.rerun));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_say_how_fast_they_were() {
        let family = |steps, millis| FamilyReport {
            id: "H-T".to_owned(),
            name: "histories".to_owned(),
            played: 256,
            steps,
            millis,
        };
        assert_eq!(family_line(&family(2913, 6100)), "256 histories, 2,913 steps, 6.1 s (477 steps a second)");
        assert_eq!(family_line(&family(256, 0)), "256 histories, 0.0 s (256000 a second)");
        assert_eq!((grouped(999).as_str(), grouped(1_234_567).as_str()), ("999", "1,234,567"));
    }
}
