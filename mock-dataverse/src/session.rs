//! Browsers that are signed in: sessions behind a cookie, found by digest as tokens are.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use ring::digest;
use uuid::Uuid;

/// How long a session lasts, in seconds of real time.
pub(crate) const LIFETIME: i64 = 8 * 60 * 60;
/// How many sessions there may be; beyond it the one that ends first is forgotten.
const MOST: usize = 1_000;

/// Somebody who signed in with a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Session {
    user: Uuid,
    expires: Timestamp,
}

/// All sessions, by the digest of what their cookies hold.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<BTreeMap<Vec<u8>, Session>>);

fn key(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

impl Sessions {
    /// Begins a session at the real time `wall`.
    pub(crate) fn begin(&self, secret: &str, user: Uuid, wall: Timestamp) {
        let mut sessions = self.0.lock();
        sessions.retain(|_, session| session.expires > wall);
        if sessions.len() >= MOST {
            let first = sessions.iter().min_by_key(|(_, session)| session.expires).map(|(key, _)| key.clone());
            first.and_then(|key| sessions.remove(&key));
        }
        let expires = wall.checked_add(SignedDuration::from_secs(LIFETIME)).unwrap_or(wall);
        sessions.insert(key(secret), Session { user, expires });
    }

    /// Who is signed in, if the session lasts at the real time `wall`.
    pub(crate) fn user(&self, secret: &str, wall: Timestamp) -> Option<Uuid> {
        self.0.lock().get(&key(secret)).filter(|session| session.expires > wall).map(|session| session.user)
    }

    /// Ends a session.
    pub(crate) fn end(&self, secret: &str) {
        self.0.lock().remove(&key(secret));
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    use super::{LIFETIME, MOST, Sessions};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_secs(seconds)).unwrap()
    }

    #[test]
    fn a_session_ends_by_itself_or_when_told() {
        let (sessions, user) = (Sessions::default(), Uuid::from_u128(7));
        sessions.begin("one", user, at(0));
        sessions.begin("two", user, at(1));
        assert_eq!(sessions.user("one", at(LIFETIME - 1)), Some(user));
        assert_eq!(sessions.user("one", at(LIFETIME)), None);
        assert_eq!(sessions.user("three", at(1)), None);
        sessions.end("two");
        assert_eq!(sessions.user("two", at(1)), None);
    }

    #[test]
    fn there_are_never_too_many() {
        let (sessions, user) = (Sessions::default(), Uuid::from_u128(7));
        for number in 0..=i64::try_from(MOST).unwrap() {
            sessions.begin(&number.to_string(), user, at(number));
        }
        assert_eq!(sessions.0.lock().len(), MOST);
        assert_eq!((sessions.user("0", at(1)), sessions.user("1", at(1))), (None, Some(user)));
    }
}
