//! The reader of FetchXML (`mock_dataverse::tidy_fetch_xml`).

use mock_dataverse::tidy_fetch_xml;

/// A text is read, or refused in a bounded message.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(message) = tidy_fetch_xml::fetch_xml(text) {
        assert!(message.len() < 1_000, "{message}");
    }
}
