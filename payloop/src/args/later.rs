//! Flags of later versions, which are refused by name.

use clap::Args;

/// Flags of later versions. They are known by name so that they are refused, not taken for typing errors, and never accepted in silence.
#[derive(Debug, Args)]
pub(crate) struct Later {
    #[arg(long, hide = true)]
    pub(crate) proxy: bool,
}

impl Later {
    /// The first flag given that this version does not have, and what it would need.
    pub(crate) fn missing(&self) -> Option<String> {
        self.proxy.then(|| {
            "--proxy is not there yet: this version has no forward proxy; leave it out and point the service at the URLs of `payloop env`".to_owned()
        })
    }
}
