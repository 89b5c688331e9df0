//! A service that the suite starts itself: a command, its environment, its output, its end.

use std::collections::{BTreeMap, VecDeque};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use mock_core::http_client;
use parking_lot::Mutex;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use url::Url;

use super::env::NAMES;
use super::launcher::{LaunchError, Launcher};

/// How long a service may take to become ready.
const READY_LIMIT: Duration = Duration::from_secs(60);
/// How long it may take to end when told to.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// How long the rest of its process group may take after that.
const GROUP_LIMIT: Duration = Duration::from_secs(1);
/// How long between two looks at whether it is ready.
const POLL: Duration = Duration::from_millis(20);
/// How many lines of output are kept.
const TAIL_LINES: usize = 60;
/// How long a kept line may be, in characters.
const TAIL_LINE: usize = 400;

/// How much of the whole output is kept, in bytes.
const MOST_WRITTEN: usize = 16 * 1024 * 1024;

/// What a service wrote.
#[derive(Debug, Default)]
struct Output {
    tail: VecDeque<String>,
    whole: Vec<u8>,
}

/// A command that the suite starts and stops.
#[derive(Debug)]
pub struct Exec {
    command: String,
    base: Url,
    ready_path: Option<String>,
    env: Mutex<BTreeMap<String, String>>,
    running: tokio::sync::Mutex<Option<Child>>,
    group: Mutex<Option<u32>>,
    wrote: Arc<Mutex<Output>>,
    ended: Mutex<Option<String>>,
}

impl Exec {
    /// A command whose service will listen on `port` of this machine and answer `ready_path` (when given) once it is ready.
    pub fn new(command: impl Into<String>, port: u16, ready_path: Option<String>) -> Result<Self, url::ParseError> {
        Ok(Self {
            command: command.into(),
            base: Url::parse(&format!("http://127.0.0.1:{port}"))?,
            ready_path,
            env: Mutex::default(),
            running: tokio::sync::Mutex::new(None),
            group: Mutex::default(),
            wrote: Arc::default(),
            ended: Mutex::default(),
        })
    }

    async fn launch(&self) -> Result<(), LaunchError> {
        let mut running = self.running.lock().await;
        *self.ended.lock() = None;
        let mut command = command_of(&self.command);
        {
            let env = self.env.lock();
            // A variable that it is not given is not there, whatever the terminal has.
            for name in NAMES.iter().filter(|name| !env.contains_key(**name)) {
                command.env_remove(name);
            }
            command.envs(env.iter());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that whatever the command starts ends with it.
        command.process_group(0).kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| LaunchError::Spawn { command: self.command.clone(), why: error.to_string() })?;
        *self.group.lock() = child.id();
        if let Some(stdout) = child.stdout.take() {
            follow(stdout, Arc::clone(&self.wrote));
        }
        if let Some(stderr) = child.stderr.take() {
            follow(stderr, Arc::clone(&self.wrote));
        }
        let ready = tokio::time::timeout(READY_LIMIT, self.until_ready(&mut child)).await;
        let result = match ready {
            Ok(result) => result,
            Err(_) => Err(LaunchError::NotReady {
                command: self.command.clone(),
                seconds: READY_LIMIT.as_secs(),
                waited_for: self.ready_path.as_ref().map_or_else(
                    || format!("nothing accepts a connection at {}", self.base),
                    |path| format!("{}{path} did not answer 2xx", self.base.as_str().trim_end_matches('/')),
                ),
                output: self.output(),
            }),
        };
        *running = Some(child);
        drop(running);
        if result.is_err() {
            self.end().await;
        }
        result
    }

    async fn until_ready(&self, child: &mut Child) -> Result<(), LaunchError> {
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                // Its last words may still be on the way through the pipe.
                tokio::time::sleep(POLL).await;
                return Err(LaunchError::Ended {
                    command: self.command.clone(),
                    how: status.to_string(),
                    output: self.output(),
                });
            }
            if self.answers().await {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
    }

    async fn answers(&self) -> bool {
        match &self.ready_path {
            Some(path) => {
                let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
                let call = http_client().get(url).timeout(Duration::from_secs(2)).send().await;
                call.is_ok_and(|answer| answer.status().is_success())
            }
            None => {
                let port = self.base.port_or_known_default().unwrap_or(80);
                TcpStream::connect(("127.0.0.1", port)).await.is_ok()
            }
        }
    }

    async fn end(&self) {
        let mut child = self.running.lock().await.take();
        let group = self.group.lock().take();
        if let Some(group) = group {
            signal(group, "TERM");
            if let Some(child) = &mut child {
                // Too slow is fine: what is left is killed below.
                drop(tokio::time::timeout(STOP_LIMIT, child.wait()).await);
            }
            // Whatever it started may need a moment more than the command itself.
            drop(tokio::time::timeout(GROUP_LIMIT, gone(group)).await);
            signal(group, "KILL");
        }
        if let Some(mut child) = child {
            // Already gone is fine; a child left behind is reaped here.
            drop(child.start_kill());
            drop(child.wait().await);
        }
    }
}

impl Drop for Exec {
    fn drop(&mut self) {
        if let Some(group) = self.group.lock().take() {
            signal(group, "KILL");
        }
    }
}

impl Launcher for Exec {
    fn managed(&self) -> bool {
        true
    }

    fn base(&self) -> Url {
        self.base.clone()
    }

    fn start(&self, env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>> {
        *self.env.lock() = env;
        Box::pin(self.launch())
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.end())
    }

    fn restart(&self) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(async {
            self.end().await;
            self.launch().await
        })
    }

    fn output(&self) -> String {
        self.wrote.lock().tail.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn written(&self) -> Option<String> {
        Some(String::from_utf8_lossy(&self.wrote.lock().whole).into_owned())
    }

    fn ended(&self) -> Option<String> {
        if let Ok(mut running) = self.running.try_lock()
            && let Some(child) = running.as_mut()
            && let Ok(Some(status)) = child.try_wait()
        {
            *self.ended.lock() = Some(status.to_string());
        }
        self.ended.lock().clone()
    }

    fn arguments(&self) -> String {
        format!("--exec '{}'", self.command.replace('\'', r"'\''"))
    }
}

/// A plain list of words is run directly; anything that needs a shell goes through one.
fn command_of(text: &str) -> Command {
    let needs_shell = text.contains(|c: char| "'\"`$&|;<>()*?[]{}~#\\=\n".contains(c));
    let mut words = text.split_whitespace();
    match words.next().filter(|_| !needs_shell) {
        Some(program) => {
            let mut command = Command::new(program);
            command.args(words);
            command
        }
        None => {
            let mut command = Command::new("sh");
            command.arg("-c").arg(text);
            command
        }
    }
}

/// Tells a whole process group. There is no safe call for it in the standard library; the `kill` program is everywhere we run.
fn signal(group: u32, name: &str) -> bool {
    let told = std::process::Command::new("kill")
        .args(["-s", name, "--", &format!("-{group}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // A group that is gone already cannot be told, and need not be.
    told.is_ok_and(|status| status.success())
}

/// Ends when nobody is left in the group.
async fn gone(group: u32) {
    while signal(group, "0") {
        tokio::time::sleep(POLL).await;
    }
}

/// Keeps what comes through a stream, without ever holding up the writer.
fn follow(stream: impl AsyncRead + Unpin + Send + 'static, wrote: Arc<Mutex<Output>>) {
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(read) = reader.read_until(b'\n', &mut line).await {
            if read == 0 {
                return;
            }
            wrote.lock().keep(&line);
            line.clear();
        }
    });
}

impl Output {
    fn keep(&mut self, line: &[u8]) {
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(String::from_utf8_lossy(line).trim_end().chars().take(TAIL_LINE).collect());
        if self.whole.len() + line.len() > MOST_WRITTEN {
            // The older half goes.
            self.whole.drain(..self.whole.len() / 2);
        }
        self.whole.extend_from_slice(line.get(..MOST_WRITTEN / 2).unwrap_or(line));
    }
}
