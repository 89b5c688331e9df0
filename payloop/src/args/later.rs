//! Flags of later versions, which are refused by name.

use clap::Args;

/// Flags of later versions. They are known by name so that they are refused, not taken for typing errors, and never accepted in silence.
#[derive(Debug, Args)]
pub(crate) struct Later {
    #[arg(long, hide = true)]
    pub(crate) proxy: bool,
    #[arg(long, hide = true, value_name = "N")]
    pub(crate) examples: Option<String>,
}

impl Later {
    /// The first flag given that this version does not have, and what it would need.
    pub(crate) fn missing(&self) -> Option<String> {
        let missing = |flag: &str, what: &str, instead: &str| {
            Some(format!("{flag} is not there yet: this version has no {what}; {instead}"))
        };
        if self.proxy {
            return missing(
                "--proxy",
                "forward proxy",
                "leave it out and point the service at the URLs of `payloop env`",
            );
        }
        if self.examples.is_some() {
            return missing("--examples", "generated histories", "leave it out; every case runs once");
        }
        None
    }
}
