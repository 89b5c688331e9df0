//! The readable event id: the event's name with underscores, and digits behind it (`Paid_Event1479011247`).

/// The longest readable id, as the column allows.
pub const MAX_LENGTH: usize = 500;

/// Makes the id from the event's name and drawn digits. Only ASCII letters and digits of the name are kept, since the id stands in URLs;
/// everything between them becomes one underscore.
pub fn readable_event_id(name: &str, digits: &str) -> String {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut id = if words.is_empty() { "Event".to_owned() } else { words.join("_") };
    id.truncate(MAX_LENGTH.saturating_sub(digits.len()));
    id.push_str(digits);
    id
}

#[cfg(test)]
mod tests {
    use super::{MAX_LENGTH, readable_event_id};

    #[track_caller]
    fn check(name: &str, expect: &str) {
        assert_eq!(readable_event_id(name, "1479011247"), expect);
    }

    #[test]
    fn a_name_becomes_words_with_underscores_and_digits() {
        check("Paid Event", "Paid_Event1479011247");
        check("  New -- event!", "New_event1479011247");
        check("Čapek's R.U.R.", "apek_s_R_U_R1479011247");
        check("会議", "Event1479011247");
        check("", "Event1479011247");
    }

    #[test]
    fn a_long_name_is_cut_not_the_digits() {
        let id = readable_event_id(&"x".repeat(900), "1479011247");
        assert_eq!((id.len(), id.ends_with("x1479011247")), (MAX_LENGTH, true));
    }
}
