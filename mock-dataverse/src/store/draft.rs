//! The values of a row while it is written. A row that is changed remembers what stood in the columns that were touched, so that nothing
//! else of it need be copied.

use super::value::Value;

/// What stood in a column, with the column's position.
pub(super) type Was = (usize, Value);

/// Room for as many columns as most changes touch.
const ROOM: usize = 12;

/// The values of a row in the making.
pub(super) struct Draft {
    values: Vec<Value>,
    /// The first value of each touched column; `None` for a new row, which has no former values.
    was: Option<Vec<Was>>,
}

impl Draft {
    /// A new row.
    pub(super) fn new(values: Vec<Value>) -> Self {
        Self { values, was: None }
    }

    /// A row that is there already.
    pub(super) fn of(values: Vec<Value>) -> Self {
        Self { values, was: Some(Vec::with_capacity(ROOM)) }
    }

    /// The value at a column's position.
    pub(super) fn get(&self, position: usize) -> Option<&Value> {
        self.values.get(position)
    }

    /// Writes a column, if the table has it.
    pub(super) fn put(&mut self, position: Option<usize>, value: Value) {
        let Some((position, slot)) = position.and_then(|at| self.values.get_mut(at).map(|slot| (at, slot))) else {
            return;
        };
        if stays(slot, &value) {
            return;
        }
        let former = std::mem::replace(slot, value);
        if let Some(was) = &mut self.was
            && was.iter().all(|(touched, _)| *touched != position)
        {
            was.push((position, former));
        }
    }

    /// All values.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values as they are now, and what stood in the columns that were touched.
    pub(super) fn finish(self) -> (Vec<Value>, Vec<Was>) {
        (self.values, self.was.unwrap_or_default())
    }

    /// The values as they were.
    pub(super) fn give_up(mut self) -> Vec<Value> {
        restore(&mut self.values, self.was.unwrap_or_default());
        self.values
    }
}

/// Whether a column stays exactly as it is, where that is told at a glance: many stay empty, and many rows are written by one user.
/// Numbers that are equal may differ in their scale.
fn stays(now: &Value, then: &Value) -> bool {
    match (now, then) {
        (Value::Null, Value::Null) => true,
        (Value::Lookup { .. }, Value::Lookup { .. }) | (Value::DateTime(_), Value::DateTime(_)) => now == then,
        _ => false,
    }
}

/// Puts back what stood in the columns that were touched.
pub(super) fn restore(values: &mut [Value], was: Vec<Was>) {
    for (position, value) in was {
        if let Some(slot) = values.get_mut(position) {
            *slot = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Draft, Value, restore};

    fn numbers(values: &[Value]) -> Vec<Option<i32>> {
        let number = |value: &Value| if let Value::Int(number) = value { Some(*number) } else { None };
        values.iter().map(number).collect()
    }

    fn touched() -> Draft {
        let mut draft = Draft::of(vec![Value::Int(1), Value::Int(2), Value::Null]);
        draft.put(Some(1), Value::Int(5));
        draft.put(Some(2), Value::Int(6));
        draft.put(Some(1), Value::Int(7));
        draft.put(None, Value::Int(8));
        draft.put(Some(9), Value::Int(9));
        draft
    }

    #[test]
    fn a_column_that_is_touched_twice_remembers_its_first_value() {
        let (mut values, was) = touched().finish();
        assert_eq!(numbers(&values), [Some(1), Some(7), Some(6)]);
        assert_eq!(was, [(1, Value::Int(2)), (2, Value::Null)]);
        restore(&mut values, was);
        assert_eq!(numbers(&values), [Some(1), Some(2), None]);
        assert_eq!(numbers(&touched().give_up()), [Some(1), Some(2), None]);
    }
}
