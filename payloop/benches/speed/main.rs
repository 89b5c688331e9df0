//! How fast the fakes are, as ratios against bare axum handlers that do the same exchanges on the same machine in the same run.
//!
//! `cargo bench` runs all of it; `cargo bench -- loop` (or `dataverse_read`, `stripe_create`, `startup`) runs one part.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench prints its figures, and stops when its set-up fails"
)]

mod bare;
mod dataverse_read;
mod measure;
mod startup;
mod stripe_create;
mod walk;
mod whole_loop;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if wants("startup") {
        startup::run();
    }
    if wants("dataverse_read") {
        runtime.block_on(dataverse_read::run());
    }
    if wants("stripe_create") {
        runtime.block_on(stripe_create::run());
    }
    if wants("loop") {
        runtime.block_on(whole_loop::run());
    }
}
