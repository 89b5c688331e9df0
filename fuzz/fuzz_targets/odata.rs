//! `cargo +nightly fuzz run odata`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::odata::check(data));
