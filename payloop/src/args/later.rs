//! Flags that this version knows and refuses by name.

use clap::Args;

/// Flags that are known so that they are refused with their reason, not taken for typing errors, and never accepted in silence.
#[derive(Debug, Args)]
pub(crate) struct Later {
    #[arg(long, hide = true, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    pub(crate) proxy: Option<String>,
}

impl Later {
    /// The first flag given that this version does not have, why not, and what to do instead.
    pub(crate) fn missing(&self) -> Option<String> {
        self.proxy.as_ref().map(|_| {
            "--proxy is refused: this version has no forward proxy, since for one the service would have to trust this run's certificates for the real Stripe and \
             the real Dataverse, and one slip in that set-up sends test traffic to them. Leave it out and point the service at the URLs of `payloop env`; \
             `--tls --tls-host NAME` serves them under names of your choice (docs/runs.md tells more)"
                .to_owned()
        })
    }
}
