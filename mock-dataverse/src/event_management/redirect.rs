//! The link that sends an attendee to the completion service: the provider's payment page URL with the purchase added.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// Everything but RFC 3986's unreserved characters, which is what `encodeURIComponent` and .NET's `EscapeDataString` agree on for URLs.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes a text so that it can stand as one value in a query or one segment of a path.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// How the parameters are put behind the payment page URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// As documented by its example: put together as they are. The URL has to end in `?`, or in `&` when it carries its own query.
    Raw,
    /// A missing `?` or `&` is put in.
    Lenient,
}

/// Builds the link. `purchase` is written as a lower-case GUID with hyphens; `return_url` is percent-encoded with upper-case digits and left out
/// altogether when there is none (`facts/event-api.md` 3.4).
pub fn payment_link(page_url: &str, purchase: Uuid, return_url: Option<&str>, join: Join) -> String {
    let mut link = String::from(page_url);
    if join == Join::Lenient {
        link.push_str(missing_joint(page_url));
    }
    link.push_str("purchaseId=");
    link.push_str(&purchase.hyphenated().to_string());
    if let Some(return_url) = return_url {
        link.push_str("&returnUrl=");
        link.push_str(&encode(return_url));
    }
    link
}

/// What has to stand between the payment page URL and its first parameter so that the result is one well-formed query.
pub fn missing_joint(page_url: &str) -> &'static str {
    if !page_url.contains('?') {
        "?"
    } else if page_url.ends_with('?') || page_url.ends_with('&') {
        ""
    } else {
        "&"
    }
}

#[cfg(test)]
mod tests {
    use super::{Join, payment_link};
    use uuid::Uuid;

    const PURCHASE: Uuid = Uuid::from_u128(0x0d5e_6f70_0000_4000_8000_0000_0000_beef);

    #[track_caller]
    fn check(page_url: &str, return_url: Option<&str>, join: Join, expect: &str) {
        assert_eq!(payment_link(page_url, PURCHASE, return_url, join), expect);
    }

    #[test]
    fn the_documented_form() {
        check(
            "https://pay.example.test/GatewayRedirect/PayWithStripe?",
            Some("https://contoso.example"),
            Join::Raw,
            "https://pay.example.test/GatewayRedirect/PayWithStripe?purchaseId=0d5e6f70-0000-4000-8000-00000000beef&returnUrl=https%3A%2F%2Fcontoso.example",
        );
        check("https://p.test/x?", None, Join::Raw, "https://p.test/x?purchaseId=0d5e6f70-0000-4000-8000-00000000beef");
    }

    #[test]
    fn own_parameters_and_a_forgotten_joint() {
        let id = "purchaseId=0d5e6f70-0000-4000-8000-00000000beef";
        check("https://p.test/x?shop=1&", None, Join::Raw, &format!("https://p.test/x?shop=1&{id}"));
        check("https://p.test/x", None, Join::Raw, &format!("https://p.test/x{id}"));
        check("https://p.test/x?shop=1", None, Join::Raw, &format!("https://p.test/x?shop=1{id}"));
        for join in [Join::Raw, Join::Lenient] {
            check("https://p.test/x?", None, join, &format!("https://p.test/x?{id}"));
        }
        check("https://p.test/x", None, Join::Lenient, &format!("https://p.test/x?{id}"));
        check("https://p.test/x?shop=1", None, Join::Lenient, &format!("https://p.test/x?shop=1&{id}"));
    }

    #[test]
    fn a_return_url_is_encoded_once_and_wholly() {
        let link = payment_link("http://p.test/?", PURCHASE, Some("http://127.0.0.1:8080/a b?x=1&y=ä#z%20"), Join::Raw);
        assert!(
            link.ends_with("&returnUrl=http%3A%2F%2F127.0.0.1%3A8080%2Fa%20b%3Fx%3D1%26y%3D%C3%A4%23z%2520"),
            "{link}"
        );
    }
}
