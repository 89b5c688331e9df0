//! What the short names of sources stand for, for whoever wants to read what a demand comes from.

/// One source that clauses are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// How a case's list of sources begins: `STW`.
    pub key: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Where it can be read; empty where nobody publishes it.
    pub url: &'static str,
}

const fn source(key: &'static str, title: &'static str, url: &'static str) -> Source {
    Source { key, title, url }
}

/// Microsoft's page about payment gateways, whose parts have short names of their own.
const GATEWAY: &str =
    "https://learn.microsoft.com/dynamics365/customer-insights/journeys/developer/payment-gateway-integration";

/// All of them: documents first, then incidents (`I1` to `I14`).
pub const SOURCES: &[Source] = &[
    source("SA-A", "Microsoft, Set up a payment gateway: the redirect to the payment page", GATEWAY),
    source("SA-B", "Microsoft, Set up a payment gateway: the notification and finalize", GATEWAY),
    source("SA-over", "Microsoft, Set up a payment gateway: overview and roles", GATEWAY),
    source("SA-set", "Microsoft, Set up a payment gateway: the settings", GATEWAY),
    source("SA-test", "Microsoft, Set up a payment gateway: how to test it", GATEWAY),
    source("SB", "Microsoft, an earlier draft of the same: high level design", ""),
    source("SC", "Microsoft, Set up a payment gateway for outbound marketing (removed in June 2025)", ""),
    source(
        "PASS",
        "Microsoft, Event passes: how payment processing works",
        "https://learn.microsoft.com/dynamics365/customer-insights/journeys/real-time-journeys-event-passes",
    ),
    source(
        "EAPI",
        "Microsoft, The Event API",
        "https://learn.microsoft.com/dynamics365/customer-insights/journeys/developer/using-rtm-event-api",
    ),
    source("STW", "Stripe, Webhooks", "https://docs.stripe.com/webhooks"),
    source("STF", "Stripe, Fulfil orders", "https://docs.stripe.com/checkout/fulfillment"),
    source("STC", "Stripe, Currencies and their minor units", "https://docs.stripe.com/currencies"),
    source(
        "STP",
        "Stripe, Payment Links and Checkout Sessions",
        "https://docs.stripe.com/api/checkout/sessions/object",
    ),
    source("STE", "Stripe, Errors, idempotency and rate limits", "https://docs.stripe.com/api/errors"),
    source(
        "ISK",
        "Stripe, The end of fractional ISK charges",
        "https://support.stripe.com/questions/deprecation-of-fractional-isk-charges-and-refunds",
    ),
    source("Stripe Connect webhooks", "Stripe, Connect webhooks", "https://docs.stripe.com/connect/webhooks"),
    source(
        "DVL",
        "Microsoft, Dataverse service protection limits",
        "https://learn.microsoft.com/power-apps/developer/data-platform/api-limits",
    ),
    source(
        "DVE",
        "Microsoft, Dataverse Web API: requests and errors",
        "https://learn.microsoft.com/power-apps/developer/data-platform/webapi/compose-http-requests-handle-errors",
    ),
    source(
        "DVA",
        "Microsoft, Dataverse and OAuth",
        "https://learn.microsoft.com/power-apps/developer/data-platform/authenticate-oauth",
    ),
    source("RFC 3986", "URI: generic syntax", "https://www.rfc-editor.org/rfc/rfc3986"),
    source("RFC 8259", "JSON", "https://www.rfc-editor.org/rfc/rfc8259"),
    source("RFC 9110", "HTTP semantics", "https://www.rfc-editor.org/rfc/rfc9110"),
    source("RFC 9111", "HTTP caching", "https://www.rfc-editor.org/rfc/rfc9111"),
    source("RFC 9112", "HTTP/1.1", "https://www.rfc-editor.org/rfc/rfc9112"),
    source("RFC 9562", "UUIDs", "https://www.rfc-editor.org/rfc/rfc9562"),
    source("ASVS", "OWASP ASVS 5.0.0, by the number printed there", "https://github.com/OWASP/ASVS/tree/master/5.0/en"),
    source("AV", "OWASP ASVS 5.0.0, by the number printed there", "https://github.com/OWASP/ASVS/tree/master/5.0/en"),
    source("PCI", "PCI DSS 4.0.1", "https://www.pcisecuritystandards.org/document_library/"),
    source(
        "I1",
        "incident: a Stripe trigger that verified no signature",
        "https://www.cve.org/CVERecord?id=CVE-2026-21894",
    ),
    source(
        "I2",
        "incident: a survey found 1,542 apps that answered 2xx to an unsigned event",
        "https://securityscanner.dev/blog/stripe-webhook-signature-bypass-1500-apps",
    ),
    source(
        "I3",
        "incident: an empty webhook secret, with which anybody can sign",
        "https://github.com/stripe/stripe-node/pull/2841",
    ),
    source(
        "I4",
        "incident: a genuine event of one dollar completed an order of 2,000",
        "https://www.cve.org/CVERecord?id=CVE-2026-9189",
    ),
    source("I5", "incident: callbacks that nobody checked", "https://www.cve.org/CVERecord?id=CVE-2026-0656"),
    source("I6", "incident: a check that is skipped where the signature is left out", ""),
    source(
        "I7",
        "incident: events that were processed twice",
        "https://github.com/woocommerce/woocommerce-gateway-stripe/issues/3326",
    ),
    source(
        "I8",
        "incident: events remembered before they were handled, or acknowledged although the work failed",
        "https://github.com/dj-stripe/dj-stripe/issues/832",
    ),
    source(
        "I9",
        "incident: foreign events answered 4xx or 5xx, until Stripe gave the endpoint up",
        "https://github.com/woocommerce/woocommerce-gateway-stripe/issues/1136",
    ),
    source(
        "I10",
        "incident: delayed payments taken for failed ones, or for paid ones",
        "https://github.com/Attendize/Attendize/issues/204",
    ),
    source(
        "I11",
        "incident: a hundred times too much in yen",
        "https://github.com/InvoicePlane/InvoicePlane/issues/1677",
    ),
    source(
        "I12",
        "incident: money that came after the reservation had ended",
        "https://github.com/pretix/pretix/issues/4493",
    ),
    source(
        "I13",
        "incident: several payments for one order",
        "https://github.com/woocommerce/woocommerce-gateway-stripe/issues/3299",
    ),
    source("I14", "incident: two checks before two acts", "https://www.cve.org/CVERecord?id=CVE-2026-31824"),
];

/// The source that this entry of a case's list names: `STW order` is `STW`.
pub fn source_of(entry: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| {
        entry.strip_prefix(source.key).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}

/// The sources that a case's list names, each once.
pub fn sources_of(entries: &[&str]) -> Vec<&'static Source> {
    let mut named: Vec<&'static Source> = Vec::new();
    for source in entries.iter().filter_map(|entry| source_of(entry)) {
        if !named.contains(&source) {
            named.push(source);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CASES;

    /// What leads to another case or an invariant, what nobody says, and what nobody publishes.
    fn needs_no_source(entry: &str) -> bool {
        ["INV-", "R-", "all invariants", "not settled", "congressMCP"].iter().any(|start| entry.starts_with(start))
    }

    #[test]
    fn every_short_name_stands_for_something() {
        for case in CASES {
            for entry in case.sources {
                assert!(source_of(entry).is_some() || needs_no_source(entry), "{}: {entry}", case.id);
            }
        }
    }

    #[test]
    fn a_name_is_found_whole() {
        let key = |entry| source_of(entry).map(|source| source.key);
        assert_eq!(key("STW order"), Some("STW"));
        assert_eq!(key("I10 (1216)"), Some("I10"));
        assert_eq!(key("I1"), Some("I1"));
        assert_eq!(key("SA-over rejection"), Some("SA-over"));
        assert_eq!(key("SCX"), None);
        assert_eq!(sources_of(&["STW", "STW order", "INV-8", "RFC 8259 9"]).len(), 2);
    }
}
