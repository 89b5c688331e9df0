//! API versions: their form, their order, and what older ones call otherwise.
//!
//! Source: `facts/stripe.md` 1. One shape is rendered, the newest; only what a receiver of an older version would stumble over is
//! turned back.

use serde_json::Value;

/// Whether `text` is a version: a date, and since late 2024 a release name.
pub fn is_version(text: &str) -> bool {
    let (date, name) = text.split_once('.').map_or((text, None), |(date, name)| (date, Some(name)));
    let digits_at = |range: std::ops::Range<usize>| {
        date.get(range).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    date.len() == 10
        && digits_at(0..4)
        && digits_at(5..7)
        && digits_at(8..10)
        && date.get(4..5) == Some("-")
        && date.get(7..8) == Some("-")
        && name.is_none_or(|name| {
            !name.is_empty()
                && name.len() <= 32
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// The first version that says `ui_mode: hosted_page` instead of `hosted`.
const UI_MODE_RENAMED: &str = "2026-03-25";

/// Whether anything of this version is called otherwise than in the newest one.
pub fn adapts(api_version: &str) -> bool {
    api_version.get(..10).is_some_and(|date| date < UI_MODE_RENAMED)
}

/// Turns an object of the newest shape into that of `api_version`.
pub fn adapt(object: &mut Value, api_version: &str) {
    if adapts(api_version)
        && object.get("object").and_then(Value::as_str) == Some("checkout.session")
        && let Some(mode) = object.get_mut("ui_mode")
    {
        *mode = "hosted".into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{adapt, is_version};

    #[test]
    fn versions_are_dates_with_an_optional_name() {
        for good in ["2023-08-16", "2026-07-29.dahlia", "2026-07-29.preview"] {
            assert!(is_version(good), "{good}");
        }
        for bad in ["", "latest", "2026-7-29", "2026-07-29.", "2026-07-29.Dahlia", "2026-07-29.a.b", "20260729aa"] {
            assert!(!is_version(bad), "{bad}");
        }
    }

    #[test]
    fn older_versions_call_the_hosted_page_hosted() {
        let mut session = json!({"object": "checkout.session", "ui_mode": "hosted_page"});
        adapt(&mut session, "2026-07-29.dahlia");
        assert_eq!(session["ui_mode"], "hosted_page");
        adapt(&mut session, "2025-12-15.clover");
        assert_eq!(session["ui_mode"], "hosted");
    }
}
