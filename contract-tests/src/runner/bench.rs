//! Everything that the cases of one run share.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use mock_core::World;
use mock_core::contract::Contract;
use mock_core::control::Control;
use mock_core::tls::http_client_trusting;

use crate::Endpoints;
use crate::check::secrets::Sought;
use crate::model::{Edition, Level, Share};
use crate::target::{Launcher, Profile, Urls, Worlds};

/// What was asked of a run.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line, and all of them go together")]
pub struct Options {
    /// Cases up to this level.
    pub level: Level,
    /// Patterns of the cases to run; all when empty.
    pub cases: Vec<String>,
    /// The share of the cases that this run takes; all without one.
    pub share: Option<Share>,
    /// The edition that says which cases score.
    pub edition: Edition,
    /// Whether everything that cases did and saw is kept for a transcript.
    pub recorded: bool,
    /// The seed that the platform runs with; generated values come from it too.
    pub seed: u64,
    /// Whether a recommendation that does not hold fails.
    pub strict: bool,
    /// Known failures.
    pub known: crate::Known,
    /// How many cases may run side by side.
    pub jobs: usize,
    /// How long one case may take in real time.
    pub case_limit: Duration,
    /// Whether cases run although preflight found the service not connected to the bench.
    pub keep_going_on_config_error: bool,
    /// How many examples of each generated family are played.
    pub examples: usize,
    /// Histories that were given, not drawn; they are played first.
    pub histories: Vec<crate::histories::Given>,
    /// The most histories that are made shorter, one for each rule that is broken; of what else fails the shortest example is told as it is.
    pub most_shrunk: usize,
    /// No cases, only histories.
    pub only_histories: bool,
    /// Where the caller will put the histories of findings; commands name it.
    pub history_folder: Option<std::path::PathBuf>,
    /// More arguments that a command needs to run a case against the same service under the same conditions.
    pub rerun_arguments: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: Level::Core,
            cases: Vec::new(),
            share: None,
            edition: Edition::newest(),
            recorded: false,
            seed: 1,
            strict: false,
            known: crate::Known::default(),
            jobs: 64,
            case_limit: Duration::from_secs(180),
            keep_going_on_config_error: false,
            examples: 0,
            histories: Vec::new(),
            most_shrunk: 4,
            only_histories: false,
            history_folder: None,
            rerun_arguments: String::new(),
        }
    }
}

/// Everything that the cases of one run share.
pub struct Bench {
    /// Where the fakes answer.
    pub endpoints: Endpoints,
    /// The control API.
    pub control: Control,
    /// The client for everything that the suite calls: it trusts the run's authority, and no other.
    pub http: reqwest::Client,
    /// The same for visits to the service, each over a connection of its own: it may have been restarted since the last one.
    pub visitors: reqwest::Client,
    /// The same for strangers: what they do to their connections is no concern of a buyer's.
    pub strangers: reqwest::Client,
    /// The certificates of the run's authority; none in plain http.
    pub authority: Vec<reqwest::Certificate>,
    /// What the service declares.
    pub profile: Profile,
    /// Where it answers.
    pub urls: Urls,
    /// How it is stopped and started.
    pub launcher: Arc<dyn Launcher>,
    /// Who makes more worlds like this one, if anybody does.
    pub worlds: Option<Arc<dyn Worlds>>,
    /// The environment that it is started with.
    pub env: BTreeMap<String, String>,
    /// What was asked of the run.
    pub options: Options,
    /// The suite's own ids and stopwatch, from the same seed; it is not the fakes' world.
    pub own: World,
    /// The published contract of a completion service.
    pub contract: Contract,
    /// Every secret that the run hands out, by the name that the journal masks it with.
    pub sought: Sought,
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench").field("urls", &self.urls).field("options", &self.options).finish_non_exhaustive()
    }
}

impl Bench {
    /// A client of its own, with connections that nobody else uses: they are closed when it is dropped.
    pub fn separate_client(&self) -> reqwest::Client {
        http_client_trusting(self.authority.clone())
    }

    /// The addresses of the service and the fakes, with a name for each.
    pub fn places(&self) -> Vec<(&'static str, String)> {
        let service = |url: &url::Url| url.origin().ascii_serialization();
        vec![
            ("{service}", service(&self.urls.redirect)),
            ("{service}", service(&self.urls.notify)),
            ("{event-api}", self.endpoints.event_api.base.clone()),
            ("{dataverse}", self.endpoints.dataverse.url.clone()),
            ("{entra}", self.endpoints.entra.authority.clone()),
            ("{stripe}", self.endpoints.stripe.api_base.clone()),
        ]
    }

    /// The command that runs one case again.
    pub fn rerun(&self, id: &str) -> String {
        self.rerun_with(&format!("--case {id} --seed {}", self.options.seed))
    }

    /// The command that runs something again against the same service under the same conditions.
    pub fn rerun_with(&self, what: &str) -> String {
        let words = [
            "payloop certify".to_owned(),
            self.launcher.arguments(),
            self.options.rerun_arguments.clone(),
            if self.options.level == Level::Core { String::new() } else { format!("--level {}", self.options.level) },
            if self.options.strict { "--strict".to_owned() } else { String::new() },
            what.to_owned(),
        ];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
