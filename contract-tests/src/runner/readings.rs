//! What a case has read of the journal so far, so that each further look brings only the news.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::control::dto::{EntryView, JournalView};
use mock_core::journal::{Filter, Numbers};
use uuid::Uuid;

/// More open exchanges than this are not named one by one: then everything is read again.
const MOST_NAMED: usize = 500;

/// What was read, by what it is about.
#[derive(Debug, Default)]
pub(crate) struct Readings(BTreeMap<Uuid, Reading>);

#[derive(Debug, Default)]
struct Reading {
    entries: BTreeMap<u64, Arc<EntryView>>,
    /// The newest number of the whole journal at the last look.
    last: u64,
    /// What was open then, whomever it turned out to be about since.
    open: Vec<u64>,
}

impl Readings {
    /// What to ask the journal for.
    pub(crate) fn news_about(&self, subject: Uuid) -> Filter {
        let about = Filter::about(subject);
        match self.0.get(&subject) {
            Some(read) if read.open.len() <= MOST_NAMED => {
                let again = (!read.open.is_empty()).then(|| Numbers(read.open.clone()));
                Filter { after: Some(read.last), again, ..about }
            }
            _ => about,
        }
    }

    /// Adds what the journal answered, and gives everything that is known, oldest first.
    pub(crate) fn add(&mut self, subject: Uuid, news: JournalView) -> Vec<Arc<EntryView>> {
        let read = self.0.entry(subject).or_default();
        read.entries.extend(news.entries.into_iter().map(|entry| (entry.seq, Arc::new(entry))));
        read.last = news.summary.last_seq;
        read.open = news.open;
        read.entries.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use mock_core::journal::Summary;

    use super::*;
    use crate::check::fixture;

    fn entry(seq: u64, status: Option<u16>) -> EntryView {
        EntryView { status, ..fixture::entry(seq, "stripe", "POST", "/v1/prices", "", 200, "") }
    }

    fn view(last_seq: u64, open: Vec<u64>, entries: Vec<EntryView>) -> JournalView {
        let summary = Summary { held: 0, dropped: 0, bytes: 0, most_bytes: 0, last_seq };
        JournalView { summary, entries, open }
    }

    #[test]
    fn a_further_look_asks_for_news_and_for_what_was_open() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut readings = Readings::default();
        assert_eq!(readings.news_about(one), Filter::about(one));
        readings.add(one, view(7, vec![4, 6], vec![entry(3, Some(200)), entry(4, None)]));
        let news = Filter { after: Some(7), again: Some(Numbers(vec![4, 6])), ..Filter::about(one) };
        assert_eq!(readings.news_about(one), news);
        assert_eq!(readings.news_about(other), Filter::about(other));

        // #4 has ended, and #6 has turned out to be about it too.
        let known = readings.add(one, view(9, Vec::new(), vec![entry(4, Some(500)), entry(6, Some(200))]));
        let seen: Vec<_> = known.iter().map(|entry| (entry.seq, entry.status)).collect();
        assert_eq!(seen, [(3, Some(200)), (4, Some(500)), (6, Some(200))]);
        assert_eq!(readings.news_about(one), Filter { after: Some(9), ..Filter::about(one) });
    }

    #[test]
    fn where_too_much_is_open_everything_is_read_again() {
        let one = Uuid::from_u128(1);
        let mut readings = Readings::default();
        readings.add(one, view(900, (1..=501).collect(), Vec::new()));
        assert_eq!(readings.news_about(one), Filter::about(one));
    }
}
