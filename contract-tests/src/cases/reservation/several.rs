//! Several purchases, several attendees: C-T04, C-T05.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::cases::redirect::leads_to_stripe;
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// Two purchases of one buyer have nothing to do with each other, in whatever order things happen.
pub static T04: Case = Case {
    id: "C-T04",
    title: "interleaves two purchases of one buyer",
    level: Level::Core,
    strength: Strength::Must,
    clause: "each purchase has its own price, its own link and its own end",
    sources: &["SA-A"],
    needs: Needs::NOTHING,
    run: |ctx| interleaved(ctx).boxed(),
};

async fn interleaved(ctx: Ctx) -> Result<(), Stop> {
    let cheap = ctx.arrange(Sale { name: "cheap", price: "20.00", ..Sale::default() }).await?;
    let dear = ctx.arrange(Sale { name: "dear", price: "75.00", ..Sale::default() }).await?;
    let first = ctx.register(&cheap).await?;
    let second = ctx.register(&dear).await?;
    let to_first = ctx.follow(&first).await?;
    let to_second = ctx.follow(&second).await?;
    for (purchase, answer) in [(&first, &to_first), (&second, &to_second)] {
        let (payable, _) = leads_to_stripe(&ctx, purchase, answer).await?;
        ctx.check(
            format!("purchase {} has its own price", purchase.id),
            purchase.shown_price(),
            payable.amount.map_or_else(|| "no amount".to_owned(), |amount| money::shown(amount, &payable.currency)),
            payable.amount == purchase.minor(),
        );
    }
    ctx.check(
        "each purchase has its own link",
        "two different URLs",
        format!("{} and {}", to_first.location().unwrap_or("none"), to_second.location().unwrap_or("none")),
        to_first.location() != to_second.location(),
    );
    ctx.pay(&to_first, &Means::card()).await?;
    ctx.settle().await?;
    expect(&ctx, &first, "completed", "after it was paid").await?;
    expect(&ctx, &second, "reserved", "while only the other one was paid").await?;
    ctx.pay(&to_second, &Means::card()).await?;
    ctx.settle().await?;
    expect(&ctx, &first, "completed", "after the other one was paid").await?;
    expect(&ctx, &second, "completed", "after it was paid").await?;
    Ok(())
}

async fn expect(ctx: &Ctx, purchase: &Purchase, word: &str, when: &str) -> Result<(), Stop> {
    let state = ctx.state(purchase).await?;
    ctx.check(format!("purchase {} is {word} {when}", purchase.id), word, state.word(), state.word() == word);
    Ok(())
}

/// The total price of a purchase covers all its attendees: it is charged once, not for each of them, and not for one only.
pub static T05: Case = Case {
    id: "C-T05",
    title: "registers three attendees at once, and pays",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the total price of the purchase is charged once, whatever the number of attendees, and completes it for all of them",
    sources: &["SA-A msevtmgt_totalprice", "SA-test attendees"],
    needs: Needs::NOTHING,
    run: |ctx| three_attendees(ctx).boxed(),
};

async fn three_attendees(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale { price: "33.33", ..Sale::default() }).await?;
    let purchase = ctx.register_many(&seller, 3).await?;
    let answer = ctx.follow(&purchase).await?;
    leads_to_stripe(&ctx, &purchase, &answer).await?;
    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    let charged: i64 =
        seen.ledger.sessions.iter().filter(|session| session.is_paid()).map(|session| session.amount).sum();
    ctx.check(
        "the buyer is charged the total price, once",
        purchase.shown_price(),
        seen.ledger.shown(),
        Some(charged) == purchase.minor(),
    );
    ctx.check("the purchase is completed", "completed", seen.state.word(), seen.state.is_completed());
    ctx.check(
        "all attendees are registered",
        seen.state.attendees,
        seen.state.registrations,
        seen.state.registrations == seen.state.attendees,
    );
    Ok(())
}
