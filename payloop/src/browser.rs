//! Opening a page in the reader's browser.

use std::process::{Command, Stdio};

/// Tries the openers that desktops have; false when none of them is there.
pub(crate) fn open(url: &str) -> bool {
    let named = std::env::var("BROWSER").ok().filter(|browser| !browser.trim().is_empty());
    let openers = named.as_deref().into_iter().chain(["xdg-open", "open", "wslview"]);
    openers.into_iter().any(|opener| {
        Command::new(opener).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_ok()
    })
}
