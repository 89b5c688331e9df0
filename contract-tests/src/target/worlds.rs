//! More worlds like that of the run, where somebody can make them: what moves the clock or restarts the service then disturbs nobody.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::launcher::Launcher;
use crate::Endpoints;

/// Makes worlds. Implemented by whoever starts the fakes and embeds the service; without one, everything is played in the run's own world.
pub trait Worlds: Send + Sync {
    /// Starts the fakes of another world, with the seed of the run, for another copy of the same service. The suite starts and stops that copy.
    ///
    /// # Errors
    /// Why there is none, for people.
    fn another(&self) -> BoxFuture<'_, Result<Another, String>>;
}

/// Another world.
pub struct Another {
    /// Where its fakes answer. Their Stripe delivers to its own copy of the service.
    pub endpoints: Endpoints,
    /// How that copy is started.
    pub launcher: Arc<dyn Launcher>,
    /// The fakes, which live as long as this.
    pub fakes: Box<dyn Any + Send + Sync>,
}

impl fmt::Debug for Another {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Another").field("base", &self.launcher.base().as_str()).finish_non_exhaustive()
    }
}
