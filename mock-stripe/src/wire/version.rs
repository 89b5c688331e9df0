//! API versions: their form, their order, and what older ones call otherwise.
//!
//! Source: `facts/stripe.md` 1 and <https://docs.stripe.com/changelog>. Shapes are those of `2026-07-29.dahlia`, but for what a receiver of another version
//! would stumble over.

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

/// A version as far as shapes differ: its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32);

impl Version {
    /// The address of a session's goods stands in `collected_information` instead of `shipping_details`.
    pub const BASIL: Self = Self::day(2025, 3, 31);
    /// `ui_mode` says `hosted_page` instead of `hosted`.
    pub const HOSTED_PAGE: Self = Self::day(2026, 3, 25);
    /// Methods are filtered with `allowed_payment_method_types`, and not named with `payment_method_types` any more.
    pub const ENDIVE: Self = Self::day(2026, 9, 30);

    const fn day(year: u32, month: u32, day: u32) -> Self {
        Self(year * 10_000 + month * 100 + day)
    }

    /// The version of this name. What is none counts as the oldest.
    pub fn of(text: &str) -> Self {
        let digits = text.bytes().take(10).filter(u8::is_ascii_digit);
        Self(digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, is_version};

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
    fn versions_are_ordered_by_their_day() {
        assert!(Version::of("2025-12-15.clover") < Version::HOSTED_PAGE);
        assert!(Version::of("2026-03-25.dahlia") >= Version::HOSTED_PAGE);
        assert!(Version::of("2026-08-26.dahlia") < Version::ENDIVE);
        assert!(Version::of("2026-10-28.endive") > Version::ENDIVE);
        assert!(Version::of("") < Version::of("2011-01-01"));
    }
}
