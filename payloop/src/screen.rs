//! The terminal: colour only where it is wanted, and a reader that went away is no error.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};

use owo_colors::OwoColorize as _;

/// Writes a line to standard output. When the other end of a pipe is closed (`payloop list | head`) the rest is not wanted; the command
/// still ends with its own exit code.
pub(crate) fn line(text: impl Display) {
    self::text(&format!("{text}\n"));
}

/// Writes text to standard output as it is.
pub(crate) fn text(text: &str) {
    let mut out = anstream::stdout().lock();
    ignore(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

/// Writes a line to standard error, for what is not the command's result.
pub(crate) fn remark(text: impl Display) {
    let mut out = anstream::stderr().lock();
    ignore(writeln!(out, "{text}"));
}

/// Says why a command stopped.
pub(crate) fn error(text: impl Display) {
    remark(format_args!("{} {text}", "error:".red().bold()));
}

/// Whether a person is looking at standard error, where progress is shown.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// There is nowhere to report that the place to report to is gone.
fn ignore(result: io::Result<()>) {
    drop(result);
}
