//! From the start of the process to its ready file, against the same program printing its version.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::Instant;

pub(crate) fn run() {
    let times = if std::env::args().any(|argument| argument == "--bench") { 40 } else { 2 };
    let folder = tempfile::tempdir().expect("a folder");
    let (mut bare, mut up) = (Vec::new(), Vec::new());
    for round in 0..times {
        let start = Instant::now();
        let status = payloop(&["--version"]).wait().expect("it runs");
        bare.push(start.elapsed());
        assert!(status.success());

        let file = folder.path().join(format!("{round}.json"));
        let start = Instant::now();
        let mut child = payloop(&["up", "--port-base", "0", "--ready-file", &file.display().to_string()]);
        wait_for(&file, &mut child);
        up.push(start.elapsed());
        child.kill().expect("it can be ended");
        child.wait().expect("it ended");
    }
    let (bare, up) = (median(bare), median(up));
    println!("\nstartup: from the start of the process");
    println!("  {:<28} {:>9.3} ms", "payloop --version", bare.as_secs_f64() * 1e3);
    println!(
        "  {:<28} {:>9.3} ms {:>7.2}x",
        "payloop up, ready file",
        up.as_secs_f64() * 1e3,
        up.as_secs_f64() / bare.as_secs_f64()
    );
}

fn payloop(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_payloop"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("payloop starts")
}

/// A look every tenth of a millisecond, which is fine enough to measure with and leaves the cores to the program.
fn wait_for(file: &Path, child: &mut Child) {
    while !file.exists() {
        assert!(child.try_wait().expect("it can be asked").is_none(), "it ended early");
        std::thread::sleep(Duration::from_micros(100));
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
