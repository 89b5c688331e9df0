//! Objects written as they look on the wire, straight into a serializer: no tree of values is built for an answer that only leaves as
//! bytes.
//!
//! `shape!` reads like `serde_json::json!`, with three differences: what it holds is moved into it (borrow what should stay), a member
//! written `"name"?: value` is left out where its value is `None`, and the result is a type of its own that serializes itself.
//! [`value_of`] makes a tree of it for those who want to look inside.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// An object: its members, one inside the other.
#[derive(Debug)]
pub struct Object<M>(pub M);

/// The end of an object's members.
#[derive(Debug)]
pub struct End;

/// A member and those after it.
#[derive(Debug)]
pub struct Member<V, R>(pub &'static str, pub V, pub R);

/// A member that may be left out, and those after it.
#[derive(Debug)]
pub struct Perhaps<V, R>(pub &'static str, pub Option<V>, pub R);

/// Members that can write themselves.
pub trait Members {
    /// The most that are written.
    const MOST: usize;

    /// Writes them in their order.
    ///
    /// # Errors
    ///
    /// What the serializer says.
    fn write<S: SerializeStruct>(&self, object: &mut S) -> Result<(), S::Error>;
}

impl Members for End {
    const MOST: usize = 0;

    fn write<S: SerializeStruct>(&self, _: &mut S) -> Result<(), S::Error> {
        Ok(())
    }
}

impl<V: Serialize, R: Members> Members for Member<V, R> {
    const MOST: usize = 1 + R::MOST;

    fn write<S: SerializeStruct>(&self, object: &mut S) -> Result<(), S::Error> {
        object.serialize_field(self.0, &self.1)?;
        self.2.write(object)
    }
}

impl<V: Serialize, R: Members> Members for Perhaps<V, R> {
    const MOST: usize = 1 + R::MOST;

    fn write<S: SerializeStruct>(&self, object: &mut S) -> Result<(), S::Error> {
        if let Some(value) = &self.1 {
            object.serialize_field(self.0, value)?;
        }
        self.2.write(object)
    }
}

impl<M: Members> Serialize for Object<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Its name is for other formats than JSON.
        let mut object = serializer.serialize_struct("", M::MOST)?;
        self.0.write(&mut object)?;
        object.end()
    }
}

/// One of two shapes.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Either<A, B> {
    /// The first.
    One(A),
    /// The second.
    Other(B),
}

/// A list whose items come one by one.
#[derive(Debug)]
pub struct Each<I>(pub I);

impl<I> Serialize for Each<I>
where
    I: Iterator<Item: Serialize> + Clone,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A shape as a tree.
pub fn value_of(shape: &impl Serialize) -> Value {
    // Plain data with text keys; turning it into JSON does not fail.
    serde_json::to_value(shape).unwrap_or_default()
}

/// An object, a list or a value in the order and with the members written.
macro_rules! shape {
    ({ $($members:tt)* }) => {
        $crate::wire::shape::Object($crate::wire::shape::members!($($members)*))
    };
}

/// The members of an object, one inside the other.
macro_rules! members {
    () => { $crate::wire::shape::End };
    ($name:literal : null $(, $($rest:tt)*)?) => {
        $crate::wire::shape::Member($name, (), $crate::wire::shape::members!($($($rest)*)?))
    };
    ($name:literal : [] $(, $($rest:tt)*)?) => {
        $crate::wire::shape::Member($name, [(); 0], $crate::wire::shape::members!($($($rest)*)?))
    };
    ($name:literal : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::wire::shape::Member(
            $name,
            $crate::wire::shape::shape!({ $($inner)* }),
            $crate::wire::shape::members!($($($rest)*)?),
        )
    };
    ($name:literal : $value:expr $(, $($rest:tt)*)?) => {
        $crate::wire::shape::Member($name, $value, $crate::wire::shape::members!($($($rest)*)?))
    };
    ($name:literal ? : $value:expr $(, $($rest:tt)*)?) => {
        $crate::wire::shape::Perhaps($name, $value, $crate::wire::shape::members!($($($rest)*)?))
    };
}

pub(super) use {members, shape};

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Either, value_of};

    #[test]
    fn a_shape_is_written_as_it_stands() {
        let name = "N".to_owned();
        let absent: Option<&str> = None;
        let shape = shape!({
            "zulu": 1,
            "name": &name,
            "nothing": null,
            "empty": {},
            "list": [],
            "given"?: Some(true),
            "left out"?: absent,
            "inner": { "a": absent, "b": { "c": [1, 2] } },
            "either": Either::<_, ()>::One(shape!({ "x": "y" })),
        });
        let expect = r#"{"zulu":1,"name":"N","nothing":null,"empty":{},"list":[],"given":true,"inner":{"a":null,"b":{"c":[1,2]}},"either":{"x":"y"}}"#;
        assert_eq!(serde_json::to_string(&shape).unwrap(), expect);
        assert_eq!(serde_json::from_str::<Value>(expect).unwrap(), value_of(&shape));
        assert_eq!(
            serde_json::to_string_pretty(&shape!({})).unwrap(),
            serde_json::to_string_pretty(&json!({})).unwrap()
        );
    }
}
