//! Arranges events and registers for them, as an organizer and a registration page would.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_event_api::control::dto::{ArrangeEvent, ArrangePass, ArrangedEvent, ChangePurchase};
use rust_decimal::Decimal;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use uuid::Uuid;

use super::purchase::Purchase;
use crate::check::url::parameter;
use crate::model::Stop;
use crate::runner::Ctx;

/// What is for sale. [`Sale::default`] is one pass at 149.50 in the profile's own currency, with half an hour to pay: a price that Stripe still
/// takes when somebody leaves the conversion to its minor unit out, so that the mistake shows as a wrong amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Tells several sales of one case apart; part of every id.
    pub name: &'static str,
    /// The price of one pass in the main unit, as a decimal number.
    pub price: &'static str,
    /// ISO code; `None` is the profile's own.
    pub currency: Option<&'static str>,
    /// How long a reservation waits for its payment, in minutes of the world's time.
    pub timeout_minutes: u32,
    /// What the organizer put into the payment page URL behind its `?`, such as `tenant=7&`; it has to end in `&`.
    pub page_query: &'static str,
    /// How many places there are.
    pub capacity: u32,
}

impl Default for Sale {
    fn default() -> Self {
        Self { name: "", price: "149.50", currency: None, timeout_minutes: 30, page_query: "", capacity: 100 }
    }
}

/// One pass of an arranged event, ready for registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seller {
    arranged: Arc<ArrangedEvent>,
    pass: Uuid,
    price: Decimal,
    currency: String,
    switches: BTreeMap<String, String>,
}

impl Seller {
    /// The event's readable id.
    pub fn event(&self) -> &str {
        &self.arranged.readable_event_id
    }
}

impl Ctx {
    /// Arranges an event, under the switch value that this case runs under.
    pub async fn arrange(&self, sale: Sale) -> Result<Seller, Stop> {
        let price: Decimal =
            sale.price.parse().map_err(|_| Stop::suite(format!("the case names the price {:?}", sale.price)))?;
        let mut sellers = self.arrange_priced(sale, &[price]).await?;
        sellers.pop().ok_or_else(|| Stop::suite("an event was arranged without its pass"))
    }

    /// Arranges one event with a pass at each of these prices; the sale's own price does not count.
    pub async fn arrange_priced(&self, sale: Sale, prices: &[Decimal]) -> Result<Vec<Seller>, Stop> {
        let profile = self.profile();
        let currency = sale.currency.unwrap_or_else(|| profile.currency()).to_owned();
        // A currency without decimals cannot have half a unit.
        let decimals = crate::check::money::decimals(&currency);
        let prices: Vec<Decimal> = prices.iter().map(|price| price.round_dp(decimals.min(price.scale()))).collect();
        let pass =
            |price: &Decimal| ArrangePass { price: Some(*price), allocation: sale.capacity, ..ArrangePass::default() };
        let switches: BTreeMap<String, String> =
            self.under().iter().map(|(switch, value)| ((*switch).to_owned(), (*value).to_owned())).collect();
        let scope = if sale.name.is_empty() { self.scope() } else { format!("{} {}", self.scope(), sale.name) };
        let page = &self.urls().redirect;
        let page_url = match page.query() {
            Some(_) => format!("{page}&{}", sale.page_query),
            None => format!("{page}?{}", sale.page_query),
        };
        let platform = profile.declares.platform;
        let ask = ArrangeEvent {
            name: readable(&scope),
            scope,
            currency: Some(currency.clone()),
            passes: prices.iter().map(pass).collect(),
            capacity: Some(sale.capacity),
            timeout_minutes: Some(sale.timeout_minutes),
            payment_page_url: Some(page_url),
            origin: Some(profile.return_origin().to_owned()),
            source_system: platform.generation().into(),
            switches: switches.clone(),
            ..ArrangeEvent::default()
        };
        let arranged: ArrangedEvent = self.control().post("/v1/event-api/events", &ask).await?;
        let offer = match prices.as_slice() {
            [price] => format!("a pass at {price} {currency}"),
            several => format!("{} passes of different prices in {currency}", several.len()),
        };
        self.step(format!(
            "arranged event {}{} with {offer} and {} minutes to pay",
            arranged.readable_event_id,
            if platform.is_outbound() { " of outbound marketing" } else { "" },
            platform.minutes(sale.timeout_minutes)
        ));
        if arranged.pass_ids.len() != prices.len() {
            return Err(Stop::suite(format!("of {} passes {} were arranged", prices.len(), arranged.pass_ids.len())));
        }
        let arranged = Arc::new(arranged);
        let seller = |(pass, price): (&Uuid, Decimal)| Seller {
            arranged: Arc::clone(&arranged),
            pass: *pass,
            price,
            currency: currency.clone(),
            switches: switches.clone(),
        };
        Ok(arranged.pass_ids.iter().zip(prices).map(seller).collect())
    }

    /// Registers one attendee, as the registration page does.
    pub async fn register(&self, seller: &Seller) -> Result<Purchase, Stop> {
        self.register_many(seller, 1).await
    }

    /// Registers several attendees at once.
    pub async fn register_many(&self, seller: &Seller, attendees: u32) -> Result<Purchase, Stop> {
        let answer = self.post_registration(seller, attendees).await?;
        self.registered(seller, attendees, &answer).await
    }

    /// Registers one attendee of this first name, last name and e-mail address.
    pub async fn register_as(&self, seller: &Seller, first: &str, last: &str, email: &str) -> Result<Purchase, Stop> {
        let person = json!({
            "firstName": first,
            "lastName": last,
            "email": email,
            "passId": seller.pass,
        });
        let answer = self.post_people(seller, &[person]).await?;
        self.registered(seller, 1, &answer).await
    }

    /// The purchase that a registration made.
    async fn registered(&self, seller: &Seller, attendees: u32, answer: &Value) -> Result<Purchase, Stop> {
        // AMB-6: the printed name has a blank inside. A registration page reads either.
        let link = answer.get("redirectUrl").or_else(|| answer.get("redirectUrl ")).and_then(Value::as_str);
        let link = link.ok_or_else(|| Stop::suite(format!("the Event API answered without a link: {answer}")))?;
        let id = parameter(link, "purchaseId").and_then(|text| text.parse().ok());
        let id = id.ok_or_else(|| Stop::suite(format!("the link {link} has no purchase id")))?;
        let price = seller.price.checked_mul(Decimal::from(attendees));
        let purchase = Purchase {
            id,
            link: link.to_owned(),
            price,
            currency: seller.currency.clone(),
            event: seller.event().to_owned(),
        };
        for (switch, value) in &seller.switches {
            self.control().set_switch(switch, value, Some(&id.to_string())).await?;
        }
        let people = if attendees == 1 { "an attendee".to_owned() } else { format!("{attendees} attendees") };
        self.step(format!("registered {people}: purchase {id}, {}", purchase.shown_price()));
        self.own(&purchase);
        Ok(purchase)
    }

    /// The Event API's whole answer to a registration.
    pub async fn post_registration(&self, seller: &Seller, attendees: u32) -> Result<Value, Stop> {
        let people: Vec<Value> = (1..=attendees)
            .map(|number| {
                json!({
                    "firstName": "Ada",
                    "lastName": format!("Ng{number}"),
                    "email": format!("ada{number}.{}@example.test", seller.event().to_ascii_lowercase()),
                    "passId": seller.pass,
                })
            })
            .collect();
        self.post_people(seller, &people).await
    }

    async fn post_people(&self, seller: &Seller, people: &[Value]) -> Result<Value, Stop> {
        let url = &seller.arranged.registration_url;
        let mut call = self.http().post(url).json(&json!({ "attendees": people }));
        if self.profile().declares.platform.is_outbound() {
            // The ancestor serves nobody who does not say where they come from.
            call = call.header(http::header::ORIGIN, &seller.arranged.origin);
        }
        let response =
            call.send().await.map_err(|error| Stop::suite(format!("the Event API does not answer: {error}")))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| Stop::suite(format!("the Event API broke off: {error}")))?;
        if !status.is_success() {
            let body = String::from_utf8_lossy(&body);
            return Err(Stop::suite(format!("the Event API refused a registration with {status}: {body}")));
        }
        serde_json::from_slice(&body)
            .map_err(|error| Stop::suite(format!("the Event API's answer is no JSON: {error}")))
    }

    /// Arranges the default sale and registers for it.
    pub async fn purchase(&self) -> Result<Purchase, Stop> {
        let seller = self.arrange(Sale::default()).await?;
        self.register(&seller).await
    }

    /// The same for a case that has several sales.
    pub async fn purchase_named(&self, name: &'static str) -> Result<Purchase, Stop> {
        let seller = self.arrange(Sale { name, ..Sale::default() }).await?;
        self.register(&seller).await
    }

    /// Takes the total price off a purchase, as an incomplete configuration would leave it.
    pub async fn take_price(&self, purchase: &mut Purchase) -> Result<(), Stop> {
        self.step(format!("took the total price off purchase {}", purchase.id));
        self.change(purchase, &ChangePurchase { price: Some(None), ..ChangePurchase::default() }).await?;
        purchase.price = None;
        Ok(())
    }

    /// Takes the currency off a purchase.
    pub async fn take_currency(&self, purchase: &mut Purchase) -> Result<(), Stop> {
        self.step(format!("took the currency off purchase {}", purchase.id));
        self.change(purchase, &ChangePurchase { currency: Some(None), ..ChangePurchase::default() }).await?;
        purchase.currency.clear();
        Ok(())
    }

    /// Changes the total price of a purchase, as an organizer does who edits the row; from then on it is judged by that price.
    pub async fn set_price(&self, purchase: &mut Purchase, price: &str) -> Result<(), Stop> {
        let price: Decimal = price.parse().map_err(|_| Stop::suite(format!("the case names the price {price:?}")))?;
        self.step(format!("changed the total price of purchase {} to {price}", purchase.id));
        self.change(purchase, &ChangePurchase { price: Some(Some(price)), ..ChangePurchase::default() }).await?;
        purchase.price = Some(price);
        self.own(purchase);
        Ok(())
    }

    /// Changes price and currency of a purchase; from then on it is judged by them.
    pub async fn set_money(&self, purchase: &mut Purchase, price: &str, currency: &str) -> Result<(), Stop> {
        let amount: Decimal = price.parse().map_err(|_| Stop::suite(format!("the case names the price {price:?}")))?;
        self.step(format!("made purchase {} cost {price} {currency}", purchase.id));
        let change = ChangePurchase { price: Some(Some(amount)), currency: Some(Some(currency.to_owned())) };
        self.change(purchase, &change).await?;
        purchase.price = Some(amount);
        currency.clone_into(&mut purchase.currency);
        self.own(purchase);
        Ok(())
    }

    /// Ends an open reservation as its payment timeout does, without moving the clock for everybody else.
    pub async fn time_out(&self, purchase: &Purchase) -> Result<(), Stop> {
        self.step(format!("let the payment timeout of purchase {} come", purchase.id));
        let path = format!("/v1/event-api/purchases/{}/expire", purchase.id);
        self.control().post::<IgnoredAny>(&path, &json!({})).await?;
        Ok(())
    }

    async fn change(&self, purchase: &Purchase, change: &ChangePurchase) -> Result<(), Stop> {
        let path = format!("/v1/event-api/purchases/{}", purchase.id);
        self.control().post::<IgnoredAny>(&path, change).await?;
        Ok(())
    }
}

/// A name for an event from the scope of a case: letters, digits and blanks.
fn readable(scope: &str) -> String {
    scope.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}
