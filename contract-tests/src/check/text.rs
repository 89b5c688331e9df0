//! What an answer's body says, in a few words.

use scraper::{Html, Selector};

use crate::steps::Answer;

/// `1 call`, `2 calls`.
pub fn counted(number: usize, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {more}") }
}

/// The longest excerpt, in characters.
const MOST: usize = 120;

/// The beginning of a body on one line, in quotes; of a page, what a person would read of it. Empty when there is nothing to read.
pub fn excerpt(body: &str) -> String {
    let text = if body.trim_start().starts_with('<') { visible(body) } else { body.to_owned() };
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
    if line.is_empty() {
        return line;
    }
    let start: String = line.chars().take(MOST).collect();
    format!("\"{start}{}\"", if start.len() < line.len() { "…" } else { "" })
}

/// A header that no service has, put behind line breaks to see whether they make headers.
pub const CANARY_HEADER: &str = "x-payloop-injected";

/// Where in an answer a raw control byte stands, if one does. Line ends and tabs belong into bodies.
pub fn control_byte(answer: &Answer) -> Option<String> {
    let raw = |c: char| c.is_control();
    let header = answer.headers.iter().find(|(_, value)| value.contains(raw));
    header.map(|(name, _)| format!("in the header {name}")).or_else(|| {
        let body = answer.body.contains(|c: char| raw(c) && !"\r\n\t".contains(c));
        body.then(|| "in the body".to_owned())
    })
}

/// The title and text of a page; anything else as it is.
fn visible(page: &str) -> String {
    let document = Html::parse_document(page);
    let mut found = Vec::new();
    for name in ["title", "h1, h2, p, li, label, pre"] {
        if let Ok(selector) = Selector::parse(name) {
            found.extend(document.select(&selector).map(|element| element.text().collect::<String>()));
        }
    }
    found.dedup();
    if found.is_empty() { page.to_owned() } else { found.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::{counted, excerpt};

    #[test]
    fn one_is_one() {
        let told = [0, 1, 2].map(|number| counted(number, "delivery", "deliveries"));
        assert_eq!(told, ["0 deliveries", "1 delivery", "2 deliveries"]);
    }

    #[track_caller]
    fn check(body: &str, expect: &str) {
        assert_eq!(excerpt(body), expect);
    }

    #[test]
    fn bodies_in_a_few_words() {
        check("", "");
        check("  \n", "");
        check("not carried\nout\u{7} yet", "\"not carried out yet\"");
        check("{\"title\":\"Bad Request\"}", "\"{\"title\":\"Bad Request\"}\"");
        check(
            "<!doctype html><title>Sorry</title><style>p{}</style><h1>Sorry</h1><p>No such\n purchase.",
            "\"Sorry: No such purchase.\"",
        );
        check("<fault><code>1</code></fault>", "\"<fault><code>1</code></fault>\"");
        assert_eq!(excerpt(&"x".repeat(200)).chars().count(), 123);
    }
}
