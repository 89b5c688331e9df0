//! What a service does where several things are right.

use std::sync::Arc;

use jiff::SignedDuration;
use mock_core::journal::Direction;

use super::{ProbeError, context};
use crate::buyer::{End, Means};
use crate::check::journal::{event_type, finalize_of};
use crate::model::Payable;
use crate::preflight;
use crate::runner::{Bench, Connected, Ctx, Setup, connect};
use crate::steps::Seen;
use crate::target::{Finalize, LateMoney};

/// The currencies that are tried: two decimals, none, three.
const CURRENCIES: [&str; 9] = ["USD", "EUR", "GBP", "CHF", "SEK", "CAD", "AUD", "JPY", "KWD"];

/// What a service does where several things are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    /// What it sells with.
    pub payable: Payable,
    /// The metadata key under which the purchase id travels, where it is found there.
    pub metadata_key: Option<String>,
    /// Whether the work is done when a notification is answered; `None` when the payment did not come to an end.
    pub finalize: Option<Finalize>,
    /// What happens to money that has no seat; `None` when its page took none.
    pub late_money: Option<LateMoney>,
    /// The currencies that lead to a payment page.
    pub currencies: Vec<String>,
    /// Whether a return URL below the first declared origin is taken.
    pub returns: bool,
}

/// Starts the service and pays with it; tells `listener` what it sees. The profile's paths have to be right. The service is stopped afterwards if
/// it was started here.
pub async fn behaviour(setup: Setup, listener: impl Fn(&str) + Send + Sync) -> Result<Behaviour, ProbeError> {
    let Connected { bench, env, scratch: _scratch } = connect(setup)?;
    bench.launcher.start(env).await?;
    let problems = preflight::check(&bench).await;
    let found =
        if problems.is_empty() { look(&bench, &listener).await } else { Err(ProbeError::NotConnected(problems)) };
    bench.launcher.stop().await;
    found
}

async fn look(bench: &Arc<Bench>, listener: &(impl Fn(&str) + Send + Sync)) -> Result<Behaviour, ProbeError> {
    let ctx = context(bench);
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let ledger = ctx.ledger(purchase.id).await?;
    let made = ledger.payables.first();
    let payable = made.map_or(Payable::default(), |made| made.kind);
    listener(&format!("it sells with a {}", payable.name()));
    let key =
        made.and_then(|made| made.metadata.iter().find(|(_, value)| purchase.is(value)).map(|(key, _)| key.clone()));
    listener(&key.as_ref().map_or_else(
        || "the purchase id is not in the metadata of what it sells".to_owned(),
        |key| format!("the purchase id travels as the metadata key {key:?}"),
    ));
    let returns = made.is_some_and(|made| made.return_url.is_some());
    listener(if returns {
        "it keeps the return URL of the registration page"
    } else {
        "it keeps no return URL: declare the origins that it allows as return_origins"
    });

    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.until_completed(&purchase).await?;
    let finalize = order_of(&seen);
    listener(match finalize {
        Some(Finalize::Synchronous) => "it finalizes before it answers a notification",
        Some(Finalize::Queued) => "it answers a notification first, and finalizes after that",
        None => "it did not finalize the payment: see what `payloop certify` says",
    });

    let late_money = late(&ctx).await?;
    listener(match late_money {
        Some(LateMoney::Refund) => "money that comes too late goes back",
        Some(LateMoney::Park) => "money that comes too late stays: it will count as parked for a person to decide",
        None => "a reservation that is over cannot be paid any more",
    });

    let mut currencies = Vec::new();
    for code in CURRENCIES {
        let mut purchase = ctx.purchase().await?;
        ctx.set_money(&mut purchase, "149", code).await?;
        let answer = ctx.follow(&purchase).await?;
        if answer.location().is_some_and(|location| location.starts_with(bench.endpoints.stripe.api_base.as_str())) {
            currencies.push(code.to_owned());
        }
    }
    listener(&format!("it sells in {} (of {})", currencies.join(", "), CURRENCIES.join(", ")));
    Ok(Behaviour { payable, metadata_key: key, finalize, late_money, currencies, returns })
}

/// Whether the completed session's delivery was answered after the finalize call.
fn order_of(seen: &Seen) -> Option<Finalize> {
    let call = seen.entries.iter().find(|entry| finalize_of(entry).is_some_and(|call| call.accepted))?;
    let delivery = seen.entries.iter().find(|entry| {
        entry.direction == Direction::Outbound
            && entry.status.is_some_and(|status| (200..300).contains(&status))
            && event_type(entry).as_deref() == Some("checkout.session.completed")
    })?;
    let answered = delivery.wall + SignedDuration::from_micros(i64::try_from(delivery.micros?).ok()?);
    Some(if call.wall < answered { Finalize::Synchronous } else { Finalize::Queued })
}

async fn late(ctx: &Ctx) -> Result<Option<LateMoney>, ProbeError> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    ctx.time_out(&purchase).await?;
    let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
    if bought.end != End::Paid {
        return Ok(None);
    }
    let seen = ctx.until_settled(&purchase).await?;
    let back = seen.ledger.sessions.iter().any(|session| session.is_paid() && session.refunded >= session.amount);
    Ok(Some(if back { LateMoney::Refund } else { LateMoney::Park }))
}
