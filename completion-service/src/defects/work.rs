//! Defects about visits and notifications: what is remembered, what is believed, what is answered.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use uuid::Uuid;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::clients::dataverse::DataverseError;
use crate::domain::purchase::{Purchase, Standing};
use crate::domain::return_url::ReturnUrl;

/// What the defects that remember the wrong things remember.
#[derive(Debug, Default)]
pub(super) struct Memory {
    missing: BTreeSet<Uuid>,
    #[cfg(feature = "defects")]
    events: std::collections::BTreeMap<String, u32>,
    #[cfg(feature = "defects")]
    sessions: BTreeSet<String>,
    return_url: Option<String>,
    visits: u64,
    /// Who registered for each purchase: name and mail.
    #[cfg(feature = "defects")]
    pub(super) attendees: std::collections::BTreeMap<Uuid, (String, String)>,
    pub(super) forgeries: BTreeSet<String>,
    pub(super) headers: BTreeSet<String>,
    /// What callers said that a purchase costs, or is called.
    pub(super) wishes: std::collections::BTreeMap<Uuid, i64>,
    pub(super) names: std::collections::BTreeMap<Uuid, Uuid>,
}

/// After so many deliveries the impatient defect acknowledges whatever comes.
#[cfg(feature = "defects")]
const ENOUGH: u32 = 5;

impl Hooks {
    /// A purchase as a visit finds it.
    pub(crate) fn visited(
        &self,
        id: Uuid,
        found: Result<Purchase, DataverseError>,
    ) -> Result<Purchase, DataverseError> {
        if self.has(Defect::NotFoundForEver) {
            let mut memory = self.memory.lock();
            if memory.missing.contains(&id) {
                return Err(DataverseError::Missing);
            }
            if matches!(found, Err(DataverseError::Missing)) {
                memory.missing.insert(id);
            }
        }
        let mut purchase = self.purchase(found?);
        if self.has(Defect::SellsCompleted) && purchase.standing == Standing::Completed {
            purchase.standing = Standing::Open;
        }
        self.forget_cancellation(&mut purchase);
        Ok(purchase)
    }

    /// Whether a visit looks for the link of an earlier one.
    pub(crate) fn looks_for_earlier_links(&self) -> bool {
        !(self.has(Defect::NewLinkEachVisit) || self.has(Defect::SellsCompleted))
    }

    /// An idempotency key as it is sent.
    pub(crate) fn key(&self, key: String) -> String {
        if self.looks_for_earlier_links() && !self.has(Defect::VisitsRace) {
            return key;
        }
        let mut memory = self.memory.lock();
        memory.visits += 1;
        format!("{key}-{}", memory.visits)
    }

    /// Whether a link takes one payment only.
    pub(crate) fn limits_links(&self) -> bool {
        !self.has(Defect::UnlimitedLinks)
    }

    /// The page that a visit leads to.
    pub(crate) fn page<'p>(&self, page: Option<&'p str>) -> Option<&'p str> {
        if self.has(Defect::EmptyLocation) { page.or(Some("")) } else { page }
    }

    /// The page's address as visitors get it.
    pub(crate) fn address(&self, mut page: String) -> String {
        if self.has(Defect::DecoratesAddress) {
            page.push_str(if page.contains('?') { "&" } else { "?" });
            page.push_str("utm_source=registration");
        }
        page
    }

    /// Remembers where this visitor wants to go back to, in the "static field" of the defect that has one.
    #[cfg(feature = "defects")]
    pub(super) fn note_return_url(&self, given: Option<&ReturnUrl>) {
        self.memory.lock().return_url = given.map(|url| url.as_str().to_owned());
    }

    /// The return URL that goes to Stripe instead of the one that was given.
    pub(super) fn other_return_url(&self) -> Option<String> {
        if self.has(Defect::ReturnUrlInStatic) { self.memory.lock().return_url.clone() } else { None }
    }

    /// Where a visitor is sent when something is broken, instead of being told.
    pub(crate) fn sent_away(&self, return_url: Option<&ReturnUrl>) -> Option<String> {
        return_url
            .filter(|_| self.has(Defect::ErrorsLookLikeReturns) || self.has(Defect::UnknownGoesBack))
            .map(|url| url.as_str().to_owned())
    }

    /// A purchase as a notification finds it; `known` says whether this process completed it.
    pub(crate) fn remembered(&self, mut purchase: Purchase, known: bool) -> Purchase {
        if self.has(Defect::ForgetsAtRestart) && !known && purchase.standing == Standing::Completed {
            purchase.standing = Standing::Open;
        }
        purchase
    }

    /// Whether work on one purchase waits for other work on it.
    pub(crate) fn takes_turns(&self) -> bool {
        !self.has(Defect::CheckThenAct)
    }

    /// Whether a visit of a purchase waits for other work on it.
    pub(crate) fn visits_take_turns(&self) -> bool {
        !self.has(Defect::VisitsRace)
    }

    /// Whether Stripe is to come back about money that has no seat.
    pub(crate) fn lost_seat_is_error(&self) -> bool {
        self.has(Defect::LostSeatIsError)
    }

    /// Whether a refused finalize is an error like any other.
    pub(crate) fn fails_when_refused(&self) -> bool {
        self.has(Defect::CheckThenAct) || self.has(Defect::ForgetsAtRestart)
    }

    /// Whether a refused finalize means that the seat is lost.
    pub(crate) fn gives_up_when_refused(&self) -> bool {
        self.has(Defect::RefusedMeansNoSeat)
    }

    /// Whether a payment that may not be finalized counts as done.
    pub(crate) fn forbidden_is_done(&self) -> bool {
        self.has(Defect::ForbiddenIsDone)
    }

    /// Whether a payment for a purchase that does not exist is an error.
    pub(crate) fn unknown_is_error(&self) -> bool {
        self.has(Defect::UnknownPurchaseBreaks)
    }

    /// Whether a session counts for one purchase only.
    pub(crate) fn counts_once(&self) -> bool {
        !self.has(Defect::PaymentCountsTwice)
    }

    /// Whether a repeated notification is an error.
    pub(crate) fn repeat_is_error(&self) -> bool {
        self.has(Defect::RepeatIsError)
    }

    /// Whether a second payment for a purchase stays where it is.
    pub(crate) fn keeps_second_payments(&self) -> bool {
        !self.looks_for_earlier_links() || !self.limits_links() || self.has(Defect::VisitsRace)
    }

    /// Whether a success for a reservation that has ended is looked at once more.
    pub(crate) fn doubts_late_success(&self) -> bool {
        !self.has(Defect::BelievesLateSuccess)
    }

    /// Whether money that does not fit the price goes back.
    pub(crate) fn returns_misfits(&self) -> bool {
        !self.has(Defect::MisfitsKept)
    }

    /// Whether money that has no seat goes back.
    pub(crate) fn returns_late_money(&self) -> bool {
        !self.has(Defect::LateMoneyKept)
    }

    /// The answer to a delivery whose work failed (or, `late`, did not end in time).
    pub(crate) fn failed(&self, late: bool) -> Option<StatusCode> {
        let defect = if late { Defect::LateIsDone } else { Defect::AlwaysAcknowledged };
        self.has(defect).then_some(StatusCode::OK)
    }

    /// Whether a delivery is acknowledged without any work, because of what is remembered of others.
    #[cfg(feature = "defects")]
    pub(super) fn needs_no_work(&self, event: &str, kind: &str, session: &str) -> bool {
        let mut memory = self.memory.lock();
        let seen = memory.events.entry(event.to_owned()).or_default();
        *seen += 1;
        let seen = *seen;
        if kind == "checkout.session.completed" {
            memory.sessions.insert(session.to_owned());
        }
        (self.has(Defect::SeenBeforeDone) && seen > 1)
            || memory.forgeries.contains(event)
            || (self.has(Defect::GivesUpOnEvents) && seen > ENOUGH)
            || (self.has(Defect::NeedsFirstEvent)
                && kind == "checkout.session.async_payment_succeeded"
                && !memory.sessions.contains(session))
    }
}
