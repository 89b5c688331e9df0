//! Fifty buyers at once: R-C06.

use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use rust_decimal::Decimal;

use crate::buyer::Means;
use crate::cases::delivery::shared::completed_once;
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Purchase, Sale, Visit};

/// How many buyers there are.
const BUYERS: usize = 50;
/// How many of them are anywhere between the link and the payment at the same time.
const AT_ONCE: usize = 25;

/// The registration opens at noon. What one buyer gets must not depend on who else is there.
pub static C06: Case = Case {
    id: "R-C06",
    title: "50 buyers at once, each with a price and a return URL of their own",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "no crossing of purchases, prices and return URLs, and each visit answered within the profile's budget",
    sources: &["AV 15.4.1"],
    needs: Needs::NOTHING,
    run: |ctx| noon(ctx).boxed(),
};

struct Buyer {
    purchase: Purchase,
    back: String,
    landed: Option<String>,
}

async fn noon(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency();
    let units = (20..).take(BUYERS).map(|units: i64| match money::decimals(currency) {
        0 => Decimal::from(units * 100),
        _ => Decimal::new(units * 100 + 50, 2),
    });
    let sellers = ctx.arrange_priced(Sale::default(), &units.collect::<Vec<_>>()).await?;
    ctx.step(format!("had {BUYERS} buyers register, visit and pay, {AT_ONCE} at a time"));
    ctx.share_connections();
    let buyers = sellers.into_iter().enumerate().map(|(number, seller)| {
        let ctx = &ctx;
        async move {
            let purchase = ctx.register(&seller).await?;
            let back = format!("{}/thanks?buyer={number}", ctx.profile().return_origin());
            let answer = ctx.visit(Visit::of(&purchase, Asked::Url(&back))).await?;
            let bought = ctx.pay(&answer, &Means::card()).await?;
            Ok::<_, Stop>(Buyer { purchase, back, landed: bought.landed })
        }
    });
    let buyers: Vec<Buyer> = stream::iter(buyers).buffer_unordered(AT_ONCE).try_collect().await?;
    ctx.settle().await?;
    let purchases: Vec<Purchase> = buyers.iter().map(|buyer| buyer.purchase.clone()).collect();
    let all = ctx.look_at_all(&purchases).await?;
    for (Buyer { purchase, back, landed }, seen) in buyers.into_iter().zip(all) {
        let paid: Vec<_> = seen.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
        ctx.check(
            format!("the buyer of purchase {} paid its price, and came back to the right place", purchase.id),
            format!("{}, then {back}", purchase.shown_price()),
            format!(
                "{}, then {}",
                paid.first()
                    .map_or_else(|| seen.ledger.shown(), |session| money::shown(session.amount, &session.currency)),
                landed.as_deref().unwrap_or("nowhere"),
            ),
            paid.len() == 1
                && paid.iter().all(|session| Some(session.amount) == purchase.minor())
                && landed.as_deref() == Some(back.as_str()),
        );
        completed_once(&ctx, &purchase, &seen, "by its own payment");
    }
    Ok(())
}
