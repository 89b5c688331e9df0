//! Which journal lines a failure shows when there is not room for all: those that its checks name, then those that tell most.

use super::model::{CaseReport, Evidence};
use crate::model::Check;

/// At most `most` lines of a case's journal, in its order.
pub(super) fn excerpt(case: &CaseReport, most: usize) -> Vec<&Evidence> {
    excerpt_of(case.broken(), &case.evidence, most)
}

/// At most `most` of these lines, in their order: first those that the checks name.
pub(super) fn excerpt_of<'c, 'e>(
    broken: impl Iterator<Item = &'c Check>,
    evidence: &'e [Evidence],
    most: usize,
) -> Vec<&'e Evidence> {
    let named: Vec<u64> = broken.flat_map(|check| numbers(&check.what).chain(numbers(&check.seen))).collect();
    let mut ranked: Vec<(u8, &Evidence)> = evidence
        .iter()
        .map(|evidence| (if named.contains(&evidence.seq) { 0 } else { weight(&evidence.line) }, evidence))
        .collect();
    // Stable: among equals the later ones go first to be left out, so that a story keeps its beginning.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.truncate(most);
    let mut chosen: Vec<&Evidence> = ranked.into_iter().map(|(_, evidence)| evidence).collect();
    chosen.sort();
    chosen
}

/// The journal numbers that a text names: `#24`.
fn numbers(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.split('#').skip(1).filter_map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| rest.get(..end).unwrap_or_default());
        digits.parse().ok()
    })
}

/// How little a line tells: 1 for what went wrong or ended a payment, 3 for what always happens.
fn weight(line: &str) -> u8 {
    let mut words = line.split(' ').skip(1);
    let from_service = words.next() == Some("->");
    let fake = words.next().unwrap_or_default();
    let target = words.nth(1).unwrap_or_default();
    let answered = words.next().unwrap_or_default();
    let odd = answered.starts_with(['4', '5'])
        || line.contains("no answer")
        || line.contains("[fault")
        || line.contains("[not ");
    if odd || line.contains("[status ") || line.contains("[checkout.session.") {
        1
    } else if from_service && (fake == "dataverse" || (fake == "stripe" && target.starts_with("/v1/"))) {
        2
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::{numbers, weight};

    #[test]
    fn numbers_are_found_in_texts() {
        assert_eq!(numbers("#24 status 100000001, #7: 503; C#, #x").collect::<Vec<_>>(), [24, 7]);
    }

    #[test]
    fn what_tells_most_comes_first() {
        let finalize =
            "#9 -> dataverse POST /api/data/v9.2/msevtmgt_finalizeregistrationpayment 204 [status 100000001]";
        assert_eq!(weight(finalize), 1);
        assert_eq!(weight("#1 <- stripe POST http://127.0.0.1:1/hook 400 [product.created]"), 1);
        assert_eq!(weight("#1 <- stripe POST http://127.0.0.1:1/hook no answer: timed out [product.created]"), 1);
        assert_eq!(weight("#1 <- stripe POST http://127.0.0.1:1/hook 200 [checkout.session.completed]"), 1);
        assert_eq!(weight("#2 -> stripe POST /v1/prices 200"), 2);
        assert_eq!(weight("#2 -> dataverse GET /api/data/v9.2/msevtmgt_eventpurchases(1)?$select=a 200"), 2);
        assert_eq!(weight("#3 -> stripe GET /b/test_1 303"), 3);
        assert_eq!(weight("#3 <- stripe POST http://127.0.0.1:1/hook 200 [price.created]"), 3);
        assert_eq!(weight("#3 -> event-api POST /api/v1.0/events/1/registrations 200"), 3);
    }
}
