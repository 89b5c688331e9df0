//! Sessions of the Stripe CLI as rows: who was let in, and who listens. Pure.

use super::logs::Filters;
use crate::domain::belonging::Belonging;
use crate::domain::event::Endpoint;
use crate::domain::metadata::Metadata;

/// The newest version of the API, which `stripe listen --latest` asks for.
pub(crate) const LATEST_VERSION: &str = "2026-10-28.endive";

/// How the ids of sessions begin.
pub(crate) const PREFIX: &str = "cliws_";

/// Most sessions that listen at once.
const MOST_LISTENING: usize = 64;
/// Most sessions that were let in and have not opened their socket; the oldest go first.
const MOST_WAITING: usize = 64;

/// What a client asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// `cliws_…`, ours.
    pub(crate) id: String,
    /// `whsec_…`, the device's.
    pub(crate) secret: String,
    /// Where the client says it forwards events.
    pub(crate) forward_to: Option<String>,
    /// What it wants to hear of when it tails request logs; then it hears of no events.
    pub(crate) filters: Option<Filters>,
    /// When it asked, in Unix seconds.
    pub(crate) at: i64,
}

#[derive(Clone, Debug)]
struct Session {
    endpoint: Endpoint,
    filters: Option<Filters>,
    listening: bool,
}

/// The sessions there are, oldest first. They live as long as their sockets: a snapshot that is restored leaves them alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions(Vec<Session>);

/// As many sessions listen as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManySessions;

impl Sessions {
    /// Lets a client in; its socket follows.
    pub(crate) fn open(&mut self, wish: Wish) -> Result<(), TooManySessions> {
        if self.0.iter().filter(|session| session.listening).count() >= MOST_LISTENING {
            return Err(TooManySessions);
        }
        let mut waiting = self.0.iter().filter(|session| !session.listening);
        if let Some(oldest) = waiting.next()
            && waiting.count() + 1 >= MOST_WAITING
        {
            let oldest = oldest.endpoint.id.clone();
            self.close(&oldest);
        }
        // A session hears of events as an endpoint does; which types it tells of, the client decides.
        let endpoint = Endpoint {
            id: wish.id,
            created: wish.at,
            url: wish.forward_to.unwrap_or_default(),
            secret: wish.secret,
            rolled: None,
            enabled_events: vec!["*".to_owned()],
            api_version: None,
            description: None,
            metadata: Metadata::new(),
            disabled: false,
            deleted: false,
            belongs: Belonging::default(),
        };
        self.0.push(Session { endpoint, filters: wish.filters, listening: false });
        Ok(())
    }

    /// The socket is open. False when nobody knows the session.
    pub(crate) fn listen(&mut self, id: &str) -> bool {
        match self.0.iter_mut().find(|session| session.endpoint.id == id) {
            Some(session) => {
                session.listening = true;
                true
            }
            None => false,
        }
    }

    /// The session is over.
    pub(crate) fn close(&mut self, id: &str) {
        self.0.retain(|session| session.endpoint.id != id);
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is such a session.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|session| session.endpoint.id == id)
    }

    /// Those that listen for events, as receivers of them.
    pub(crate) fn listening(&self) -> impl Iterator<Item = &Endpoint> {
        let hears = |session: &&Session| session.listening && session.filters.is_none();
        self.0.iter().filter(hears).map(|session| &session.endpoint)
    }

    /// What a session that tails request logs wants to hear of.
    pub(crate) fn filters(&self, id: &str) -> Option<&Filters> {
        self.0.iter().find(|session| session.endpoint.id == id)?.filters.as_ref()
    }

    /// One that listens.
    pub(crate) fn listener(&self, id: &str) -> Option<&Endpoint> {
        self.listening().find(|endpoint| endpoint.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_LISTENING, MOST_WAITING, Sessions, TooManySessions, Wish};

    fn wish(number: usize) -> Wish {
        Wish { id: format!("cliws_{number}"), secret: "whsec_x".to_owned(), forward_to: None, filters: None, at: 0 }
    }

    fn ids(sessions: &Sessions) -> Vec<&str> {
        sessions.listening().map(|endpoint| endpoint.id.as_str()).collect()
    }

    #[test]
    fn a_session_hears_from_its_socket_on_and_not_after_it() {
        let mut sessions = Sessions::default();
        sessions.open(wish(1)).unwrap();
        assert!(ids(&sessions).is_empty());
        assert!(sessions.listen("cliws_1"));
        assert_eq!(ids(&sessions), ["cliws_1"]);
        sessions.close("cliws_1");
        assert!(sessions.is_empty() && !sessions.listen("cliws_1"));
    }

    #[test]
    fn those_that_never_open_their_socket_are_forgotten_oldest_first() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST_WAITING {
            sessions.open(wish(number)).unwrap();
        }
        assert_eq!(sessions.0.len(), MOST_WAITING);
        assert!(!sessions.listen("cliws_0") && sessions.listen("cliws_1"));
    }

    #[test]
    fn only_so_many_listen_at_once() {
        let mut sessions = Sessions::default();
        for number in 0..MOST_LISTENING {
            sessions.open(wish(number)).unwrap();
            assert!(sessions.listen(&format!("cliws_{number}")));
        }
        assert_eq!(sessions.open(wish(999)), Err(TooManySessions));
        sessions.close("cliws_7");
        assert_eq!(sessions.open(wish(999)), Ok(()));
    }
}
