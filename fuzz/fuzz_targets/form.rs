//! `cargo +nightly fuzz run form`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::form::check(data));
