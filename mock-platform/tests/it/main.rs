//! The platform from outside: over its ports, as clients see it.

mod console;
mod life;
mod the_loop;
