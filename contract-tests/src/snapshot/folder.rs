//! Snapshots in a folder: one file for each scenario, compared line by line.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use similar::TextDiff;

/// The ending of their names.
const ENDING: &str = ".snap.txt";

/// What became of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub scenario: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it was.
    Same,
    /// It was not there, and is now.
    Recorded,
    /// It differs; the old text was kept.
    Differs {
        /// The difference, line by line.
        diff: String,
    },
    /// It differed, and the new text was accepted.
    Accepted {
        /// The difference, line by line.
        diff: String,
    },
    /// There is a file, but the run did not play the scenario.
    NotPlayed,
}

/// Compares texts with the files of a folder, which is made if it is not there. New ones are recorded; others are written only when they are
/// to be accepted.
pub fn compare(folder: &Path, texts: &[(String, String)], accept: bool) -> io::Result<Vec<Compared>> {
    std::fs::create_dir_all(folder)?;
    let mut all = Vec::new();
    for (scenario, text) in texts {
        let path = folder.join(format!("{scenario}{ENDING}"));
        let outcome = match std::fs::read_to_string(&path) {
            Ok(old) if old == *text => Outcome::Same,
            Ok(old) => {
                let diff = difference(&old, text);
                if accept {
                    std::fs::write(&path, text)?;
                    Outcome::Accepted { diff }
                } else {
                    Outcome::Differs { diff }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::write(&path, text)?;
                Outcome::Recorded
            }
            Err(error) => return Err(error),
        };
        all.push(Compared { scenario: scenario.clone(), outcome });
    }
    let played: BTreeSet<&str> = texts.iter().map(|(scenario, _)| scenario.as_str()).collect();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.extend(entry?.file_name().to_str().and_then(|name| name.strip_suffix(ENDING)).map(str::to_owned));
    }
    names.sort();
    for scenario in names.into_iter().filter(|name| !played.contains(name.as_str())) {
        all.push(Compared { scenario, outcome: Outcome::NotPlayed });
    }
    Ok(all)
}

fn difference(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header("before", "now").to_string()
}

#[cfg(test)]
mod tests {
    use super::{Outcome, compare};

    #[test]
    fn what_is_new_is_recorded_and_what_differs_is_told_until_it_is_accepted() {
        let dir = tempfile::tempdir().unwrap();
        let check = |text: &str, accept: bool| {
            let texts = [("C-R01".to_owned(), text.to_owned())];
            compare(dir.path(), &texts, accept).unwrap().remove(0).outcome
        };
        assert_eq!(check("one\ntwo\n", false), Outcome::Recorded);
        assert_eq!(check("one\ntwo\n", false), Outcome::Same);
        let diff = "--- before\n+++ now\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n".to_owned();
        assert_eq!(check("one\nthree\n", false), Outcome::Differs { diff: diff.clone() });
        assert_eq!(check("one\nthree\n", true), Outcome::Accepted { diff });
        assert_eq!(check("one\nthree\n", false), Outcome::Same);
        let none = compare(dir.path(), &[], false).unwrap();
        assert_eq!(none[0].outcome, Outcome::NotPlayed);
    }
}
