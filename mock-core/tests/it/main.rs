//! The world from outside: faces over loopback, the clock, faults, the journal and the control API.

mod bench;
mod clock;
mod control;
mod exchange;
mod faults;
mod journal;
