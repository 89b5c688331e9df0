//! `cargo +nightly fuzz run search`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::search::check(data));
