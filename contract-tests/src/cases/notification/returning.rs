//! The browser comes back, or does not: C-N11, C-N12.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::HoldAction;

use super::shared::{self, SESSION_COMPLETED, pay_by_card};
use crate::buyer::Means;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Sale, Visit};

/// Buyers close their browser after paying. The notification completes the purchase, before the browser is back and without it.
pub static N11: Case = Case {
    id: "C-N11",
    title: "the buyer pays and never comes back; another comes back before the notification",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a paid purchase is completed by its notification, whether or not the browser ever comes back",
    sources: &["SA-over \"notification completes\"", "STF"],
    needs: Needs::NOTHING,
    run: |ctx| either_way(ctx).boxed(),
};

async fn either_way(ctx: Ctx) -> Result<(), Stop> {
    let gone = ctx.purchase().await?;
    // Our payment page waits for the notification's answer before it sends the browser on, and nobody follows where it leads.
    pay_by_card(&ctx, &gone).await?;
    ctx.step("closed the browser");

    let seller = ctx.arrange(Sale { name: "early", ..Sale::default() }).await?;
    let early = ctx.register(&seller).await?;
    ctx.rule(HoldAction::Hold, &early, Some(SESSION_COMPLETED)).await?;
    let back = format!("{}/thanks", ctx.profile().return_origin());
    let answer = ctx.visit(Visit::of(&early, Asked::Url(&back))).await?;
    let bought = ctx.pay(&answer, &Means::card()).await?;
    if let Some(landed) = &bought.landed {
        ctx.come_back(landed).await?;
    }
    ctx.held(&early, SESSION_COMPLETED).await?;
    ctx.release(&early).await?;
    ctx.settle().await?;

    let seen = ctx.look(&gone).await?;
    shared::acknowledged(&ctx, &gone, &seen, SESSION_COMPLETED);
    shared::completed(&ctx, &gone, &seen, "although the browser never came back");
    let seen = ctx.look(&early).await?;
    shared::acknowledged(&ctx, &early, &seen, SESSION_COMPLETED);
    shared::completed(&ctx, &early, &seen, "by the notification that came after the browser");
    Ok(())
}

/// Anybody can type the address that buyers return to. It is no proof of payment.
pub static N12: Case = Case {
    id: "C-N12",
    title: "visits the return URL by hand, without having paid",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a visit of the return URL without a payment completes nothing: only Stripe's word counts",
    sources: &["SA-B", "ASVS 2.3.1", "I5"],
    needs: Needs::NOTHING,
    run: |ctx| by_hand(ctx).boxed(),
};

async fn by_hand(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let back = format!("{}/thanks?paid=1", ctx.profile().return_origin());
    ctx.visit(Visit::of(&purchase, Asked::Url(&back))).await?;
    let seen = ctx.look(&purchase).await?;
    let session = seen.ledger.sessions.first().map_or("cs_test_typed_by_hand", |session| session.id.as_str());
    let stored: Vec<String> = seen.ledger.payables.iter().filter_map(|payable| payable.return_url.clone()).collect();
    let mut visited = 0;
    for url in &stored {
        visited += ctx.come_back(&url.replace("{CHECKOUT_SESSION_ID}", session)).await?;
    }
    ctx.report(
        "pages of the service that a returning buyer passes",
        match (visited, stored.is_empty()) {
            (_, true) => "none: no return URL is stored at Stripe".to_owned(),
            (0, false) => format!("none: buyers return to {}", stored.join(", ")),
            (count, false) => format!("{count}, beginning with {}", stored.join(", ")),
        },
    );
    let seen = ctx.settled(&purchase).await?;
    if seen.ledger.sessions.iter().any(crate::steps::SessionView::is_paid) {
        return Err(Stop::suite("our Stripe says that the session is paid, though nobody paid"));
    }
    shared::not_completed(&ctx, &purchase, &seen, "by a visit of the return URL");
    Ok(())
}
