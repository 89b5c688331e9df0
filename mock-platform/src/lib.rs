//! The three fakes on one clock, one seed and one journal.
