//! What the clients of a running platform share.

use mock_core::control::ControlError;

use crate::exit_code::Stop;

/// What the control API's refusal means for the shell: nobody there is a matter of set-up, a refusal one of the command line.
pub(crate) fn stop(error: ControlError) -> Stop {
    match &error {
        ControlError::Unreachable { .. } => {
            Stop::configuration(format!("{error} Start it, or name another one with --control URL."))
        }
        ControlError::Refused { message, hint, .. } if hint.is_empty() => Stop::usage(message.clone()),
        ControlError::Refused { message, hint, .. } => Stop::usage(format!("{message}; {hint}")),
        ControlError::Shape { .. } => Stop::suite(error.to_string()),
    }
}
