//! The tokens that were given out, found by digest, so that a call costs no signature check.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use parking_lot::Mutex;
use ring::digest;
use uuid::Uuid;

/// Beyond this many tokens the expired ones are forgotten.
const MANY: usize = 10_000;

/// A token that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Tenant.
    pub tenant: Uuid,
    /// App registration.
    pub client_id: Uuid,
    /// The resource it is for, without a slash at the end.
    pub audience: String,
    /// Real time of issue.
    pub issued: Timestamp,
    /// Real time from which it is refused.
    pub expires: Timestamp,
}

type Digest = [u8; 32];

/// The token that was last found: most calls come with the same one, whose digest is then known.
struct Last {
    token: Box<str>,
    digest: Digest,
}

impl fmt::Debug for Last {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Last").finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Pages {
    tokens: BTreeMap<Digest, Issued>,
    last: Option<Last>,
    lifetime: Option<u32>,
    given: u64,
}

/// All tokens of one Entra ID.
#[derive(Debug, Default)]
pub struct TokenBook(Mutex<Pages>);

fn digest_of(token: &str) -> Digest {
    let mut bytes = [0; 32];
    // SHA-256 is 32 bytes long.
    for (to, from) in bytes.iter_mut().zip(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()) {
        *to = *from;
    }
    bytes
}

impl TokenBook {
    /// Notes a token.
    pub(crate) fn add(&self, token: &str, issued: Issued) {
        let mut pages = self.0.lock();
        if pages.tokens.len() >= MANY {
            let now = issued.issued;
            pages.tokens.retain(|_, token| token.expires > now);
        }
        pages.given += 1;
        pages.tokens.insert(digest_of(token), issued);
    }

    /// The token, if it was given out and is still good at the real time `wall`.
    pub fn check(&self, token: &str, wall: Timestamp) -> Option<Issued> {
        let mut pages = self.0.lock();
        let known = pages.last.as_ref().filter(|last| *last.token == *token).map(|last| last.digest);
        let digest = known.unwrap_or_else(|| digest_of(token));
        let issued = pages.tokens.get(&digest)?.clone();
        if known.is_none() {
            pages.last = Some(Last { token: token.into(), digest });
        }
        (issued.expires > wall).then_some(issued)
    }

    /// Lets every token of an app (or of all) end at `wall`; answers how many were still good.
    pub fn expire(&self, client_id: Option<Uuid>, wall: Timestamp) -> usize {
        let mut pages = self.0.lock();
        let mut ended = 0;
        for issued in pages.tokens.values_mut() {
            if issued.expires > wall && client_id.is_none_or(|id| id == issued.client_id) {
                issued.expires = wall;
                ended += 1;
            }
        }
        ended
    }

    /// Seconds that new tokens live; `None` goes back to the configuration.
    pub fn set_lifetime(&self, seconds: Option<u32>) {
        self.0.lock().lifetime = seconds;
    }

    /// Seconds that new tokens live, unless the configuration decides.
    pub fn lifetime(&self) -> Option<u32> {
        self.0.lock().lifetime
    }

    /// How many tokens were given out since the start, and how many are good at the real time `wall`.
    pub fn counts(&self, wall: Timestamp) -> (u64, usize) {
        let pages = self.0.lock();
        (pages.given, pages.tokens.values().filter(|issued| issued.expires > wall).count())
    }
}
