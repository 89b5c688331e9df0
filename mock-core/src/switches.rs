//! Ambiguity switches: questions that public documents leave open, each with a documented default and other values to test under.

use std::collections::BTreeMap;

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One value that a switch can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SwitchValue {
    /// The word to set it by.
    pub name: &'static str,
    /// What the fakes do then.
    pub meaning: &'static str,
}

/// A question that public documents leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// Its name, such as `AMB-7`.
    pub id: &'static str,
    /// The question.
    pub question: &'static str,
    /// The values it can take.
    pub values: &'static [SwitchValue],
    /// The value in force unless it is set.
    pub default: &'static str,
    /// Why the question is open, and what speaks for the default.
    pub source: &'static str,
}

/// Where a switch stands: for everything, and for single scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The switch.
    pub id: String,
    /// The value in force for everything that has no own value.
    pub value: String,
    /// Own values by scope (a purchase id, a readable event id).
    pub scoped: BTreeMap<String, String>,
}

/// Why a switch was not set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SwitchError {
    /// No fake declared this switch.
    #[error("there is no switch {id}; there are: {known}")]
    Unknown {
        /// What was asked for.
        id: String,
        /// The switches there are.
        known: String,
    },
    /// The switch does not take this value.
    #[error("switch {id} does not take the value {value:?}; it takes: {known}")]
    Value {
        /// The switch.
        id: String,
        /// What was asked for.
        value: String,
        /// The values there are.
        known: String,
    },
}

#[derive(Clone, Debug, Default)]
struct State {
    global: BTreeMap<&'static str, &'static str>,
    scoped: BTreeMap<(&'static str, String), &'static str>,
}

/// All switches of a world.
#[derive(Debug, Default)]
pub struct Switches {
    declared: RwLock<BTreeMap<&'static str, Switch>>,
    state: RwLock<State>,
}

impl Switches {
    /// Makes a switch known. Declaring it again changes nothing.
    pub fn declare(&self, switch: Switch) {
        self.declared.write().entry(switch.id).or_insert(switch);
    }

    /// Every switch, in the order of its id.
    pub fn all(&self) -> Vec<Switch> {
        self.declared.read().values().copied().collect()
    }

    /// The value in force for `scope`: its own, else the one for everything, else the default. An undeclared switch answers `""`.
    pub fn value(&self, id: &str, scope: &str) -> &'static str {
        let declared = self.declared.read();
        let Some(switch) = declared.get(id) else { return "" };
        let state = self.state.read();
        // Mostly no scope has a value of its own.
        let own = if state.scoped.is_empty() { None } else { state.scoped.get(&(switch.id, scope.to_owned())) };
        own.or_else(|| state.global.get(switch.id)).copied().unwrap_or(switch.default)
    }

    /// Whether any switch has a value for one scope alone. While none has, [`Switches::value`] is the same for every scope.
    pub fn any_scoped(&self) -> bool {
        !self.state.read().scoped.is_empty()
    }

    /// Sets a switch for everything (`scope` is `None`) or for one scope.
    pub fn set(&self, id: &str, scope: Option<&str>, value: &str) -> Result<(), SwitchError> {
        let declared = self.declared.read();
        let switch = declared.get(id).ok_or_else(|| SwitchError::Unknown {
            id: id.to_owned(),
            known: declared.keys().copied().collect::<Vec<_>>().join(", "),
        })?;
        let known = switch.values.iter().find(|known| known.name == value).ok_or_else(|| SwitchError::Value {
            id: id.to_owned(),
            value: value.to_owned(),
            known: switch.values.iter().map(|known| known.name).collect::<Vec<_>>().join(", "),
        })?;
        let mut state = self.state.write();
        match scope {
            None => state.global.insert(switch.id, known.name),
            Some(scope) => state.scoped.insert((switch.id, scope.to_owned()), known.name),
        };
        Ok(())
    }

    /// Where every switch stands.
    pub fn settings(&self) -> Vec<Setting> {
        let state = self.state.read();
        let scoped = |id: &str| {
            state
                .scoped
                .iter()
                .filter(|((of, _), _)| *of == id)
                .map(|((_, scope), value)| (scope.clone(), (*value).to_owned()))
                .collect()
        };
        self.declared
            .read()
            .values()
            .map(|switch| Setting {
                id: switch.id.to_owned(),
                value: state.global.get(switch.id).copied().unwrap_or(switch.default).to_owned(),
                scoped: scoped(switch.id),
            })
            .collect()
    }

    /// Puts every switch back to its default.
    pub fn reset(&self) {
        *self.state.write() = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::{Switch, SwitchValue, Switches};

    const REPEAT: Switch = Switch {
        id: "AMB-1",
        question: "what does a repeat answer",
        values: &[
            SwitchValue { name: "success", meaning: "nothing happens" },
            SwitchValue { name: "fault", meaning: "400" },
        ],
        default: "success",
        source: "not documented",
    };

    #[test]
    fn a_scope_wins_over_the_whole_and_the_whole_over_the_default() {
        let switches = Switches::default();
        switches.declare(REPEAT);
        assert_eq!(switches.value("AMB-1", "a"), "success");
        switches.set("AMB-1", None, "fault").unwrap();
        switches.set("AMB-1", Some("a"), "success").unwrap();
        assert_eq!((switches.value("AMB-1", "a"), switches.value("AMB-1", "b")), ("success", "fault"));
        switches.reset();
        assert_eq!(switches.value("AMB-1", "b"), "success");
    }

    #[test]
    fn a_wrong_name_or_value_is_told_what_there_is() {
        let switches = Switches::default();
        switches.declare(REPEAT);
        let unknown = switches.set("AMB-9", None, "x").unwrap_err().to_string();
        let value = switches.set("AMB-1", None, "maybe").unwrap_err().to_string();
        assert_eq!(unknown, "there is no switch AMB-9; there are: AMB-1");
        assert_eq!(value, "switch AMB-1 does not take the value \"maybe\"; it takes: success, fault");
    }
}
