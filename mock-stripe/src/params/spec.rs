//! The words in which an operation says which parameters it takes.

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name within its parent.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) kind: Kind,
    /// Whether it must be there.
    pub(crate) required: bool,
}

/// What a parameter holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// Text of at most so many characters; empty is refused.
    Text(usize),
    /// The same, but empty unsets it.
    TextOrUnset(usize),
    /// An integer in a range.
    Integer(i64, i64),
    /// `true` or `false`.
    Flag,
    /// A decimal number of at least zero with at most 12 places.
    Decimal,
    /// One of these words; an empty one among them unsets it.
    OneOf(&'static [&'static str]),
    /// One of `words`, of which only the `taken` ones are supported here; the others are refused loudly.
    SomeOf {
        /// What the service takes.
        words: &'static [&'static str],
        /// What is taken here.
        taken: &'static [&'static str],
    },
    /// A currency code.
    Currency,
    /// An absolute http(s) URL of at most 2,048 characters.
    Url,
    /// The same, but empty unsets it.
    UrlOrUnset,
    /// An e-mail address.
    Email,
    /// The same, but empty unsets it.
    EmailOrUnset,
    /// Unix seconds.
    Time,
    /// Unix seconds, or an object of `gt`, `gte`, `lt`, `lte`.
    Range,
    /// Keys and texts.
    Metadata,
    /// Named members.
    Object(&'static [Field]),
    /// The same, but empty unsets it.
    ObjectOrUnset(&'static [Field]),
    /// At most so many elements.
    List(&'static Kind, usize),
    /// The same, but empty unsets it.
    ListOrUnset(&'static Kind, usize),
    /// An object whose only accepted content is `enabled=false`, or nothing.
    SwitchedOff,
    /// A parameter of the real service that this one does not support yet.
    Later,
}

/// Stands for all types of payment methods that its neighbours do not name: each is refused loudly.
pub(crate) const OTHER_METHODS: Field = later("(other payment methods)");

/// A parameter that may be left out.
pub(crate) const fn opt(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

/// A parameter that must be there.
pub(crate) const fn need(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

/// A parameter that is refused loudly.
pub(crate) const fn later(name: &'static str) -> Field {
    Field { name, kind: Kind::Later, required: false }
}
