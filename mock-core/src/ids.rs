//! Seeded ids: one independent stream per kind of id and per scope, so that parallel work draws the same ids in every run.

use std::hash::Hasher as _;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use parking_lot::Mutex;
use siphasher::sip128::{Hasher128, SipHasher13};
use uuid::{Builder, Uuid};

/// The half of the hash's key that is not the seed.
const KEY: u64 = 0x7061_796c_6f6f_7031;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What kind of id: a name, and before it the family that several kinds belong to, which may be empty. Only the whole text counts.
#[derive(Clone, Copy, Debug)]
pub struct Kind<'a> {
    /// The beginning of the kind's text.
    pub family: &'a str,
    /// The rest of it.
    pub name: &'a str,
}

impl<'a> From<&'a str> for Kind<'a> {
    fn from(name: &'a str) -> Self {
        Self { family: "", name }
    }
}

impl Kind<'_> {
    /// A number that stands for the kind, the same in every run. Should two kinds ever share one, they would share their counts and
    /// still have ids of their own: the kind itself goes into each id.
    fn number(&self) -> u32 {
        // FNV-1a over both parts, so that the place where they meet does not matter.
        let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        self.family.bytes().chain(self.name.bytes()).fold(0x811c_9dc5, step)
    }
}

/// How many ids were drawn of each kind that was drawn in a scope: a few dozen at most.
type Counts = Vec<(u32, u32)>;

/// The counts of scopes.
type Scopes = IndexMap<Box<str>, Counts, RandomState>;

/// How many ids were drawn, by scope and kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn([Scopes; SHARDS]);

/// In how many parts the counts are kept: who draws at the same time mostly draws for different scopes, and need not wait.
const SHARDS: usize = 16;

/// Sixteen bytes that no other id and no other part of it has.
fn block(id: &SipHasher13, part: u32) -> [u8; 16] {
    let mut hasher = *id;
    hasher.write(&part.to_be_bytes());
    hasher.finish128().as_bytes()
}

fn next(scopes: &mut Scopes, kind: Kind<'_>, scope: &str) -> u64 {
    let kind = kind.number();
    let counts = match scopes.get_mut(scope) {
        Some(counts) => counts,
        None => scopes.entry(scope.into()).or_default(),
    };
    match counts.iter_mut().find(|(of, _)| *of == kind) {
        Some((_, count)) => {
            *count = count.saturating_add(1);
            u64::from(*count)
        }
        None => {
            counts.push((kind, 1));
            1
        }
    }
}

/// The only source of ids and chance of a world.
///
/// An id is a function of (seed, kind, scope, how many were drawn before for that kind and scope). The *scope* is what the id belongs
/// to, a purchase say: two loops that run at once then never take ids from each other, and one loop run alone gets the ids it had in
/// the company of others.
#[derive(Debug)]
pub struct Ids {
    seed: u64,
    drawn: [Mutex<Scopes>; SHARDS],
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, drawn: Default::default() }
    }

    /// The seed that this run can be repeated with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// A GUID of version 4's form, lower case when shown.
    pub fn uuid<'a>(&self, kind: impl Into<Kind<'a>>, scope: &str) -> Uuid {
        let kind = kind.into();
        let block = block(&self.begin(kind, scope, self.next(kind, scope)), 0);
        Builder::from_random_bytes(block).into_uuid()
    }

    /// `len` characters of `0-9A-Za-z`.
    pub fn base62<'a>(&self, kind: impl Into<Kind<'a>>, scope: &str, len: usize) -> String {
        self.text(kind.into(), scope, len, BASE62)
    }

    /// As [`Self::base62`], behind what stands in `text` already.
    pub fn push_base62<'a>(&self, text: &mut String, kind: impl Into<Kind<'a>>, scope: &str, len: usize) {
        self.push(text, kind.into(), scope, len, BASE62);
    }

    /// `len` decimal digits.
    pub fn digits<'a>(&self, kind: impl Into<Kind<'a>>, scope: &str, len: usize) -> String {
        self.text(kind.into(), scope, len, b"0123456789")
    }

    /// `len` lower-case hexadecimal digits.
    pub fn hex<'a>(&self, kind: impl Into<Kind<'a>>, scope: &str, len: usize) -> String {
        self.text(kind.into(), scope, len, b"0123456789abcdef")
    }

    /// A number below `bound` (0 when `bound` is 0).
    pub fn below<'a>(&self, kind: impl Into<Kind<'a>>, scope: &str, bound: u64) -> u64 {
        let kind = kind.into();
        let block = block(&self.begin(kind, scope, self.next(kind, scope)), 0);
        let number = block.iter().take(8).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
        number.checked_rem(bound).unwrap_or(0)
    }

    fn text<const N: usize>(&self, kind: Kind<'_>, scope: &str, len: usize, alphabet: &[u8; N]) -> String {
        let mut text = String::with_capacity(len);
        self.push(&mut text, kind, scope, len, alphabet);
        text
    }

    fn push<const N: usize>(&self, text: &mut String, kind: Kind<'_>, scope: &str, len: usize, alphabet: &[u8; N]) {
        let id = self.begin(kind, scope, self.next(kind, scope));
        // Bytes at or above the largest multiple of the alphabet are passed over, so that every character is equally likely.
        let fair = const { 256 - 256 % N };
        let mut wanted = len;
        for part in 0.. {
            let mut fit = [0; 16];
            let mut fitting = 0;
            for byte in block(&id, part).map(usize::from) {
                fit[fitting] = alphabet[byte % N];
                fitting += usize::from(byte < fair);
            }
            let taken = fitting.min(wanted);
            // Alphabets are ASCII.
            text.push_str(std::str::from_utf8(&fit[..taken]).unwrap_or_default());
            wanted -= taken;
            if wanted == 0 {
                return;
            }
        }
    }

    fn next(&self, kind: Kind<'_>, scope: &str) -> u64 {
        next(&mut self.shard(scope).lock(), kind, scope)
    }

    /// What all parts of an id have in common. Keyed by the seed, and cheap: an answer may need half a dozen ids.
    fn begin(&self, kind: Kind<'_>, scope: &str, n: u64) -> SipHasher13 {
        let mut hasher = SipHasher13::new_with_keys(self.seed, KEY);
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        let kind_length = ((kind.family.len() + kind.name.len()) as u64).to_be_bytes();
        let (scope_length, n) = ((scope.len() as u64).to_be_bytes(), n.to_be_bytes());
        let (family, name, scope) = (kind.family.as_bytes(), kind.name.as_bytes(), scope.as_bytes());
        let parts: [&[u8]; 6] = [&kind_length, family, name, &scope_length, scope, &n];
        // What fits is hashed in one piece, which is faster; the hash is the same.
        let mut whole = [0; 192];
        match joined(&mut whole, parts) {
            Some(whole) => hasher.write(whole),
            None => parts.into_iter().for_each(|part| hasher.write(part)),
        }
        hasher
    }

    /// The part that counts for a scope. The last bytes of a GUID are as random as any.
    fn shard(&self, scope: &str) -> &Mutex<Scopes> {
        let number = scope.bytes().rev().take(4).fold(0_usize, |all, byte| all * 31 + usize::from(byte));
        &self.drawn[number % SHARDS]
    }

    pub(crate) fn snapshot(&self) -> Drawn {
        Drawn(std::array::from_fn(|shard| self.drawn[shard].lock().clone()))
    }

    pub(crate) fn restore(&self, drawn: Drawn) {
        for (shard, scopes) in self.drawn.iter().zip(drawn.0) {
            *shard.lock() = scopes;
        }
    }
}

/// The parts one behind the other, if there is room for them.
fn joined<'a>(room: &'a mut [u8], parts: [&[u8]; 6]) -> Option<&'a [u8]> {
    let mut end = 0;
    for part in parts {
        room.get_mut(end..end + part.len())?.copy_from_slice(part);
        end += part.len();
    }
    room.get(..end)
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher as _;

    use siphasher::sip128::{Hasher128 as _, SipHasher13};
    use uuid::Builder;

    use super::{Ids, KEY, Kind};

    #[test]
    fn short_and_long_scopes_are_hashed_alike() {
        for length in [0, 16, 155, 156, 157, 158, 159, 400] {
            let scope = "s".repeat(length);
            let mut hasher = SipHasher13::new_with_keys(7, KEY);
            for text in ["family name", &scope] {
                hasher.write(&(text.len() as u64).to_be_bytes());
                hasher.write(text.as_bytes());
            }
            hasher.write(&1_u64.to_be_bytes());
            hasher.write(&0_u32.to_be_bytes());
            let expect = Builder::from_random_bytes(hasher.finish128().as_bytes()).into_uuid();
            assert_eq!(Ids::new(7).uuid(Kind { family: "family ", name: "name" }, &scope), expect, "{length}");
        }
    }

    #[test]
    fn same_seed_same_ids_whatever_others_draw() {
        let (alone, busy) = (Ids::new(7), Ids::new(7));
        for other in 0..5 {
            busy.uuid("purchase", &format!("other {other}"));
            busy.base62("price", "mine", 24);
        }
        assert_eq!(alone.uuid("purchase", "mine"), busy.uuid("purchase", "mine"));
    }

    #[test]
    fn kinds_scopes_seeds_and_turns_differ() {
        let ids = Ids::new(7);
        let drawn = [ids.uuid("a", "bc"), ids.uuid("ab", "c"), ids.uuid("a", "bc"), Ids::new(8).uuid("a", "bc")];
        let different: std::collections::BTreeSet<_> = drawn.iter().collect();
        assert_eq!(different.len(), drawn.len());
    }

    #[test]
    fn where_a_kind_is_cut_does_not_matter() {
        let kind = |family, name| Kind { family, name };
        let (whole, cut) = (Ids::new(7), Ids::new(7));
        let drawn = [whole.uuid("stripe evt_", "x"), whole.uuid("stripe evt_", "x")];
        assert_eq!([cut.uuid(kind("stripe ", "evt_"), "x"), cut.uuid(kind("st", "ripe evt_"), "x")], drawn);
        let mut text = "evt_".to_owned();
        cut.push_base62(&mut text, kind("stripe ", "a"), "x", 9);
        assert_eq!(text, format!("evt_{}", whole.base62("stripe a", "x", 9)));
    }

    #[test]
    fn text_has_the_asked_length_and_alphabet() {
        let ids = Ids::new(1);
        let text = ids.base62("session", "x", 200);
        assert_eq!(text.len(), 200);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(ids.digits("n", "", 15).bytes().all(|byte| byte.is_ascii_digit()));
        assert!(ids.hex("h", "", 64).bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
