//! Right signatures in the wrong place: of another body, of another time, of a delivery that was seen before: S-W03, S-W08, S-W11.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, waiting};
use crate::cases::delivery::shared::completed_once;
use crate::cases::notification::shared::{SESSION_COMPLETED, deliveries_of, pay_by_card};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, signed, v1};

/// The signature covers every byte. Who compares something else (a part, or the service's own spelling of the JSON) lets bytes be changed.
pub static W03: Case = Case {
    id: "S-W03",
    title: "right signature of another body; body changed by one byte",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the signature is checked over exactly the bytes received: one that fits another body, or this body before one byte was changed, is refused and nothing is done",
    sources: &["STW raw body", "ASVS 4.1.5"],
    needs: Needs::NOTHING,
    run: |ctx| other_body(ctx).boxed(),
};

async fn other_body(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let first = Forgery::signing("with the right signature of another body", Signing::OtherBody);
    let genuine = paid.refuses(&ctx, first).await?.payload;
    for (what, changed) in [
        ("with one blank turned into a tab", genuine.replacen("\n  ", "\n\t ", 1)),
        ("with one blank more at its end", format!("{genuine} ")),
        ("with one digit of its time changed", one_digit_changed(&genuine)),
    ] {
        if changed == genuine {
            return Err(Stop::suite(format!("the event could not be written {what}")));
        }
        let signature = signed(ctx.webhook_secret(), ctx.real_second(), genuine.as_bytes());
        let compose = Compose { payload: Some(changed), signature: Some(signature), ..Compose::default() };
        paid.refuses(&ctx, Forgery::new(format!("{what} after it was signed"), compose)).await?;
    }
    paid.untouched(&ctx, "because of events whose signature fits another body").await?;
    paid.genuine_completes(&ctx).await
}

/// The last digit of the event's `created`, which nobody needs, is another one.
fn one_digit_changed(event: &str) -> String {
    let Some((before, after)) = event.split_once("\"created\":") else { return event.to_owned() };
    let Some(end) = after.find([',', '\n']).filter(|end| *end > 0) else { return event.to_owned() };
    let other = if after.get(end - 1..end) == Some("1") { "2" } else { "1" };
    let (head, tail) = (after.get(..end - 1).unwrap_or_default(), after.get(end..).unwrap_or_default());
    format!("{before}\"created\":{head}{other}{tail}")
}

/// A delivery that was recorded on its way is genuine in every byte. It must be harmless, not unwelcome: Stripe itself repeats.
pub static W08: Case = Case {
    id: "S-W08",
    title: "genuine delivery replayed inside the tolerance",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the same bytes with the same signature, sent again, are answered 2xx and have no second effect",
    sources: &["STW", "R-D01"],
    needs: Needs::under("AMB-1", &["success", "fault"]),
    run: |ctx| replayed(ctx).boxed(),
};

async fn replayed(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.until_completed(&purchase).await?;
    let Some((payload, signature)) = deliveries_of(&seen, SESSION_COMPLETED).last().and_then(|entry| recorded(entry))
    else {
        return ctx.require("our Stripe delivered the payment", SESSION_COMPLETED, seen.ledger.shown(), false);
    };
    for time in ["again byte by byte", "once more"] {
        let compose = Compose {
            payload: Some(payload.clone()),
            signature: Some(signature.clone()),
            subjects: vec![purchase.id],
            ..Compose::default()
        };
        let delivered = ctx.deliver(Forged::composed(format!("the recorded delivery {time}"), compose)).await?;
        ctx.check(
            format!("the delivery that is sent {time} is acknowledged"),
            "2xx: it is done already, and Stripe repeats too",
            delivered.told(),
            delivered.is_success(),
        );
    }
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "although the delivery was replayed");
    Ok(())
}

/// Body and signature of a delivery as they were sent.
fn recorded(entry: &EntryView) -> Option<(String, String)> {
    Some((entry.request.body.clone(), entry.request.header("stripe-signature")?.to_owned()))
}

/// The time is signed with the body. Where it is not, every recorded delivery is fresh for ever.
pub static W11: Case = Case {
    id: "S-W11",
    title: "timestamp changed, signature kept",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "v1 is compared with the HMAC of `t.body`, with t exactly as the header has it: a right signature under another t is refused and nothing is done",
    sources: &["STW"],
    needs: Needs::NOTHING,
    run: |ctx| other_time(ctx).boxed(),
};

async fn other_time(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let first = Forgery::signing("with its t one second later than it was signed", Signing::ChangedTimestamp);
    let genuine = paid.refuses(&ctx, first).await?.payload;
    let now = ctx.real_second();
    let old = v1(ctx.webhook_secret(), now - 3_600, genuine.as_bytes());
    let refreshed = Compose { signature: Some(format!("t={now},v1={old}")), ..Compose::default() };
    paid.refuses(&ctx, Forgery::new("signed an hour ago, with its t set to now", refreshed)).await?;
    paid.untouched(&ctx, "because of events whose time was changed after they were signed").await?;
    paid.genuine_completes(&ctx).await
}

#[cfg(test)]
mod tests {
    use super::one_digit_changed;

    #[test]
    fn one_digit_is_another() {
        assert_eq!(one_digit_changed("{\n  \"created\": 17,\n}"), "{\n  \"created\": 11,\n}");
        assert_eq!(one_digit_changed("{\"created\":171,\"x\":1}"), "{\"created\":172,\"x\":1}");
        assert_eq!(one_digit_changed("{}"), "{}");
    }
}
