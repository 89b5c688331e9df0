//! Defects that mix purchases up, forget them, or hold something against them that is over.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::domain::notification::{Event, Payment, Request};
use crate::domain::purchase::{Purchase, Standing};
use crate::http::pages::Problem;

/// So many purchases are known to the defect that knows few.
#[cfg(feature = "defects")]
const FEW: usize = 40;

/// What these defects write down.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Purchases whose link was followed, the oldest first.
    #[cfg(feature = "defects")]
    visited: std::collections::VecDeque<Uuid>,
    /// Purchases that were paid and wait for their buyer to come back.
    #[cfg(feature = "defects")]
    paid: BTreeSet<Uuid>,
    ended: BTreeSet<Uuid>,
    rejected: BTreeSet<Uuid>,
    /// Sessions that are being worked on.
    begun: BTreeSet<String>,
    broken: BTreeSet<Uuid>,
    gone: bool,
    /// What Stripe said when it refused something last.
    said: Option<String>,
    attendees: BTreeMap<Uuid, usize>,
}

/// The notes, and the word that the service stops.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) notes: Mutex<Notes>,
    stopped: CancellationToken,
}

impl Hooks {
    /// A purchase whose own cancellation is forgotten.
    pub(super) fn forget_cancellation(&self, purchase: &mut Purchase) {
        if self.has(Defect::SellsCancelled)
            && purchase.standing == Standing::Closed
            && self.desk.notes.lock().rejected.contains(&purchase.id)
        {
            purchase.standing = Standing::Open;
        }
    }

    /// Whether a link that somebody has gone through with leads to another one.
    pub(crate) fn sells_again(&self, purchase: Uuid) -> bool {
        self.has(Defect::SellsWhileUnderWay)
            || (self.has(Defect::SellsCancelled) && self.desk.notes.lock().rejected.contains(&purchase))
    }

    /// Whether a purchase that has ended is put out of mind, with the link that was made for it.
    pub(crate) fn writes_off(&self, purchase: Uuid) -> bool {
        self.has(Defect::WritesOffEnded) && {
            self.desk.notes.lock().ended.insert(purchase);
            true
        }
    }

    /// What a visit came to.
    pub(crate) fn note_problem(&self, purchase: Uuid, problem: &Problem) {
        if self.has(Defect::BrokenForGood) && problem.is_ours() {
            self.desk.notes.lock().broken.insert(purchase);
        }
        if self.has(Defect::BreakerNeverCloses) && *problem == Problem::Busy(None) {
            self.desk.notes.lock().gone = true;
        }
    }

    /// Whether such a visit ends at the return URL.
    pub(crate) fn goes_back(&self, problem: &Problem) -> bool {
        (self.has(Defect::ErrorsLookLikeReturns) && problem.is_ours())
            || (self.has(Defect::UnknownGoesBack) && *problem == Problem::UnknownPurchase)
    }

    /// What Stripe answers instead of a success.
    pub(crate) fn overhear(&self, body: &[u8]) {
        if self.has(Defect::ShowsStripesWords) {
            self.desk.notes.lock().said = Some(String::from_utf8_lossy(body).into_owned());
        }
    }

    /// How many of it a buyer is charged for.
    pub(crate) fn quantity(&self, purchase: Uuid) -> usize {
        if !self.has(Defect::ChargesEachAttendee) {
            return 1;
        }
        self.desk.notes.lock().attendees.get(&purchase).copied().unwrap_or(1).max(1)
    }

    /// The payment of an event, and who has rejected one.
    pub(super) fn read_as(&self, request: &mut Request, body: &[u8]) {
        match request {
            Request::Settle(payment) => {
                if self.has(Defect::EventIsPayment)
                    && let Ok(event) = Event::parse(body)
                {
                    payment.session = event.id;
                }
                if self.has(Defect::OverlapGoesBack) && !self.desk.notes.lock().begun.insert(payment.session.clone()) {
                    payment.session.push_str("_again");
                }
            }
            Request::Reject(payment) if self.has(Defect::SellsCancelled) => {
                self.desk.notes.lock().rejected.insert(payment.purchase);
            }
            Request::Reject(_) | Request::Nothing(_) => {}
        }
    }

    /// The work on a payment is over, however it ended.
    pub(crate) fn worked_on(&self, payment: &Payment) {
        if self.has(Defect::OverlapGoesBack) {
            self.desk.notes.lock().begun.remove(&payment.session);
        }
    }

    /// Whether a delivery is acknowledged before its work.
    pub(crate) fn answers_first(&self) -> bool {
        self.has(Defect::AnswersFirst)
    }

    /// Ends when the service stops and its work is cut off; right work never is.
    pub(crate) async fn cut_off(&self) {
        if self.answers_first() {
            self.desk.stopped.cancelled().await;
        } else {
            std::future::pending::<()>().await;
        }
    }

    /// The service stops.
    pub(crate) fn stop(&self) {
        self.desk.stopped.cancel();
    }
}

#[cfg(feature = "defects")]
impl Hooks {
    /// Writes a visit down. Answers the purchase of the visit before, if it was another one.
    pub(super) fn note_visit(&self, purchase: Uuid) -> Option<Uuid> {
        let mut notes = self.desk.notes.lock();
        let before = notes.visited.back().copied().filter(|before| *before != purchase);
        notes.visited.retain(|known| *known != purchase);
        notes.visited.push_back(purchase);
        if notes.visited.len() > FEW {
            notes.visited.pop_front();
        }
        before
    }

    /// Whether a visit of it is remembered.
    pub(super) fn is_known(&self, purchase: Uuid) -> bool {
        self.desk.notes.lock().visited.contains(&purchase)
    }

    /// Every purchase that is remembered, but this one.
    pub(super) fn others(&self, purchase: Uuid) -> Vec<Uuid> {
        self.desk.notes.lock().visited.iter().copied().filter(|known| *known != purchase).collect()
    }

    pub(super) fn note_paid(&self, purchase: Uuid) {
        self.desk.notes.lock().paid.insert(purchase);
    }

    pub(super) fn is_noted_as_paid(&self, purchase: Uuid) -> bool {
        self.desk.notes.lock().paid.contains(&purchase)
    }

    pub(super) fn note_attendees(&self, purchase: Uuid, count: usize) {
        self.desk.notes.lock().attendees.insert(purchase, count);
    }

    pub(super) fn is_written_off(&self, purchase: Uuid) -> bool {
        self.desk.notes.lock().ended.contains(&purchase)
    }

    /// Whether visits of it are refused for what went wrong before.
    pub(super) fn is_held_against(&self, purchase: Uuid) -> bool {
        let notes = self.desk.notes.lock();
        notes.gone || notes.broken.contains(&purchase)
    }

    pub(super) fn overheard(&self) -> Option<String> {
        self.desk.notes.lock().said.clone()
    }
}
