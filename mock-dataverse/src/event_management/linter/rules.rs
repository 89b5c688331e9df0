//! The rules, pure: a set-up in, findings out.

use rust_decimal::Decimal;
use url::Url;

use super::outbound::{is_outbound, lint_demo_payments, lint_generation, lint_website_table};
use super::programme::{lint_question, lint_session};
use super::set_up::{EventSetUp, PassSetUp, ProviderSetUp, SetUp, WebApplicationSetUp};
use crate::event_management::redirect;

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

/// Every finding of a set-up, in the order: feature switch, demo payments, web applications, providers, events, passes, sessions, questions,
/// website table configurations.
pub fn lint(set_up: &SetUp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let only_outbound = !set_up.events.is_empty() && set_up.events.iter().all(is_outbound);
    if !set_up.payments_enabled && !only_outbound {
        findings.push(Finding {
            rule: "payments-switched-off",
            subject: "feature switches".to_owned(),
            cause: "payments in real-time journeys are switched off, so no event can use a payment gateway".to_owned(),
            cure: "switch on \"Enable payments in Real-time Journeys\" under Settings > Feature switches > Event management",
        });
    }
    lint_demo_payments(set_up, &mut findings);
    set_up.web_applications.iter().for_each(|application| lint_web_application(application, &mut findings));
    set_up.providers.iter().for_each(|provider| lint_provider(provider, &mut findings));
    for event in &set_up.events {
        lint_event(event, set_up, &mut findings);
        lint_generation(event, set_up, &mut findings);
    }
    set_up.passes.iter().for_each(|pass| lint_pass(pass, set_up, &mut findings));
    set_up.sessions.iter().for_each(|session| lint_session(session, set_up, &mut findings));
    set_up.questions.iter().for_each(|question| lint_question(question, &mut findings));
    set_up.website_tables.iter().for_each(|table| lint_website_table(table, &mut findings));
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
            None if is_outbound(event) => find(
                "gateway-without-provider",
                "the payment gateway is on but no provider is chosen, so registrations are Initiated and lead nowhere",
                "choose the payment page, or let the website ask for the payment itself",
            ),
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
    } else if !is_outbound(event) && passes.any(|pass| pass.price.is_some_and(|price| price > Decimal::ZERO)) {
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
