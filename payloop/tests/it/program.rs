//! Runs the program.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// What a finished program left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, with nothing of the developer's terminal in its environment.
pub(crate) fn payloop() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_payloop"));
    command.env_remove("PAYLOOP_CONTROL").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("RUST_LOG");
    command.env_remove("PAYLOOP_CA_CERT").env_remove("SSL_CERT_FILE");
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env("COLUMNS", "100").stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Ran {
    ended(payloop().args(arguments))
}

/// Runs a command to its end.
pub(crate) fn ended(command: &mut Command) -> Ran {
    let output = command.output().expect("payloop runs");
    Ran {
        code: output.status.code().expect("an exit code, not a signal"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A platform that runs until it is stopped or dropped.
pub(crate) struct Up {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// What it greeted with.
    pub(crate) greeting: String,
}

impl Up {
    /// Starts it on free ports and waits for the end of its greeting.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = payloop();
        command.args(["up", "--port-base", "0"]).args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("payloop runs");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut greeting = String::new();
        while !greeting.ends_with("Ctrl-C stops it.\n") {
            let read = lines.read_line(&mut greeting).expect("text");
            assert_ne!(read, 0, "it ended early: {greeting}");
        }
        Self { child, lines, greeting }
    }

    /// The control API's address, from the greeting.
    pub(crate) fn control(&self) -> String {
        self.told("console and control")
    }

    /// The registration page's address, from the greeting.
    pub(crate) fn page(&self) -> String {
        self.told("registration page")
    }

    fn told(&self, name: &str) -> String {
        let line = self.greeting.lines().find(|line| line.trim_start().starts_with(name)).expect("a line about it");
        line.split_whitespace().last().expect("an address").to_owned()
    }

    /// Sends it a signal by name, and waits for its end.
    pub(crate) fn signal(mut self, name: &str) -> Ran {
        let sent =
            Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("it ends");
        let mut out = String::new();
        self.lines.read_to_string(&mut out).expect("text");
        Ran { code: status.code().expect("an exit code, not a signal"), out, err: String::new() }
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON")
}
