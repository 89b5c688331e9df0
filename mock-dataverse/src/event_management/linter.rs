//! The configuration linter: what an organizer's set-up would get wrong on the real product, each with its cause and its cure.

use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

use super::redirect;

/// One thing that is wrong in the set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name; it stays the same over versions.
    pub rule: &'static str,
    /// What it is about, in words a reader can find again: `event Paid_Event1479011247`.
    pub subject: String,
    /// What is wrong, and what it leads to.
    pub cause: String,
    /// What to do about it.
    pub cure: &'static str,
}

/// The set-up as the linter sees it: plain values, read from the rows.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// The feature switch for payments.
    pub payments_enabled: bool,
    /// Web applications.
    pub web_applications: Vec<WebApplicationSetUp>,
    /// Payment providers.
    pub providers: Vec<ProviderSetUp>,
    /// Events.
    pub events: Vec<EventSetUp>,
    /// Passes.
    pub passes: Vec<PassSetUp>,
}

/// One web application.
#[derive(Clone, Debug)]
pub struct WebApplicationSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its registered origin.
    pub origin: String,
    /// Its token.
    pub token: String,
}

/// One payment provider.
#[derive(Clone, Debug)]
pub struct ProviderSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its payment page URL.
    pub page_url: String,
    /// Its payment timeout in minutes.
    pub timeout_minutes: Option<i64>,
}

/// One event.
#[derive(Clone, Debug)]
pub struct EventSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its readable id.
    pub readable_id: String,
    /// Whether it is live.
    pub live: bool,
    /// Whether it is published through the Event API.
    pub published: bool,
    /// Whether the payment gateway is on.
    pub gateway: bool,
    /// Its provider.
    pub provider: Option<Uuid>,
    /// The web application that it is shown on.
    pub web_application: Option<Uuid>,
    /// Its capacity.
    pub capacity: Option<u64>,
    /// Its currency.
    pub currency: Option<Uuid>,
}

/// One pass.
#[derive(Clone, Debug)]
pub struct PassSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its event.
    pub event: Option<Uuid>,
    /// Its price in the main unit.
    pub price: Option<Decimal>,
    /// Its currency.
    pub currency: Option<Uuid>,
    /// How many there are.
    pub allocation: u64,
}

/// Every finding of a set-up, in the order: feature switch, web applications, providers, events, passes.
pub fn lint(set_up: &SetUp) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !set_up.payments_enabled {
        findings.push(Finding {
            rule: "payments-switched-off",
            subject: "feature switches".to_owned(),
            cause: "payments in real-time journeys are switched off, so no event can use a payment gateway".to_owned(),
            cure: "switch on \"Enable payments in Real-time Journeys\" under Settings > Feature switches > Event management",
        });
    }
    set_up.web_applications.iter().for_each(|application| lint_web_application(application, &mut findings));
    set_up.providers.iter().for_each(|provider| lint_provider(provider, &mut findings));
    set_up.events.iter().for_each(|event| lint_event(event, set_up, &mut findings));
    set_up.passes.iter().for_each(|pass| lint_pass(pass, set_up, &mut findings));
    findings
}

/// Whether a pass can be used for an event at all: what a registration with the two together would run into.
pub fn lint_pair(event: &EventSetUp, pass: &PassSetUp) -> Option<Finding> {
    (pass.event != Some(event.id)).then(|| Finding {
        rule: "pass-of-another-event",
        subject: format!("pass {} ({})", pass.name, pass.id),
        cause: format!(
            "the pass does not belong to event {}, so a registration that asks for it is refused",
            event.readable_id
        ),
        cure: "use a pass from the event's own Passes tab",
    })
}

fn lint_web_application(application: &WebApplicationSetUp, findings: &mut Vec<Finding>) {
    let subject = || format!("web application {}", application.name);
    if let Err(cause) = check_origin(&application.origin) {
        findings.push(Finding {
            rule: "origin-is-not-an-origin",
            subject: subject(),
            cause,
            cure: "enter scheme, host and port as the browser sends them (https://events.contoso.com), nothing behind them",
        });
    }
    if application.token.is_empty() {
        findings.push(Finding {
            rule: "web-application-without-token",
            subject: subject(),
            cause: "the web application has no token, so no call can name it".to_owned(),
            cure: "save the web application again so that a token is issued",
        });
    }
}

/// Whether `origin` is written as a browser writes an `Origin` header, and if not, what is wrong with it.
pub fn check_origin(origin: &str) -> Result<(), String> {
    let Ok(url) = Url::parse(origin) else {
        return Err(format!("{origin:?} is not a URL with a scheme, so it never equals a browser's origin"));
    };
    let serialized = url.origin().ascii_serialization();
    if !matches!(url.scheme(), "http" | "https") {
        Err(format!("{origin:?} is not an http or https origin"))
    } else if serialized == origin {
        Ok(())
    } else if origin.strip_suffix('/') == Some(serialized.as_str()) {
        Err(format!("{origin:?} ends in a slash; browsers send {serialized}, so every call is refused"))
    } else {
        Err(format!("browsers send {serialized}, not {origin:?}, so every call is refused"))
    }
}

fn lint_provider(provider: &ProviderSetUp, findings: &mut Vec<Finding>) {
    let mut find = |rule, cause, cure| {
        findings.push(Finding { rule, subject: format!("payment provider {}", provider.name), cause, cure });
    };
    let url = &provider.page_url;
    if !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
        find(
            "payment-page-url-unusable",
            format!("{url:?} is not an absolute http or https URL, so no browser can follow the link"),
            "enter the whole URL of the completion service's redirect endpoint",
        );
    } else if url.contains('#') {
        find(
            "payment-page-url-with-fragment",
            format!("{url:?} has a fragment; what is put behind it never reaches the service"),
            "take the part from # on out of the URL",
        );
    } else {
        match redirect::missing_joint(url) {
            "?" => find(
                "payment-page-url-without-question-mark",
                format!(
                    "{url:?} does not end in ?, and the purchase is put behind it as it is: the path is broken and the service gets no purchaseId"
                ),
                "add ? at the end of the payment page URL",
            ),
            "&" => find(
                "payment-page-url-without-ampersand",
                format!("{url:?} has a query of its own that does not end in &: purchaseId melts into its last value"),
                "add & at the end of the payment page URL",
            ),
            _ => {}
        }
    }
    match provider.timeout_minutes {
        None => find(
            "payment-timeout-missing",
            "no payment timeout is set".to_owned(),
            "enter the payment timeout in minutes",
        ),
        Some(minutes) if minutes <= 0 => find(
            "payment-timeout-not-positive",
            format!("a payment timeout of {minutes} minutes gives nobody time to pay"),
            "enter a positive number of minutes",
        ),
        Some(_) => {}
    }
}

fn lint_event(event: &EventSetUp, set_up: &SetUp, findings: &mut Vec<Finding>) {
    let mut find = |rule, cause: &str, cure| {
        findings.push(Finding { rule, subject: format!("event {}", event.readable_id), cause: cause.to_owned(), cure });
    };
    let mut passes = set_up.passes.iter().filter(|pass| pass.event == Some(event.id)).peekable();
    if !event.live {
        find(
            "event-not-live",
            "the event is not live, so the Event API does not know it",
            "set the event's publish status to Live",
        );
    }
    if !event.published {
        find(
            "event-not-published-through-the-api",
            "attendees are not asked to register through the Event API",
            "choose \"Custom solution using events API\" as the place to register",
        );
    }
    if event.capacity == Some(0) {
        find(
            "event-without-capacity",
            "the event's capacity is 0, so every registration is refused",
            "raise the event's capacity",
        );
    }
    if event.gateway {
        match event.provider {
            None => find(
                "gateway-without-provider",
                "the payment gateway is on but no provider is chosen, so no link can be made",
                "choose a payment provider on the Passes tab",
            ),
            Some(id) if !set_up.providers.iter().any(|provider| provider.id == id) => {
                find(
                    "gateway-with-missing-provider",
                    "the chosen payment provider does not exist any more",
                    "choose a payment provider on the Passes tab",
                );
            }
            Some(_) => {}
        }
        if passes.peek().is_none() {
            find(
                "gateway-without-pass",
                "the payment gateway is on but the event has no pass, so there is nothing to pay for",
                "add a pass with a price",
            );
        }
        let currencies: std::collections::BTreeSet<_> = passes.filter_map(|pass| pass.currency).collect();
        if currencies.len() > 1 {
            find(
                "passes-in-different-currencies",
                "the event's passes are priced in different currencies, so they cannot be bought together",
                "price all passes of an event in one currency",
            );
        }
    } else if passes.any(|pass| pass.price.is_some_and(|price| price > Decimal::ZERO)) {
        find(
            "price-without-gateway",
            "a pass has a price but the payment gateway is off, so nobody is asked to pay",
            "set Enable payment gateway to Yes on the Passes tab",
        );
    }
}

fn lint_pass(pass: &PassSetUp, set_up: &SetUp, findings: &mut Vec<Finding>) {
    let event = set_up.events.iter().find(|event| pass.event == Some(event.id));
    let mut find = |rule, cause: String, cure| {
        findings.push(Finding { rule, subject: format!("pass {} ({})", pass.name, pass.id), cause, cure });
    };
    match event {
        None => find(
            "pass-of-no-event",
            "the pass belongs to no event that exists, so nobody can buy it".to_owned(),
            "choose the pass's event",
        ),
        Some(event) => {
            if pass.price.is_some_and(|price| price > Decimal::ZERO)
                && pass.currency.is_none()
                && event.currency.is_none()
            {
                find(
                    "price-without-currency",
                    "neither the pass nor its event names a currency, so the price is charged in the organization's base currency".to_owned(),
                    "choose the currency of the pass or of the event",
                );
            }
            if let (Some(own), Some(events)) = (pass.currency, event.currency)
                && own != events
            {
                find(
                    "pass-currency-differs-from-event",
                    "the pass is priced in one currency and its event names another, so the number is charged in the event's currency".to_owned(),
                    "use one currency for the event and its passes",
                );
            }
            if event.capacity.is_some_and(|capacity| pass.allocation > capacity) {
                find(
                    "more-passes-than-places",
                    format!(
                        "{} passes are allocated for an event of {} places",
                        pass.allocation,
                        event.capacity.unwrap_or_default()
                    ),
                    "lower the pass's allocation or raise the event's capacity",
                );
            }
        }
    }
    match pass.price {
        None => find(
            "pass-without-price",
            "the pass has no price, so it counts as free".to_owned(),
            "enter the price of the pass",
        ),
        Some(price) if price < Decimal::ZERO => {
            find("pass-price-negative", format!("the price {price} is negative"), "enter a price of zero or more");
        }
        Some(_) => {}
    }
    if pass.allocation == 0 {
        find(
            "pass-hidden",
            "no passes are allocated, which hides the pass from attendees".to_owned(),
            "allocate passes",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{EventSetUp, PassSetUp, ProviderSetUp, SetUp, WebApplicationSetUp, lint, lint_pair};
    use uuid::Uuid;

    const EUR: Uuid = Uuid::from_u128(5);

    fn right() -> SetUp {
        let (event, provider) = (Uuid::from_u128(1), Uuid::from_u128(2));
        SetUp {
            payments_enabled: true,
            web_applications: vec![WebApplicationSetUp {
                id: Uuid::from_u128(4),
                name: "Portal".into(),
                origin: "https://contoso.example".into(),
                token: "t".into(),
            }],
            providers: vec![ProviderSetUp {
                id: provider,
                name: "Stripe".into(),
                page_url: "https://pay.test/x?".into(),
                timeout_minutes: Some(30),
            }],
            events: vec![EventSetUp {
                id: event,
                readable_id: "Gala1".into(),
                live: true,
                published: true,
                gateway: true,
                provider: Some(provider),
                web_application: Some(Uuid::from_u128(4)),
                capacity: Some(10),
                currency: Some(EUR),
            }],
            passes: vec![PassSetUp {
                id: Uuid::from_u128(3),
                name: "Standard".into(),
                event: Some(event),
                price: "49.50".parse().ok(),
                currency: None,
                allocation: 10,
            }],
        }
    }

    /// The rules found after one mistake in a right set-up.
    #[track_caller]
    fn check(mistake: impl FnOnce(&mut SetUp), expect: &[&str]) {
        let mut set_up = right();
        mistake(&mut set_up);
        let findings = lint(&set_up);
        let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expect, "{findings:#?}");
        assert!(findings.iter().all(|finding| !finding.cause.is_empty() && !finding.cure.is_empty()));
    }

    #[test]
    fn a_right_set_up_has_no_findings() {
        check(|_| {}, &[]);
    }

    #[test]
    fn payment_page_urls() {
        let url = |url: &'static str| move |set_up: &mut SetUp| url.clone_into(&mut set_up.providers[0].page_url);
        check(url("https://pay.test/x"), &["payment-page-url-without-question-mark"]);
        check(url("https://pay.test/x?shop=1"), &["payment-page-url-without-ampersand"]);
        check(url("https://pay.test/x?shop=1&"), &[]);
        check(url("https://pay.test/#x?"), &["payment-page-url-with-fragment"]);
        check(url("pay.test/x?"), &["payment-page-url-unusable"]);
        check(url("javascript:alert(1)?"), &["payment-page-url-unusable"]);
    }

    #[test]
    fn origins() {
        let origin =
            |origin: &'static str| move |set_up: &mut SetUp| origin.clone_into(&mut set_up.web_applications[0].origin);
        for wrong in [
            "https://contoso.example/",
            "https://contoso.example/events",
            "contoso.example",
            "HTTPS://contoso.example",
            "https://contoso.example:443",
            "ftp://contoso.example",
            "https://u@contoso.example",
            "",
        ] {
            check(origin(wrong), &["origin-is-not-an-origin"]);
        }
        check(origin("http://localhost:3000"), &[]);
    }

    #[test]
    fn prices_currencies_and_passes() {
        check(|s| s.events[0].currency = None, &["price-without-currency"]);
        check(|s| s.passes[0].currency = Some(Uuid::from_u128(9)), &["pass-currency-differs-from-event"]);
        check(|s| s.passes[0].price = None, &["pass-without-price"]);
        check(|s| s.passes[0].price = "-1".parse().ok(), &["pass-price-negative"]);
        check(|s| s.passes[0].allocation = 0, &["pass-hidden"]);
        check(|s| s.passes[0].allocation = 11, &["more-passes-than-places"]);
        check(|s| s.passes[0].event = None, &["gateway-without-pass", "pass-of-no-event"]);
        let set_up = right();
        let foreign = PassSetUp { event: Some(Uuid::from_u128(77)), ..set_up.passes[0].clone() };
        assert_eq!(lint_pair(&set_up.events[0], &foreign).map(|finding| finding.rule), Some("pass-of-another-event"));
        assert_eq!(lint_pair(&set_up.events[0], &set_up.passes[0]), None);
    }

    #[test]
    fn events_gateways_and_switches() {
        check(|s| s.payments_enabled = false, &["payments-switched-off"]);
        check(|s| s.events[0].live = false, &["event-not-live"]);
        check(|s| s.events[0].published = false, &["event-not-published-through-the-api"]);
        check(|s| s.events[0].provider = None, &["gateway-without-provider"]);
        check(|s| s.events[0].provider = Some(EUR), &["gateway-with-missing-provider"]);
        check(|s| s.events[0].gateway = false, &["price-without-gateway"]);
        check(|s| s.events[0].capacity = Some(0), &["event-without-capacity", "more-passes-than-places"]);
        check(|s| s.providers[0].timeout_minutes = None, &["payment-timeout-missing"]);
        check(|s| s.providers[0].timeout_minutes = Some(0), &["payment-timeout-not-positive"]);
        check(|s| s.web_applications[0].token.clear(), &["web-application-without-token"]);
    }
}
