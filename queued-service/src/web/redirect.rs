//! `GET /GatewayRedirect/PayWithStripe?purchaseId=…&returnUrl=…`: sends the buyer to the session's page.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::pages::Page;
use crate::app::App;
use crate::return_url::Origins;
use crate::visit::{Way, visit};

/// The longest query that is read.
const LONGEST: usize = 16 * 1024;

pub(crate) async fn pay(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    if query.len() > LONGEST {
        return Page::TooLong.into_response();
    }
    let Some((purchase, back)) = asked(&query, &app.config.origins) else {
        return Page::Damaged.into_response();
    };
    // Two calls at their slowest; browsers and people wait longer than that.
    let time = (app.config.call * 2).max(Duration::from_secs(1));
    match visit(&app, purchase, back.clone(), time).await {
        Ok(Way::Pay(page)) => to(&page),
        Ok(Way::Paid) => back.map_or_else(|| Page::Paid.into_response(), |back| to(&back)),
        Ok(Way::Pending) => Page::UnderWay.into_response(),
        Ok(Way::Closed) => Page::Closed.into_response(),
        Ok(Way::Priceless) => Page::Priceless.into_response(),
        Err(trouble) => {
            tracing::warn!(%purchase, %trouble, "a visit ends without a payment page");
            Page::from(&trouble).into_response()
        }
    }
}

/// A redirect that nobody stores. Letters beyond ASCII are escaped, as in every URI (RFC 3987, 3.1).
fn to(url: &str) -> Response {
    let escaped = url.bytes().fold(String::new(), |url, byte| match byte {
        0x80.. => format!("{url}%{byte:02X}"),
        ascii => url + char::from(ascii).encode_utf8(&mut [0; 4]),
    });
    match HeaderValue::try_from(escaped) {
        Ok(url) => (StatusCode::FOUND, [(LOCATION, url)]).into_response(),
        Err(_) => Page::Broken.into_response(),
    }
}

/// Purchase and return URL, each there once at most and decoded once; other parameters are not ours.
fn asked(query: &str, origins: &Origins) -> Option<(Uuid, Option<String>)> {
    let (mut purchase, mut back) = (None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "purchaseId" => &mut purchase,
            "returnUrl" => &mut back,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    // Other spellings of a GUID (braces, no hyphens) are not what the contract shows.
    let purchase = purchase.filter(|text| text.len() == 36)?.parse().ok().filter(|id: &Uuid| !id.is_nil())?;
    let back = back.filter(|back| !back.is_empty());
    if back.as_ref().is_some_and(|back| !origins.allow(back)) {
        return None;
    }
    Some((purchase, back))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";

    fn ask(query: &str) -> Option<(String, Option<String>)> {
        let origins = Origins::parse("https://allowed.test").expect("an origin");
        asked(query, &origins).map(|(id, back)| (id.to_string(), back))
    }

    #[test]
    fn parameters_are_decoded_once_wherever_they_stand() {
        let expect = Some((ID.to_owned(), Some("https://allowed.test/a%2Fb?c=1 2&d".to_owned())));
        let back = "returnUrl=https%3A%2F%2Fallowed.test%2Fa%252Fb%3Fc%3D1%202%26d";
        assert_eq!(ask(&format!("tenant=7&purchaseId={ID}&{back}")), None, "a blank is no part of a URL");
        let back = back.replace("%202", "%2B2");
        let expect = expect.map(|(id, back)| (id, back.map(|back| back.replace(' ', "+"))));
        assert_eq!(ask(&format!("tenant=7&purchaseId={ID}&{back}")), expect);
        assert_eq!(ask(&format!("{back}&purchaseId={}&flag", ID.to_uppercase())), expect);
        assert_eq!(ask(&format!("purchaseId={ID}&returnUrl=")), Some((ID.to_owned(), None)));
    }

    #[test]
    fn what_is_missing_doubled_or_odd_is_refused() {
        for query in [
            String::new(),
            "purchaseId=".to_owned(),
            "purchaseId=7".to_owned(),
            format!("purchaseid={ID}"),
            format!("purchaseId={ID}&purchaseId={ID}"),
            format!("purchaseId={ID}&returnUrl=&returnUrl=https://allowed.test"),
            format!("purchaseId={}", ID.replace('-', "")),
            format!("purchaseId=%7B{ID}%7D"),
            format!("purchaseId={ID})/x"),
            "purchaseId=00000000-0000-0000-0000-000000000000".to_owned(),
            format!("purchaseId={ID}&returnUrl=https://evil.test"),
        ] {
            assert_eq!(ask(&query), None, "{query}");
        }
    }
}
