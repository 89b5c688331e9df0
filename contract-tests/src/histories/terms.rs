//! What was asked of the generated part of a run, and which examples that means: pure, so that a transcript can be held against it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::data::History;
use super::generate::{self, ALONE_EVERY, May};
use super::script::Titled;
use crate::model::Share;
use crate::target::Profile;

/// A history that was given, not drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The file that it stands in.
    pub file: String,
    /// The history.
    #[serde(flatten)]
    pub titled: Titled,
}

/// What was asked of the generated part of a run, beside what holds for all of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How many examples of each family.
    pub examples: usize,
    /// The histories that were given; they are played first.
    pub given: Vec<Given>,
    /// Whether the suite starts the service, so that a history may restart it.
    pub managed: bool,
    /// The most histories that are made shorter.
    pub most_shrunk: usize,
    /// The command that runs something again, but for what.
    pub command: String,
    /// Where the histories of findings are put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// What was asked for, and what holds for all of the run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) profile: &'a Profile,
    pub(crate) seed: u64,
    pub(crate) strict: bool,
    pub(crate) share: Option<Share>,
}

/// One history of a run.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) origin: String,
    /// The file that it was read from.
    pub(super) file: Option<String>,
    pub(super) history: History,
}

impl Terms<'_> {
    /// Why nothing is played although it was asked for.
    pub(super) fn left_out(&self) -> Option<String> {
        self.profile.declares.platform.is_outbound().then(|| {
            "histories are about services in front of real-time journeys; this one declares outbound marketing"
                .to_owned()
        })
    }

    /// The histories of this run: what was given first, then what is drawn.
    pub(super) fn examples(&self) -> Vec<Example> {
        let given = self.asked.given.iter().map(|given| {
            let title = &given.titled.title;
            let origin = if title.is_empty() { given.file.clone() } else { format!("{} ({title})", given.file) };
            Example { origin, file: Some(given.file.clone()), history: given.titled.history.clone() }
        });
        let debit = self.profile.sells_in("EUR");
        let drawn = (0..self.asked.examples).map(|number| {
            let alone = self.asked.managed && number % ALONE_EVERY == ALONE_EVERY - 1;
            let may = May { restart: alone, advance: alone, debit };
            Example {
                origin: format!("example {number} of seed {}", self.seed),
                file: None,
                history: generate::history(self.seed, number, may),
            }
        });
        given.chain(drawn).filter(|example| self.takes(&example.origin)).collect()
    }

    /// Whether an example of this name belongs to this share of the run.
    pub(super) fn takes(&self, name: &str) -> bool {
        self.share.is_none_or(|share| share.takes(name))
    }

    /// A name for the file of a finding: `INV-2-1-42.history`. Nothing for one that was read from a file.
    pub(super) fn file_of(&self, rule: &str, example: &Example) -> String {
        if example.file.is_some() {
            return String::new();
        }
        let number = example.origin.strip_prefix("example ").and_then(|rest| rest.split(' ').next());
        format!("{rule}-{}-{}.history", self.seed, number.unwrap_or("given"))
    }

    /// The command that plays a finding again, whose file this is.
    pub(super) fn rerun(&self, example: &Example, file: &str) -> String {
        let command = &self.asked.command;
        match (&example.file, &self.asked.folder) {
            (Some(read), _) => format!("{command} --history {read}"),
            (None, Some(folder)) => format!("{command} --history {}", Path::new(folder).join(file).display()),
            (None, None) => self.rerun_drawn(),
        }
    }

    /// The command that draws the same examples again.
    pub(super) fn rerun_drawn(&self) -> String {
        format!("{} --examples {} --seed {}", self.asked.command, self.asked.examples, self.seed)
    }
}
