//! What can be seen afterwards: the journal, Dataverse's own ledger, Stripe's own ledger.

use std::sync::Arc;

use mock_core::control::dto::{EntryView, JournalView};
use mock_core::journal::{Direction, Filter};
use mock_event_api::control::dto::PurchaseView;
use uuid::Uuid;

use super::ledger::{Ledger, Objects, ledger_path};
use super::purchase::{Purchase, PurchaseState};
use crate::check::journal::{Finalize, finalize_of, is_call_to, is_stripe_write};
use crate::model::Stop;
use crate::runner::Ctx;

/// So few purchases are looked at one by one, with a call for each; more with three calls for all.
const FEW: usize = 3;
/// How many purchases are looked at in one call: an answer of some hundred kilobytes is read out of the processor's cache, one of megabytes is not.
const MOST_AT_ONCE: usize = 10;

/// Everything about one purchase at one moment.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Every exchange, oldest first.
    pub entries: Vec<Arc<EntryView>>,
    /// As Dataverse has it.
    pub state: PurchaseState,
    /// What Stripe has for it.
    pub ledger: Ledger,
}

impl Seen {
    /// The exchanges, oldest first.
    pub fn exchanges(&self) -> impl Iterator<Item = &EntryView> {
        self.entries.iter().map(Arc::as_ref)
    }

    /// The calls that ended the payment.
    pub fn finalizes(&self) -> Vec<Finalize> {
        self.entries.iter().filter_map(|entry| finalize_of(entry)).collect()
    }

    /// The finalize calls with this status.
    pub fn finalizes_as(&self, choice: i64) -> Vec<Finalize> {
        self.finalizes().into_iter().filter(|call| call.choice == Some(choice)).collect()
    }

    /// What the service asked of a fake.
    pub fn calls_to(&self, fake: &str) -> Vec<&EntryView> {
        self.exchanges().filter(|entry| is_call_to(entry, fake)).collect()
    }

    /// What the service changed at Stripe.
    pub fn stripe_writes(&self) -> Vec<&EntryView> {
        self.exchanges().filter(|entry| is_stripe_write(entry)).collect()
    }

    /// What Stripe delivered to the service.
    pub fn deliveries(&self) -> Vec<&EntryView> {
        self.exchanges().filter(|entry| entry.direction == Direction::Outbound).collect()
    }

    /// The finalize calls, for people.
    pub fn shown_finalizes(&self) -> String {
        let calls: Vec<String> = self
            .finalizes()
            .iter()
            .map(|call| {
                format!("#{} status {}{}", call.seq, call.status, if call.accepted { "" } else { " (refused)" })
            })
            .collect();
        if calls.is_empty() { "no finalize call".to_owned() } else { calls.join(", ") }
    }
}

impl Ctx {
    /// Every exchange about a GUID. Only what is new since the last look is asked for.
    pub async fn journal(&self, subject: Uuid) -> Result<Vec<Arc<EntryView>>, Stop> {
        let news = self.readings().news_about(subject);
        let view = self.control().journal(&news).await?;
        Ok(self.readings().add(subject, view))
    }

    /// Everything about a purchase, now.
    pub async fn look(&self, purchase: &Purchase) -> Result<Seen, Stop> {
        let news = self.readings().news_about(purchase.id);
        let (journal, state, ledger) = self.look_beside(purchase.id, &news).await?;
        Ok(Seen { entries: self.readings().add(purchase.id, journal), state, ledger })
    }

    /// Everything about several purchases, now, in their order.
    pub async fn look_at_all(&self, purchases: &[Purchase]) -> Result<Vec<Seen>, Stop> {
        let mut all = Vec::with_capacity(purchases.len());
        if purchases.len() <= FEW {
            for purchase in purchases {
                all.push(self.look(purchase).await?);
            }
            return Ok(all);
        }
        for some in purchases.chunks(MOST_AT_ONCE) {
            let ids = || some.iter().map(|purchase| purchase.id);
            let news = ids().map(|id| self.readings().news_about(id).path()).collect();
            let control = self.control();
            let journals: Vec<JournalView> = control.read(news).await?;
            let states: Vec<PurchaseView> = control.read(ids().map(state_path).collect()).await?;
            let ledgers: Vec<Objects> = control.read(ids().map(ledger_path).collect()).await?;
            let seen = ids().zip(journals).zip(states.into_iter().zip(ledgers));
            all.extend(seen.map(|((id, journal), (state, ledger))| Seen {
                entries: self.readings().add(id, journal),
                state: state_of(&state),
                ledger: ledger.into_ledger(),
            }));
        }
        Ok(all)
    }

    /// A part of the journal, and beside it a purchase as Dataverse and Stripe have it.
    pub(crate) async fn look_beside(
        &self,
        purchase: Uuid,
        part: &Filter,
    ) -> Result<(JournalView, PurchaseState, Ledger), Stop> {
        let paths = vec![part.path(), state_path(purchase), ledger_path(purchase)];
        let (journal, state, ledger): (JournalView, PurchaseView, Objects) = self.control().read(paths).await?;
        Ok((journal, state_of(&state), ledger.into_ledger()))
    }

    /// Waits for silence, then looks.
    pub async fn settled(&self, purchase: &Purchase) -> Result<Seen, Stop> {
        self.settle().await?;
        self.look(purchase).await
    }

    /// A purchase as Dataverse has it.
    pub async fn state(&self, purchase: &Purchase) -> Result<PurchaseState, Stop> {
        Ok(state_of(&self.control().get(&state_path(purchase.id)).await?))
    }
}

/// Where the control API tells of a purchase.
fn state_path(purchase: Uuid) -> String {
    format!("/v1/event-api/purchases/{purchase}")
}

fn state_of(view: &PurchaseView) -> PurchaseState {
    let word =
        |state| serde_json::to_value(state).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
    let mut states: Vec<String> = view.history.iter().map(|happening| word(happening.after)).collect();
    states.push(word(view.state));
    states.dedup();
    PurchaseState { states, registrations: view.registrations, attendees: view.attendees }
}
