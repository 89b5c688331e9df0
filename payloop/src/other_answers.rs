//! Every open question, answered in every other way: what the right services are run under besides the defaults.
//!
//! One run for each value would be hundreds. A right service hangs on none of them, so each round answers every question in its nth other
//! way at once; only when a round goes wrong are its answers tried one by one, to name the one to blame.

use std::collections::BTreeMap;

use mock_core::Switch;

/// Where switches stand, by their ids.
pub(crate) type Answers = BTreeMap<String, String>;

/// Values under which the loop of the core cases cannot go, whatever the service does; and why.
pub(crate) const IMPOSSIBLE: [(&str, &str, &str); 7] = [
    (
        "AMB-3",
        "",
        "while the purchase cannot be read a visit may end without a payment page; R-V12 judges what is right then",
    ),
    (
        "EAPI-5",
        "400",
        "the suite registers as a server does, without an Origin header: it would never come to a purchase",
    ),
    ("EAPI-16", "reject", "the suite registers the same attendee many times: it would never come to a second purchase"),
    ("EAPI-29", "missing", "purchases have no currency, so that nothing may be sold; C-R13 judges what is right then"),
    ("EAPI-SETTINGS", "refuse", "events of the suite have no registration settings: it would never come to a purchase"),
    (
        "OB-GATEWAY",
        "initiated",
        "outbound marketing sends nobody to a payment page then: it would never come to a visit",
    ),
    (
        "OB-LINK",
        "bare",
        "the link of outbound marketing does not say whose it is then: no service can know what to sell",
    ),
];

/// Why a value is in no round, if it is in none. An entry without a value stands for all but the default.
pub(crate) fn impossible(switch: &Switch, value: &str) -> Option<&'static str> {
    let is_it = |(id, of, _): &&(&str, &str, &str)| *id == switch.id && (of.is_empty() || *of == value);
    IMPOSSIBLE.iter().find(is_it).map(|(_, _, why)| *why)
}

/// The rounds: in the nth, each question has its nth other answer, as far as it has so many.
pub(crate) fn rounds(switches: &[Switch]) -> Vec<Answers> {
    let mut rounds: Vec<Answers> = Vec::new();
    for switch in switches {
        let others = switch.values.iter().map(|value| value.name).filter(|name| *name != switch.default);
        for (nth, value) in others.filter(|value| impossible(switch, value).is_none()).enumerate() {
            if rounds.len() == nth {
                rounds.push(Answers::new());
            }
            if let Some(round) = rounds.get_mut(nth) {
                round.insert(switch.id.to_owned(), value.to_owned());
            }
        }
    }
    rounds
}

/// What is in no round, for the terminal.
pub(crate) fn left_out() -> String {
    let line = |(id, of, why): &(&str, &str, &str)| {
        let of = if of.is_empty() { "anything but its default" } else { of };
        format!("left out  {id} = {of}: {why}\n")
    };
    IMPOSSIBLE.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_value_is_in_one_round_or_has_a_reason() {
        let switches = mock_platform::switches().expect("the fakes");
        let rounds = rounds(&switches);
        for switch in &switches {
            for value in switch.values {
                let held =
                    rounds.iter().filter(|round| round.get(switch.id).is_some_and(|it| it == value.name)).count();
                let left_out = value.name == switch.default || impossible(switch, value.name).is_some();
                assert_eq!(held, usize::from(!left_out), "{} {}", switch.id, value.name);
            }
        }
    }

    #[test]
    fn what_is_left_out_exists() {
        let switches = mock_platform::switches().expect("the fakes");
        for (id, of, _) in IMPOSSIBLE {
            let switch = switches.iter().find(|switch| switch.id == id).expect(id);
            let named = switch.values.iter().any(|value| value.name == of && value.name != switch.default);
            assert!(named || of.is_empty(), "{id} {of}");
        }
    }
}
