//! What the clients of a running platform share.

use std::path::{Path, PathBuf};

use mock_core::control::{Control, ControlError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::args::Door;
use crate::exit_code::Stop;
use crate::trust;

/// What a client wants of a ready file; it need not be one of a whole platform.
#[derive(Debug, Deserialize)]
pub(crate) struct Ready {
    control: Place,
    pub(crate) ca_cert: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Place {
    url: Url,
}

/// A client of the platform that the flags mean.
pub(crate) fn control(door: &Door) -> Result<Control, Stop> {
    let ready = door.ready_file.as_deref().map(ready).transpose()?;
    let (base, named) = match &ready {
        Some(ready) => (&ready.control.url, ready.ca_cert.as_deref()),
        None => (&door.control, None),
    };
    Ok(Control::over(trust::client(door.trusted.ca_cert.as_deref().or(named))?, base))
}

/// What every client wants of a ready file.
pub(crate) fn ready(path: &Path) -> Result<Ready, Stop> {
    read(path, false)
}

/// Reads a ready file, as far as it is wanted; `whole` where only a whole platform's has it all.
pub(crate) fn read<T: DeserializeOwned>(path: &Path, whole: bool) -> Result<T, Stop> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Stop::usage(format!(
            "failed to read the ready file {shown}: {error}; `payloop up --ready-file {shown}` writes it"
        ))
    })?;
    serde_json::from_str(&text).map_err(|error| {
        let (of, without) = if whole { (" of a whole platform", " without --only") } else { ("", "") };
        Stop::usage(format!(
            "{shown} is no ready file{of}: {error}; `payloop up --ready-file {shown}`{without} writes one"
        ))
    })
}

/// What the control API's refusal means for the shell: nobody there is a matter of set-up, a refusal one of the command line.
pub(crate) fn stop(error: ControlError) -> Stop {
    match &error {
        ControlError::Unreachable { base, source } if base.starts_with("https://") => Stop::configuration(format!(
            "{error} ({}) Start it, name another one with --control URL, or the authority that it runs with by --ca-cert FILE.",
            root_of(source)
        )),
        ControlError::Unreachable { .. } => {
            Stop::configuration(format!("{error} Start it, or name another one with --control URL."))
        }
        ControlError::Refused { message, hint, .. } if hint.is_empty() => Stop::usage(message.clone()),
        ControlError::Refused { message, hint, .. } => Stop::usage(format!("{message}; {hint}")),
        ControlError::Shape { .. } => Stop::suite(error.to_string()),
    }
}

/// The innermost cause, which tells a refused connection from one that is not trusted.
fn root_of(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
