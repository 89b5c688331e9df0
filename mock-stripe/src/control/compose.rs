//! Deliveries that a test composes: any bytes, well or badly signed, sent at once.

use bytes::Bytes;
use jiff::SignedDuration;
use mock_core::control::Problem;
use serde_json::{Map, Value, json};

use super::deliveries::{MOST_TIMES, parts};
use super::dto::{AnswerView, Compose, Composed, Layout, Signing};
use super::endpoint;
use crate::domain::signature;
use crate::stripe::Stripe;
use crate::webhooks;
use crate::wire::shape::value_of;

/// What a wrong secret looks like.
const WRONG_SECRET: &str = "whsec_0000000000000000000000000000wrong";

/// Composes, signs, sends and waits for the answers.
pub(super) async fn send(stripe: &Stripe, compose: Compose) -> Result<Composed, Problem> {
    let endpoint = endpoint::first(&stripe.state.read());
    let hint = "register an endpoint with PUT /v1/stripe/endpoint, or name a `url`";
    let url = compose.url.clone().or_else(|| endpoint.as_ref().map(|endpoint| endpoint.url.clone()));
    let url = url.ok_or_else(|| Problem::bad("there is nowhere to send to", hint))?;
    let version = compose
        .api_version
        .clone()
        .or_else(|| endpoint.as_ref().and_then(|endpoint| endpoint.api_version.clone()))
        .unwrap_or_else(|| stripe.settings().api_version.clone());
    let secrets: Vec<&str> = match (&compose.secret, &endpoint) {
        (Some(secret), _) => vec![secret],
        (None, Some(endpoint)) => endpoint.secrets(stripe.world.clock().now()),
        (None, None) => vec![""],
    };

    let (payload, mut subjects) = match &compose.payload {
        Some(text) => (Bytes::from(text.clone()), Vec::new()),
        None => {
            let (event, subjects) = event(stripe, &compose, &version)?;
            (Bytes::from(write(&event, compose.layout)), subjects)
        }
    };
    subjects.extend(compose.subjects.iter().copied());
    let signature = match &compose.signature {
        Some(text) => Some(text.clone()),
        None => sign(stripe, &compose, &payload, &secrets),
    };
    let times = compose.times.unwrap_or(1).clamp(1, MOST_TIMES);
    let says = webhooks::type_of(&payload);
    let sendings: Vec<_> = (0..times)
        .map(|_| {
            let (stripe, url, signature) = (stripe.clone(), url.clone(), signature.clone());
            let (payload, says, subjects) = (payload.clone(), says.clone(), subjects.clone());
            tokio::spawn(
                async move { webhooks::post(&stripe, &url, signature.as_deref(), payload, says, subjects).await },
            )
        })
        .collect();
    let mut answers = Vec::with_capacity(times);
    for sending in sendings {
        let (status, body, error) = match sending.await {
            Ok(outcome) => parts(&outcome),
            Err(error) => (None, None, Some(error.to_string())),
        };
        answers.push(AnswerView { status, body, error });
    }
    Ok(Composed { payload: String::from_utf8_lossy(&payload).into_owned(), signature, answers })
}

/// The event to send, before its bytes are written.
fn event(stripe: &Stripe, compose: &Compose, api_version: &str) -> Result<(Value, Vec<uuid::Uuid>), Problem> {
    let fresh = |scope: &str| stripe.mint().plain("evt_", scope);
    let (mut event, subjects) = match (&compose.event, &compose.object) {
        (Some(id), None) => {
            let found = stripe.read(api_version, |shown| {
                let event = shown.state.events.get(id)?;
                Some((value_of(&shown.event_in(&event, api_version)), event.belongs.clone()))
            });
            let missing =
                || Problem::missing(format!("there is no event {id}"), "GET /v1/stripe/deliveries names events");
            let (mut body, belongs) = found.ok_or_else(missing)?;
            if compose.fresh_id {
                put(&mut body, "id", fresh(&belongs.scope).into());
            }
            (body, belongs.subjects.clone())
        }
        (None, Some(id)) => {
            let found = stripe
                .read(api_version, |shown| Some((shown.object(id)?, shown.state.belonging_of(id).subjects.clone())));
            let missing =
                || Problem::missing(format!("there is no object {id}"), "GET /v1/stripe/objects names objects");
            let (object, subjects) = found.ok_or_else(missing)?;
            let scope = subjects.first().map(ToString::to_string).unwrap_or_default();
            let body = json!({
                "id": fresh(&scope),
                "object": "event",
                "api_version": api_version,
                "created": stripe.world.clock().now().as_second(),
                "data": { "object": object },
                "livemode": stripe.config.livemode,
                "pending_webhooks": 1,
                "request": { "id": null, "idempotency_key": null },
                "type": compose.event_type.as_deref().unwrap_or("checkout.session.completed"),
            });
            (body, subjects)
        }
        _ => {
            let hint = "give exactly one of `payload` (exact bytes), `event` (an existing one), `object` (to wrap)";
            return Err(Problem::bad("it is not clear what to send", hint));
        }
    };
    if let Some(kind) = &compose.event_type {
        put(&mut event, "type", kind.as_str().into());
    }
    if compose.api_version.is_some() {
        put(&mut event, "api_version", api_version.into());
    }
    for (path, value) in &compose.set {
        put(&mut event, path, value.clone());
    }
    for path in &compose.remove {
        take(&mut event, path);
    }
    Ok((event, subjects))
}

/// Writes a value at a dotted path, making objects on the way.
fn put(target: &mut Value, path: &str, value: Value) {
    let mut place = target;
    for part in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(members) = place else { return };
        place = members.entry(part).or_insert(Value::Null);
    }
    *place = value;
}

/// Takes a member out at a dotted path.
fn take(target: &mut Value, path: &str) {
    let (parents, last) = path.rsplit_once('.').map_or((None, path), |(parents, last)| (Some(parents), last));
    let mut place = Some(target);
    for part in parents.into_iter().flat_map(|parents| parents.split('.')) {
        place = place.and_then(|value| value.get_mut(part));
    }
    if let Some(members) = place.and_then(Value::as_object_mut) {
        members.shift_remove(last);
    }
}

fn write(event: &Value, layout: Layout) -> Vec<u8> {
    // Plain data with text keys; turning it into JSON does not fail.
    let pretty = |value: &Value| serde_json::to_vec_pretty(value).unwrap_or_default();
    match layout {
        Layout::Pretty => pretty(event),
        Layout::Compact => serde_json::to_vec(event).unwrap_or_default(),
        Layout::Reordered => pretty(&reversed(event)),
        Layout::UnknownFields => pretty(&strange(event)),
        Layout::Escaped => escaped(&pretty(event)),
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

fn strange(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut all: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), strange(value))).collect();
            // Maps of texts stay maps of texts, so that only what the service itself may add is added.
            if members.contains_key("object") || members.contains_key("type") {
                all.insert("x_unknown".to_owned(), json!({ "nested": [1, null, "two"] }));
            }
            Value::Object(all)
        }
        Value::Array(items) => Value::Array(items.iter().map(strange).collect()),
        other => other.clone(),
    }
}

/// The same JSON with every letter inside quotes as a `\u` escape.
fn escaped(json: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(json);
    let mut out = String::with_capacity(text.len() * 4);
    let (mut inside, mut after_backslash) = (false, false);
    for character in text.chars() {
        if !inside || after_backslash {
            inside ^= character == '"' && !after_backslash;
            after_backslash = false;
            out.push(character);
            continue;
        }
        match character {
            '"' => {
                inside = false;
                out.push(character);
            }
            '\\' => {
                after_backslash = true;
                out.push(character);
            }
            letter if letter.is_alphabetic() => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    out.push_str("\\u");
                    out.push_str(&hex::encode(unit.to_be_bytes()));
                }
            }
            other => out.push(other),
        }
    }
    out.into_bytes()
}

fn sign(stripe: &Stripe, compose: &Compose, payload: &[u8], secrets: &[&str]) -> Option<String> {
    let now = stripe.world.clock().wall();
    let secret = secrets.first().copied().unwrap_or_default();
    let right = || signature::header(payload, now, secrets);
    let t = now.as_second();
    Some(match compose.signing {
        Signing::None => return None,
        Signing::Valid => right(),
        Signing::WrongSecret => signature::header(payload, now, &[WRONG_SECRET]),
        Signing::EmptySecret => signature::header(payload, now, &[""]),
        Signing::Old => {
            let age = SignedDuration::from_secs(compose.age_seconds.unwrap_or(3_600));
            signature::header(payload, now.checked_sub(age).unwrap_or(now), &[secret])
        }
        Signing::OtherBody => signature::header(b"{\"id\":\"evt_another\",\"object\":\"event\"}", now, &[secret]),
        Signing::ChangedTimestamp => right().replacen(&format!("t={t}"), &format!("t={}", t + 1), 1),
        Signing::Broken => signature::broken(&right()),
        Signing::OnlyV0 => format!("t={t},v0={}", signature::v1(payload, t, secret)),
        Signing::Rolled => {
            format!("t={t},v1={},v1={}", signature::v1(payload, t, WRONG_SECRET), signature::v1(payload, t, secret))
        }
        Signing::Shuffled => format!("v9=abc,v1={},t={t}", signature::v1(payload, t, secret)),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{escaped, put, reversed, strange, take};

    #[test]
    fn values_are_written_and_taken_out_by_path() {
        let mut event = json!({"data": {"object": {"metadata": {"a": "1"}}}});
        put(&mut event, "data.object.metadata.b", "2".into());
        put(&mut event, "request.id", Value::Null);
        take(&mut event, "data.object.metadata.a");
        take(&mut event, "not.there");
        assert_eq!(event, json!({"data": {"object": {"metadata": {"b": "2"}}}, "request": {"id": null}}));
    }

    #[test]
    fn other_layouts_say_the_same() {
        let event = json!({"id": "evt_ä\"\\1", "object": "event", "n": [1, {"x": "y\u{1f600}"}]});
        let text = serde_json::to_vec_pretty(&event).unwrap();
        let other = escaped(&text);
        assert!(!other.windows(3).any(|part| part == b"evt"));
        assert_eq!(serde_json::from_slice::<Value>(&other).unwrap(), event);
        assert_eq!(reversed(&event), event);
        assert_eq!(reversed(&event).as_object().unwrap().keys().next().unwrap(), "n");
        assert_eq!(strange(&event)["id"], event["id"]);
        assert!(strange(&event).get("x_unknown").is_some());
    }
}
