//! What will run, in which order, and what beside what: pure.

use thiserror::Error;

use crate::model::{Case, Generation, Level, Share, matches};
use crate::target::Declares;

/// One case under one switch value.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The case.
    pub case: &'static Case,
    /// The switch and the value it runs under.
    pub under: Option<(&'static str, &'static str)>,
}

impl Item {
    /// Its name in reports: `C-N10` or `C-N10 [AMB-7=200]`.
    pub fn name(&self) -> String {
        match self.under {
            None => self.case.id.to_owned(),
            Some((switch, value)) => format!("{} [{switch}={value}]", self.case.id),
        }
    }

    /// The switch value that it runs under, as `AMB-7=200`.
    pub fn under(&self) -> Option<String> {
        self.under.map(|(switch, value)| format!("{switch}={value}"))
    }

    /// What its ids belong to; unique within a run, and the same in every run.
    pub fn scope(&self) -> String {
        match self.under {
            None => self.case.id.to_owned(),
            Some((switch, value)) => format!("{}/{switch}={value}", self.case.id),
        }
    }
}

/// What will run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Side by side.
    pub parallel: Vec<Item>,
    /// One after another, afterwards.
    pub alone: Vec<Item>,
    /// Not at all, and why; these show in the report.
    pub left_out: Vec<(Item, LeftOut)>,
}

/// Why a selected case does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The service does not declare what it is about.
    NotApplicable(String),
    /// This run lacks what it needs.
    NotTestable(String),
}

impl Plan {
    /// How many will run.
    pub fn len(&self) -> usize {
        self.parallel.len() + self.alone.len()
    }

    /// Whether nothing will.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// A pattern means nothing.
    #[error("no case is called {pattern:?}; `payloop list` shows all of them")]
    NoSuchCase {
        /// The pattern.
        pattern: String,
    },
    /// The patterns mean only cases of higher levels.
    #[error("{pattern:?} names only cases of level {needs}; run with --level {needs}")]
    HigherLevel {
        /// The pattern.
        pattern: String,
        /// The level of the mildest of them.
        needs: Level,
    },
    /// No chosen case belongs to the share.
    #[error("no case that is chosen belongs to share {share}; divide into fewer shares, or choose more cases")]
    EmptyShare {
        /// The share.
        share: Share,
    },
}

/// Chooses cases: all up to `level`, of these the ones that a pattern means (all, without patterns), of these the ones of a share. What the service declares decides which
/// of them apply.
pub fn plan(
    cases: &'static [&'static Case],
    level: Level,
    patterns: &[String],
    share: Option<Share>,
    declares: &Declares,
    managed: bool,
) -> Result<Plan, PlanError> {
    for pattern in patterns {
        let meant = cases.iter().filter(|case| matches(pattern, case.id));
        match meant.map(|case| case.level).min() {
            None => return Err(PlanError::NoSuchCase { pattern: pattern.clone() }),
            Some(needs) if needs > level => return Err(PlanError::HigherLevel { pattern: pattern.clone(), needs }),
            Some(_) => {}
        }
    }
    let chosen = cases.iter().filter(|case| {
        case.level <= level
            && (patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, case.id)))
            && share.is_none_or(|share| share.takes(case.id))
    });
    let mut plan = Plan::default();
    for item in chosen.flat_map(|case| items(case)) {
        if let Some(why) = foreign(item.case, declares) {
            plan.left_out.push((item, LeftOut::NotApplicable(why)));
        } else if item.case.needs.managed && !managed {
            let why = "it restarts the service, which the suite can only do when it started it: use --exec".to_owned();
            plan.left_out.push((item, LeftOut::NotTestable(why)));
        } else if item.case.needs.alone {
            plan.alone.push(item);
        } else {
            plan.parallel.push(item);
        }
    }
    if let Some(share) = share.filter(|_| plan.is_empty() && plan.left_out.is_empty()) {
        return Err(PlanError::EmptyShare { share });
    }
    // Stable: otherwise the catalogue's order.
    plan.parallel.sort_by_key(|item| !item.case.needs.patient);
    Ok(plan)
}

/// Why a case is not about this service, if it is not.
fn foreign(case: &Case, declares: &Declares) -> Option<String> {
    let (payable, platform) = (declares.payable, declares.platform);
    if let Some(wanted) = case.needs.payable.filter(|wanted| *wanted != payable) {
        return Some(format!(
            "it is about services that sell with a {}; this one declares {}",
            wanted.name(),
            payable.name()
        ));
    }
    // Above core the catalogue speaks of real-time journeys alone.
    let above_core = (case.level > Level::Core).then_some(Generation::RealTime);
    let wanted = case.needs.generation.or(above_core).filter(|wanted| *wanted != platform.generation())?;
    Some(format!(
        "it is about services in front of {}; this one declares platform = \"{}\"",
        wanted.name(),
        platform.name()
    ))
}

fn items(case: &'static Case) -> Vec<Item> {
    match case.needs.under {
        None => vec![Item { case, under: None }],
        Some(under) => under.values.iter().map(|value| Item { case, under: Some((under.switch, value)) }).collect(),
    }
}
