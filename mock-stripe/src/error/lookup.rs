//! Refusals of ids that nothing has, of expansions and of metadata.

use http::StatusCode;

use super::object::{Error, Kind, shown};
use crate::domain::metadata::{self, MetadataFault};

/// How deep `expand[]` may reach.
pub(crate) const MAX_EXPAND: usize = 4;

impl Error {
    /// An id in a body that nothing has.
    pub fn no_such_in_body(noun: &str, id: &str, param: &str) -> Self {
        Self::invalid(format!("No such {noun}: '{}'", shown(id))).code("resource_missing").param(param)
    }

    /// An id in the URL that nothing has. Sessions are told without quotes and without `param`.
    pub fn no_such_at_url(noun: &str, id: &str, param: &str) -> Self {
        let message = match noun {
            "checkout.session" => format!("No such checkout.session: {}", shown(id)),
            _ => format!("No such {noun}: '{}'{}", shown(id), mode_hint(id)),
        };
        let mut error = Self::new(StatusCode::NOT_FOUND, Kind::InvalidRequest, message).code("resource_missing");
        if noun != "checkout.session" {
            error.param = Some(param.to_owned());
        }
        error
    }

    /// A member that cannot be expanded.
    pub fn cannot_expand(path: &str) -> Self {
        let hint = if path.starts_with("data.") {
            String::new()
        } else {
            format!(" You may want to try expanding 'data.{path}' if this is a list.")
        };
        Self::invalid(format!("This property cannot be expanded ({path}).{hint}")).param("expand")
    }

    /// An expansion too deep.
    pub fn expand_depth(path: &str) -> Self {
        Self::invalid(format!("You cannot expand more than {MAX_EXPAND} levels of a property. Property: {path}"))
            .code("property_expansion_max_depth")
            .param("expand")
    }

    /// Metadata that breaks its rules.
    pub fn metadata(fault: &MetadataFault) -> Self {
        match fault {
            MetadataFault::TooManyKeys(count) => Self::invalid(format!(
                "Metadata can have at most {} keys; this object would have {count}.",
                metadata::MAX_KEYS
            ))
            .param("metadata"),
            MetadataFault::KeyTooLong(key) => Self::invalid(format!(
                "Metadata keys can have up to {} characters, but you passed in a key that is {} characters. Invalid key: {}",
                metadata::MAX_KEY,
                key.chars().count(),
                shown(key)
            ))
            .param("metadata"),
            MetadataFault::ValueTooLong { key, value } => Self::invalid(format!(
                "Metadata values can have up to {} characters, but you passed in a value that is {} characters. Invalid value: {value}",
                metadata::MAX_VALUE,
                value.chars().count()
            ))
            .param(format!("metadata[{key}]")),
        }
    }
}

fn mode_hint(id: &str) -> &'static str {
    if id.starts_with("cs_live_") {
        "; a similar object exists in live mode, but a test mode key was used to make this request."
    } else {
        ""
    }
}
