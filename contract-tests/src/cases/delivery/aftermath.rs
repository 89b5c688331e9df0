//! What happens at Stripe after a purchase is completed: R-D13.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{DisputePayment, Disputed};

use super::shared::all_taken;
use crate::cases::notification::shared::pay_by_card;
use crate::check::status::payment_statuses;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// An organizer gives money back, a bank asks for it back. What that means for the seat is the organizer's business; the service takes the news.
pub static D13: Case = Case {
    id: "R-D13",
    title: "the payment is refunded, or disputed, after the purchase was completed",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "refund and dispute events are answered 2xx, and no payment status outside the documented two is written",
    sources: &["STW", "SA-B"],
    needs: Needs::NOTHING,
    run: |ctx| afterwards(ctx).boxed(),
};

async fn afterwards(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let refunded = paid(&ctx, &ctx.register(&seller).await?).await?;
    let disputed = paid(&ctx, &ctx.register(&seller).await?).await?;
    ctx.step("refunded the first payment, as an organizer does in Stripe's dashboard");
    ctx.stripe_api("/v1/refunds", &[("payment_intent", refunded.1.as_str())]).await?;
    ctx.step("had the buyer's bank dispute the second payment");
    let path = format!("/v1/stripe/payments/{}/dispute", disputed.1);
    ctx.control().post::<Disputed>(&path, &DisputePayment::default()).await?;
    ctx.settle().await?;
    for ((purchase, _), what) in [(refunded, "that was refunded"), (disputed, "that is disputed")] {
        let seen = ctx.look(&purchase).await?;
        all_taken(&ctx, &purchase, None, what).await?;
        let odd: Vec<String> = seen
            .calls_to("dataverse")
            .into_iter()
            .flat_map(payment_statuses)
            .filter(|status| !matches!(status.as_str(), "100000000" | "100000001"))
            .collect();
        ctx.check(
            format!("only documented statuses are written for the purchase {what}"),
            "100000000 or 100000001",
            if odd.is_empty() { seen.shown_finalizes() } else { odd.join(", ") },
            odd.is_empty(),
        );
    }
    Ok(())
}

/// Pays, and answers the payment's id.
async fn paid(ctx: &Ctx, purchase: &Purchase) -> Result<(Purchase, String), Stop> {
    pay_by_card(ctx, purchase).await?;
    let seen = ctx.settled(purchase).await?;
    let intent = seen.ledger.sessions.iter().find_map(|session| session.intent.clone());
    ctx.require(
        format!("purchase {} was paid", purchase.id),
        "a paid session that belongs to it",
        seen.ledger.shown(),
        intent.is_some(),
    )?;
    Ok((purchase.clone(), intent.unwrap_or_default()))
}
