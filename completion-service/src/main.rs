//! The service as a process: environment in, JSON lines out, a clean stop on SIGTERM or Ctrl-C.

use std::process::ExitCode;

use completion_service::{Config, Error, start};
use tracing_subscriber::EnvFilter;

/// The environment is incomplete or wrong.
const CONFIGURATION: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_ansi(false).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            let code = if matches!(error, Error::Config(_)) { CONFIGURATION } else { 1 };
            ExitCode::from(code)
        }
    }
}

async fn run() -> Result<(), Error> {
    let config = Config::from_env(|name| std::env::var(name).ok())?;
    let running = start(config).await?;
    tracing::info!(address = %running.addr, "listening");
    stop_signal().await;
    tracing::info!("stopping");
    running.shutdown().await;
    Ok(())
}

/// For the person at the terminal, besides the log.
#[expect(clippy::print_stderr, reason = "the process ends with this message")]
fn complain(error: &Error) {
    eprintln!("completion-service: {error}");
}

/// Waits for Ctrl-C or, where it exists, SIGTERM.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(interrupt.await);
}
