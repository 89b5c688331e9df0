//! A history in JSON: as its script, so that people can read it there too.

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

use super::data::History;
use super::script::parse;

pub(super) fn serialize<S: Serializer>(history: &History, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(history)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<History, D::Error> {
    let text = String::deserialize(from)?;
    let mut all = parse(&text).map_err(D::Error::custom)?.into_iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(History::default()),
        (Some(one), None) => Ok(one.history),
        _ => Err(D::Error::custom("there are several histories where one belongs")),
    }
}
