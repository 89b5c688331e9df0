//! What cases about signatures do and look at: a payment whose genuine event waits, what somebody else delivers instead, and the genuine event in the
//! end.

use mock_stripe::control::dto::{Compose, DeliveryView, Signing};
use serde_json::{Value, json};

use crate::cases::notification::shared::{SESSION_COMPLETED, completed};
use crate::model::{Stop, Weight};
use crate::runner::Ctx;
use crate::steps::{Delivered, Forged, Purchase, Seen, answer_to, is_taken};

/// One delivery that is not Stripe's.
#[derive(Clone, Debug)]
pub(crate) struct Forgery {
    pub(crate) what: String,
    pub(crate) compose: Compose,
}

impl Forgery {
    pub(crate) fn new(what: impl Into<String>, compose: Compose) -> Self {
        Self { what: what.into(), compose }
    }

    pub(crate) fn signing(what: impl Into<String>, signing: Signing) -> Self {
        Self::new(what, Compose { signing, ..Compose::default() })
    }
}

/// A purchase that is paid, and the event that says so, which our Stripe holds back.
pub(crate) struct Waiting {
    pub(crate) purchase: Purchase,
    pub(crate) held: DeliveryView,
}

pub(crate) async fn waiting(ctx: &Ctx) -> Result<Waiting, Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    Ok(Waiting { purchase, held })
}

impl Waiting {
    /// Has the waiting event delivered in another way than Stripe would.
    pub(crate) async fn deliver(&self, ctx: &Ctx, forgery: Forgery) -> Result<Delivered, Stop> {
        let Forgery { what, mut compose } = forgery;
        compose.subjects = vec![self.purchase.id];
        if compose.payload.is_none() {
            compose.event = Some(self.held.event.clone());
        }
        ctx.deliver(Forged::composed(format!("the paid session's event {what}"), compose)).await
    }

    /// The same, and judges the answer.
    pub(crate) async fn refuses(&self, ctx: &Ctx, forgery: Forgery) -> Result<Delivered, Stop> {
        let what = forgery.what.clone();
        let delivered = self.deliver(ctx, forgery).await?;
        is_refused(ctx, &what, &delivered);
        Ok(delivered)
    }

    /// Nothing has come of what was delivered so far.
    pub(crate) async fn untouched(&self, ctx: &Ctx, why: &str) -> Result<(), Stop> {
        let seen = ctx.settled(&self.purchase).await?;
        nothing_done(ctx, Weight::Must, &self.purchase, &seen, why);
        Ok(())
    }

    /// The genuine delivery still does what it says: what was refused before was refused for its signature, and left nothing behind.
    pub(crate) async fn genuine_completes(&self, ctx: &Ctx) -> Result<(), Stop> {
        ctx.release(&self.purchase).await?;
        let seen = ctx.until_completed(&self.purchase).await?;
        let deliveries = ctx.deliveries(self.purchase.id, Some(SESSION_COMPLETED)).await?;
        if let Some(genuine) = deliveries.iter().find(|delivery| delivery.number == self.held.number) {
            ctx.check(
                "the genuine delivery of the same event, rightly signed, is acknowledged afterwards",
                "2xx",
                answer_to(genuine),
                is_taken(genuine),
            );
        }
        completed(ctx, &self.purchase, &seen, "by the genuine delivery");
        Ok(())
    }
}

/// The answer to a delivery that nobody has any reason to believe.
pub(crate) fn is_refused(ctx: &Ctx, what: &str, delivered: &Delivered) {
    let check = format!("the event {what} is refused");
    let expected = "any 4xx (2xx is only a warning, as long as nothing is done)";
    if delivered.is_success() {
        ctx.should(check, expected, delivered.told(), false);
    } else {
        ctx.check(check, expected, delivered.told(), delivered.is_refusal());
    }
}

/// No finalize call, and the reservation stands.
pub(crate) fn nothing_done(ctx: &Ctx, weight: Weight, purchase: &Purchase, seen: &Seen, why: &str) {
    let what = format!("nothing is done for purchase {} {why}", purchase.id);
    let expected = "no finalize call, and still reserved in Dataverse";
    let shown = format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word());
    let ok = seen.finalizes().is_empty() && seen.state.is_reserved();
    if weight == Weight::Must {
        ctx.must(what, expected, shown, ok);
    } else {
        ctx.check(what, expected, shown, ok);
    }
}

/// A whole event, made up from nothing, that says that a purchase is paid to the cent.
pub(crate) fn made_up(ctx: &Ctx, purchase: &Purchase) -> String {
    let part = |kind| ctx.ids().base62(kind, &ctx.scope(), 24);
    let session = json!({
        "id": format!("cs_test_{}", part("made up session")),
        "object": "checkout.session",
        "amount_subtotal": purchase.minor(),
        "amount_total": purchase.minor(),
        "currency": purchase.currency.to_ascii_lowercase(),
        "livemode": false,
        "metadata": { ctx.profile().declares.metadata_key.clone(): purchase.id },
        "mode": "payment",
        "payment_intent": format!("pi_{}", part("made up intent")),
        "payment_link": null,
        "payment_status": "paid",
        "status": "complete",
    });
    event(ctx, &session)
}

/// An event that a session has completed.
pub(crate) fn event(ctx: &Ctx, session: &Value) -> String {
    let event = json!({
        "id": format!("evt_1{}", ctx.ids().base62("made up event", &session["id"].to_string(), 23)),
        "object": "event",
        "api_version": mock_stripe::Config::default().api_version,
        "created": ctx.real_second(),
        "data": { "object": session },
        "livemode": false,
        "pending_webhooks": 1,
        "request": { "id": null, "idempotency_key": null },
        "type": SESSION_COMPLETED,
    });
    format!("{event:#}")
}
