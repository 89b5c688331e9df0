//! The environment of a service that the suite starts: the documented names, and the profile's own templates.

use std::collections::BTreeMap;

use mock_platform::TRUST_VARIABLES;
use thiserror::Error;
use url::Url;

use super::profile::Profile;
use crate::Endpoints;

/// The documented names.
pub(super) const NAMES: [&str; 11] = [
    "PORT",
    "DATAVERSE_URL",
    "ENTRA_AUTHORITY",
    "ENTRA_TOKEN_URL",
    "TENANT_ID",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "STRIPE_API_BASE",
    "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "ALLOWED_RETURN_ORIGINS",
];

/// What each of them holds, as a template would name it.
const FIELDS: [&str; 11] = [
    "port",
    "dataverse.url",
    "entra.authority",
    "entra.token_url",
    "entra.tenant_id",
    "entra.client_id",
    "entra.client_secret",
    "stripe.api_base",
    "stripe.api_key",
    "stripe.webhook_secret",
    "allowed_return_origins",
];

/// What is wrong with an environment template.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EnvError {
    /// It names a field that does not exist.
    #[error("the profile's [env] entry {name} names {{{field}}}, which does not exist; there are: {known}")]
    Field {
        /// The variable.
        name: String,
        /// What it asked for.
        field: String,
        /// What there is.
        known: String,
    },
    /// A brace is not closed.
    #[error("the profile's [env] entry {name} opens a brace that is not closed")]
    Open {
        /// The variable.
        name: String,
    },
}

/// Every variable that a started service gets.
pub fn environment(endpoints: &Endpoints, profile: &Profile, base: &Url) -> Result<BTreeMap<String, String>, EnvError> {
    let fields = fields(endpoints, profile, base);
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut env: BTreeMap<String, String> =
        NAMES.into_iter().zip(FIELDS).map(|(name, from)| (name.to_owned(), field(from))).collect();
    if let Some(path) = &endpoints.ca_cert {
        env.extend(TRUST_VARIABLES.map(|name| (name.to_owned(), path.display().to_string())));
    }
    for (name, template) in &profile.env {
        env.insert(name.clone(), filled(name, template, &fields)?);
    }
    Ok(env)
}

/// What templates may name: the ready file's fields by their dotted path and by their last part where that is unique, and the service's own.
fn fields(endpoints: &Endpoints, profile: &Profile, base: &Url) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    // The ready file is plain data with text keys; turning it into JSON does not fail.
    collect("", &serde_json::to_value(endpoints).unwrap_or_default(), &mut fields);
    let mut last_parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, value) in &fields {
        if let Some((_, last)) = path.rsplit_once('.') {
            last_parts.entry(last.to_owned()).or_default().push(value.clone());
        }
    }
    for (last, values) in last_parts {
        if let [value] = values.as_slice() {
            fields.entry(last).or_insert_with(|| value.clone());
        }
    }
    fields.insert("base".to_owned(), base.as_str().trim_end_matches('/').to_owned());
    fields.insert("port".to_owned(), base.port_or_known_default().unwrap_or(80).to_string());
    fields.insert("allowed_return_origins".to_owned(), profile.declares.return_origins.join(","));
    fields.insert("scratch".to_owned(), super::scratch::folder(base).display().to_string());
    fields.insert("metadata_key".to_owned(), profile.declares.metadata_key.clone());
    fields.insert("platform".to_owned(), profile.declares.platform.name().to_owned());
    fields
}

fn collect(prefix: &str, value: &serde_json::Value, into: &mut BTreeMap<String, String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                collect(&path, value, into);
            }
        }
        serde_json::Value::String(text) => {
            into.insert(prefix.to_owned(), text.clone());
        }
        serde_json::Value::Number(number) => {
            into.insert(prefix.to_owned(), number.to_string());
        }
        _ => {}
    }
}

fn filled(name: &str, template: &str, fields: &BTreeMap<String, String>) -> Result<String, EnvError> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (field, after) = after.split_once('}').ok_or_else(|| EnvError::Open { name: name.to_owned() })?;
        let value = fields.get(field).ok_or_else(|| EnvError::Field {
            name: name.to_owned(),
            field: field.to_owned(),
            known: fields.keys().cloned().collect::<Vec<_>>().join(", "),
        })?;
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}
