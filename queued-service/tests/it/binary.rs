//! The service as a process of its own: what it refuses, what it logs, how it ends.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::client::{SECRET, about, deliver, environment, signed, visit};
use crate::stub::{ID, Stub};

fn command(env: impl IntoIterator<Item = (&'static str, String)>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queued-service"));
    command.env_clear().envs(env).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// A process that listens.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: Vec<String>,
    base: String,
}

impl Process {
    async fn start(stub: &Stub, folder: &Path) -> Self {
        let env = environment(stub, folder).into_iter().chain([("RUST_LOG", "trace".to_owned())]);
        let mut child = command(env).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut log = Vec::new();
        let address = loop {
            let line = lines.next_line().await.unwrap().unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap();
            log.push(line);
            if entry["fields"]["message"] == "listening" {
                break entry["fields"]["address"].as_str().unwrap().to_owned();
            }
        };
        Self { child, lines, log, base: format!("http://{address}") }
    }

    async fn told(&self, event: &str) {
        let body = about(event, "checkout.session.completed", "cs_1").to_string();
        assert_eq!(deliver(&self.base, &body, &signed(&body)).await.status(), 200);
    }

    /// Sends a signal; answers everything that was written until the end, and whether it ended well.
    async fn ended(mut self, signal: &str) -> (String, bool) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.log.push(line);
        }
        let mut rest = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut rest).await.unwrap();
        self.log.push(rest);
        let status = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.unwrap().unwrap();
        (self.log.join("\n"), status.success())
    }
}

fn events(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("events")).unwrap().count()
}

#[tokio::test]
async fn a_wrong_environment_ends_with_2_and_a_line_for_each_variable() {
    let env = [("PORT", "x"), ("CLIENT_SECRET", "hush"), ("STRIPE_API_KEY", "pk_hush"), ("STRIPE_WEBHOOK_SECRET", " ")];
    let output = command(env.map(|(name, value)| (name, value.to_owned()))).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    let expect = "queued-service: the environment is not right:
- PORT must be a port from 0 to 65535
- DATAVERSE_URL is missing
- TENANT_ID is missing (or set ENTRA_TOKEN_URL)
- CLIENT_ID is missing
- STRIPE_API_KEY is a publishable key; a secret or restricted one is needed
- STRIPE_WEBHOOK_SECRET is missing; without it anybody could report payments
";
    assert_eq!(said, expect);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_told() {
    let stub = Stub::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output = command(environment(&stub, &file)).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("queued-service: failed to use the folder QUEUE_DIR: "), "{said}");
}

#[tokio::test]
async fn an_event_survives_a_kill_between_its_acknowledgement_and_the_work() {
    let (stub, folder) = (Stub::start().await, tempfile::tempdir().unwrap());
    stub.put("cs_1", "complete", "paid", 14_950);
    stub.set(|world| world.down = true);
    let process = Process::start(&stub, folder.path()).await;
    process.told("evt_1").await;
    assert_eq!(events(folder.path()), 1);
    let (_, well) = process.ended("-KILL").await;
    assert!(!well && events(folder.path()) == 1 && stub.world().finalized.is_empty());
    stub.set(|world| world.down = false);
    let process = Process::start(&stub, folder.path()).await;
    stub.until(|world| world.status.is_some()).await;
    let (log, well) = process.ended("-TERM").await;
    assert!(well, "{log}");
    assert_eq!((stub.world().finalized, events(folder.path())), (vec![100_000_001], 0), "{log}");
}

#[tokio::test]
async fn the_log_is_lines_of_json_without_secrets() {
    let (stub, folder) = (Stub::start().await, tempfile::tempdir().unwrap());
    stub.put("cs_1", "complete", "paid", 14_950);
    let process = Process::start(&stub, folder.path()).await;
    let odd = format!("purchaseId={ID}&returnUrl=https%3A%2F%2Fallowed.test%2F&x=%0aforged");
    assert_eq!(visit(&process.base, &odd).await.status(), 302);
    assert_eq!(visit(&process.base, "purchaseId=%0a{\"level\":\"ERROR\"}").await.status(), 400);
    process.told("evt_1").await;
    assert_eq!(deliver(&process.base, "{}", "t=1,v1=00").await.status(), 400);
    stub.until(|world| world.status.is_some()).await;
    let (log, well) = process.ended("-TERM").await;
    assert!(well, "{log}");
    for line in log.lines().filter(|line| !line.is_empty()) {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    for secret in ["hush", SECRET, "token-1", "Bearer"] {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    for said in ["listening", "dealt with", "a delivery is not believed", "stopping"] {
        assert!(log.contains(said), "{said} is not in the log:\n{log}");
    }
}
