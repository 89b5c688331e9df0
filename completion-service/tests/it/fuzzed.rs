//! The fuzz target that concerns this crate, run over its corpus and its mutations without a fuzzer.

#[path = "../../../fuzz/ordinary.rs"]
mod ordinary;
#[path = "../../../fuzz/src/signature.rs"]
mod signature;

#[test]
fn signature_headers() {
    ordinary::run("signature", signature::check);
}
