//! A stable share of a run: which cases are its own depends on their ids and on nothing else.

use std::fmt;
use std::str::FromStr;

/// Share `index` of `of`; the first is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    index: u32,
    of: u32,
}

/// More shares than there are cases make no sense.
const MOST: u32 = 64;

impl Share {
    /// Whether something of this name belongs to this share. The other values of a case's switch have the same name, so they stay together.
    pub fn takes(&self, name: &str) -> bool {
        fnv_1a(name.as_bytes()) % u64::from(self.of) == u64::from(self.index - 1)
    }

    /// Which one, from 1.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub const fn of(self) -> u32 {
        self.of
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no share; write I/N, such as 1/3, with N from 1 to {MOST} and I from 1 to N");
        let (index, of) = text.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
        let (index, of) = (number(index)?, number(of)?);
        if (1..=MOST).contains(&of) && (1..=of).contains(&index) { Ok(Self { index, of }) } else { Err(wrong()) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// FNV-1a, 64 bits: the same on every machine and in every version (the standard library's hasher promises neither).
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::Share;
    use crate::model::CASES;

    #[test]
    fn every_case_belongs_to_exactly_one_share_and_none_is_empty() {
        for of in 1..=8 {
            let shares: Vec<Share> = (1..=of).map(|index| format!("{index}/{of}").parse().unwrap()).collect();
            for case in CASES {
                assert_eq!(shares.iter().filter(|share| share.takes(case.id)).count(), 1, "{}", case.id);
            }
            for share in &shares {
                assert!(CASES.iter().any(|case| share.takes(case.id)), "{share}");
            }
        }
    }

    #[test]
    fn only_shares_that_exist_are_read() {
        for wrong in ["", "1", "0/2", "3/2", "1/0", "1/65", "a/b", "1/2/3", "-1/2"] {
            assert!(wrong.parse::<Share>().unwrap_err().contains("write I/N"), "{wrong}");
        }
        assert_eq!("2/3".parse::<Share>().unwrap().to_string(), "2/3");
    }
}
