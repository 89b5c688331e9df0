//! The reader of SQL (`mock_dataverse::tidy_sql`).

use mock_dataverse::tidy_sql;

/// A text is read, or refused in a bounded message that says where.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(message) = tidy_sql::select(text) {
        assert!(message.len() < 1_000 && message.contains(" at character "), "{message}");
    }
}
