//! A JSON object and nothing else: a derived reader would also take an array with the fields in order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads a `T` from a JSON object only.
#[derive(Debug)]
pub(super) struct Object<T>(pub T);

impl<T: serde::de::DeserializeOwned> Object<T> {
    /// Reads a whole body; the error says where in it something is wrong.
    pub(super) fn parse(body: &[u8]) -> Result<T, String> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let Self(parsed): Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            let inner = error.into_inner();
            // A place that has no name is the body itself.
            if path == "." || path == "?" {
                format!("The request body is not valid: {inner}.")
            } else {
                format!("{path}: {inner}.")
            }
        })?;
        reader.end().map_err(|error| format!("The request body is not valid: {error}."))?;
        Ok(parsed)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyMaps<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMaps<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(OnlyMaps(PhantomData)).map(Self)
    }
}
