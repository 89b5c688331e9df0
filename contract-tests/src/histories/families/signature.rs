//! H-S: `Stripe-Signature` headers in any order, with several `v1` of which one or none is right, and schemes nobody knows. The header is good exactly
//! when it has a time and at least one right `v1` (<https://docs.stripe.com/webhooks#verify-manually>).

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use mock_stripe::control::dto::{Compose, Composed};
use proptest::collection::vec;
use proptest::prelude::{Strategy as _, any};
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use ring::hmac;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::family::Family;
use crate::check::http::{Outcome, outcome};
use crate::model::{Check, Stop, Weight};
use crate::runner::Ctx;
use crate::steps::Seller;
use crate::target::Profile;

/// One element of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Time,
    Right,
    Wrong,
    /// Of a right length, in a scheme that is not for live events.
    V0,
    Unknown,
}

impl Part {
    const fn word(self) -> &'static str {
        match self {
            Self::Time => "t",
            Self::Right => "v1 (right)",
            Self::Wrong => "v1 (wrong)",
            Self::V0 => "v0",
            Self::Unknown => "v9",
        }
    }
}

/// What the service answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answered {
    status: Option<u16>,
    /// Why there was no answer.
    error: Option<String>,
}

/// The family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Headers;

/// Whether a header with these elements is good.
fn is_good(parts: &[Part]) -> bool {
    parts.contains(&Part::Time) && parts.contains(&Part::Right)
}

impl Family for Headers {
    type Example = Vec<Part>;
    type Seen = Answered;
    const ID: &'static str = "H-S";
    const NAME: &'static str = "signature headers";

    fn strategy(_: &Profile) -> BoxedStrategy<Vec<Part>> {
        let others = vec(select(&[Part::Right, Part::Wrong, Part::V0, Part::Unknown][..]), 0..=4);
        // A time is there mostly, and at any place.
        (others, 0..8_u8, any::<proptest::sample::Index>())
            .prop_map(|(mut parts, absent, place)| {
                if absent > 0 || parts.is_empty() {
                    parts.insert(place.index(parts.len() + 1), Part::Time);
                }
                parts
            })
            .boxed()
    }

    fn smaller(parts: &Vec<Part>, _: &Profile) -> Vec<Vec<Part>> {
        (0..parts.len())
            .filter(|_| parts.len() > 1)
            .map(|place| {
                let mut smaller = parts.clone();
                smaller.remove(place);
                smaller
            })
            .collect()
    }

    fn show(parts: &Vec<Part>, _: &Profile) -> String {
        let words: Vec<&str> = parts.iter().map(|part| part.word()).collect();
        format!("the header Stripe-Signature: {}", words.join(","))
    }

    fn play(ctx: Ctx, _: Seller, parts: Vec<Part>) -> BoxFuture<'static, Result<Answered, Stop>> {
        async move {
            let time = ctx.bench().own.clock().wall().as_second();
            let event = json!({
                "id": format!("evt_1{}", ctx.ids().base62("signed event", &ctx.scope(), 23)),
                "object": "event",
                "api_version": mock_stripe::Config::default().api_version,
                "created": time,
                "data": { "object": { "id": "pi_payloop", "object": "payment_intent", "livemode": false, "metadata": {} } },
                "livemode": false,
                "pending_webhooks": 1,
                "request": { "id": null, "idempotency_key": null },
                "type": "payment_intent.created",
            });
            let payload = format!("{event:#}");
            let sign = |secret: &str| {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                hex::encode(hmac::sign(&key, format!("{time}.{payload}").as_bytes()))
            };
            let secret = &ctx.bench().endpoints.stripe.webhook_secret;
            let elements: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Part::Time => format!("t={time}"),
                    Part::Right => format!("v1={}", sign(secret)),
                    Part::Wrong => format!("v1={}", sign("whsec_of_somebody_else")),
                    Part::V0 => format!("v0={}", sign(secret)),
                    Part::Unknown => "v9=0".to_owned(),
                })
                .collect();
            let header = elements.join(",");
            ctx.step(format!("sent {header}"));
            let compose = Compose { payload: Some(payload), signature: Some(header), ..Compose::default() };
            let composed: Composed = ctx.control().post("/v1/stripe/deliveries", &compose).await?;
            let answer = composed.answers.first().ok_or_else(|| Stop::suite("our Stripe delivered nothing"))?;
            Ok(Answered { status: answer.status, error: answer.error.clone() })
        }
        .boxed()
    }

    fn check(parts: &Vec<Part>, seen: &Answered, profile: &Profile) -> Check {
        let good = is_good(parts);
        let kind = seen.status.map(outcome);
        let expected =
            if good { "2xx: it has a time and a right v1" } else { "a refusal (4xx): it lacks a time or a right v1" };
        Check {
            what: format!("{} is {}", Self::show(parts, profile), if good { "accepted" } else { "refused" }),
            expected: expected.to_owned(),
            seen: seen.status.map_or_else(|| seen.error.clone().unwrap_or_default(), |status| status.to_string()),
            ok: kind == Some(if good { Outcome::Success } else { Outcome::Refusal }),
            weight: Weight::Must,
            invariant: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[Part], good: bool) {
        assert_eq!(is_good(parts), good, "{}", Headers::show(&parts.to_vec(), &Profile::default()));
    }

    #[test]
    fn a_time_and_one_right_signature_are_enough_and_needed() {
        check(&[Part::Time, Part::Right], true);
        check(&[Part::Right, Part::V0, Part::Wrong, Part::Time], true);
        check(&[Part::Right], false);
        check(&[Part::Time, Part::Wrong, Part::V0], false);
    }
}
