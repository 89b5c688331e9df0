//! Ambiguity switches: questions that public documents leave open, each with a documented default and other values to test under.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use parking_lot::Mutex;
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

/// What is declared and what is set. It is replaced as a whole.
#[derive(Clone, Debug, Default)]
struct State {
    declared: IndexMap<&'static str, Declared, RandomState>,
    /// Whether any switch has a value for one scope alone.
    any_scoped: bool,
}

#[derive(Clone, Debug)]
struct Declared {
    switch: Switch,
    /// Where it stands from the start of the world on, and after every reset.
    start: Option<&'static str>,
    global: Option<&'static str>,
    scoped: BTreeMap<String, &'static str>,
}

impl Declared {
    fn everywhere(&self) -> &'static str {
        self.global.or(self.start).unwrap_or(self.switch.default)
    }
}

/// All switches of a world. They are read all the time and hardly ever set: readers share no lock.
#[derive(Debug, Default)]
pub struct Switches {
    state: ArcSwap<State>,
    /// Held by whoever makes the next state.
    changing: Mutex<()>,
}

impl Switches {
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let _one_at_a_time = self.changing.lock();
        let mut state = State::clone(&self.state.load());
        let result = change(&mut state);
        self.state.store(Arc::new(state));
        result
    }

    /// Makes a switch known. Declaring it again changes nothing.
    pub fn declare(&self, switch: Switch) {
        self.declare_all(&[switch]);
    }

    /// Makes several switches known.
    pub fn declare_all(&self, switches: &[Switch]) {
        self.change(|state| {
            for switch in switches {
                state.declared.entry(switch.id).or_insert_with(|| Declared {
                    switch: *switch,
                    start: None,
                    global: None,
                    scoped: BTreeMap::new(),
                });
            }
        });
    }

    /// Every switch, in the order of its id.
    pub fn all(&self) -> Vec<Switch> {
        let mut all: Vec<_> = self.state.load().declared.values().map(|declared| declared.switch).collect();
        all.sort_by_key(|switch| switch.id);
        all
    }

    /// The value in force for `scope`: its own, else the one for everything, else the default. An undeclared switch answers `""`.
    pub fn value(&self, id: &str, scope: &str) -> &'static str {
        let state = self.state.load();
        let Some(declared) = state.declared.get(id) else { return "" };
        declared.scoped.get(scope).copied().unwrap_or_else(|| declared.everywhere())
    }

    /// Whether any switch has a value for one scope alone. While none has, [`Switches::value`] is the same for every scope.
    pub fn any_scoped(&self) -> bool {
        self.state.load().any_scoped
    }

    /// Sets a switch for everything (`scope` is `None`) or for one scope.
    pub fn set(&self, id: &str, scope: Option<&str>, value: &str) -> Result<(), SwitchError> {
        self.change(|state| {
            let (declared, value) = find(state, id, value)?;
            match scope {
                None => declared.global = Some(value),
                Some(scope) => {
                    declared.scoped.insert(scope.to_owned(), value);
                    state.any_scoped = true;
                }
            }
            Ok(())
        })
    }

    /// Says where a switch stands from the start on, as a configuration file does: [`Switches::reset`] goes back to this value.
    pub fn start_with(&self, id: &str, value: &str) -> Result<(), SwitchError> {
        self.change(|state| {
            let (declared, value) = find(state, id, value)?;
            declared.start = Some(value);
            Ok(())
        })
    }

    /// Where every switch stands.
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings: Vec<_> = self
            .state
            .load()
            .declared
            .values()
            .map(|declared| Setting {
                id: declared.switch.id.to_owned(),
                value: declared.everywhere().to_owned(),
                scoped: declared.scoped.iter().map(|(scope, value)| (scope.clone(), (*value).to_owned())).collect(),
            })
            .collect();
        settings.sort_by(|a, b| a.id.cmp(&b.id));
        settings
    }

    /// Puts every switch back to where it started: its default, unless [`Switches::start_with`] said otherwise.
    pub fn reset(&self) {
        self.change(|state| {
            state.any_scoped = false;
            for declared in state.declared.values_mut() {
                declared.global = None;
                declared.scoped.clear();
            }
        });
    }
}

/// A declared switch and one of its values, or what there is instead.
fn find<'a>(state: &'a mut State, id: &str, value: &str) -> Result<(&'a mut Declared, &'static str), SwitchError> {
    let mut ids: Vec<_> = state.declared.keys().copied().collect();
    ids.sort_unstable();
    let Some(declared) = state.declared.get_mut(id) else {
        return Err(SwitchError::Unknown { id: id.to_owned(), known: ids.join(", ") });
    };
    let values = declared.switch.values;
    let known = values.iter().find(|known| known.name == value).ok_or_else(|| SwitchError::Value {
        id: id.to_owned(),
        value: value.to_owned(),
        known: values.iter().map(|known| known.name).collect::<Vec<_>>().join(", "),
    })?;
    Ok((declared, known.name))
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
    fn a_reset_goes_back_to_the_start() {
        let switches = Switches::default();
        switches.declare(REPEAT);
        switches.start_with("AMB-1", "fault").unwrap();
        assert_eq!(switches.value("AMB-1", "a"), "fault");
        switches.set("AMB-1", None, "success").unwrap();
        assert_eq!(switches.value("AMB-1", "a"), "success");
        switches.reset();
        assert_eq!((switches.value("AMB-1", "a"), switches.settings()[0].value.as_str()), ("fault", "fault"));
        assert!(switches.start_with("AMB-1", "maybe").is_err() && switches.start_with("AMB-9", "fault").is_err());
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
