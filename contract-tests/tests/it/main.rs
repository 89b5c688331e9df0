//! Tests of the suite itself: the right service passes, wrong ones are caught, and what is written about it is readable.

mod mutants;
mod reference;
mod world;
