//! What cases about amounts do and look at.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rust_decimal::Decimal;

use crate::check::http::Outcome;
use crate::check::money;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::steps::{Answer, PayableView, Purchase, Sale, Seen};

/// How many visits are under way at once.
const AT_ONCE: usize = 8;

/// A purchase at a price, and what a visit of its link came to.
pub(crate) struct Quoted {
    pub(crate) purchase: Purchase,
    pub(crate) answer: Answer,
    pub(crate) seen: Seen,
}

impl Quoted {
    /// What the visit led to, if to a payment page.
    pub(crate) fn payable(&self) -> Option<&PayableView> {
        let location = self.answer.location().filter(|_| self.answer.outcome() == Outcome::Redirect)?;
        self.seen.ledger.payables.iter().find(|payable| payable.url == location)
    }

    /// The price as it stands in Dataverse, for people.
    pub(crate) fn price(&self) -> String {
        format!("{} {}", self.purchase.price.unwrap_or_default().normalize(), self.purchase.currency)
    }

    /// What is charged, in minor units, for people.
    pub(crate) fn charged(&self) -> String {
        match self.payable() {
            Some(PayableView { amount: Some(amount), currency, .. }) => money::shown(*amount, currency),
            Some(_) => "an object without an amount".to_owned(),
            None => format!("no payment page: {}", self.answer),
        }
    }

    /// Whether the visitor was told that this cannot be paid, by whatever status.
    pub(crate) fn is_refused(&self) -> bool {
        self.answer.outcome() != Outcome::Redirect && !self.seen.ledger.payables.iter().any(|payable| payable.active)
    }

    /// The exact price in the minor unit, unrounded.
    pub(crate) fn exact(&self) -> Decimal {
        let factor = Decimal::from(10_i64.pow(money::decimals(&self.purchase.currency)));
        self.purchase.price.unwrap_or_default().checked_mul(factor).unwrap_or_default()
    }
}

/// Registers one purchase for each of these prices and currencies, and follows its link.
pub(crate) async fn quotes(ctx: &Ctx, prices: &[(String, String)]) -> Result<Vec<Quoted>, Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let visits: Vec<_> = prices
        .iter()
        .map(|(price, currency)| {
            let seller = &seller;
            async move {
                let mut purchase = ctx.register(seller).await?;
                ctx.set_money(&mut purchase, price, currency).await?;
                let answer = ctx.follow(&purchase).await?;
                let seen = ctx.look(&purchase).await?;
                Ok::<_, Stop>(Quoted { purchase, answer, seen })
            }
        })
        .collect();
    stream::iter(visits).buffered(AT_ONCE).try_collect().await
}

/// The same price in several currencies.
pub(crate) fn in_each(price: &str, currencies: &[&str]) -> Vec<(String, String)> {
    currencies.iter().map(|code| (price.to_owned(), (*code).to_owned())).collect()
}

/// A quote that has to lead to this amount. A currency that the profile does not declare may be refused.
pub(crate) fn charges(ctx: &Ctx, quoted: &Quoted, right: &[i64]) {
    let declared = ctx.profile().sells_in(&quoted.purchase.currency);
    let amount = quoted.payable().and_then(|payable| payable.amount);
    let shown: Vec<String> = right.iter().map(|amount| money::shown(*amount, &quoted.purchase.currency)).collect();
    ctx.check(
        format!("{} is charged exactly", quoted.price()),
        format!(
            "{}{}",
            shown.join(" or "),
            if declared { "" } else { ", or a refusal: the profile does not declare this currency" }
        ),
        quoted.charged(),
        amount.is_some_and(|amount| right.contains(&amount)) || (!declared && quoted.is_refused()),
    );
}
