//! Events that are none of the service's business: C-N04, C-N05.

use std::sync::Arc;

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use mock_core::journal::{Direction, Filter};
use mock_stripe::control::dto::{Compose, HoldAction};

use super::shared::{self, SESSION_COMPLETED, answer_of, is_acknowledged, pay_by_card};
use crate::buyer::Means;
use crate::check::journal::{FINALIZE, event_type, finalize_of};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Forged;

/// The other event that says that the money is there; a service may go by it.
const INTENT_SUCCEEDED: &str = "payment_intent.succeeded";
/// A type that Stripe does not have, about a session that is paid.
const INVENTED: &str = "checkout.session.payloop_invented";
/// Types that no service needs, all of which our Stripe emits by itself on the way of a payment.
const UNNEEDED: [&str; 3] = ["product.created", "payment_intent.created", "charge.succeeded"];

/// An endpoint hears more than it needs, and types are added over time: what is not needed is acknowledged and forgotten. Anything else is
/// repeated for days, until Stripe gives up on the endpoint.
pub static N04: Case = Case {
    id: "C-N04",
    title: "delivers event types that the service does not need",
    level: Level::Core,
    strength: Strength::Must,
    clause: "events of other types (product.created, payment_intent.created, charge.succeeded, a type that does not exist) are answered 2xx and have no effect",
    sources: &["SA-B `!= CheckoutSessionCompleted` → Ok", "STW"],
    needs: Needs::NOTHING,
    run: |ctx| other_types(ctx).boxed(),
};

async fn other_types(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    // What a service may go by is kept back, so that whatever happens was caused by what it does not need.
    ctx.rule(HoldAction::Hold, &purchase, Some(SESSION_COMPLETED)).await?;
    ctx.rule(HoldAction::Hold, &purchase, Some(INTENT_SUCCEEDED)).await?;
    let mug = ctx.ids().uuid("product", &ctx.scope());
    ctx.foreign_link(mug).await?;
    pay_by_card(&ctx, &purchase).await?;
    let completed = ctx.held(&purchase, SESSION_COMPLETED).await?;
    let invented = Compose {
        object: completed.object,
        event_type: Some(INVENTED.to_owned()),
        subjects: vec![purchase.id],
        ..Compose::default()
    };
    let what = format!("an event of the invented type {INVENTED} about the paid session");
    ctx.deliver(Forged::composed(what, invented)).await?;
    let seen = ctx.settled(&purchase).await?;
    let mut delivered = ctx.journal(mug).await?;
    delivered.extend(seen.entries.iter().cloned());
    delivered.retain(|entry| entry.direction == Direction::Outbound);
    for kind in UNNEEDED.into_iter().chain([INVENTED]) {
        of_type(&ctx, kind, "that the service does not need", &delivered)?;
    }
    shared::untouched(&ctx, &purchase, &seen, "by events that say nothing about its payment");
    // Nothing is left behind half done: now the service may hear of the payment.
    ctx.release(&purchase).await?;
    Ok(())
}

/// All deliveries of one type were acknowledged.
fn of_type(ctx: &Ctx, kind: &str, which: &str, delivered: &[Arc<EntryView>]) -> Result<(), Stop> {
    let of_it: Vec<_> = delivered.iter().filter(|entry| event_type(entry).as_deref() == Some(kind)).collect();
    if of_it.is_empty() {
        return Err(Stop::suite(format!("our Stripe delivered no {kind}")));
    }
    let answers: Vec<String> = of_it.iter().map(|entry| format!("#{}: {}", entry.seq, answer_of(entry))).collect();
    let ok = of_it.iter().all(|entry| is_acknowledged(entry));
    ctx.check(
        format!("a {kind} {which} is acknowledged"),
        "2xx: there is nothing to do, and Stripe need not repeat it",
        answers.join("; "),
        ok,
    );
    Ok(())
}

/// The account sells other things too, with sessions that name no purchase. They are none of the service's business.
pub static N05: Case = Case {
    id: "C-N05",
    title: "a buyer pays for another product of the same Stripe account",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a completed session without purchase id (another product of the same account) is answered 2xx, and nothing is finalized",
    sources: &["SA-B `Guid.Empty` branch", "I9"],
    needs: Needs::NOTHING,
    run: |ctx| another_product(ctx).boxed(),
};

async fn another_product(ctx: Ctx) -> Result<(), Stop> {
    // Somebody is about to pay for a purchase while the mug is sold: it must not be taken for theirs.
    let bystander = ctx.purchase().await?;
    ctx.follow(&bystander).await?;
    let before = ctx.control().world().await?.journal.last_seq;
    let mug = ctx.ids().uuid("product", &ctx.scope());
    let url = ctx.foreign_link(mug).await?;
    ctx.pay_at(&url, &Means::card()).await?;
    let seen = ctx.settled(&bystander).await?;

    let about_it = ctx.journal(mug).await?;
    let sessions: Vec<_> = about_it
        .into_iter()
        .filter(|entry| {
            entry.direction == Direction::Outbound && event_type(entry).as_deref() == Some(SESSION_COMPLETED)
        })
        .collect();
    of_type(&ctx, SESSION_COMPLETED, "for something else that the account sells", &sessions)?;
    shared::untouched(&ctx, &bystander, &seen, "when something else is sold");

    // Other cases finalize their own purchases meanwhile; a call for no purchase at all can only come from this session.
    let filter = Filter {
        after: Some(before),
        fake: Some("dataverse".to_owned()),
        text: Some(FINALIZE.to_owned()),
        ..Filter::default()
    };
    let calls = ctx.control().journal(&filter).await?.entries;
    let for_nobody: Vec<String> = calls
        .iter()
        .filter(|entry| finalize_of(entry).is_some_and(|call| call.purchase.is_none_or(|id| id.is_nil())))
        .map(|entry| {
            ctx.show(entry);
            format!("#{} {}", entry.seq, entry.request.body)
        })
        .collect();
    ctx.check(
        "nothing is finalized for a session that names no purchase",
        "no finalize call with an empty or missing purchase id",
        if for_nobody.is_empty() { "none".to_owned() } else { for_nobody.join("; ") },
        for_nobody.is_empty(),
    );
    Ok(())
}
