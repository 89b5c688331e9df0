//! `cargo +nightly fuzz run batch`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::batch::check(data));
