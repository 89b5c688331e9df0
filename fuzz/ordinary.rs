//! The fuzz targets without a fuzzer, for the tests of the crates concerned: each input of the corpus, and some thousand mutations of them,
//! the same ones every time.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How many mutations.
const MUTATIONS: u32 = 4_000;

/// What parsers stumble over.
const PIECES: &[&[u8]] = &[
    b"[",
    b"]",
    b"[]",
    b"[0]",
    b"%5B",
    b"%",
    b"%00",
    b"&",
    b"=",
    b"+",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b":",
    b",",
    b"\0",
    b"\xff",
    b"\xc3",
    b"null",
    b"-1",
    b"18446744073709551616",
    b"t=1",
    b"v1=",
    b" AND ",
    b" OR ",
    b"metadata[\"",
    b"\"type\":\"event_ack\"",
    b"\xf0\x9f\xa7\x80",
    b" eq ",
    b"any(",
    b"'",
    b"(",
    b")",
    b"/",
    b"\r\n",
    b"\n\n",
    b"--b\r\n",
    b"--b--",
    b"Content-ID: 1\r\n",
    b" HTTP/1.1\n",
];

/// One change of some bytes: a place, a length, what to do, and a byte to do it with.
type Change = (Index, Index, u8, u8);

fn changed(mut bytes: Vec<u8>, other: &[u8], (place, length, what, with): &Change) -> Vec<u8> {
    let start = place.index(bytes.len() + 1);
    let end = start + length.index(bytes.len() - start + 1);
    let piece: Vec<u8> = match what {
        // Gone, again, another byte, one bit of it, a piece of those above, and a part of another input.
        0 => Vec::new(),
        1 => bytes[start..end].repeat(2),
        2 => vec![*with],
        3 => bytes[start..end]
            .iter()
            .enumerate()
            .map(|(at, byte)| if at == 0 { byte ^ (1 << (with % 8)) } else { *byte })
            .collect(),
        4 => PIECES[usize::from(*with) % PIECES.len()].to_vec(),
        _ => other[length.index(other.len() + 1)..].to_vec(),
    };
    let end = if matches!(what, 2 | 4) && with % 2 == 0 { start } else { end };
    bytes.splice(start..end, piece);
    bytes
}

/// Runs a check over the corpus of a target and over mutations of it.
pub fn run(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("a corpus").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let corpus: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("an input")).collect();
    assert!(corpus.len() >= 10, "only {} inputs for {target}", corpus.len());
    for input in &corpus {
        check(input);
    }

    let config = Config { cases: MUTATIONS, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let changes = prop::collection::vec(
        any::<Change>().prop_map(|(place, length, what, with)| (place, length, what % 6, with)),
        1..8,
    );
    let mutations = (any::<Index>(), any::<Index>(), changes).prop_map(|(from, other, changes)| {
        let other = &corpus[other.index(corpus.len())];
        changes.iter().fold(corpus[from.index(corpus.len())].clone(), |bytes, change| changed(bytes, other, change))
    });
    let ran = runner.run(&mutations, |input| {
        check(&input);
        Ok(())
    });
    assert!(ran.is_ok(), "{target}: {}", ran.err().map(|error| error.to_string()).unwrap_or_default());
}
