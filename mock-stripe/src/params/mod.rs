//! Request parameters: what each operation takes, and the one reader that checks a form against it.

mod kinds;
pub(crate) mod multipart;
mod read;
mod spec;
mod texts;
mod values;

pub(crate) use read::read;
pub(crate) use spec::{Field, Kind, OTHER_METHODS, later, need, opt};
pub(crate) use texts::is_email;
pub(crate) use values::Params;
