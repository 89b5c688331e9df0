//! What a played history comes to: the invariants and the model's own demands. Pure, so that it can be judged again from a transcript.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::contract::Contract;
use mock_core::control::dto::EntryView;

use super::data::Op;
use super::model::{Account, Broken, End};
use super::record::{SoldRecord, StoryRecord};
use crate::invariants::{self, Observed, Surroundings};
use crate::model::Weight;
use crate::report::Evidence;
use crate::runner::{Ended, judging};
use crate::target::LateMoney;

/// What a history is held against.
#[derive(Clone, Copy)]
pub(crate) struct Bar<'a> {
    /// What holds for the whole run. Where the service answers is said by the record: each world has its own.
    pub(crate) around: Surroundings<'a>,
    /// The published contract of a completion service.
    pub(crate) contract: &'a Contract,
    /// The path of the payment page URL.
    pub(crate) page: &'a str,
}

/// A history, judged.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    /// The steps that made sense when they came.
    pub(super) done: Vec<Op>,
    /// Demands that are not met, the heaviest first.
    pub(super) broken: Vec<Broken>,
    /// What kept it from being judged: a fault of ours.
    pub(super) suite_error: Option<String>,
    /// What was done, as fragments that follow "we".
    pub(super) told: Vec<String>,
    /// Journal lines.
    pub(super) evidence: Vec<Evidence>,
    /// What it was judged by, where that is kept.
    pub(super) record: Option<Arc<StoryRecord>>,
}

impl Judged {
    /// The rule that it breaks first, if it breaks one.
    pub(super) fn rule(&self) -> Option<&str> {
        self.broken.first().map(|broken| broken.rule.as_str())
    }

    /// Whether it breaks this rule.
    pub(super) fn breaks(&self, rule: &str) -> bool {
        self.suite_error.is_none() && self.broken.iter().any(|broken| broken.rule == rule)
    }
}

/// Judges a history by its record alone: the same record always comes to the same.
pub(super) fn judge(record: &StoryRecord, bar: &Bar<'_>) -> Judged {
    let mut judged = Judged { done: record.done.steps.clone(), ..Judged::default() };
    let entries: BTreeMap<u64, &Arc<EntryView>> = record.entries.iter().map(|entry| (entry.seq, entry)).collect();
    match &record.ended {
        Ended::Suite(why) => judged.suite_error = Some(why.clone()),
        _ => judged.broken = record.purchases.iter().flat_map(|sold| of_one(sold, record, &entries, bar)).collect(),
    }
    let own = record.checks.iter().filter(|check| !check.ok && check.weight != Weight::Info);
    judged.broken.extend(own.map(|check| Broken { rule: "it-answers".to_owned(), check: check.clone() }));
    let all = || record.entries.iter().map(Arc::as_ref);
    let shape = judging::answers_against_contract(bar.contract, bar.page, &record.answers, all());
    judged.broken.extend(shape.into_iter().map(|check| Broken { rule: "contract".to_owned(), check }));
    judged.broken.sort_by_key(|broken| broken.check.weight);
    judged.suite_error = judged.suite_error.or_else(|| judging::fault_of_ours(all()));
    if !judged.broken.is_empty() || judged.suite_error.is_some() {
        judged.told.clone_from(&record.told);
        let lines = all().filter(|entry| !judging::is_noise(entry));
        let line = |entry: &EntryView| Evidence { seq: entry.seq, line: crate::check::journal::line_of(entry) };
        judged.evidence = lines.map(line).collect();
    }
    judged
}

/// What one of its purchases comes to.
fn of_one(
    sold: &SoldRecord,
    record: &StoryRecord,
    entries: &BTreeMap<u64, &Arc<EntryView>>,
    bar: &Bar<'_>,
) -> Vec<Broken> {
    let around = Surroundings { service: &record.service, ..bar.around };
    let declares = &around.profile.declares;
    let SoldRecord { purchase, facts, state, ledger, exchanges, strangers } = sold;
    let account = Account::of(declares.payable, facts);
    let paid = ledger.sessions.iter().filter(|session| session.is_paid());
    let end = End {
        states: state.states.clone(),
        price: purchase.minor().unwrap_or_default(),
        kept: paid.map(|session| session.amount - session.refunded).sum(),
        attendees: state.attendees,
        registrations: state.registrations,
    };
    let id = purchase.id.to_string();
    let answers = record.answers.iter().filter(|answer| answer.url.to_ascii_lowercase().contains(&id));
    let seen = exchanges.iter().filter(|seq| !strangers.contains(seq)).filter_map(|seq| entries.get(seq));
    let observed = Observed {
        purchase: purchase.clone(),
        state: state.clone(),
        ledger: ledger.clone(),
        entries: seen.map(|entry| Arc::clone(entry)).collect(),
        answers: answers.cloned().collect(),
        disowned: record.disowned.clone(),
    };
    let parks = declares.late_money == LateMoney::Park;
    let mut all = Vec::new();
    for mut check in invariants::judge(&observed, &around).into_iter().filter(|check| !check.ok) {
        let rule = check.invariant.clone().unwrap_or_default();
        if rule == "INV-2" && (account.is_excused() || parks) {
            continue;
        }
        // All is healed, and everything was sent again and again: what warns after a single case is a failure here.
        if rule == "INV-2" || rule == "INV-8" {
            check.weight = Weight::Must;
        }
        all.push(Broken { rule, check });
    }
    all.extend(account.end(&end));
    all
}

#[cfg(test)]
mod tests {
    use mock_core::journal::Direction;
    use uuid::Uuid;

    use super::super::data::History;
    use super::super::model::{Fact, News};
    use super::*;
    use crate::check::fixture::entry;
    use crate::check::secrets::Sought;
    use crate::model::{Check, Level};
    use crate::runner::CONTRACT;
    use crate::steps::{Ledger, Purchase, PurchaseState, SessionView};
    use crate::target::Profile;

    /// A purchase of 149.50 EUR that was paid once, of which Stripe told, and which stands at the end of these states.
    fn paid(states: &[&str]) -> SoldRecord {
        let id = Uuid::from_u128(7);
        let session = SessionView {
            id: "cs_1".to_owned(),
            status: "complete".to_owned(),
            payment_status: "paid".to_owned(),
            amount: 14_950,
            refunded: 0,
            currency: "eur".to_owned(),
            metadata: [(Profile::default().declares.metadata_key, id.to_string())].into(),
            intent: None,
            payment_link: None,
        };
        let told = Fact::Told { news: News::Paid, taken: true, disturbed: false };
        SoldRecord {
            purchase: Purchase {
                id,
                link: String::new(),
                price: Some("149.50".parse().unwrap()),
                currency: "EUR".to_owned(),
                event: String::new(),
            },
            facts: vec![Fact::Paid, told],
            state: PurchaseState {
                states: states.iter().map(|state| (*state).to_owned()).collect(),
                registrations: 1,
                attendees: 1,
            },
            ledger: Ledger { payables: Vec::new(), sessions: vec![session] },
            exchanges: Vec::new(),
            strangers: Vec::new(),
        }
    }

    /// The record of a history about this purchase, with a delivery that was answered with this status.
    fn record(mut sold: SoldRecord, status: u16) -> StoryRecord {
        let event = r#"{"id":"evt_1","type":"checkout.session.completed"}"#;
        let delivery = entry(5, "stripe", "POST", "http://service.test/", event, status, "");
        sold.exchanges = vec![5];
        StoryRecord {
            ended: Ended::Played,
            told: vec!["paid".to_owned()],
            purchases: vec![sold],
            entries: vec![Arc::new(EntryView { direction: Direction::Outbound, ..delivery })],
            ..StoryRecord::unplayed(History::default(), String::new())
        }
    }

    fn judged(record: &StoryRecord, profile: &Profile) -> Judged {
        let contract = Contract::shared("completion-service", CONTRACT).unwrap();
        let secrets = Sought::of(Vec::new());
        let around = Surroundings { profile, level: Level::Core, service: "http://service.test", secrets: &secrets };
        judge(record, &Bar { around, contract: &contract, page: "/pay" })
    }

    #[track_caller]
    fn check(record: &StoryRecord, expect: &[&str]) {
        let judged = judged(record, &Profile::default());
        let rules: Vec<&str> = judged.broken.iter().map(|broken| broken.rule.as_str()).collect();
        assert_eq!(rules, expect, "{judged:#?}");
        assert!(judged.broken.iter().all(|broken| !broken.check.ok && broken.check.weight == Weight::Must));
        assert_eq!(judged.told.is_empty() && judged.evidence.is_empty(), expect.is_empty());
        assert_eq!(judged.suite_error, None);
    }

    #[test]
    fn a_seat_for_money_breaks_nothing_and_money_without_a_seat_is_lost() {
        check(&record(paid(&["reserved", "completed"]), 200), &[]);
        check(&record(paid(&["reserved"]), 200), &["INV-2", "paid-is-completed"]);
        check(
            &record(paid(&["reserved", "cancelled"]), 200),
            &["INV-2", "paid-is-completed", "no-cancel-without-cause"],
        );
    }

    #[test]
    fn money_that_nobody_told_of_and_money_that_is_parked_is_not_lost() {
        let untold = SoldRecord { facts: vec![Fact::Paid, Fact::Lost { news: News::Paid }], ..paid(&["reserved"]) };
        check(&record(untold, 200), &[]);
        let mut parks = Profile::default();
        parks.declares.late_money = LateMoney::Park;
        let late = SoldRecord { facts: vec![Fact::Paid, Fact::TimedOut], ..paid(&["reserved", "expired"]) };
        assert_eq!(judged(&record(late.clone(), 200), &parks).broken, []);
        check(&record(late, 200), &["INV-2"]);
    }

    #[test]
    fn an_event_that_is_not_acknowledged_breaks_a_demand_unless_it_is_a_strangers() {
        let sold = || paid(&["reserved", "completed"]);
        check(&record(sold(), 503), &["INV-8"]);
        check(&record(SoldRecord { strangers: vec![5], ..sold() }, 503), &[]);
    }

    #[test]
    fn what_kept_it_from_going_on_is_a_finding() {
        let own = Check {
            what: "the visit is answered".to_owned(),
            expected: "an answer".to_owned(),
            seen: "none".to_owned(),
            ok: false,
            weight: Weight::Must,
            invariant: None,
        };
        let stopped = StoryRecord {
            checks: vec![own.clone(), Check { ok: true, ..own }],
            purchases: Vec::new(),
            ..record(paid(&["reserved"]), 200)
        };
        check(&stopped, &["it-answers"]);
    }

    #[test]
    fn what_is_ours_is_never_the_services() {
        let broke = StoryRecord { ended: Ended::Suite("no world".to_owned()), ..record(paid(&["reserved"]), 200) };
        let judged_so = judged(&broke, &Profile::default());
        assert_eq!((judged_so.suite_error.as_deref(), judged_so.broken.len()), (Some("no world"), 0));
        assert!(!judged_so.breaks("INV-2"));
        let mut fake = record(paid(&["reserved", "completed"]), 200);
        Arc::make_mut(&mut fake.entries[0]).notes =
            vec!["the fake panicked: a fault of the fake, not of its client".to_owned()];
        assert!(judged(&fake, &Profile::default()).suite_error.is_some());
    }
}
