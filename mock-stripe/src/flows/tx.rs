//! One change of the account: made under the lock as a whole, its events emitted at the end in the order of `facts/stripe.md` 14.

use std::cell::LazyCell;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mock_core::World;

use crate::config::Config;
use crate::control::dto::{Hold, HoldAction};
use crate::domain::belonging::Belonging;
use crate::domain::effect::rank;
use crate::domain::event::{Cause, Endpoint, Event};
use crate::domain::intent::Intent;
use crate::domain::told::Told;
use crate::ids::Mint;
use crate::render::Shown;
use crate::state::{Delivery, DeliveryStatus, State};
use crate::wire::{self, View};

/// A change in the making.
pub(crate) struct Tx<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) world: &'a World,
    pub(crate) config: &'a Config,
    pub(crate) mint: Mint<'a>,
    pub(crate) view: &'a View,
    pub(crate) api_version: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) cause: Arc<Cause>,
    emitted: Vec<Emitted>,
    batch: Batch,
}

struct Emitted {
    kind: &'static str,
    object: Told,
    previous: Option<Told>,
    belongs: Belonging,
    core: Option<String>,
}

/// Deliveries to send, in order, and the page's concern among them.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Numbers of deliveries.
    pub(crate) deliveries: Vec<u64>,
    /// The types of events that deliveries begin to tell, each with its first delivery's place.
    kinds: Vec<(&'static str, usize)>,
}

impl Batch {
    /// These deliveries.
    pub(crate) fn of(deliveries: Vec<u64>) -> Self {
        Self { deliveries, kinds: Vec::new() }
    }

    fn push(&mut self, number: u64, kind: &'static str) {
        if self.kinds.last().is_none_or(|(last, _)| *last != kind) {
            self.kinds.push((kind, self.deliveries.len()));
        }
        self.deliveries.push(number);
    }

    /// The place of the last delivery that tells of events of this type.
    pub(crate) fn last_of(&self, kind: &str) -> Option<usize> {
        let at = self.kinds.iter().rposition(|(known, _)| *known == kind)?;
        let end = self.kinds.get(at + 1).map_or(self.deliveries.len(), |(_, begin)| *begin);
        end.checked_sub(1)
    }

    /// The deliveries up to this place, and those behind it.
    pub(crate) fn split_after(self, last: usize) -> (Self, Self) {
        let mut first = self.deliveries;
        let rest = first.split_off((last + 1).min(first.len()));
        (Self::of(first), Self::of(rest))
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(
        state: &'a mut State,
        world: &'a World,
        config: &'a Config,
        view: &'a View,
        api_version: &'a str,
        now: Timestamp,
        cause: Arc<Cause>,
    ) -> Self {
        let mint = Mint::new(world, &config.account, config.livemode);
        Self { state, world, config, mint, view, api_version, now, cause, emitted: Vec::new(), batch: Batch::default() }
    }

    /// The state as callers see it at this point.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown { state: self.state, view: self.view, api_version: self.api_version }
    }

    /// The world's time in Unix seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.now.as_second()
    }

    /// An event about an object as it is now.
    pub(crate) fn emit(&mut self, kind: &'static str, object: impl Into<Told>, belongs: &Belonging) {
        let object = object.into();
        self.emitted.push(Emitted { kind, object, previous: None, belongs: belongs.clone(), core: None });
    }

    /// An event about an object of a payment: its id shares the payment's core.
    pub(crate) fn emit_of_payment(
        &mut self,
        kind: &'static str,
        object: impl Into<Told>,
        belongs: &Belonging,
        core: &str,
    ) {
        let (object, core) = (object.into(), Some(core.to_owned()));
        self.emitted.push(Emitted { kind, object, previous: None, belongs: belongs.clone(), core });
    }

    /// An event about a payment intent as it is now.
    pub(crate) fn emit_of_intent(&mut self, kind: &'static str, intent: &Arc<Intent>) {
        let told = self.told_intent(intent);
        self.emit_of_payment(kind, told, &intent.belongs, &intent.core);
    }

    /// A payment intent with the method that its last error names.
    pub(crate) fn told_intent(&self, intent: &Arc<Intent>) -> Told {
        self.shown().told_intent(intent)
    }

    /// An event about an object that changed from `before`; nothing when the change does not show.
    pub(crate) fn emit_change(
        &mut self,
        kind: &'static str,
        before: impl Into<Told>,
        object: impl Into<Told>,
        belongs: &Belonging,
        core: Option<&str>,
    ) {
        let (before, object) = (before.into(), object.into());
        if self.looks(&before) != self.looks(&object) {
            self.emit_shown_change(kind, before, object, belongs, core);
        }
    }

    /// An event about an object that changed from `before` in what it shows.
    pub(crate) fn emit_shown_change(
        &mut self,
        kind: &'static str,
        before: impl Into<Told>,
        object: impl Into<Told>,
        belongs: &Belonging,
        core: Option<&str>,
    ) {
        let (object, previous) = (object.into(), Some(before.into()));
        let core = core.map(str::to_owned);
        self.emitted.push(Emitted { kind, object, previous, belongs: belongs.clone(), core });
    }

    fn looks(&self, object: &Told) -> Vec<u8> {
        // Plain data with text keys; turning it into JSON does not fail.
        serde_json::to_vec(&wire::Told(object, self.view)).unwrap_or_default()
    }

    /// Work for later, in the world's time.
    pub(crate) fn after(&self, pause: SignedDuration, kind: &'static str, subject: &str) {
        let due = self.now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        self.world.scheduler().at(due, kind, subject);
    }

    /// An existing event goes to an endpoint once more.
    pub(crate) fn deliver(&mut self, event: &Event, endpoint: &Endpoint) -> u64 {
        let action = self.hold_for(event, endpoint);
        let broken = action == Some(HoldAction::BreakSignature);
        let status = match action {
            Some(HoldAction::Hold) => DeliveryStatus::Held,
            Some(HoldAction::Drop) => DeliveryStatus::Dropped,
            _ => DeliveryStatus::Pending,
        };
        let now = self.now;
        let number = self.state.add_delivery(|number| Delivery {
            number,
            event: event.id.clone(),
            kind: event.kind,
            endpoint: endpoint.id.clone(),
            status,
            attempts: Vec::new(),
            retry: None,
            break_signature: broken,
            belongs: event.belongs.clone(),
            created: now,
        });
        if status == DeliveryStatus::Pending {
            self.batch.push(number, event.kind);
            if action == Some(HoldAction::Duplicate) {
                self.batch.push(number, event.kind);
            }
        }
        number
    }

    /// An event goes to whoever listens through the Stripe CLI.
    pub(crate) fn deliver_to_sessions(&mut self, event: &Event) {
        if !self.state.cli.is_empty() {
            let sessions: Vec<_> = self.state.cli.listening().cloned().collect();
            for session in sessions {
                self.deliver(event, &session);
            }
        }
    }

    /// Makes the events, and a delivery of each to every endpoint that wants it and every session of the Stripe CLI.
    pub(crate) fn finish(mut self) -> Batch {
        let mut emitted = std::mem::take(&mut self.emitted);
        emitted.sort_by_key(|emitted| rank(emitted.kind));
        for Emitted { kind, object, previous, belongs, core } in emitted {
            let id = match core {
                Some(core) => self.mint.of_payment("evt_", &core, &belongs.scope),
                None => self.mint.plain("evt_", &belongs.scope),
            };
            let event = self.state.events.put(Event {
                id,
                kind,
                created: self.now.as_second(),
                object,
                previous,
                cause: Arc::clone(&self.cause),
                belongs,
            });
            for at in 0..self.state.endpoints.len() {
                if let Some(endpoint) = self.state.endpoints.at(at).filter(|endpoint| endpoint.wants(kind)) {
                    self.deliver(&event, &endpoint);
                }
            }
            self.deliver_to_sessions(&event);
        }
        self.batch
    }

    /// The first rule that takes this delivery; a rule with a count loses one.
    fn hold_for(&mut self, event: &Event, endpoint: &Endpoint) -> Option<HoldAction> {
        if self.state.holds.is_empty() {
            return None;
        }
        let subjects = &event.belongs.subjects;
        let names: Vec<String> = subjects.iter().map(ToString::to_string).collect();
        // It is long, and written only where a rule asks for it.
        let text = LazyCell::new(|| {
            let version = endpoint.api_version.as_deref().unwrap_or(&self.state.settings.api_version);
            // Plain data with text keys; turning it into JSON does not fail.
            serde_json::to_string(&self.shown().event_in(event, version)).unwrap_or_default()
        });
        let fits = |hold: &Hold| {
            hold.event.as_deref().is_none_or(|kind| kind == event.kind)
                && (hold.subjects.is_empty() || subjects.iter().any(|id| hold.subjects.contains(id)))
                && hold
                    .text
                    .as_deref()
                    .is_none_or(|wanted| names.iter().any(|name| name == wanted) || text.contains(wanted))
        };
        let found = self.state.holds.iter().find(|(_, hold)| fits(hold));
        let found = found.map(|(number, hold)| (*number, hold.action));
        let (number, action) = found?;
        if let Some(hold) = self.state.holds.get_mut(&number)
            && let Some(count) = &mut hold.count
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.state.holds.remove(&number);
            }
        }
        Some(action)
    }
}
