//! The log of one service kept in memory, for a program that runs several services in one process and wants to tell their logs apart.

use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;

/// How much is kept, in bytes.
const MOST: usize = 8 * 1024 * 1024;

/// What one service logged, in lines of JSON as the program writes them. Clones are handles to the same one.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Everything so far; of a very long log the latest megabytes.
    #[must_use]
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }

    pub(crate) fn dispatch(&self) -> Dispatch {
        let subscriber = tracing_subscriber::fmt().json().with_ansi(false).with_max_level(tracing::Level::INFO);
        subscriber.with_writer(self.clone()).finish().into()
    }

    /// The same as plain text, in which nothing is escaped.
    pub(crate) fn plain_dispatch(&self) -> Dispatch {
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::INFO);
        subscriber.with_writer(self.clone()).finish().into()
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock();
        if kept.len() + bytes.len() > MOST {
            let half = kept.len() / 2;
            kept.drain(..half);
        }
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Log;

    #[test]
    fn each_log_holds_its_own() {
        let (one, other) = (Log::default(), Log::default());
        tracing::dispatcher::with_default(&one.dispatch(), || tracing::info!(text = "a\nb", "first"));
        tracing::dispatcher::with_default(&other.dispatch(), || tracing::debug!("too small to note"));
        let written = one.written();
        assert!(written.contains("first") && written.contains("a\\nb") && written.lines().count() == 1, "{written}");
        assert_eq!(other.written(), "");
    }

    #[test]
    fn a_plain_log_keeps_line_breaks() {
        let log = Log::default();
        let id = "x\nforged: yes";
        tracing::dispatcher::with_default(&log.plain_dispatch(), || tracing::info!("visit of {id}"));
        let written = log.written();
        assert!(written.lines().any(|line| line == "forged: yes"), "{written}");
    }
}
