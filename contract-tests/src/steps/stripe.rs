//! What other programs of the same Stripe account do, and what was kept back at our Stripe.

use mock_stripe::control::dto::{DeliveryState, DeliveryView};
use serde_json::Value;
use uuid::Uuid;

use super::purchase::Purchase;
use crate::buyer::{Bought, Means};
use crate::model::Stop;
use crate::runner::Ctx;

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
        let name = format!("Club mug {subject}");
        self.step(format!("made a payment link for {name:?} in the same Stripe account, without metadata"));
        self.watch(subject);
        let currency = self.profile().currency().to_ascii_lowercase();
        let product = self.stripe_api("/v1/products", &[("name", &name)]).await?;
        let price = [("unit_amount", "2500"), ("currency", currency.as_str()), ("product", id_of(&product))];
        let price = self.stripe_api("/v1/prices", &price).await?;
        let link = [("line_items[0][price]", id_of(&price)), ("line_items[0][quantity]", "1")];
        let link = self.stripe_api("/v1/payment_links", &link).await?;
        let url = link.get("url").and_then(Value::as_str).map(str::to_owned);
        url.ok_or_else(|| Stop::suite("our own Stripe made a payment link without a URL"))
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
