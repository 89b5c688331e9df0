//! How much of a case's time is the suite's own: the time that its future spends running, not waiting.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use mock_core::World;

/// The own time of one case so far, in microseconds. Clones are handles to the same count.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnTime(Arc<AtomicU64>);

impl OwnTime {
    /// What was counted so far, in microseconds.
    pub(super) fn micros(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The future, with every poll of it counted.
    pub(super) fn of<F>(&self, world: &World, future: F) -> Counted<F> {
        Counted { future: Box::pin(future), world: world.clone(), count: self.clone() }
    }
}

/// A future whose polls are counted.
#[derive(Debug)]
pub(super) struct Counted<F> {
    future: Pin<Box<F>>,
    world: World,
    count: OwnTime,
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let before = self.world.clock().elapsed();
        let poll = self.future.as_mut().poll(cx);
        let spent = self.world.clock().elapsed() - before;
        self.count.0.fetch_add(u64::try_from(spent.as_micros()).unwrap_or_default(), Ordering::Relaxed);
        poll
    }
}
