//! Too little money, or the wrong money: S-T01, S-T02.

use futures_util::FutureExt as _;

use super::shared::{no_server_error, not_completed};
use crate::buyer::Means;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// Whoever may sell in the account (a colleague, another program, a donation page with free metadata) can write any id into a link of one dollar.
/// The event is genuine; that says nothing about what was bought.
pub static T01: Case = Case {
    id: "S-T01",
    title: "genuine, signed, paid session carrying the victim's purchase id but a smaller amount",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "amount_total of the paid session is compared with the price of the purchase in Dataverse, in the minor unit: a smaller one completes nothing, and its event ends in 2xx or a refusal",
    sources: &["I4", "ASVS 2.2.3", "INV-1"],
    needs: Needs::NOTHING,
    run: |ctx| too_little(ctx).boxed(),
};

async fn too_little(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let victim = ctx.register(&seller).await?;
    // The attack needs no visit; that the victim has been at the payment page must make no difference.
    let visited = ctx.register(&seller).await?;
    ctx.follow(&visited).await?;
    let Some(price) = victim.minor() else { return Err(Stop::suite("the sale has no price in the minor unit")) };
    for (purchase, minor) in [(&victim, price / 100), (&visited, price - 1)] {
        let link = ctx.link_in_the_name_of(purchase, minor, &purchase.currency).await?;
        ctx.pay_at(&link.url, &Means::card()).await?;
    }
    for purchase in [&victim, &visited] {
        let seen = ctx.until_settled(purchase).await?;
        not_completed(&ctx, purchase, &seen, "by a payment of less than its price");
        no_server_error(&ctx, purchase, "although the amount is wrong").await?;
    }
    Ok(())
}

/// A number is not an amount. 149.50 dollars and 14,950 yen have the same digits in Stripe's minor unit.
pub static T02: Case = Case {
    id: "S-T02",
    title: "same number, weaker currency",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the currency of the paid session is compared with that of the purchase: the same number in another currency, in main or minor units, completes nothing",
    sources: &["I4", "INV-1"],
    needs: Needs::NOTHING,
    run: |ctx| weaker(ctx).boxed(),
};

async fn weaker(ctx: Ctx) -> Result<(), Stop> {
    let weak = if ctx.profile().currency() == "JPY" { "KRW" } else { "JPY" };
    let seller = ctx.arrange(Sale { price: "1000", ..Sale::default() }).await?;
    let by_minor_units = ctx.register(&seller).await?;
    let by_main_units = ctx.register(&seller).await?;
    let Some(minor) = by_minor_units.minor() else {
        return Err(Stop::suite("the sale has no price in the minor unit"));
    };
    let paid: [(&Purchase, i64); 2] = [(&by_minor_units, minor), (&by_main_units, 1000)];
    for (purchase, minor) in paid {
        let link = ctx.link_in_the_name_of(purchase, minor, weak).await?;
        ctx.pay_at(&link.url, &Means::card()).await?;
    }
    for (purchase, minor) in paid {
        let seen = ctx.until_settled(purchase).await?;
        not_completed(&ctx, purchase, &seen, &format!("by a payment of {minor} {weak}"));
        no_server_error(&ctx, purchase, "although the currency is wrong").await?;
    }
    Ok(())
}
