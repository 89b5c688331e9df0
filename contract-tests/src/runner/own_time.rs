//! How much of a case's time is the suite's own: what its future computes when it is polled, not what it waits for, nor what others compute
//! meanwhile.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use jiff::SignedDuration;

/// The own time of one case so far, in microseconds. Clones are handles to the same count.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnTime(Arc<AtomicU64>);

impl OwnTime {
    /// What was counted so far, in microseconds.
    pub(super) fn micros(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The future, with every poll of it counted. `worked` says how long the thread that asks has computed so far.
    pub(super) fn of<F, W>(&self, worked: W, future: F) -> Counted<F, W>
    where
        W: Fn() -> SignedDuration,
    {
        Counted { future: Box::pin(future), worked, count: self.clone() }
    }

    /// Does some work at once, and counts it.
    pub(super) fn during<R>(&self, worked: impl Fn() -> SignedDuration, work: impl FnOnce() -> R) -> R {
        let before = worked();
        let done = work();
        self.add(worked() - before);
        done
    }

    fn add(&self, spent: SignedDuration) {
        self.0.fetch_add(u64::try_from(spent.as_micros()).unwrap_or_default(), Ordering::Relaxed);
    }
}

/// A future whose polls are counted.
#[derive(Debug)]
pub(super) struct Counted<F, W> {
    future: Pin<Box<F>>,
    worked: W,
    count: OwnTime,
}

impl<F: Future, W: Fn() -> SignedDuration + Unpin> Future for Counted<F, W> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let before = (self.worked)();
        let poll = self.future.as_mut().poll(cx);
        let spent = (self.worked)() - before;
        self.count.add(spent);
        poll
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Waker;

    use super::*;

    /// A thread whose computing is told, not measured.
    #[derive(Clone, Default)]
    struct Told(Arc<AtomicU64>);

    impl Told {
        fn computes(&self, micros: u64) {
            self.0.fetch_add(micros, Ordering::Relaxed);
        }

        fn worked(&self) -> impl Fn() -> SignedDuration + Unpin + use<> {
            let told = Arc::clone(&self.0);
            move || SignedDuration::from_micros(i64::try_from(told.load(Ordering::Relaxed)).unwrap())
        }
    }

    /// Computes so long in each of so many polls.
    fn working(thread: &Told, micros: u64, polls: usize) -> impl Future<Output = ()> + use<> {
        let thread = thread.clone();
        let mut left = polls;
        poll_fn(move |_| {
            thread.computes(micros);
            left -= 1;
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        })
    }

    fn poll<F: Future + Unpin>(future: &mut F) -> bool {
        Pin::new(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn each_poll_counts_and_what_lies_between_does_not() {
        let (thread, own) = (Told::default(), OwnTime::default());
        let mut case = own.of(thread.worked(), working(&thread, 30, 3));
        assert!(!poll(&mut case));
        assert_eq!(own.micros(), 30);
        // Others have the thread while the case waits.
        thread.computes(1_000_000);
        assert!(!poll(&mut case));
        thread.computes(1_000_000);
        assert!(poll(&mut case));
        assert_eq!(own.micros(), 90);
    }

    #[test]
    fn two_cases_that_take_turns_are_told_apart() {
        let thread = Told::default();
        let (quick, slow) = (OwnTime::default(), OwnTime::default());
        let mut one = quick.of(thread.worked(), working(&thread, 1, 4));
        let mut other = slow.of(thread.worked(), working(&thread, 500, 4));
        while !(poll(&mut one) & poll(&mut other)) {}
        assert_eq!((quick.micros(), slow.micros()), (4, 2_000));
    }

    #[test]
    fn what_follows_a_future_is_added_to_it() {
        let (thread, own) = (Told::default(), OwnTime::default());
        assert!(poll(&mut own.of(thread.worked(), working(&thread, 7, 1))));
        let judged = own.during(thread.worked(), || {
            thread.computes(5);
            "judged"
        });
        assert_eq!((judged, own.micros()), ("judged", 12));
    }
}
