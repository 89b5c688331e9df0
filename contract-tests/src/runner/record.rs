//! What one case did and saw, as plain data: everything that its verdict is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mock_core::control::dto::EntryView;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check::url::raw_pairs;
use crate::invariants::Observed;
use crate::model::{Check, Stop};
use crate::report::Evidence;
use crate::steps::{Answer, Ledger, Purchase, PurchaseState};

/// What one case did and saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The case.
    pub id: String,
    /// The switch value that it ran under, as `AMB-7=200`.
    pub under: Option<String>,
    /// How it ended.
    pub ended: Ended,
    /// What it did, as fragments that follow "we".
    pub steps: Vec<String>,
    /// What it looked at itself.
    pub checks: Vec<Check>,
    /// Its purchases, once things were quiet.
    pub purchases: Vec<Watched>,
    /// What the service answered to its visits.
    pub answers: Vec<Answer>,
    /// Journal lines that it wanted to be shown.
    pub shown: Vec<Evidence>,
    /// Ids of events that nobody's Stripe has made, and of links that others sell with: none of them is the service's to answer for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disowned: Vec<String>,
    /// Real time in milliseconds.
    pub millis: u64,
    /// How much of it was the suite's own, in microseconds.
    pub own_micros: u64,
    /// The command that runs it again.
    pub rerun: String,
    /// Every exchange about its purchases and whatever else it watched, by number. In a transcript they have lines of their own.
    #[serde(skip)]
    pub entries: BTreeMap<u64, Arc<EntryView>>,
    /// The numbers of [`Record::entries`].
    pub exchanges: Vec<u64>,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "how", content = "why")]
pub enum Ended {
    /// It came to its last line, or a check failed that the rest would have built on.
    Played,
    /// The bench broke.
    Suite(String),
    /// This run lacks what it needs.
    NotTestable(String),
    /// The service does not do what its clause is about.
    NotApplicable(String),
}

impl From<Result<(), Stop>> for Ended {
    fn from(result: Result<(), Stop>) -> Self {
        match result {
            Ok(()) | Err(Stop::Failed) => Self::Played,
            Err(Stop::Suite(why)) => Self::Suite(why),
            Err(Stop::NotTestable(why)) => Self::NotTestable(why),
            Err(Stop::NotApplicable(why)) => Self::NotApplicable(why),
        }
    }
}

/// A purchase of a case, once things were quiet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Watched {
    /// As it was made.
    pub purchase: Purchase,
    /// As Dataverse has it.
    pub state: PurchaseState,
    /// What our Stripe has for it.
    pub ledger: Ledger,
    /// The numbers of the exchanges about it.
    pub exchanges: Vec<u64>,
}

impl Record {
    /// Its purchases as the invariants look at them; the id of each travels under this metadata key.
    pub(crate) fn observed(&self, key: &str) -> impl Iterator<Item = Observed> {
        let mut visits: BTreeMap<Uuid, Vec<&Answer>> = BTreeMap::new();
        for answer in &self.answers {
            for purchase in asked_for(&answer.url) {
                visits.entry(purchase).or_default().push(answer);
            }
        }
        self.purchases.iter().map(move |watched| Observed {
            purchase: watched.purchase.clone(),
            state: watched.state.clone(),
            ledger: watched.ledger.clone().of_its_own(&watched.purchase, key, &self.disowned),
            entries: watched.exchanges.iter().filter_map(|seq| self.entries.get(seq)).cloned().collect(),
            answers: visits.get(&watched.purchase.id).into_iter().flatten().map(|answer| (*answer).clone()).collect(),
            disowned: self.disowned.clone(),
        })
    }
}

/// The purchases that a visit was for.
fn asked_for(url: &str) -> BTreeSet<Uuid> {
    let named = raw_pairs(url).into_iter().filter(|(name, _)| name == "purchaseId");
    named.filter_map(|(_, value)| value.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Uuid, asked_for};

    #[track_caller]
    fn check(url: &str, expect: &[Uuid]) {
        assert_eq!(asked_for(url).into_iter().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_visit_is_for_the_purchases_that_it_names_where_they_belong() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        check(&format!("http://a.test/?x=1&purchaseId={one}"), &[one]);
        check(&format!("http://a.test/?purchaseId={}", Uuid::max().to_string().to_uppercase()), &[Uuid::max()]);
        check(&format!("http://a.test/?purchaseId={one}&id={other}"), &[one]);
        check(&format!("http://a.test/?purchaseId={other}&purchaseId={one}&purchaseId={other}"), &[one, other]);
        check("http://a.test/?purchaseId=1", &[]);
        check("http://a.test/", &[]);
    }
}
