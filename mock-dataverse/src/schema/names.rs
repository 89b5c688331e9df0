//! How names are hashed. Every write looks for dozens of columns by name, and names of one table mostly differ in their ends.

use std::hash::{BuildHasher, Hasher};

/// Hashes names by their length and their last sixteen bytes. Only names of the schema are ever kept under such a hash, so what a caller
/// makes up can cost a comparison and no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ByEnd;

impl BuildHasher for ByEnd {
    type Hasher = End;

    fn build_hasher(&self) -> End {
        End(0)
    }
}

/// What was seen of a name.
#[derive(Debug)]
pub(crate) struct End(u64);

/// Odd numbers with many changes between their bits.
const MIX: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    let [low, high] =
        [product, product >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default());
    low ^ high
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

impl Hasher for End {
    fn write(&mut self, bytes: &[u8]) {
        let (rest, tail) = match bytes.split_last_chunk::<8>() {
            Some((rest, tail)) => (rest, u64::from_le_bytes(*tail)),
            None => (&[] as &[u8], number(bytes)),
        };
        let before = rest.last_chunk::<8>().map_or_else(|| number(rest), |chunk| u64::from_le_bytes(*chunk));
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.0 = fold(tail ^ MIX[0] ^ self.0, before ^ MIX[1] ^ length.rotate_left(32));
    }

    /// What ends a text says nothing: the length is in the hash.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::hash::BuildHasher as _;

    use super::ByEnd;
    use crate::schema::Schema;

    #[test]
    fn names_of_a_table_have_hashes_of_their_own() {
        for table in Schema::standard().unwrap().tables() {
            let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
            let hashes: BTreeSet<u64> = names.iter().map(|name| ByEnd.hash_one(name)).collect();
            assert_eq!(hashes.len(), names.len(), "{}", table.logical_name);
        }
    }

    #[test]
    fn short_names_are_told_apart() {
        let names =
            ["", "a", "b", "ab", "ba", "abcdefgh", "xabcdefgh", "yabcdefgh", "0123456789abcdef", "x0123456789abcdef"];
        let hashes: BTreeSet<u64> = names.iter().map(|name| ByEnd.hash_one(name)).collect();
        assert_eq!(hashes.len(), names.len());
    }
}
