//! How fast the fakes are, as ratios against bare axum handlers that do the same exchanges on the same machine in the same run.
//!
//! `cargo bench` runs all of it; `cargo bench -- loop` (or `dataverse_read`, `dataverse_finalize`,
//! `dataverse_rows`, `register`, `stripe_create`, `stripe_read`, `stripe_stored`, `startup`) runs one part.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a bench times itself, prints its figures, and stops when its set-up fails"
)]

mod bare;
mod bare_app;
mod bare_rows;
mod dataverse_finalize;
mod dataverse_read;
mod dataverse_rows;
mod drive;
mod measure;
mod register;
mod startup;
mod stripe_create;
mod stripe_read;
mod stripe_stored;
mod whole_loop;

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str()));
    // Two threads, whatever the machine has: figures of different machines stay of one kind.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    if wants("startup") {
        startup::run();
    }
    if wants("dataverse_read") {
        dataverse_read::run(&runtime);
    }
    if wants("dataverse_finalize") {
        dataverse_finalize::run(&runtime);
    }
    if wants("dataverse_rows") {
        dataverse_rows::run(&runtime);
    }
    if wants("register") {
        register::run(&runtime);
    }
    if wants("stripe_create") {
        stripe_create::run(&runtime);
    }
    if wants("stripe_read") {
        stripe_read::run(&runtime);
    }
    if wants("stripe_stored") {
        stripe_stored::run(&runtime);
    }
    if wants("loop") {
        whole_loop::run(&runtime);
    }
}
