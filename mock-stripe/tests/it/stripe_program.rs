//! The official Stripe CLI as a program: found, pointed at a fake, run to its end or until it is no longer needed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::support::{KEY, Lab};

/// How long a command may take: a bound against hanging, far above the second or two that it needs.
const LIMIT: Duration = Duration::from_secs(120);

/// The program, and a home of its own.
pub(crate) struct Program {
    path: PathBuf,
    home: tempfile::TempDir,
}

/// What a command said.
pub(crate) struct Said {
    pub(crate) success: bool,
    /// On standard output, then on standard error.
    pub(crate) printed: String,
}

impl Program {
    /// The program that `STRIPE_CLI` names, else `stripe` on the path. None: the test says that it does nothing, and why.
    pub(crate) fn find() -> Option<Self> {
        let named = std::env::var_os("STRIPE_CLI").map(PathBuf::from);
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let found = named.or_else(|| {
            std::env::split_paths(&paths).map(|folder| folder.join("stripe")).find(|program| program.is_file())
        });
        match found {
            // A name that leads nowhere is a mistake, no reason to skip.
            Some(path) => {
                assert!(path.is_file(), "STRIPE_CLI names {}, which is not there", path.display());
                Some(Self { path, home: tempfile::tempdir().unwrap() })
            }
            None => {
                println!(
                    "skipped: the Stripe CLI is neither named by STRIPE_CLI nor on PATH; `.ci/tools stripe_cli` installs it"
                );
                None
            }
        }
    }

    fn command(&self, lab: &Lab, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).args(["--api-base", &lab.base]).kill_on_drop(true).stdin(Stdio::null());
        // Nothing of the machine's: no login, no telemetry, and no way to any other host (loopback needs no proxy).
        command.env_clear().env("HOME", self.home.path()).env("XDG_CONFIG_HOME", self.home.path().join("config"));
        command.envs([
            ("STRIPE_API_KEY", KEY),
            ("STRIPE_DEVICE_NAME", "lab"),
            ("STRIPE_CLI_TELEMETRY_OPTOUT", "1"),
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
        ]);
        command
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, lab: &Lab, arguments: &[&str]) -> Said {
        let output = tokio::time::timeout(LIMIT, self.command(lab, arguments).output())
            .await
            .unwrap_or_else(|_| panic!("stripe {arguments:?} did not end within {} s", LIMIT.as_secs()))
            .unwrap_or_else(|error| panic!("failed to start {}: {error}", self.path.display()));
        Said {
            success: output.status.success(),
            printed: [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat(),
        }
    }

    /// Runs a command that must succeed, and gives what it printed.
    pub(crate) async fn ok(&self, lab: &Lab, arguments: &[&str]) -> String {
        let said = self.run(lab, arguments).await;
        assert!(said.success, "stripe {arguments:?}: {}", said.printed);
        said.printed
    }

    /// Starts `stripe listen`, and returns when its socket is open. It ends when the child is dropped.
    pub(crate) async fn listen(&self, lab: &Lab, arguments: &[&str]) -> Listening {
        self.start(lab, &[&["listen", "--skip-update"], arguments].concat()).await
    }

    /// Starts a command that opens a socket, and returns when it is open. It ends when the child is dropped.
    pub(crate) async fn start(&self, lab: &Lab, arguments: &[&str]) -> Listening {
        let open = sockets(lab);
        let log = self.home.path().join(format!("listen-{open}.log"));
        let file = std::fs::File::create(&log).unwrap();
        let mut command = self.command(lab, arguments);
        command.stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn().unwrap_or_else(|error| panic!("failed to start {}: {error}", self.path.display()));
        let mut listening = Listening { child, log };
        lab.until(&format!("the socket of stripe {arguments:?}"), async || {
            let ended = listening.child.try_wait().unwrap();
            assert!(ended.is_none(), "stripe {arguments:?} ended with {ended:?}: {}", listening.said());
            (sockets(lab) > open).then_some(())
        })
        .await;
        listening
    }
}

/// A command that runs until it is dropped.
pub(crate) struct Listening {
    child: Child,
    log: PathBuf,
}

impl Listening {
    /// What it has said so far.
    pub(crate) fn said(&self) -> String {
        read(&self.log)
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

/// How many sockets have been opened.
fn sockets(lab: &Lab) -> usize {
    let filter = mock_core::journal::Filter { operation: Some("openStripeCliSocket".to_owned()), ..Default::default() };
    let opened = |entry: &mock_core::journal::Entry| entry.answer.as_ref().is_some_and(|answer| answer.status == 101);
    lab.world.journal().find(&filter).iter().filter(|entry| opened(entry)).count()
}
