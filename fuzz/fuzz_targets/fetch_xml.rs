//! `cargo +nightly fuzz run fetch_xml`

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| payloop_fuzz::fetch_xml::check(data));
