//! `cargo +nightly fuzz run cli_frame`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::cli_frame::check(data));
