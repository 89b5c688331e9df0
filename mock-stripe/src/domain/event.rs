//! Events: what happened, which endpoints want to hear of it, and what changed in an object.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::belonging::Belonging;
use super::metadata::Metadata;
use super::told::Told;

/// The call that caused an event. Both are empty when the hosted page or the passing of time caused it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    /// `req_…`
    pub request: Option<String>,
    /// The caller's idempotency key.
    pub idempotency_key: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// `checkout.session.completed`, …
    pub kind: &'static str,
    /// Unix seconds.
    pub created: i64,
    /// The object as it was then.
    pub object: Told,
    /// The object as it was before, where the event tells of a change.
    pub previous: Option<Told>,
    /// What caused it.
    pub cause: Arc<Cause>,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// A receiver of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// `we_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// Where deliveries go.
    pub url: String,
    /// `whsec_…`; an empty one signs with the empty key.
    pub secret: String,
    /// The secret before, while it signs too.
    pub rolled: Option<Rolled>,
    /// The types it wants; `*` is all.
    pub enabled_events: Vec<String>,
    /// The version its events are rendered in; the account's when not set.
    pub api_version: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Metadata.
    pub metadata: Metadata,
    /// Disabled endpoints hear nothing.
    pub disabled: bool,
    /// Deleted endpoints are not listed either.
    pub deleted: bool,
    /// What it belongs to.
    pub belongs: Belonging,
}

/// A secret that was replaced, and goes on signing for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolled {
    /// `whsec_…`
    pub secret: String,
    /// From then on, in the world's time, it signs no more.
    pub until: Timestamp,
}

impl Endpoint {
    /// What signs a delivery at `now`: the secret, and after it the one before while its time lasts.
    pub fn secrets(&self, now: Timestamp) -> Vec<&str> {
        let before = self.rolled.as_ref().filter(|rolled| now < rolled.until);
        std::iter::once(self.secret.as_str()).chain(before.map(|rolled| rolled.secret.as_str())).collect()
    }

    /// Whether the endpoint hears of events of this type.
    pub fn wants(&self, kind: &str) -> bool {
        !self.disabled && !self.deleted && self.enabled_events.iter().any(|wanted| wanted == "*" || wanted == kind)
    }
}

/// The members of `before` that `after` no longer holds, as `previous_attributes` tells them: nested objects name only the members
/// that changed, a member that is new was `null`, lists are told whole. `None` when nothing changed.
pub fn previous_attributes(before: &Value, after: &Value) -> Option<Value> {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return None };
    let mut previous = Map::new();
    for (name, value) in old {
        match new.get(name) {
            Some(now) if now == value => {}
            Some(now @ Value::Object(_)) if value.is_object() => {
                if let Some(inner) = previous_attributes(value, now) {
                    previous.insert(name.clone(), inner);
                }
            }
            _ => {
                previous.insert(name.clone(), value.clone());
            }
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        previous.insert(name.clone(), Value::Null);
    }
    (!previous.is_empty()).then_some(Value::Object(previous))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::previous_attributes;

    #[test]
    fn previous_attributes_name_what_changed_and_nothing_else() {
        let before = json!({"a": 1, "metadata": {"x": "1"}, "list": [1, 2], "same": {"y": null}});
        let after = json!({"a": 2, "metadata": {"x": "1", "k": "v"}, "list": [2], "same": {"y": null}});
        assert_eq!(
            previous_attributes(&before, &after),
            Some(json!({"a": 1, "metadata": {"k": null}, "list": [1, 2]}))
        );
        assert_eq!(previous_attributes(&before, &before), None);
    }
}
