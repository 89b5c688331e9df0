//! Cards that are declined, and the two words for an end: C-N08, C-N09.

use futures_util::FutureExt as _;

use super::shared::{self, SESSION_COMPLETED, pay_by_card, pay_by_debit, sale_by_debit};
use crate::buyer::{Buyer, End, Means};
use crate::check::status::payment_statuses;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// A declined card is not the end: the page asks for another, in the same session. Whoever cancels then takes the seat from a buyer who is about
/// to pay.
pub static N08: Case = Case {
    id: "C-N08",
    title: "a card is declined, and the buyer pays with another in the same session",
    level: Level::Core,
    strength: Strength::Must,
    clause: "payment_intent.payment_failed does not cancel the reservation, since the buyer may try again; the payment that follows completes it",
    sources: &["SA-over", "STF", "INV-3"],
    needs: Needs::NOTHING,
    run: |ctx| second_try(ctx).boxed(),
};

async fn second_try(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let mut buyer = ctx.buyer();
    let page = declined(&ctx, &purchase, &mut buyer).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::untouched(&ctx, &purchase, &seen, "while the buyer looks for another card");
    let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
    if bought.end != End::Paid {
        return Err(Stop::suite(format!(
            "our payment page did not take a good card after a declined one: {}",
            bought.page.text()
        )));
    }
    let seen = ctx.settled(&purchase).await?;
    shared::acknowledged(&ctx, &purchase, &seen, SESSION_COMPLETED);
    shared::completed(&ctx, &purchase, &seen, "by the second card");
    Ok(())
}

/// Tries a card that is declined; the page that is left can be filled in again.
async fn declined(ctx: &Ctx, purchase: &Purchase, buyer: &mut Buyer) -> Result<crate::buyer::Page, Stop> {
    let answer = ctx.follow(purchase).await?;
    let page = ctx.open(buyer, &answer).await?;
    let bought = ctx.send(buyer, &page, &Means::declined_card()).await?;
    if bought.end == End::Declined {
        return Ok(bought.page);
    }
    Err(Stop::suite(format!("our payment page did not decline the card: {}", bought.page.text())))
}

/// The custom API knows two values. Whatever happens to a payment, no other is written.
pub static N09: Case = Case {
    id: "C-N09",
    title: "watches which payment statuses are written while cards pay, are declined, and debits are refused",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the service writes no payment status but 100000000 (cancelled) and 100000001 (completed)",
    sources: &["SA-B"],
    needs: Needs::REAL_TIME,
    run: |ctx| two_values(ctx).boxed(),
};

async fn two_values(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let paid = ctx.register(&seller).await?;
    pay_by_card(&ctx, &paid).await?;
    let retried = ctx.register(&seller).await?;
    let mut buyer = ctx.buyer();
    let page = declined(&ctx, &retried, &mut buyer).await?;
    ctx.send(&mut buyer, &page, &Means::card()).await?;
    let mut purchases = vec![paid, retried];
    purchases.extend(refused_debit(&ctx).await?);
    ctx.settle().await?;
    for purchase in &purchases {
        let seen = ctx.look(purchase).await?;
        let mut odd = Vec::new();
        let mut written = Vec::new();
        for entry in seen.calls_to("dataverse") {
            for status in payment_statuses(entry) {
                if !matches!(status.as_str(), "100000000" | "100000001") {
                    odd.push(format!("{status} in #{}", entry.seq));
                }
                written.push(status);
            }
        }
        written.dedup();
        ctx.check(
            format!("only the two documented payment statuses are written for purchase {}", purchase.id),
            "100000000 or 100000001",
            match (odd.is_empty(), written.is_empty()) {
                (false, _) => odd.join("; "),
                (true, false) => written.join(", "),
                (true, true) => "none written".to_owned(),
            },
            odd.is_empty(),
        );
    }
    Ok(())
}

/// A purchase whose debit the bank refuses, where the service sells that way.
async fn refused_debit(ctx: &Ctx) -> Result<Option<Purchase>, Stop> {
    let Ok(sale) = sale_by_debit(ctx) else { return Ok(None) };
    let seller = ctx.arrange(Sale { name: "debit", ..sale }).await?;
    let purchase = ctx.register(&seller).await?;
    match pay_by_debit(ctx, &purchase, &Means::failing_debit()).await {
        Err(Stop::NotApplicable(_)) => return Ok(Some(purchase)),
        other => other?,
    }
    let seen = ctx.look(&purchase).await?;
    if !seen.ledger.sessions.is_empty() {
        ctx.bank_answers(&purchase, false).await?;
    }
    Ok(Some(purchase))
}
