//! The open sockets: frames wait in their queues, and each sending is remembered until the client has said what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Weak;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use super::logs::Filters;
use crate::stripe::{Inner, Stripe};

/// Most frames that wait for a client.
const MOST_QUEUED: usize = 1_024;
/// Most sendings remembered for a client; the oldest are forgotten first.
const MOST_SENDINGS: usize = 512;

/// The open sockets by the ids of their sessions.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    lines: Mutex<Lines>,
    /// How many lines tail request logs. Every request asks, so it is told apart from the lines.
    tails: AtomicUsize,
}

#[derive(Debug, Default)]
struct Lines {
    open: BTreeMap<String, Open>,
    /// The last number given to a line.
    last: u64,
}

#[derive(Debug)]
struct Open {
    number: u64,
    queue: mpsc::Sender<String>,
    sendings: VecDeque<Sending>,
    /// What it wants to hear of when it tails request logs.
    filters: Option<Filters>,
}

/// An event as it was sent in one version.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    /// The conversation's id.
    pub(crate) conversation: String,
    /// The `Stripe-Signature` in its headers.
    pub(crate) signature: String,
    /// The request that the client is to make of it.
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

/// One try of one delivery: the same event in both versions, of which the client forwards one.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) delivery: u64,
    pub(super) wall: Timestamp,
    pub(super) copies: [Copy; 2],
    /// Which attempt of the delivery it is, once the client has said anything.
    pub(super) attempt: Option<usize>,
    /// Who waits for the first word; gets the frame.
    pub(super) waiting: Option<oneshot::Sender<String>>,
}

/// What a frame of a client is about.
#[derive(Debug)]
pub(super) struct About {
    pub(super) delivery: u64,
    pub(super) wall: Timestamp,
    pub(super) copy: Copy,
    pub(super) attempt: Option<usize>,
    pub(super) waiting: Option<oneshot::Sender<String>>,
}

/// Why frames cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsent {
    #[error("the session of the Stripe CLI has ended")]
    Over,
    #[error("the Stripe CLI does not keep up: {MOST_QUEUED} frames wait for it")]
    Full,
}

/// The server's end of one socket. The session ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Line {
    pub(super) stripe: Weak<Inner>,
    pub(super) session: String,
    pub(super) queue: mpsc::Receiver<String>,
    number: u64,
}

impl Hub {
    /// Opens the line of a session. A line that it had is closed.
    pub(crate) fn connect(stripe: &Stripe, session: &str) -> Line {
        let (sender, queue) = mpsc::channel(MOST_QUEUED);
        let mut lines = stripe.hub.lines.lock();
        lines.last += 1;
        let number = lines.last;
        let before = lines
            .open
            .insert(session.to_owned(), Open { number, queue: sender, sendings: VecDeque::new(), filters: None });
        if before.is_some_and(|before| before.filters.is_some()) {
            stripe.hub.tails.fetch_sub(1, Ordering::Relaxed);
        }
        Line { stripe: stripe.downgrade(), session: session.to_owned(), queue, number }
    }

    /// From now on a line is told of requests.
    pub(crate) fn tail(&self, session: &str, filters: Filters) {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.open.get_mut(session)
            && line.filters.replace(filters).is_none()
        {
            self.tails.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether somebody tails request logs.
    pub(super) fn is_tailed(&self) -> bool {
        self.tails.load(Ordering::Relaxed) > 0
    }

    /// Whether this session does.
    pub(super) fn tails(&self, session: &str) -> bool {
        self.is_tailed() && self.lines.lock().open.get(session).is_some_and(|line| line.filters.is_some())
    }

    /// Sends a frame to those that tail request logs and want it. Who does not keep up misses it.
    pub(super) fn tell(&self, frame: &str, wants: impl Fn(&Filters) -> bool) {
        let lines = self.lines.lock();
        for line in lines.open.values().filter(|line| line.filters.as_ref().is_some_and(&wants)) {
            line.queue.try_send(frame.to_owned()).ok();
        }
    }

    /// Sends frames, and remembers what they are about. All or none are sent.
    pub(super) fn send(&self, session: &str, frames: [String; 2], sending: Sending) -> Result<(), Unsent> {
        let mut lines = self.lines.lock();
        let line = lines.open.get_mut(session).ok_or(Unsent::Over)?;
        let mut permits = line.queue.try_reserve_many(frames.len()).map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => Unsent::Full,
            mpsc::error::TrySendError::Closed(()) => Unsent::Over,
        })?;
        for frame in frames {
            if let Some(permit) = permits.next() {
                permit.send(frame);
            }
        }
        drop(permits);
        if line.sendings.len() == MOST_SENDINGS {
            line.sendings.pop_front();
        }
        line.sendings.push_back(sending);
        Ok(())
    }

    /// What a conversation is about. Whoever waited for its first word is handed over.
    pub(super) fn about(&self, session: &str, conversation: &str) -> Option<About> {
        let mut lines = self.lines.lock();
        let sending = lines.open.get_mut(session)?.sending(conversation)?;
        let copy = sending.copies.iter().find(|copy| copy.conversation == conversation)?.clone();
        let waiting = sending.waiting.take();
        Some(About { delivery: sending.delivery, wall: sending.wall, copy, attempt: sending.attempt, waiting })
    }

    /// Notes which attempt of its delivery a conversation became.
    pub(super) fn became(&self, session: &str, conversation: &str, attempt: usize) {
        let mut lines = self.lines.lock();
        if let Some(sending) = lines.open.get_mut(session).and_then(|line| line.sending(conversation)) {
            sending.attempt = Some(attempt);
        }
    }

    /// Forgets a sending that got no word yet. False when it got one.
    pub(super) fn give_up(&self, session: &str, conversation: &str) -> bool {
        let mut lines = self.lines.lock();
        let Some(line) = lines.open.get_mut(session) else { return true };
        match line.sending(conversation) {
            Some(sending) if sending.waiting.is_none() => false,
            _ => {
                line.sendings.retain(|sending| sending.copies[0].conversation != conversation);
                true
            }
        }
    }

    /// Closes a line, unless another took its place. Whoever waits for a word on it is told that none will come.
    fn disconnect(&self, session: &str, number: u64) -> bool {
        let mut lines = self.lines.lock();
        let is_last = lines.open.get(session).is_some_and(|line| line.number == number);
        if is_last && lines.open.remove(session).is_some_and(|line| line.filters.is_some()) {
            self.tails.fetch_sub(1, Ordering::Relaxed);
        }
        is_last
    }
}

impl Open {
    fn sending(&mut self, conversation: &str) -> Option<&mut Sending> {
        // What is asked for is mostly among the newest.
        self.sendings.iter_mut().rev().find(|row| row.copies.iter().any(|copy| copy.conversation == conversation))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(stripe) = Stripe::of(&self.stripe)
            && stripe.hub.disconnect(&self.session, self.number)
        {
            stripe.state.write().cli.close(&self.session);
        }
    }
}
