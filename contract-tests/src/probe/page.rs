//! A first profile as text, with a word about how each line was found.

use std::fmt::Write as _;

use super::{Behaviour, Paths};
use crate::target::{Finalize, LateMoney};

/// The text of a profile that says what was found. It reads back as a profile with these values.
pub fn profile_text(name: &str, paths: &Paths, found: &Behaviour) -> String {
    let mut text = String::from(
        "# What this service declares about itself. Made by `payloop init` from what the service did; read it before you trust it:\n\
         # what it says here is what `payloop certify` will demand.\n\n[service]\n",
    );
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        // Writing to a `String` cannot fail.
        text.write_fmt(arguments).unwrap_or_default();
    };
    line(format_args!("name = {}\n", quoted(name)));
    line(format_args!("redirect_url = {}\n", quoted(&format!("{{base}}{}", paths.redirect))));
    line(format_args!("notify_url = {}\n", quoted(&format!("{{base}}{}", paths.notify))));
    match &paths.ready {
        Some(path) => line(format_args!("ready_path = {}\n", quoted(path))),
        None => line(format_args!(
            "# ready_path = \"/healthz\"      # nothing answered 2xx: accepting a connection counts as ready\n"
        )),
    }
    line(format_args!("\n[declares]\npayable = \"{}\"\n", found.payable.name()));
    line(match found.finalize {
        Some(Finalize::Queued) => format_args!("finalize = \"queued\"             # 2xx first, work after\n"),
        Some(Finalize::Synchronous) => format_args!("finalize = \"synchronous\"\n"),
        None => format_args!("finalize = \"synchronous\"        # not seen: the payment was not finalized\n"),
    });
    line(match found.late_money {
        Some(LateMoney::Park) => {
            format_args!("late_money = \"park\"             # it stayed, visibly, for a person to decide\n")
        }
        Some(LateMoney::Refund) => format_args!("late_money = \"refund\"\n"),
        None => format_args!(
            "late_money = \"refund\"           # not seen: the page took no money once the reservation was over\n"
        ),
    });
    match &found.metadata_key {
        Some(key) => line(format_args!("metadata_key = {}\n", quoted(key))),
        None => line(format_args!("metadata_key = \"order_id\"       # not found in what was sent to Stripe\n")),
    }
    let codes: Vec<String> = found.currencies.iter().map(|code| quoted(code)).collect();
    let remark = if found.returns { "" } else { "   # not taken by the service: name those that it allows" };
    line(format_args!("return_origins = [\"https://allowed.test\"]{remark}\n"));
    line(format_args!("currencies = [{}]\n", codes.join(", ")));
    line(format_args!(
        "\n[budgets]\nredirect = \"10s\"                # what counts as too slow\nwebhook = \"10s\"\nsettle = \"300ms\"                # how long silence is\n"
    ));
    text
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::profile_text;
    use crate::Profile;
    use crate::model::Payable;
    use crate::probe::{Behaviour, Paths};
    use crate::target::{Finalize, LateMoney};

    #[test]
    fn the_text_reads_back_as_what_was_found() {
        let paths = Paths { ready: Some("/ping".to_owned()), redirect: "/pay".to_owned(), notify: "/hook".to_owned() };
        let found = Behaviour {
            payable: Payable::Session,
            metadata_key: Some("purchase".to_owned()),
            finalize: Some(Finalize::Queued),
            late_money: Some(LateMoney::Park),
            currencies: vec!["EUR".to_owned(), "JPY".to_owned()],
            returns: true,
        };
        let profile = Profile::parse("payloop.toml", &profile_text("an \"odd\" name", &paths, &found)).unwrap();
        assert_eq!(profile.service.name, "an \"odd\" name");
        assert_eq!(profile.service.redirect_url, "{base}/pay");
        assert_eq!(
            (profile.service.notify_url.as_str(), profile.service.ready_path.as_deref()),
            ("{base}/hook", Some("/ping"))
        );
        let declares = profile.declares;
        assert_eq!(
            (declares.payable, declares.finalize, declares.late_money),
            (Payable::Session, Finalize::Queued, LateMoney::Park)
        );
        assert_eq!(
            (declares.metadata_key.as_str(), declares.currencies),
            ("purchase", vec!["EUR".to_owned(), "JPY".to_owned()])
        );
        let bare = Behaviour { metadata_key: None, finalize: None, late_money: None, returns: false, ..found };
        Profile::parse("payloop.toml", &profile_text("x", &Paths { ready: None, ..paths }, &bare)).unwrap();
    }
}
