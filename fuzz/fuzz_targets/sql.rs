//! `cargo +nightly fuzz run sql`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::sql::check(data));
