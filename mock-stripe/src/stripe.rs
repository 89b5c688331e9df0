//! The fake as a whole: one account in one world.

use std::any::Any;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use mock_core::{Face, Job, Stateful, World};
use parking_lot::RwLock;

use crate::cli;
use crate::config::Config;
use crate::control;
use crate::domain::belonging::Belonging;
use crate::domain::event::{Cause, Endpoint};
use crate::domain::file::MOST_BYTES;
use crate::domain::metadata::Metadata;
use crate::domain::session;
use crate::flows::{self, Batch, Tx};
use crate::http;
use crate::ids::Mint;
use crate::keys::Keys;
use crate::render::Shown;
use crate::settings::{Gate, Settings};
use crate::state::State;
use crate::switches;
use crate::webhooks;
use crate::wire::{Version, View};

/// The longest request body in bytes: a file that is evidence, and what goes with it. Forms are shorter.
const BODY_LIMIT: usize = MOST_BYTES + 1024 * 1024;

/// A fake Stripe account. Clones are handles to the same one.
#[derive(Clone)]
pub struct Stripe(Arc<Inner>);

/// What the handles share.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "it is never seen but through a handle")]
pub struct Inner {
    pub(crate) world: World,
    pub(crate) config: Config,
    pub(crate) state: RwLock<State>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) hub: cli::Hub,
    pub(crate) gate: Gate,
    pub(crate) submissions: http::Submissions,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stripe").field("account", &self.0.config.account).finish_non_exhaustive()
    }
}

impl std::ops::Deref for Stripe {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Stripe {
    /// An account in `world`. Needs a tokio runtime when payments, retries or expiries are to happen.
    pub fn new(world: &World, config: Config) -> Self {
        switches::declare(world);
        for key in &config.api_keys {
            world.secrets().register("Stripe API key", key);
        }
        let stripe = Self(Arc::new(Inner {
            state: RwLock::new(first_state(world, &config)),
            keys: Arc::default(),
            hub: cli::Hub::default(),
            gate: Gate::default(),
            submissions: http::Submissions::default(),
            world: world.clone(),
            config,
        }));
        stripe.gate.set(stripe.config.rate_limits);
        stripe.hear_the_clock();
        world.register_state(Arc::new(Remembered(Arc::downgrade(&stripe.0))));
        stripe
    }

    /// The public side: API and hosted pages.
    pub fn face(&self) -> Face {
        Face {
            name: "stripe",
            router: http::router(self),
            dialect: Arc::new(http::StripeDialect::new(self)),
            contract: include_str!("../../fixtures/openapi/stripe.yaml"),
            body_limit: BODY_LIMIT,
        }
    }

    /// The control routes, below `/v1/stripe`.
    pub fn control(&self) -> axum::Router {
        control::router(self)
    }

    /// The account's id.
    pub fn account(&self) -> &str {
        &self.config.account
    }

    /// How objects are shown at `now` in this version of the API; pages have none.
    pub(crate) fn view(&self, now: Timestamp, api_version: &str) -> View {
        let base = match &self.config.page_base {
            Some(base) => base.as_str().into(),
            None => self.world.places().base("stripe").unwrap_or_else(|| "http://127.0.0.1:4404".into()),
        };
        View {
            livemode: self.config.livemode,
            base,
            account: Arc::clone(&self.config.account),
            now: now.as_second(),
            version: Version::of(api_version),
        }
    }

    /// Where the Stripe CLI opens its socket.
    pub(crate) fn cli_url(&self) -> String {
        cli::url(&self.view(self.world.clock().now(), "").base, &self.config.account)
    }

    /// A handle that does not keep the account alive.
    pub(crate) fn downgrade(&self) -> Weak<Inner> {
        Arc::downgrade(&self.0)
    }

    /// The account behind such a handle, while there is one.
    pub(crate) fn of(weak: &Weak<Inner>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    pub(crate) fn mint(&self) -> Mint<'_> {
        Mint::new(&self.world, &self.config.account, self.config.livemode)
    }

    /// Reads the state.
    pub(crate) fn read<R>(&self, api_version: &str, look: impl FnOnce(Shown<'_>) -> R) -> R {
        let view = self.view(self.world.clock().now(), api_version);
        let state = self.state.read();
        look(Shown { state: &state, view: &view, api_version })
    }

    /// Changes the state as one step. The caller sends what comes back.
    pub(crate) fn change<R>(&self, cause: Cause, api_version: &str, work: impl FnOnce(&mut Tx<'_>) -> R) -> (R, Batch) {
        let cause = Arc::new(cause);
        let mut state = self.state.write();
        let now = self.world.clock().now();
        let view = self.view(now, api_version);
        let mut tx = Tx::new(&mut state, &self.world, &self.config, &view, api_version, now, cause);
        let result = work(&mut tx);
        (result, tx.finish())
    }

    /// The same for what no caller caused.
    pub(crate) fn change_by_itself<R>(&self, work: impl FnOnce(&mut Tx<'_>) -> R) -> (R, Batch) {
        let settings = self.settings();
        self.change(Cause::default(), &settings.api_version, work)
    }

    /// What the account has chosen for itself.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.state.read().settings)
    }

    /// Registers for the work that falls due.
    fn hear_the_clock(&self) {
        self.on(flows::booking::JOB, |stripe, job| async move {
            let ((), batch) = stripe.change_by_itself(|tx| flows::booking::book(tx, &job.subject));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::debit::JOB, |stripe, job| async move {
            // The debit may have been settled by hand before its time.
            let (_, batch) = stripe.change_by_itself(|tx| flows::debit::answer(tx, &job.subject, None));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::capture::JOB, |stripe, job| async move {
            let ((), batch) = stripe.change_by_itself(|tx| flows::capture::expire(tx, &job.subject));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::disputes::DECISION, |stripe, job| async move {
            // The seller may have been told otherwise before its time.
            let (_, batch) = stripe.change_by_itself(|tx| flows::disputes::decide(tx, &job.subject, None));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::disputes::DUE, |stripe, job| async move {
            let ((), batch) = stripe.change_by_itself(|tx| flows::disputes::time_out(tx, &job.subject));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::refunds::ANSWER, |stripe, job| async move {
            let ((), batch) = stripe.change_by_itself(|tx| flows::refunds::answer(tx, &job.subject));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::refunds::JOB, |stripe, job| async move {
            let ((), batch) = stripe.change_by_itself(|tx| flows::refunds::reference(tx, &job.subject));
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(flows::sessions::JOB, |stripe, job| async move {
            let (_, batch) = stripe.change_by_itself(|tx| {
                let session = tx.state.sessions.get(&job.subject)?;
                flows::sessions::expire(tx, &session, session::Command::TimeOut).ok()
            });
            webhooks::send_all(&stripe, batch).await;
        });
        self.on(webhooks::JOB, |stripe, job| async move {
            if let Ok(number) = job.subject.parse() {
                webhooks::retry(&stripe, number).await;
            }
        });
    }

    fn on<F>(&self, kind: &'static str, handler: fn(Self, Job) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let weak = Arc::downgrade(&self.0);
        self.world.scheduler().on(kind, move |job| {
            let stripe = weak.upgrade().map(Self);
            Box::pin(async move {
                if let Some(stripe) = stripe {
                    handler(stripe, job).await;
                }
            })
        });
    }
}

/// The account as it is opened: empty, but for the pre-registered endpoint.
fn first_state(world: &World, config: &Config) -> State {
    let mut state =
        State { opened: world.clock().now().as_second(), settings: Arc::new(Settings::of(config)), ..State::default() };
    if let Some(url) = &config.webhook_url {
        world.secrets().register("Stripe webhook secret", &config.webhook_secret);
        let mint = Mint::new(world, &config.account, config.livemode);
        state.endpoints.put(Endpoint {
            id: mint.plain("we_", ""),
            created: state.opened,
            url: url.as_str().to_owned(),
            secret: config.webhook_secret.clone(),
            rolled: None,
            enabled_events: config.webhook_events.clone(),
            api_version: config.webhook_api_version.clone(),
            description: Some("pre-registered".to_owned()),
            metadata: Metadata::new(),
            disabled: false,
            deleted: false,
            belongs: Belonging::default(),
        });
    }
    state
}

impl Inner {
    /// Puts another state in place. Whoever listens at the moment goes on listening.
    fn become_state(&self, new: State) {
        let mut state = self.state.write();
        let listening = std::mem::take(&mut state.cli);
        *state = State { cli: listening, ..new };
        self.gate.set(state.settings.rate_limits);
        drop(state);
        self.keys.clear();
        self.submissions.clear();
    }
}

/// The account's part in snapshot, restore and reset.
struct Remembered(Weak<Inner>);

impl Stateful for Remembered {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn snapshot(&self) -> Arc<dyn Any + Send + Sync> {
        match self.0.upgrade() {
            Some(inner) => Arc::new(inner.state.read().clone()),
            None => Arc::new(()),
        }
    }

    fn restore(&self, snapshot: &(dyn Any + Send + Sync)) {
        if let (Some(inner), Some(state)) = (self.0.upgrade(), snapshot.downcast_ref::<State>()) {
            inner.become_state(state.clone());
        }
    }

    fn reset(&self) {
        if let Some(inner) = self.0.upgrade() {
            inner.become_state(first_state(&inner.world, &inner.config));
        }
    }
}
