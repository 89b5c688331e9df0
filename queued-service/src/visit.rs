//! A buyer follows the registration's link: one purchase, one open session, however often they come.

use std::sync::Arc;
use std::time::Duration;

use ring::digest::{SHA256, digest};
use uuid::Uuid;

use crate::app::App;
use crate::dataverse::Standing;
use crate::money::Amount;
use crate::store::{Made, Note};
use crate::stripe::{Form, Session, State, is_plain};
use crate::trouble::Trouble;

/// How often a whole visit is tried. Its calls can be repeated: reads change nothing, and what is made is made under a key.
const TRIES: u32 = 3;
/// How many keys are tried for one session: one may hold a server error, others sessions that are over.
const KEYS: u32 = 4;

/// Where a visit leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To this page of Stripe's.
    Pay(String),
    /// Nowhere: it is paid.
    Paid,
    /// Nowhere: somebody went through with a payment, whose money or notification is on its way.
    Pending,
    /// Nowhere: the reservation is over.
    Closed,
    /// Nowhere: there is no price that can be charged.
    Priceless,
}

/// Finds the way, as far as `time` allows. What passes is waited for, but no longer than asked, and not when that is too long.
pub(crate) async fn visit(
    app: &Arc<App>,
    purchase: Uuid,
    back: Option<String>,
    time: Duration,
) -> Result<Way, Trouble> {
    let whole = async {
        let mut tries = 0;
        let mut waited = Duration::ZERO;
        loop {
            let turn = app.queue.turn(purchase).await;
            let result = once(app, purchase, back.as_deref()).await;
            drop(turn);
            tries += 1;
            let Err(trouble @ Trouble::Passing { .. }) = result else { return result };
            let pause = trouble.pause(tries);
            waited += pause;
            if tries >= TRIES || waited >= time {
                return Err(trouble);
            }
            tokio::time::sleep(pause).await;
        }
    };
    tokio::time::timeout(time, whole).await.unwrap_or(Err(Trouble::Late("another service")))
}

async fn once(app: &App, id: Uuid, back: Option<&str>) -> Result<Way, Trouble> {
    let purchase = app.dataverse.purchase(id).await?;
    let mut note = app.note(id)?;
    match (purchase.standing, purchase.owed) {
        (Standing::Completed, _) => Ok(Way::Paid),
        (Standing::Closed, _) => {
            close(app, &mut note, id).await;
            Ok(Way::Closed)
        }
        (Standing::Open, None) => Ok(Way::Priceless),
        (Standing::Open, Some(amount)) => {
            let back = back.map(str::to_owned);
            if let Some(made) = note.made.clone() {
                let as_offered = made.amount == amount && made.back == back && !made.ending;
                if let Some(way) = before(app, &mut note, id, made, as_offered).await? {
                    return Ok(way);
                }
            }
            offer(app, note, id, amount, back).await
        }
    }
}

/// What the session that was made before is good for. One for another price or return URL is ended, so that never two can be paid; that it
/// is being ended is written down first.
async fn before(app: &App, note: &mut Note, id: Uuid, made: Made, as_offered: bool) -> Result<Option<Way>, Trouble> {
    let session = match app.stripe.session(&made.session).await {
        Ok(session) => session,
        Err(Trouble::Missing) => return Ok(None),
        Err(trouble) => return Err(trouble),
    };
    match session.state() {
        State::Open if as_offered => page(&session).map(Some),
        State::Open => {
            note.made = Some(Made { ending: true, ..made });
            app.remember(id, note)?;
            match app.stripe.expire(&session.id).await {
                Ok(()) => Ok(None),
                // Its buyer was quicker; the next try sees what became of it.
                Err(Trouble::Refused(why)) => Err(Trouble::passing(why, None)),
                Err(trouble) => Err(trouble),
            }
        }
        State::Over | State::Refunded => Ok(None),
        State::UnderWay | State::Paid(_) => Ok(Some(Way::Pending)),
    }
}

/// A reservation that is over is not sold any more. Where this fails, what is paid goes back.
async fn close(app: &App, note: &mut Note, id: Uuid) {
    let Some(made) = note.made.clone() else { return };
    let closed = async {
        if app.stripe.session(&made.session).await?.state() == State::Open {
            app.stripe.expire(&made.session).await?;
        }
        note.made = None;
        app.remember(id, note)
    };
    if let Err(trouble) = closed.await {
        tracing::warn!(purchase = %id, %trouble, "the session of an ended reservation stays open");
    }
}

async fn offer(app: &App, mut note: Note, id: Uuid, amount: Amount, back: Option<String>) -> Result<Way, Trouble> {
    let form = form(app, id, &amount, back.as_deref());
    for _ in 0..KEYS {
        let key = key(&form, note.sessions);
        let session = app.stripe.make(&form, &key).await?;
        match session.as_ref().map(|session| (session, session.state())) {
            Some((session, State::Open)) => {
                let way = page(session)?;
                if !is_plain(&session.id) {
                    return Err(Trouble::broken("Stripe's session has an odd id"));
                }
                note.made = Some(Made { session: session.id.clone(), amount, back, ending: false });
                app.remember(id, &note)?;
                return Ok(way);
            }
            Some((_, State::UnderWay | State::Paid(_))) => return Ok(Way::Pending),
            Some((_, State::Over | State::Refunded)) | None => note.sessions += 1,
        }
    }
    Err(Trouble::broken("Stripe hands out no open session"))
}

fn page(session: &Session) -> Result<Way, Trouble> {
    let page = session.page().ok_or_else(|| Trouble::broken("Stripe's session has no page"))?;
    Ok(Way::Pay(page.to_owned()))
}

/// A session without an end of its own: a session lives for half an hour at least and a day at most, and how long the reservation lives
/// does not stand in the purchase. Without a return URL the buyer comes to a page of this service, since Stripe asks for one.
fn form(app: &App, id: Uuid, amount: &Amount, back: Option<&str>) -> Form {
    let key = &app.config.metadata_key;
    let back = back.map_or_else(|| format!("{}/thanks", app.public_url), str::to_owned);
    [
        ("mode", "payment".to_owned()),
        ("line_items[0][quantity]", "1".to_owned()),
        ("line_items[0][price_data][currency]", amount.currency.to_string()),
        ("line_items[0][price_data][unit_amount]", amount.minor.to_string()),
        ("line_items[0][price_data][product_data][name]", "Event registration".to_owned()),
        ("client_reference_id", id.to_string()),
        (&format!("metadata[{key}]"), id.to_string()),
        (&format!("payment_intent_data[metadata][{key}]"), id.to_string()),
        ("success_url", back),
        ("cancel_url", format!("{}/not-paid", app.public_url)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The idempotency key of the nth session of this form.
fn key(form: &Form, nth: u32) -> String {
    let text = form.iter().fold(nth.to_string(), |text, (name, value)| format!("{text}\n{name}={value}"));
    format!("queued-session-{}", hex::encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_follows_from_what_is_offered_and_how_often_it_was() {
        let form = |amount: &str| vec![("unit_amount".to_owned(), amount.to_owned())];
        assert_eq!(key(&form("100"), 0), key(&form("100"), 0));
        assert!(key(&form("100"), 0).len() < 255);
        assert_ne!(key(&form("100"), 0), key(&form("100"), 1));
        assert_ne!(key(&form("100"), 0), key(&form("101"), 0));
    }
}
