//! What holds only under some answers to the questions that public documents leave open.

use serde::{Deserialize, Serialize};

use super::model::CaseReport;
use crate::model::Verdict;

/// A case that ended differently under different values of an ambiguity switch: how it goes in production hangs on what the platform does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ambiguity {
    /// The case.
    pub case: String,
    /// The switch, such as `AMB-7`.
    pub switch: String,
    /// The values under which the case passed.
    pub holds_under: Vec<String>,
    /// The values under which it did not.
    pub not_under: Vec<String>,
}

/// Every case whose verdict hangs on the value of its switch, in the order of the cases. What was not judged says nothing.
pub fn ambiguities(cases: &[CaseReport]) -> Vec<Ambiguity> {
    let mut found: Vec<Ambiguity> = Vec::new();
    for case in cases {
        let Some((switch, value)) = case.under.as_deref().and_then(|under| under.split_once('=')) else { continue };
        let place = found.iter().position(|known| known.case == case.id && known.switch == switch);
        let place = place.unwrap_or_else(|| {
            found.push(Ambiguity {
                case: case.id.clone(),
                switch: switch.to_owned(),
                holds_under: Vec::new(),
                not_under: Vec::new(),
            });
            found.len() - 1
        });
        match case.verdict {
            Verdict::Pass => found[place].holds_under.push(value.to_owned()),
            Verdict::Fail | Verdict::Warn | Verdict::KnownFailing => found[place].not_under.push(value.to_owned()),
            Verdict::NotApplicable
            | Verdict::NotTestable
            | Verdict::StaleKnown
            | Verdict::ConfigError
            | Verdict::SuiteError => {}
        }
    }
    found.retain(|one| !one.holds_under.is_empty() && !one.not_under.is_empty());
    found
}

impl std::fmt::Display for Ambiguity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { case, switch, .. } = self;
        let (holds, not) = (self.holds_under.join(", "), self.not_under.join(", "));
        write!(f, "{case} holds where {switch} is {holds}, not where it is {not}")
    }
}
