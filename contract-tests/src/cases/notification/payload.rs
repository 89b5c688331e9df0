//! The same event in other spellings and versions: C-N13, C-N14.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, HoldAction, Layout};

use super::shared::{self, SESSION_COMPLETED, answer_of, pay_by_card};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Delivered, Forged, Purchase, Sale};

/// The spellings, each of which is the same JSON, signed as it is sent.
const SPELLINGS: [(&str, Layout); 5] = [
    ("pretty-printed", Layout::Pretty),
    ("without blanks", Layout::Compact),
    ("with its keys in another order", Layout::Reordered),
    ("with its letters as \\u escapes", Layout::Escaped),
    ("with fields that nobody knows", Layout::UnknownFields),
];

/// The signature covers the bytes as they were sent, not somebody's own spelling of them; and a field that is new is no error.
pub static N13: Case = Case {
    id: "C-N13",
    title: "delivers the paid session in other spellings of the same JSON",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the signature is checked on the bytes as received, and unknown fields are ignored: however the JSON is written, the event is taken as any other",
    sources: &["STW raw body", "RFC 8259"],
    needs: Needs::NOTHING,
    run: |ctx| spellings(ctx).boxed(),
};

async fn spellings(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut sent = Vec::new();
    for (spelling, layout) in SPELLINGS {
        let purchase = ctx.register(&seller).await?;
        let compose = Compose { layout, ..Compose::default() };
        let answer = instead(&ctx, &purchase, &format!("the paid session's event {spelling}"), compose).await?;
        sent.push((purchase, spelling, answer));
    }
    ctx.settle().await?;
    for (purchase, spelling, answer) in sent {
        ctx.check(format!("the event {spelling} is acknowledged"), "2xx", shown(&answer), answer.is_success());
        let seen = ctx.look(&purchase).await?;
        shared::is_completed(&ctx, &purchase, &seen, &format!("by the event {spelling}"));
    }
    Ok(())
}

/// Pays, keeps the genuine delivery back, and has the same event delivered in another form: what happens then was caused by that form.
async fn instead(ctx: &Ctx, purchase: &Purchase, what: &str, compose: Compose) -> Result<Delivered, Stop> {
    ctx.rule(HoldAction::Hold, purchase, Some(SESSION_COMPLETED)).await?;
    pay_by_card(ctx, purchase).await?;
    in_form(ctx, purchase, what, compose).await
}

/// Has the event that is held back delivered in another form.
async fn in_form(ctx: &Ctx, purchase: &Purchase, what: &str, compose: Compose) -> Result<Delivered, Stop> {
    let held = ctx.held(purchase, SESSION_COMPLETED).await?;
    let compose = Compose { event: Some(held.event), subjects: vec![purchase.id], ..compose };
    ctx.deliver(Forged::composed(what, compose)).await
}

fn shown(delivered: &Delivered) -> String {
    delivered.entry.as_ref().map_or_else(|| delivered.shown(), answer_of)
}

/// Versions of other release trains; no SDK is made for both.
const VERSIONS: [&str; 2] = ["2025-03-31.basil", "2024-06-20"];
/// How often a refused event is sent in all: Stripe goes on for days, a service that means no says it again at once.
const TRIES: usize = 3;

/// An endpoint's events are rendered in the version that it or its account is pinned to, and SDKs are updated at another time. SDKs refuse other
/// trains unless told not to; who lets that stand loses the payment once Stripe stops trying.
pub static N14: Case = Case {
    id: "C-N14",
    title: "delivers the paid session rendered in API versions of other release trains",
    level: Level::Core,
    strength: Strength::Should,
    clause: "an event in another api_version is answered 2xx and completes the purchase, or is refused with an answer that names the version; to refuse it for ever loses the payment (INV-8)",
    sources: &["STW versions", "INV-8"],
    needs: Needs::NOTHING,
    run: |ctx| versions(ctx).boxed(),
};

async fn versions(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut sent = Vec::new();
    for version in VERSIONS {
        let purchase = ctx.register(&seller).await?;
        let compose = Compose { api_version: Some(version.to_owned()), ..Compose::default() };
        let what = format!("the paid session's event in API version {version}");
        let answer = instead(&ctx, &purchase, &what, compose).await?;
        sent.push((purchase, version, answer));
    }
    for (purchase, version, answer) in &mut sent {
        let mut tries = 1;
        while !answer.is_success() && tries < TRIES {
            let again = Compose { api_version: Some((*version).to_owned()), ..Compose::default() };
            let what = "the same once more, as Stripe does with what is not acknowledged";
            *answer = in_form(&ctx, purchase, what, again).await?;
            tries += 1;
        }
        let refused = answer.status.is_some_and(|status| (400..500).contains(&status));
        let names_it = shown(answer).to_ascii_lowercase().contains("version");
        ctx.check(
            format!("the event in API version {version} is taken"),
            "2xx (or a 4xx whose body says that the version is the reason)",
            format!(
                "{}{}",
                shown(answer),
                if tries > 1 { format!(", in each of {tries} deliveries") } else { String::new() }
            ),
            answer.is_success() || (refused && names_it),
        );
    }
    ctx.settle().await?;
    for (purchase, version, answer) in &sent {
        if answer.is_success() {
            let seen = ctx.look(purchase).await?;
            shared::is_completed(&ctx, purchase, &seen, &format!("by the event in API version {version}"));
        }
    }
    Ok(())
}
