//! The platform from outside: over its ports, as clients see it.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod console;
mod life;
mod switches;
mod the_loop;
