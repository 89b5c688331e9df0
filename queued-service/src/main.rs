//! The service as a process: configured by its environment, writing JSON lines, stopped by SIGTERM or Ctrl-C.

use std::process::ExitCode;

use queued_service::{Config, start};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_ansi(false).init();
    let config = match Config::from_env(|name| std::env::var(name).ok()) {
        Ok(config) => config.with_proxies_of_the_environment(),
        Err(wrong) => return gave_up(&wrong, 2),
    };
    // Listened to before anything is promised, so that no signal is missed.
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => return gave_up(&error, 1),
    };
    let running = match start(config).await {
        Ok(running) => running,
        Err(error) => return gave_up(&error, 1),
    };
    tracing::info!(address = %running.address, "listening");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping");
    running.shutdown().await;
    ExitCode::SUCCESS
}

/// Says why, for the person at the terminal.
#[expect(clippy::print_stderr, reason = "the process ends with this message")]
fn gave_up(why: &impl std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("queued-service: {why}");
    ExitCode::from(code)
}
