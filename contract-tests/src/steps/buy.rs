//! The buyer's side of the hosted page, as steps of a case.

use super::answer::Answer;
use crate::buyer::{Bought, Buyer, BuyerError, Means, Page};
use crate::model::Stop;
use crate::runner::Ctx;

impl Ctx {
    /// Opens the payment page that an answer redirects to, with a fresh browser, and pays.
    pub async fn pay(&self, answer: &Answer, means: &Means) -> Result<Bought, Stop> {
        let mut buyer = self.buyer();
        let page = self.open(&mut buyer, answer).await?;
        self.send(&mut buyer, &page, means).await
    }

    /// Opens the payment page that an answer redirects to. An answer that leads to no page of our Stripe is the service's fault.
    pub async fn open(&self, buyer: &mut Buyer, answer: &Answer) -> Result<Page, Stop> {
        let location = answer.location().unwrap_or_default();
        let stripe = &self.bench().endpoints.stripe.api_base;
        self.require(
            "the visit leads to a page of our Stripe",
            format!("a Location below {stripe}"),
            answer,
            answer.outcome() == crate::check::http::Outcome::Redirect && location.starts_with(stripe.as_str()),
        )?;
        self.step(format!("opened the payment page {location}"));
        buyer.open(location).await.map_err(broken)
    }

    /// Fills the page's form in and sends it.
    pub async fn send(&self, buyer: &mut Buyer, page: &Page, means: &Means) -> Result<Bought, Stop> {
        self.step(format!("paid with {}", means.shown()));
        let bought = buyer.pay(page, means).await.map_err(broken)?;
        if let Some(landed) = &bought.landed {
            self.step(format!("was sent to {landed}"));
        }
        Ok(bought)
    }
}

fn broken(error: BuyerError) -> Stop {
    Stop::suite(format!("our own payment page: {error}"))
}
