//! The service as a process of its own.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::{ID, browser, link, paid, signature, unix_now};
use crate::stub::{SECRET, Stub};

fn service(env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_completion-service"));
    command
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

#[tokio::test]
async fn an_incomplete_environment_ends_with_2_and_the_whole_list() {
    let output = service(&[("PORT", "x"), ("STRIPE_WEBHOOK_SECRET", " ")]).output().await.expect("runs");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("incomplete_environment", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn a_run_logs_lines_of_json_without_secrets_and_stops_on_sigterm() {
    let stub = Stub::start().await;
    stub.seed(ID, "149.50", Some("EUR"));
    let token_url = format!("{}/token", stub.base);
    let env = [
        ("PORT", "0"),
        ("RUST_LOG", "trace"),
        ("DATAVERSE_URL", &stub.base),
        ("ENTRA_TOKEN_URL", &token_url),
        ("CLIENT_ID", "app"),
        ("CLIENT_SECRET", "hush-client"),
        ("STRIPE_API_BASE", &stub.base),
        ("STRIPE_API_KEY", "sk_test_hush"),
        ("STRIPE_WEBHOOK_SECRET", SECRET),
        ("ALLOWED_RETURN_ORIGINS", "https://allowed.test"),
    ];
    let mut child = service(&env).spawn().expect("starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut log = Vec::new();
    let address = loop {
        let line = lines.next_line().await.expect("text").expect("a line before the end");
        let entry: Value = serde_json::from_str(&line).expect("a line of json");
        log.push(line);
        if entry["fields"]["message"] == "listening" {
            break entry["fields"]["address"].as_str().expect("an address").to_owned();
        }
    };

    let http = browser();
    let pay = format!("http://{address}/GatewayRedirect/PayWithStripe?{}", link(ID, None));
    assert_eq!(http.get(pay).send().await.expect("an answer").status(), 302);
    let body = serde_json::to_vec(&paid()).expect("json");
    let delivery = http
        .post(format!("http://{address}/GatewayEvents/HandleStripeEvent"))
        .header("stripe-signature", signature(SECRET, unix_now(), &body))
        .body(body);
    assert_eq!(delivery.send().await.expect("an answer").status(), 200);
    drop(http);

    terminate(&child).await;
    while let Some(line) = lines.next_line().await.expect("text") {
        serde_json::from_str::<Value>(&line).expect("a line of json");
        log.push(line);
    }
    let mut rest = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut rest).await.expect("text");
    let status = tokio::time::timeout(Duration::from_secs(30), child.wait()).await;
    assert!(status.expect("it stops").expect("a status").success());
    log.push(rest);
    let log = log.join("\n");
    for secret in ["hush", SECRET, "token-1", "Bearer"] {
        assert!(!log.contains(secret), "{secret} in the log:\n{log}");
    }
    assert!(log.contains("notification carried out"), "{log}");
}

async fn terminate(child: &Child) {
    let id = child.id().expect("it runs").to_string();
    let killed = Command::new("kill").args(["-TERM", &id]).status().await;
    assert!(killed.expect("kill runs").success());
}
