//! What a page of the service offers to whoever reads it: where its links lead.

use scraper::{Html, Selector};
use url::Url;

/// Every element that leads or loads somewhere, with the attributes that say where.
const LEADS: [(&str, &[&str]); 2] = [
    (
        "a, area, link, base, script, img, iframe, frame, embed, object, form, button, input",
        &["href", "src", "action", "formaction", "data"],
    ),
    ("meta[http-equiv]", &["content"]),
];

/// The targets of a page's links, forms, frames and refreshes, as they are written.
pub fn links(body: &str) -> Vec<String> {
    if !body.contains('<') {
        return Vec::new();
    }
    let document = Html::parse_document(body);
    let mut found = Vec::new();
    for (elements, attributes) in LEADS {
        let Ok(selector) = Selector::parse(elements) else { continue };
        for element in document.select(&selector) {
            for value in attributes.iter().filter_map(|name| element.value().attr(name)) {
                let url = if elements.starts_with("meta") { refresh(value) } else { Some(value) };
                found.extend(url.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty()));
            }
        }
    }
    found
}

/// The URL in `5; url=…`.
pub fn refresh(value: &str) -> Option<&str> {
    let at = value.to_ascii_lowercase().find("url=")?;
    value.get(at + 4..).map(|url| url.trim().trim_matches(['"', '\'']))
}

/// The link of a page that leads to `url`, if there is one; the page's own address completes relative links.
pub fn offers(body: &str, page: &str, url: &str) -> Option<String> {
    let page = Url::parse(page).ok();
    let whole = |url: &str| match &page {
        Some(page) => page.join(url).ok(),
        None => Url::parse(url).ok(),
    };
    let wanted = whole(url);
    links(body).into_iter().find(|link| link == url.trim() || (wanted.is_some() && whole(link) == wanted))
}

#[cfg(test)]
mod tests {
    use super::{links, offers};

    #[test]
    fn links_are_found_in_all_their_forms() {
        let page = r#"<meta http-equiv="refresh" content="3; URL='https://a.test/'"><a href=" /x ">x</a><form action="y"><img src="z.png">"#;
        assert_eq!(links(page), ["/x", "y", "z.png", "https://a.test/"]);
        assert_eq!(links("no page at all"), [""; 0]);
    }

    #[track_caller]
    fn check(body: &str, url: &str, expect: bool) {
        assert_eq!(offers(body, "http://pay.test/x?y", url).is_some(), expect, "{body}");
    }

    #[test]
    fn an_offered_url_is_known_again() {
        check(r#"<a href="javascript:alert(1)">back</a>"#, "javascript:alert(1)", true);
        check(r#"<a href="//evil.test/">back</a>"#, "//evil.test", true);
        check(r#"<a href="https://help.test/">help</a>"#, "https://evil.test/", false);
        check("<p>https://evil.test/ is not allowed", "https://evil.test/", false);
    }
}
