//! Metadata: up to 50 texts by key that a caller may hang on most objects.
//!
//! Source: `facts/stripe.md` 5, after <https://docs.stripe.com/metadata>.

use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Keys and values, in the order of the keys, as answers show them. Clones share them: every version of an object has the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(Option<Texts>);

/// Keys and their texts.
pub type Texts = Arc<[(Box<str>, Box<str>)]>;

impl Metadata {
    /// No key at all.
    pub const fn new() -> Self {
        Self(None)
    }

    /// The text of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(is, _)| *is == key).map(|(_, text)| text)
    }

    /// Every key with its text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.as_deref().unwrap_or_default().iter().map(|(key, text)| (&**key, &**text))
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Most keys on one object.
pub const MAX_KEYS: usize = 50;
/// Most characters of a key.
pub const MAX_KEY: usize = 40;
/// Most characters of a value.
pub const MAX_VALUE: usize = 500;

/// What a request asks of an object's metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MetadataChange {
    /// The parameter was not sent.
    #[default]
    Keep,
    /// `metadata=`: every key goes.
    Clear,
    /// Keys to set; an empty value deletes its key.
    Merge(Texts),
}

/// Why a change was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataFault {
    /// The object would have more than [`MAX_KEYS`] keys.
    TooManyKeys(usize),
    /// This key is longer than [`MAX_KEY`] characters.
    KeyTooLong(String),
    /// The value of this key is longer than [`MAX_VALUE`] characters.
    ValueTooLong {
        /// The key.
        key: String,
        /// Its value.
        value: String,
    },
}

impl MetadataChange {
    /// The metadata of a new object.
    pub fn made(&self) -> Result<Metadata, MetadataFault> {
        self.apply(&Metadata::new())
    }

    /// The metadata after the change.
    pub fn apply(&self, before: &Metadata) -> Result<Metadata, MetadataFault> {
        let changes = match self {
            Self::Keep => return Ok(before.clone()),
            Self::Clear => return Ok(Metadata::new()),
            Self::Merge(changes) => changes,
        };
        let mut after: Vec<(Box<str>, Box<str>)> = before.0.as_deref().unwrap_or_default().to_vec();
        for (key, value) in changes.iter() {
            if key.chars().count() > MAX_KEY {
                return Err(MetadataFault::KeyTooLong(key.to_string()));
            }
            if value.chars().count() > MAX_VALUE {
                return Err(MetadataFault::ValueTooLong { key: key.to_string(), value: value.to_string() });
            }
            match after.binary_search_by(|(is, _)| is.cmp(key)) {
                Ok(at) if value.is_empty() => drop(after.remove(at)),
                Ok(at) => after[at].1.clone_from(value),
                Err(_) if value.is_empty() => {}
                Err(at) => after.insert(at, (key.clone(), value.clone())),
            }
        }
        if after.len() > MAX_KEYS {
            return Err(MetadataFault::TooManyKeys(after.len()));
        }
        Ok(Metadata((!after.is_empty()).then(|| after.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::{Metadata, MetadataChange, MetadataFault};

    fn merge(pairs: &[(&str, &str)]) -> MetadataChange {
        MetadataChange::Merge(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect())
    }

    #[test]
    fn keys_are_set_kept_and_deleted() {
        let first = merge(&[("a", "1"), ("b", "2")]).apply(&Metadata::new()).unwrap();
        let second = merge(&[("a", ""), ("c", "3")]).apply(&first).unwrap();
        let texts: Vec<_> = second.iter().collect();
        assert_eq!(texts, [("b", "2"), ("c", "3")]);
        assert_eq!(MetadataChange::Keep.apply(&first).unwrap(), first);
        assert!(MetadataChange::Clear.apply(&first).unwrap().is_empty());
    }

    #[test]
    fn limits_count_characters() {
        let long = "ü".repeat(500);
        assert!(merge(&[("a", &long)]).apply(&Metadata::new()).is_ok());
        assert_eq!(
            merge(&[("a", &format!("{long}x"))]).apply(&Metadata::new()),
            Err(MetadataFault::ValueTooLong { key: "a".into(), value: format!("{long}x") })
        );
        assert!(matches!(merge(&[(&"k".repeat(41), "v")]).apply(&Metadata::new()), Err(MetadataFault::KeyTooLong(_))));
        let many: super::Texts = (0..51).map(|n| (format!("k{n}").into(), "v".into())).collect();
        assert_eq!(MetadataChange::Merge(many).apply(&Metadata::new()), Err(MetadataFault::TooManyKeys(51)));
    }
}
