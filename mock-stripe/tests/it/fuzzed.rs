//! The fuzz targets that concern this crate, run over their corpus and its mutations without a fuzzer.

#![expect(unreachable_pub, reason = "the modules are those of the fuzz targets")]

#[path = "../../../fuzz/src/cli_frame.rs"]
mod cli_frame;
#[path = "../../../fuzz/src/form.rs"]
mod form;
#[path = "../../../fuzz/ordinary.rs"]
mod ordinary;
#[path = "../../../fuzz/src/search.rs"]
mod search;

#[test]
fn forms() {
    ordinary::run("form", form::check);
}

#[test]
fn frames_of_the_stripe_cli() {
    ordinary::run("cli_frame", cli_frame::check);
}

#[test]
fn search_queries() {
    ordinary::run("search", search::check);
}
