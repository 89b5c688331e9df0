//! What was charged, by the fakes' own ledger: R-M08.

use futures_util::FutureExt as _;

use super::shared::quotes;
use crate::buyer::Means;
use crate::cases::delivery::shared::completed_once;
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// One price that fits each kind of currency: two decimals, none, three.
const PRICES: [(&str, &str); 4] = [("149.50", "USD"), ("149.50", "EUR"), ("21500", "JPY"), ("49.990", "KWD")];

/// A conversion that is wrong in both directions passes every check that the service makes of itself. Here it is compared with what the buyer's
/// bank was told.
pub static M08: Case = Case {
    id: "R-M08",
    title: "pays in each declared kind of currency, and compares what was charged with the price by the fakes' own ledger",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "what the buyer was charged is what the purchase costs, in its currency, and completes it",
    sources: &["I11 (1677)"],
    needs: Needs::NOTHING,
    run: |ctx| compared(ctx).boxed(),
};

async fn compared(ctx: Ctx) -> Result<(), Stop> {
    let declared = PRICES.iter().filter(|(_, code)| ctx.profile().sells_in(code));
    let prices: Vec<_> = declared.map(|(price, code)| ((*price).to_owned(), (*code).to_owned())).collect();
    if prices.is_empty() {
        return Err(Stop::NotApplicable("the profile declares none of USD, EUR, JPY, KWD".to_owned()));
    }
    for quoted in quotes(&ctx, &prices).await? {
        ctx.pay(&quoted.answer, &Means::card()).await?;
        let seen = ctx.settled(&quoted.purchase).await?;
        let paid: Vec<_> = seen.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
        let total: i64 = paid.iter().map(|session| session.amount).sum();
        let right_currency =
            paid.iter().all(|session| session.currency.eq_ignore_ascii_case(&quoted.purchase.currency));
        ctx.check(
            format!("the buyer of a purchase for {} was charged just that", quoted.price()),
            quoted.purchase.shown_price(),
            paid.first().map_or_else(|| seen.ledger.shown(), |session| money::shown(total, &session.currency)),
            Some(total) == quoted.purchase.minor() && right_currency,
        );
        completed_once(&ctx, &quoted.purchase, &seen, "by what was charged");
    }
    Ok(())
}
