//! Which language a buyer gets.

use super::texts::Language;
use super::{da, de, en, es, fr, it, ja, nb, nl, sv};

/// What `locale` of a session or a link's address may say (<https://docs.stripe.com/api/checkout/sessions/create>).
pub(crate) const LOCALES: &[&str] = &[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu",
    "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv",
    "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

/// The languages that the pages speak, English first.
pub(super) static LANGUAGES: [&Language; 11] = [
    &en::LANGUAGE,
    &en::BRITISH,
    &da::LANGUAGE,
    &de::LANGUAGE,
    &es::LANGUAGE,
    &fr::LANGUAGE,
    &it::LANGUAGE,
    &ja::LANGUAGE,
    &nb::LANGUAGE,
    &nl::LANGUAGE,
    &sv::LANGUAGE,
];

/// Most entries of an `Accept-Language` header that are looked at.
const MOST_WISHES: usize = 30;

/// The language of one of [`LOCALES`] that names one: itself, or else its family's (`fr` for `fr-CA`). `None` when the pages do not
/// speak it.
pub(crate) fn chosen(locale: &str) -> Option<&'static Language> {
    let exact = LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(locale));
    let family = locale.split('-').next().unwrap_or_default();
    // A Norwegian browser may ask for Norwegian as such, or for the other written form.
    let family = if matches!(family, "no" | "nn") { "nb" } else { family };
    exact.or_else(|| LANGUAGES.iter().find(|language| language.tag.eq_ignore_ascii_case(family))).copied()
}

/// The language that a browser likes best among those that the pages speak: the header `Accept-Language`, English without one.
pub(crate) fn preferred(accept_language: &str) -> &'static Language {
    let mut wishes: Vec<(u16, &'static Language)> = accept_language
        .split(',')
        .take(MOST_WISHES)
        .filter_map(|wish| {
            let (tag, parameter) = wish.split_once(';').unwrap_or((wish, "q=1"));
            let weight = weight(parameter.trim())?;
            Some((weight, chosen(tag.trim()).filter(|_| weight > 0)?))
        })
        .collect();
    // Of equals the first one; the sort keeps their order.
    wishes.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    wishes.first().map_or(&en::LANGUAGE, |(_, language)| language)
}

/// `q=0.8` in thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let (whole, places) = parameter.strip_prefix("q=")?.split_once('.').unwrap_or((parameter.strip_prefix("q=")?, ""));
    let thousandths: u16 = match places.len() {
        0 => 0,
        1..=3 if places.bytes().all(|byte| byte.is_ascii_digit()) => format!("{places:0<3}").parse().ok()?,
        _ => return None,
    };
    match whole {
        "0" => Some(thousandths),
        "1" => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, LOCALES, chosen, en, preferred};
    use crate::domain::money::Currency;

    #[track_caller]
    fn prefers(header: &str, expect: &str) {
        assert_eq!(preferred(header).tag, expect, "{header}");
    }

    #[test]
    fn a_browser_gets_the_language_that_it_likes_best_of_those_spoken() {
        prefers("", "en");
        prefers("de-CH,de;q=0.9,en;q=0.8", "de");
        prefers("fi, sv;q=0.7, en;q=0.3", "sv");
        prefers("en;q=0.3,ja;q=0.75,nl;q=0.8", "nl");
        prefers("en-GB,en;q=0.9", "en-GB");
        prefers("en-US", "en");
        prefers("nn-NO", "nb");
        prefers("fr;q=0, it;q=0.001", "it");
        prefers("zz, *;q=0.5", "en");
        prefers("de;q=2, fr;q=x, ;;;,,", "en");
        prefers("FR-ca", "fr");
    }

    #[test]
    fn every_language_is_one_that_the_service_takes() {
        for language in LANGUAGES {
            assert!(LOCALES.contains(&language.tag), "{}", language.tag);
            assert_eq!(chosen(language.tag).map(|found| found.tag), Some(language.tag));
        }
        assert_eq!(chosen("es-419").map(|language| language.tag), Some("es"));
        assert!(chosen("fi").is_none());
    }

    /// The texts of a language by name, as its debug output shows them: a new text is in here by itself.
    fn texts(language: &super::Language) -> Vec<String> {
        let shown = format!("{:#?}", language.texts);
        shown.lines().filter_map(|line| line.split_once('"').map(|(_, text)| text.to_owned())).collect()
    }

    fn marks(text: &str) -> Vec<&str> {
        ["{total}", "{name}", "{session}"].into_iter().filter(|mark| text.contains(mark)).collect()
    }

    #[test]
    fn every_language_has_every_text_with_its_marks() {
        let english = texts(&en::LANGUAGE);
        assert!(english.len() > 45, "{english:#?}");
        for language in LANGUAGES {
            let own = texts(language);
            assert_eq!(own.len(), english.len());
            for (own, english) in own.iter().zip(&english) {
                assert!(own.len() > 2 || !own.is_ascii(), "{}: {own:?}", language.tag);
                assert_eq!(marks(own), marks(english), "{}: {own:?}", language.tag);
            }
        }
    }

    #[test]
    fn every_language_has_every_refusal_once() {
        let keys: Vec<_> = en::LANGUAGE.refusals.iter().map(|(english, _)| *english).collect();
        for language in LANGUAGES {
            let own: Vec<_> = language.refusals.iter().map(|(english, _)| *english).collect();
            assert_eq!(own, keys, "{}", language.tag);
            let said = |pair: &(&str, &str)| pair.1.ends_with(['.', '。', '!']) && !pair.1.contains('"');
            assert!(language.refusals.iter().all(said), "{}", language.tag);
            let translated = language.refusals.iter().all(|(english, said)| english != said);
            assert_eq!(translated, !language.tag.starts_with("en"), "{}", language.tag);
        }
    }

    #[track_caller]
    fn writes(tag: &str, code: &str, amount: i64, expect: &str) {
        let currency = Currency::parse(code).unwrap();
        assert_eq!(chosen(tag).unwrap().amount(currency, amount), expect, "{tag} {code}");
    }

    #[test]
    fn amounts_are_written_as_the_language_writes_them() {
        writes("en", "usd", 123_450, "$1,234.50");
        writes("en", "chf", 123_450, "CHF\u{a0}1,234.50");
        writes("en-GB", "usd", 50, "US$0.50");
        writes("de", "eur", 123_450, "1.234,50\u{a0}€");
        writes("de", "usd", 123_456_750, "1.234.567,50\u{a0}$");
        writes("de", "jpy", 1_235, "1.235\u{a0}¥");
        writes("fr", "eur", 123_450, "1\u{202f}234,50\u{a0}€");
        writes("fr", "usd", 99, "0,99\u{a0}$US");
        writes("es", "eur", 123_450, "1234,50\u{a0}€");
        writes("es", "eur", 1_234_550, "12.345,50\u{a0}€");
        writes("it", "eur", 123_450, "1234,50\u{a0}€");
        writes("nl", "eur", 123_450, "€\u{a0}1.234,50");
        writes("nl", "kwd", 1_234_500, "KWD\u{a0}1.234,500");
        writes("ja", "jpy", 1_235, "￥1,235");
        writes("ja", "eur", 123_450, "€1,234.50");
        writes("da", "dkk", 123_450, "1.234,50\u{a0}kr.");
        writes("nb", "nok", 123_450, "1\u{a0}234,50\u{a0}kr");
        writes("sv", "sek", 123_450, "1\u{a0}234,50\u{a0}kr");
        writes("de", "isk", 150_000, "1.500\u{a0}ISK");
    }
}
