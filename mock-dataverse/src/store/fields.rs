//! The columns of a row to be created or changed, by logical name.

use std::borrow::Cow;

use super::value::Value;

/// Columns and their new values. Columns that are not named keep their value (update) or take their default (create).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(Cow<'static, str>, Value)>);

/// Room for the columns that most writes name, taken with the first of them.
const ROOM: usize = 12;

impl Fields {
    /// No column yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column; a later value replaces an earlier one. `None` writes null.
    #[must_use]
    pub fn set(mut self, column: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.put(column, value);
        self
    }

    /// Adds a column in place.
    pub fn put(&mut self, column: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let (column, value) = (column.into(), value.into());
        match self.place(&column) {
            Ok(place) => {
                if let Some((_, given)) = self.0.get_mut(place) {
                    *given = value;
                }
            }
            Err(place) => {
                if self.0.capacity() == 0 {
                    self.0.reserve_exact(ROOM);
                }
                self.0.insert(place, (column, value));
            }
        }
    }

    /// The value given for a column.
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.place(column).ok().and_then(|place| self.0.get(place)).map(|(_, value)| value)
    }

    /// Takes a column out.
    pub fn take(&mut self, column: &str) -> Option<Value> {
        self.place(column).ok().map(|place| self.0.remove(place).1)
    }

    /// True when nothing is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The named columns, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Where a column stands, or belongs: the columns are in the order of their names.
    fn place(&self, column: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(name, _)| name.as_ref().cmp(column))
    }
}

impl IntoIterator for Fields {
    type Item = (Cow<'static, str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
