//! What other programs of the same Stripe account do, and what was kept back at our Stripe.

use mock_stripe::control::dto::{DeliveryState, DeliveryView};
use serde_json::Value;
use uuid::Uuid;

use super::purchase::Purchase;
use crate::buyer::{Bought, Means};
use crate::check::money;
use crate::model::Stop;
use crate::runner::Ctx;

/// A payment link that the suite made itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnLink {
    /// Its id, `plink_…`.
    pub id: String,
    /// Where it is paid.
    pub url: String,
}

impl Ctx {
    /// The delivery of this type that is held back for a purchase. That there is none is the service's doing: nothing that it made at Stripe for
    /// this purchase names the purchase, or nothing was paid.
    pub async fn held(&self, purchase: &Purchase, event_type: &str) -> Result<DeliveryView, Stop> {
        let found = self.deliveries(purchase.id, Some(event_type)).await?;
        let held = found.into_iter().find(|delivery| delivery.status == DeliveryState::Held);
        self.require(
            format!("our Stripe has a {event_type} for purchase {}", purchase.id),
            "an event about a paid session that belongs to this purchase",
            if held.is_some() { "one" } else { "none: no payment at our Stripe belongs to this purchase" },
            held.is_some(),
        )?;
        held.ok_or(Stop::Failed)
    }

    /// Calls our Stripe's API with the account's own key, as another program of the same account would.
    pub async fn stripe_api(&self, path: &str, form: &[(&str, &str)]) -> Result<Value, Stop> {
        let stripe = &self.bench().endpoints.stripe;
        let url = format!("{}{path}", stripe.api_base.trim_end_matches('/'));
        let broken = |error: reqwest::Error| Stop::suite(format!("our own Stripe does not answer {path}: {error}"));
        let call = self.http().post(&url).bearer_auth(&stripe.api_key).form(form);
        let response = call.send().await.map_err(broken)?;
        let status = response.status();
        let body = response.text().await.map_err(broken)?;
        if !status.is_success() {
            return Err(Stop::suite(format!("our own Stripe refused POST {path} with {status}: {body}")));
        }
        serde_json::from_str(&body)
            .map_err(|error| Stop::suite(format!("our own Stripe's answer to {path} is no JSON: {error}")))
    }

    /// Makes a payment link for something that has nothing to do with any purchase, in the same account. Everything that follows from it is
    /// found under `subject`, which stands in the product's name only. Answers the link's URL.
    pub async fn foreign_link(&self, subject: Uuid) -> Result<String, Stop> {
        self.step(format!(
            "made a payment link for \"Club mug {subject}\" in the same Stripe account, without metadata"
        ));
        self.watch(subject);
        let currency = self.profile().currency().to_owned();
        Ok(self.sell(&format!("Club mug {subject}"), 2500, &currency, &[]).await?.url)
    }

    /// Makes a payment link of somebody else's in the same account, whose metadata names a purchase. What is paid there is judged by the case
    /// alone.
    pub async fn link_in_the_name_of(&self, purchase: &Purchase, minor: i64, currency: &str) -> Result<OwnLink, Stop> {
        let key = format!("metadata[{}]", self.profile().declares.metadata_key);
        let id = purchase.id.to_string();
        let amount = money::shown(minor, currency);
        self.step(format!(
            "made a payment link of {amount} in the same Stripe account, with metadata that names purchase {id}"
        ));
        self.sell("Club mug", minor, currency, &[(&key, &id)]).await
    }

    /// Makes a product, a price and a link with some metadata; what is paid there is not the service's own.
    pub async fn sell(
        &self,
        name: &str,
        minor: i64,
        currency: &str,
        metadata: &[(&str, &str)],
    ) -> Result<OwnLink, Stop> {
        let (minor, currency) = (minor.to_string(), currency.to_ascii_lowercase());
        let product = self.stripe_api("/v1/products", &[("name", name)]).await?;
        let price = [("unit_amount", minor.as_str()), ("currency", &currency), ("product", id_of(&product))];
        let price = self.stripe_api("/v1/prices", &price).await?;
        let mut link = vec![("line_items[0][price]", id_of(&price)), ("line_items[0][quantity]", "1")];
        link.extend(metadata);
        let link = self.stripe_api("/v1/payment_links", &link).await?;
        let url = link.get("url").and_then(Value::as_str).map(str::to_owned);
        let url = url.ok_or_else(|| Stop::suite("our own Stripe made a payment link without a URL"))?;
        self.disown(id_of(&link));
        Ok(OwnLink { id: id_of(&link).to_owned(), url })
    }

    /// Pays at a URL that did not come from the service.
    pub async fn pay_at(&self, url: &str, means: &Means) -> Result<Bought, Stop> {
        let mut buyer = self.buyer();
        let page = buyer.open(url).await.map_err(Stop::suite)?;
        self.send(&mut buyer, &page, means).await
    }
}

fn id_of(object: &Value) -> &str {
    object.get("id").and_then(Value::as_str).unwrap_or_default()
}
