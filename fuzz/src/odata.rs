//! The parsers of OData (`mock_dataverse::tidy`): the first line says which, the rest is the text.

use mock_dataverse::tidy;

/// A text is refused in a bounded message, or what is printed for it is read as the same again.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (kind, text) = text.split_once('\n').unwrap_or(("filter", text));
    let read = match kind {
        "order" => tidy::order,
        "apply" => tidy::apply,
        "literal" => tidy::literal,
        "path" => {
            drop(tidy::segments(text));
            return;
        }
        "query" => {
            drop(tidy::options(text));
            return;
        }
        _ => tidy::filter,
    };
    match read(text) {
        Ok(printed) => {
            let again = read(&printed);
            assert_eq!(again.as_ref(), Ok(&printed), "{text:?} was printed as {printed:?}");
        }
        Err(message) => assert!(message.len() < 4 * text.len() + 600, "{message}"),
    }
}
