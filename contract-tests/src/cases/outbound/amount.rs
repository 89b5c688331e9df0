//! Is it the price? C-L03.

use futures_util::FutureExt as _;
use serde_json::Value;

use super::shared::{finalizes, shown};
use crate::buyer::Means;
use crate::cases::notification::shared::pay_by_card;
use crate::check::journal::line_of;
use crate::check::outbound::{DETAILS, asks_for_details};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Sale};

/// What the small payment comes to, in the minor unit of whatever currency: less than any price here.
const SMALL: &str = "100";

/// The seed calls it good practice: before it finalizes, the service asks what the purchase costs. A genuine payment of another sum, made in the
/// same Stripe account and with the purchase's id on it, completes nothing.
pub static L03: Case = Case {
    id: "C-L03",
    title: "checks the amount before the legacy action",
    level: Level::Core,
    strength: Strength::Should,
    clause: "msevtmgt_GetPurchaseDetailsAction or msevtmgt_ListDetailedPurchaseInfo is asked with the purchase's id before the legacy action is called; a payment of another amount is not finalized",
    sources: &["SC \"good practice\""],
    needs: Needs::OUTBOUND,
    run: |ctx| amount_first(ctx).boxed(),
};

async fn amount_first(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let paid = ctx.register(&seller).await?;
    pay_by_card(&ctx, &paid).await?;
    asked_first(&ctx, &paid).await?;

    let cheated = ctx.register(&seller).await?;
    pay_little(&ctx, &cheated).await?;
    let seen = ctx.settled(&cheated).await?;
    let calls = finalizes(&seen);
    ctx.check("a payment of another amount is not finalized", "no finalize call", shown(&calls), calls.is_empty());
    ctx.must(
        format!("purchase {} still waits for its own payment", cheated.id),
        "reserved",
        seen.state.word(),
        seen.state.is_reserved(),
    );
    give_back(&ctx, &cheated).await
}

async fn asked_first(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let seen = ctx.settled(purchase).await?;
    let calls = finalizes(&seen);
    let taken = |status: Option<u16>| status.is_some_and(|status| (200..300).contains(&status));
    let asked: Vec<_> = seen.entries.iter().filter(|entry| asks_for_details(entry) && taken(entry.status)).collect();
    let first = calls.first().map(|call| call.seq);
    ctx.check(
        format!("the details of purchase {} are asked for before it is finalized", purchase.id),
        format!("{} or {}, then the legacy finalize action", DETAILS[0], DETAILS[1]),
        format!(
            "{}; {}",
            asked.first().map_or_else(|| "neither was called".to_owned(), |entry| line_of(entry)),
            shown(&calls)
        ),
        asked.first().is_some_and(|entry| first.is_some_and(|first| entry.seq < first)),
    );
    Ok(())
}

/// A link of the same Stripe account that carries the purchase's id and sells something cheap.
async fn pay_little(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    ctx.step(format!(
        "made a link for {SMALL} minor units in the same account, with the id of purchase {}",
        purchase.id
    ));
    let currency = purchase.currency.to_ascii_lowercase();
    let price = [("unit_amount", SMALL), ("currency", currency.as_str()), ("product_data[name]", "Something small")];
    let price = ctx.stripe_api("/v1/prices", &price).await?;
    let (price, id) = (text(&price, "id"), purchase.id.to_string());
    let key = format!("metadata[{}]", ctx.profile().declares.metadata_key);
    let link = [("line_items[0][price]", price), ("line_items[0][quantity]", "1"), (key.as_str(), id.as_str())];
    let link = ctx.stripe_api("/v1/payment_links", &link).await?;
    ctx.pay_at(text(&link, "url"), &Means::card()).await?;
    Ok(())
}

/// As an operator does with money that belongs to no purchase, unless the service has done so already.
async fn give_back(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let ledger = ctx.ledger(purchase.id).await?;
    for session in ledger.sessions.iter().filter(|session| session.is_paid() && session.refunded < session.amount) {
        if let Some(intent) = &session.intent {
            ctx.step("gave the small payment back, as an operator would");
            ctx.stripe_api("/v1/refunds", &[("payment_intent", intent)]).await?;
        }
    }
    Ok(())
}

fn text<'o>(object: &'o Value, name: &str) -> &'o str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}
