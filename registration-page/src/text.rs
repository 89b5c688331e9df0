//! Dates, prices and descriptions as people read them. Pure.

use jiff::civil::DateTime;
use serde_json::value::RawValue;

/// A description without its HTML: markup of others does not get into the page.
pub(crate) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for letter in html.chars() {
        match (inside, letter) {
            (false, '<') => {
                inside = true;
                // The end of a paragraph is the end of a word.
                text.push(' ');
            }
            (true, '>') => inside = false,
            (false, letter) => text.push(letter),
            (true, _) => {}
        }
    }
    let text = ["&lt; <", "&gt; >", "&quot; \"", "&#39; '", "&nbsp;  ", "&amp; &"]
        .iter()
        .filter_map(|pair| pair.split_once(' '))
        .fold(text, |text, (entity, letter)| text.replace(entity, letter));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// When an event takes place, in its own time.
pub(crate) fn when(start: Option<DateTime>, end: Option<DateTime>, zone: Option<&str>) -> Option<String> {
    let start = start?;
    let from = start.strftime("%A, %-d %B %Y, %H:%M").to_string();
    let until = match end {
        Some(end) if end.date() == start.date() => end.strftime(" to %H:%M").to_string(),
        Some(end) => end.strftime(" to %A, %-d %B %Y, %H:%M").to_string(),
        None => String::new(),
    };
    // The names of the product begin with brackets of their own: `(GMT+01:00) Berlin`.
    let bracketed = |zone: &str| if zone.starts_with('(') { format!(" {zone}") } else { format!(" ({zone})") };
    let zone = zone.map(bracketed).unwrap_or_default();
    Some(format!("{from}{until}{zone}"))
}

/// A price: whole as it is, else with at least two digits behind the point. `None` is free of charge.
pub(crate) fn price(price: Option<&RawValue>, symbol: Option<&str>) -> String {
    let digits = price.map_or("0", RawValue::get);
    if digits.trim_matches(['0', '.']).is_empty() {
        return "free".to_owned();
    }
    let digits = match digits.split_once('.') {
        Some((whole, cents)) => format!("{whole}.{cents:0<2}"),
        None => digits.to_owned(),
    };
    format!("{}{digits}", symbol.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{plain, price, when};
    use serde_json::value::RawValue;

    #[test]
    fn markup_is_taken_out() {
        for (html, text) in [
            ("<p>A day of talks, with lunch.</p><p>And tea.</p>", "A day of talks, with lunch. And tea."),
            ("a &lt;b&gt; &amp;lt; c&nbsp;d", "a <b> &lt; c d"),
            ("<script>alert(1)</script>x<", "alert(1) x"),
            ("", ""),
        ] {
            assert_eq!(plain(html), text);
        }
    }

    #[test]
    fn prices_have_no_half_cents() {
        let raw = |digits: &str| RawValue::from_string(digits.to_owned()).unwrap();
        for (digits, text) in
            [("49.5", "$49.50"), ("199", "$199"), ("0.125", "$0.125"), ("0", "free"), ("0.00", "free"), ("100", "$100")]
        {
            assert_eq!(price(Some(&raw(digits)), Some("$")), text);
        }
        assert_eq!((price(None, None), price(Some(&raw("5")), None)), ("free".to_owned(), "5".to_owned()));
    }

    #[test]
    fn times_are_local_and_say_so() {
        let at = |text: &str| Some(text.parse().unwrap());
        let zone = Some("Berlin");
        assert_eq!(
            when(at("2027-03-29T09:00:00"), at("2027-03-29T17:30:00"), zone).unwrap(),
            "Monday, 29 March 2027, 09:00 to 17:30 (Berlin)"
        );
        assert_eq!(
            when(at("2027-03-29T09:00:00"), at("2027-03-30T17:00:00"), None).unwrap(),
            "Monday, 29 March 2027, 09:00 to Tuesday, 30 March 2027, 17:00"
        );
        assert_eq!(
            when(at("2027-03-29T09:00:00"), None, Some("(GMT+01:00) Berlin")).unwrap(),
            "Monday, 29 March 2027, 09:00 (GMT+01:00) Berlin"
        );
        assert_eq!(when(at("2027-03-29T09:00:00"), None, None).unwrap(), "Monday, 29 March 2027, 09:00");
        assert_eq!(when(None, None, zone), None);
    }
}
