//! One payment for two purchases: S-T03, S-T06.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;

use super::shared::not_completed;
use crate::buyer::{End, Means};
use crate::cases::notification::shared::{SESSION_COMPLETED, pay_by_card};
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, Sale};

/// The address bar belongs to the buyer, and Stripe writes what stands in it into the session. What the service itself wrote is the metadata.
pub static T03: Case = Case {
    id: "S-T03",
    title: "the buyer adds ?client_reference_id=<other purchase> to the pay page",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the purchase is read from what the service itself put into the link (its metadata), never from client_reference_id, which the buyer can write: the other purchase is untouched, and the one that was paid is completed",
    sources: &["STP URL parameters", "INV-1"],
    needs: Needs { payable: Some(Payable::Link), ..Needs::NOTHING },
    run: |ctx| reference_added(ctx).boxed(),
};

async fn reference_added(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let paid = ctx.register(&seller).await?;
    let other = ctx.register(&seller).await?;
    let answer = ctx.follow(&paid).await?;
    ctx.require(
        "the visit leads to the payment page",
        "302 with a Location",
        &answer,
        answer.status == 302 && answer.location().is_some(),
    )?;
    let page = answer.location().unwrap_or_default();
    let joint = if page.contains('?') { '&' } else { '?' };
    let page = format!("{page}{joint}client_reference_id={}", other.id);
    ctx.step(format!("opened the payment page of purchase {} with client_reference_id={}", paid.id, other.id));
    let bought = ctx.pay_at(&page, &Means::card()).await?;
    if bought.end != End::Paid {
        return Err(Stop::suite(format!("our payment page did not take the card: {}", bought.page.says())));
    }
    let seen = ctx.until_completed(&paid).await?;
    ctx.check(
        format!("purchase {}, which was paid, is completed", paid.id),
        "completed in Dataverse",
        format!("{} ({})", seen.state.word(), seen.shown_finalizes()),
        seen.state.is_completed(),
    );
    let seen = ctx.settled(&other).await?;
    ctx.must(
        format!("purchase {}, which the buyer only named, is untouched", other.id),
        "no finalize call, and still reserved in Dataverse",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        seen.finalizes().is_empty() && seen.state.is_reserved(),
    );
    Ok(())
}

/// Metadata can be edited in Stripe's dashboard. A payment counts once, for the purchase that it was first counted for.
pub static T06: Case = Case {
    id: "S-T06",
    title: "one paid session, delivered again with another purchase id in the metadata",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a paid session completes one purchase: delivered again with another id in its metadata it completes no second one, and the first stays completed",
    sources: &["INV-1", "INV-4", "ASVS 2.3.3"],
    needs: Needs::NOTHING,
    run: |ctx| metadata_edited(ctx).boxed(),
};

async fn metadata_edited(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let first = ctx.register(&seller).await?;
    let second = ctx.register(&seller).await?;
    let third = ctx.register(&seller).await?;
    pay_by_card(&ctx, &first).await?;
    let seen = ctx.until_completed(&first).await?;
    let Some(event) = ctx.deliveries(first.id, Some(SESSION_COMPLETED)).await?.into_iter().next() else {
        return ctx.require("our Stripe has an event about the payment", SESSION_COMPLETED, seen.ledger.shown(), false);
    };
    let path = format!("data.object.metadata.{}", ctx.profile().declares.metadata_key);
    for (other, fresh_id) in [(&second, true), (&third, false)] {
        let compose = Compose {
            event: Some(event.event.clone()),
            fresh_id,
            set: [(path.clone(), other.id.to_string().into())].into(),
            subjects: vec![other.id],
            ..Compose::default()
        };
        let under = if fresh_id { "under a new event id" } else { "under the same event id" };
        let what = format!("the paid session once more, {under}, with {} in its metadata", other.id);
        let delivered = ctx.deliver(Forged::composed(what, compose)).await?;
        ctx.report(format!("the paid session for another purchase {under} was answered"), delivered.told());
        if delivered.status.is_none_or(|status| status >= 500) {
            ctx.should("the delivery for another purchase is dealt with", "2xx or 4xx", delivered.told(), false);
        }
    }
    // Whether the last of these was acknowledged says nothing about the genuine event.
    ctx.disown(&event.event);
    for other in [&second, &third] {
        let seen = ctx.settled(other).await?;
        not_completed(&ctx, other, &seen, &format!("by the payment that has completed purchase {}", first.id));
    }
    let seen = ctx.settled(&first).await?;
    ctx.check(
        format!("purchase {}, which was paid, stays completed", first.id),
        "completed in Dataverse, and nothing after it",
        seen.state.states.join(" -> "),
        seen.state.is_completed(),
    );
    Ok(())
}
