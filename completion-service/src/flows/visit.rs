//! A buyer follows the registration's link: one purchase, one price, one payment link, however often they come.

use ring::digest;
use uuid::Uuid;

use crate::app::App;
use crate::clients::dataverse::DataverseError;
use crate::clients::stripe::{Created, Form, PaymentLink, StripeError};
use crate::clock::Deadline;
use crate::domain::purchase::{Quote, Standing, Unpriced};
use crate::domain::return_url::ReturnUrl;

/// A link may have been closed by hand, or a server error be kept under its key: so many fresh ones are tried for one offer.
const GENERATIONS: u32 = 4;

/// What a buyer is offered: to pay this, and to come back there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) quote: Quote,
    pub(crate) return_url: Option<ReturnUrl>,
}

/// An offer and the link made for it.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    offer: Offer,
    link: String,
}

/// Why a visit does not end at a payment page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VisitError {
    #[error("already paid")]
    AlreadyPaid,
    /// Someone went through with a payment; its money or its notification is on the way.
    #[error("a payment is under way")]
    UnderWay,
    #[error("no longer reserved")]
    Closed,
    #[error(transparent)]
    Unpriced(#[from] Unpriced),
    #[error(transparent)]
    Dataverse(#[from] DataverseError),
    #[error(transparent)]
    Stripe(#[from] StripeError),
    #[error("Stripe handed out no usable page")]
    NoPage,
}

/// Finds or makes the payment page for a purchase and returns its address.
pub(crate) async fn visit(
    app: &App,
    purchase: Uuid,
    return_url: Option<ReturnUrl>,
    deadline: Deadline,
) -> Result<String, VisitError> {
    let _turn = if app.hooks.visits_take_turns() { Some(app.turns.take(purchase).await) } else { None };
    let purchase = app.hooks.visited(purchase, app.dataverse.purchase(purchase, deadline).await)?;
    match purchase.standing {
        Standing::Open => {}
        Standing::Completed => return Err(VisitError::AlreadyPaid),
        Standing::Closed => {
            if !app.hooks.writes_off(purchase.id) {
                close_earlier(app, purchase.id, deadline).await;
            }
            return Err(VisitError::Closed);
        }
    }
    let quote = app.hooks.quote(&purchase, purchase.quote(app.config.missing_currency))?;
    let offer = Offer { quote, return_url };
    match earlier_page(app, &offer, deadline).await? {
        Some(page) => Ok(page),
        None => new_page(app, offer, deadline).await,
    }
}

/// The link that was made for a reservation that is over takes no more money. If that fails, what is paid there goes back.
async fn close_earlier(app: &App, purchase: Uuid, deadline: Deadline) {
    if let Some(earlier) = app.offered.get(&purchase)
        && let Err(error) = app.stripe.deactivate_link(&earlier.link, deadline).await
    {
        tracing::warn!(%purchase, %error, "the link of an ended reservation stays open");
    }
}

/// The page of the link that was made before, if it still serves. A link for another price or return URL is closed, so that
/// never two can be paid.
async fn earlier_page(app: &App, offer: &Offer, deadline: Deadline) -> Result<Option<String>, VisitError> {
    let Some(earlier) = app.offered.get(&offer.quote.purchase).filter(|_| app.hooks.looks_for_earlier_links()) else {
        return Ok(None);
    };
    let link = match app.stripe.link(&earlier.link, deadline).await {
        Ok(link) => link,
        Err(StripeError::Refused { status: 404, .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if link.used() {
        return if app.hooks.sells_again(offer.quote.purchase) { Ok(None) } else { Err(VisitError::UnderWay) };
    }
    if !link.active {
        return Ok(None);
    }
    if earlier.offer == *offer {
        return link.page().map(|page| Some(page.to_owned())).ok_or(VisitError::NoPage);
    }
    app.stripe.deactivate_link(&link.id, deadline).await?;
    Ok(None)
}

/// Makes price and link. The idempotency keys follow from the offer alone, so a repeat, here or in another process, gets the
/// same two objects for as long as Stripe remembers (24 hours).
async fn new_page(app: &App, offer: Offer, deadline: Deadline) -> Result<String, VisitError> {
    for generation in 0..GENERATIONS {
        let link = match make(app, &offer, generation, deadline).await {
            Ok(link) => link,
            Err(StripeError::Stuck(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        if link.used() {
            if app.hooks.sells_again(offer.quote.purchase) {
                continue;
            }
            return Err(VisitError::UnderWay);
        }
        if link.active {
            let page = app.hooks.page(link.page()).ok_or(VisitError::NoPage)?.to_owned();
            app.offered.put(offer.quote.purchase, Offered { offer, link: link.id });
            return Ok(page);
        }
    }
    Err(VisitError::NoPage)
}

async fn make(app: &App, offer: &Offer, generation: u32, deadline: Deadline) -> Result<PaymentLink, StripeError> {
    let App { config, stripe, .. } = app;
    let key = app.hooks.key(offer.key("price", generation, &config.metadata_key));
    let price = stripe.create_price(&price_form(app, offer.quote), &key, deadline).await?.object;
    let key = app.hooks.key(offer.key(&price.id, generation, &config.metadata_key));
    let created = stripe.create_link(&link_form(app, offer, price.id), &key, deadline).await?;
    current(app, created, deadline).await
}

/// A repeated answer shows the link as it was when it was made; ask how it is now.
async fn current(app: &App, created: Created<PaymentLink>, deadline: Deadline) -> Result<PaymentLink, StripeError> {
    if created.replayed { app.stripe.link(&created.object.id, deadline).await } else { Ok(created.object) }
}

fn price_form(app: &App, quote: Quote) -> Form {
    vec![
        ("unit_amount".into(), quote.minor.to_string()),
        ("currency".into(), app.hooks.currency(quote.currency.to_string())),
        ("product_data[name]".into(), format!("Payment {}", quote.purchase)),
    ]
}

fn link_form(app: &App, offer: &Offer, price: String) -> Form {
    let mut form = vec![
        ("line_items[0][price]".into(), price),
        ("line_items[0][quantity]".into(), app.hooks.quantity(offer.quote.purchase).to_string()),
    ];
    if app.hooks.limits_links() {
        form.push(("restrictions[completed_sessions][limit]".into(), "1".to_owned()));
    }
    if let Some(id) = app.hooks.order_id(offer.quote.purchase) {
        let key = &app.config.metadata_key;
        form.push((format!("metadata[{key}]").into(), id.to_string()));
        form.push((format!("payment_intent_data[metadata][{key}]").into(), id.to_string()));
    }
    if let Some(url) = app.hooks.return_target(offer.return_url.as_ref()) {
        form.push(("after_completion[type]".into(), "redirect".to_owned()));
        form.push(("after_completion[redirect][url]".into(), url));
    }
    app.hooks.tell_more(&app.config, offer.quote.purchase, &mut form);
    form
}

impl Offer {
    /// An idempotency key: same offer, same key. Nothing that changes with time goes in.
    fn key(&self, object: &str, generation: u32, metadata_key: &str) -> String {
        let Quote { purchase, minor, currency } = self.quote;
        let back = self.return_url.as_ref().map_or("", ReturnUrl::as_str);
        let text = format!("{object}\n{generation}\n{purchase}\n{minor}\n{currency}\n{metadata_key}\n{back}");
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        format!("completion-{}", hex::encode(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn offer(minor: i64, back: Option<&str>) -> Offer {
        let quote = Quote { purchase: Uuid::from_u128(7), minor, currency: Currency::USD };
        let return_url = back.map(|text| ReturnUrl::unchecked(text.into()));
        Offer { quote, return_url }
    }

    #[test]
    fn keys_follow_from_the_offer_alone() {
        let key = |offer: Offer, generation| offer.key("price", generation, "order_id");
        let first = key(offer(100, None), 0);
        assert_eq!(first, key(offer(100, None), 0));
        assert!(first.len() <= 255);
        let others = [
            key(offer(101, None), 0),
            key(offer(100, Some("https://allowed.test")), 0),
            key(offer(100, None), 1),
            offer(100, None).key("price_1", 0, "order_id"),
            offer(100, None).key("price", 0, "purchase"),
        ];
        assert!(!others.contains(&first));
    }
}
