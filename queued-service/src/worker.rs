//! Deals with one event: asks Stripe what became of the session, Dataverse what became of the purchase, and brings the two together.
//!
//! The event itself is no evidence of anything but that it is time to look. That makes repeats, stale snapshots and any order harmless.

use uuid::Uuid;

use crate::app::App;
use crate::dataverse::{Ending, Purchase, Standing};
use crate::store::{Job, Note};
use crate::stripe::{Form, Session, State};
use crate::trouble::Trouble;

/// How often an open purchase may refuse to be completed before the money goes back.
const REFUSALS: u32 = 3;

/// How the work on an event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The purchase is completed.
    Completed,
    /// The reservation is cancelled.
    Cancelled,
    /// The money went back to the buyer, for this reason.
    Refunded(&'static str),
    /// Nothing was left to do.
    Nothing,
    /// Nothing was done, and somebody should look.
    Parked(&'static str),
}

impl End {
    pub(crate) fn log(self, job: &Job) {
        let Job { event, session, purchase, .. } = job;
        match self {
            Self::Parked(why) => tracing::error!(event, session, %purchase, why, "parked: needs attention"),
            end => tracing::info!(event, session, %purchase, ?end, "dealt with"),
        }
    }
}

/// Works on one event, once. Trouble means that it has to be tried again; everything that was done until then is found done.
pub(crate) async fn work(app: &App, job: &Job) -> Result<End, Trouble> {
    let id = job.purchase;
    let session = match app.stripe.session(&job.session).await {
        Err(Trouble::Missing) => return Ok(End::Parked("Stripe has no such session")),
        session => session?,
    };
    let named = session.metadata(&app.config.metadata_key).and_then(|text| text.parse().ok());
    if named != Some(id) {
        return Ok(End::Parked("the event names another purchase than the session"));
    }
    let state = session.state();
    if matches!(state, State::Open | State::UnderWay | State::Refunded) {
        return Ok(End::Nothing);
    }
    let purchase = match app.dataverse.purchase(id).await {
        Err(Trouble::Missing) => return Ok(End::Parked("the purchase does not exist")),
        purchase => purchase?,
    };
    let payment = Payment { app, id, session: &session, note: app.note(id)? };
    match state {
        State::Paid(intent) => payment.settle(&purchase, intent.as_deref()).await,
        _ => payment.reject(&purchase).await,
    }
}

/// A session at its end, and the purchase that it is for.
struct Payment<'w> {
    app: &'w App,
    id: Uuid,
    session: &'w Session,
    note: Note,
}

impl Payment<'_> {
    /// The money is there.
    async fn settle(mut self, purchase: &Purchase, intent: Option<&str>) -> Result<End, Trouble> {
        let used = self.note.paid_by.as_deref();
        let ours = used == Some(&self.session.id);
        if ours && self.note.completed {
            return Ok(End::Nothing);
        }
        match purchase.standing {
            // Told before, without hearing of it.
            Standing::Completed if ours => self.completed().await,
            Standing::Completed if used.is_some() => self.refund(intent, "it was paid twice").await,
            // By hand, or before the notes were lost: to keep the money does less harm than to give back the only payment.
            Standing::Completed => Ok(End::Nothing),
            Standing::Closed => self.refund(intent, "the reservation is over").await,
            Standing::Open if !self.fits(purchase) => self.refund(intent, "it is not the price").await,
            Standing::Open => {
                self.note.paid_by = Some(self.session.id.clone());
                self.app.remember(self.id, &self.note)?;
                self.complete(intent).await
            }
        }
    }

    /// Whether it is the price: the one that this service offered with this session, or the one that the purchase has now. The organizer
    /// may change it while the buyer is paying.
    fn fits(&self, purchase: &Purchase) -> bool {
        let paid = self.session.amount();
        let offered = self.note.made.as_ref().filter(|made| made.session == self.session.id).map(|made| &made.amount);
        paid.is_some() && (paid.as_ref() == offered || paid == purchase.owed)
    }

    async fn complete(mut self, intent: Option<&str>) -> Result<End, Trouble> {
        let told = match self.app.dataverse.finalize(self.id, Ending::Completed).await {
            Ok(()) => true,
            Err(Trouble::Refused(_) | Trouble::Missing) => false,
            Err(trouble) => return Err(trouble),
        };
        // Neither word is taken for it: a platform that is late may say yes and do nothing, and no to what it did a moment ago.
        match self.app.dataverse.purchase(self.id).await?.standing {
            Standing::Completed => self.completed().await,
            Standing::Open if told => self.completed().await,
            Standing::Open if self.note.refusals < REFUSALS => {
                self.note.refusals += 1;
                self.app.remember(self.id, &self.note)?;
                Err(Trouble::passing("the platform refuses to complete an open purchase", None))
            }
            Standing::Open => self.refund(intent, "the platform refuses it").await,
            Standing::Closed => self.refund(intent, "the reservation is over").await,
        }
    }

    async fn completed(mut self) -> Result<End, Trouble> {
        self.note.completed = true;
        let open = self.note.made.take().filter(|made| made.session != self.session.id);
        self.app.remember(self.id, &self.note)?;
        if let Some(made) = open
            && let Err(trouble) = self.app.stripe.expire(&made.session).await
        {
            // It was paid or ended meanwhile, or its money will go back.
            tracing::info!(purchase = %self.id, %trouble, "another session stays as it is");
        }
        Ok(End::Completed)
    }

    /// No money will come from this session, nor from another one of this purchase.
    async fn reject(mut self, purchase: &Purchase) -> Result<End, Trouble> {
        let current = self.note.made.as_ref().is_some_and(|made| made.session == self.session.id && !made.ending);
        if !current || self.note.paid_by.is_some() || purchase.standing != Standing::Open {
            return Ok(End::Nothing);
        }
        let end = match self.app.dataverse.finalize(self.id, Ending::Cancelled).await {
            Ok(()) => End::Cancelled,
            // It ended meanwhile.
            Err(Trouble::Refused(_) | Trouble::Missing) => End::Nothing,
            Err(trouble) => return Err(trouble),
        };
        self.note.made = None;
        self.app.remember(self.id, &self.note)?;
        Ok(end)
    }

    /// The whole payment goes back. Whoever asks twice is told that it went back before, so a new key for each try is safe, and is not
    /// held up by an error that Stripe keeps under an old one.
    async fn refund(mut self, intent: Option<&str>, why: &'static str) -> Result<End, Trouble> {
        let Some(intent) = intent else {
            return Ok(End::Parked("nothing was due, and the purchase has a price"));
        };
        let form: Form = [
            ("payment_intent", intent.to_owned()),
            ("reason", "requested_by_customer".to_owned()),
            (&format!("metadata[{}]", self.app.config.metadata_key), self.id.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let key = format!("queued-refund-{intent}-{}", crate::time::now().as_millis());
        match self.app.stripe.refund(&form, &key).await {
            Ok(()) => {}
            Err(Trouble::Refused(_) | Trouble::Missing) => return Ok(End::Parked("Stripe refuses the refund")),
            Err(trouble) => return Err(trouble),
        }
        if self.note.paid_by.as_deref() == Some(&self.session.id) {
            self.note.paid_by = None;
        }
        self.app.remember(self.id, &self.note)?;
        Ok(End::Refunded(why))
    }
}
