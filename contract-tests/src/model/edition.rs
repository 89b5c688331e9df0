//! Editions: which cases score. A case that came later is run and shown, but makes nothing red until an edition takes it up.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The files of all editions, the newest last.
const FILES: [&str; 1] = [include_str!("../../editions/2026-1.toml")];

/// One edition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Its name, such as `2026-1`.
    pub name: String,
    /// The ids of the cases that score.
    pub cases: BTreeSet<String>,
}

impl Edition {
    /// Reads the file of an edition.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// Every edition that this version knows, the oldest first.
    pub fn all() -> Vec<Self> {
        #[expect(clippy::expect_used, reason = "the files are a part of the program, and a test reads each of them")]
        FILES.iter().map(|text| Self::parse(text).expect("an edition of this version")).collect()
    }

    /// The edition of this name, or a message that lists all.
    pub fn named(name: &str) -> Result<Self, String> {
        let all = Self::all();
        let names: Vec<String> = all.iter().map(|edition| edition.name.clone()).collect();
        let found = all.into_iter().find(|edition| edition.name == name);
        found.ok_or_else(|| format!("there is no edition {name:?}; editions: {}", names.join(", ")))
    }

    /// The newest one.
    pub fn newest() -> Self {
        #[expect(clippy::expect_used, reason = "the list of files is a constant that is not empty")]
        Self::all().pop().expect("an edition")
    }

    /// Whether a case scores.
    pub fn scores(&self, case: &str) -> bool {
        self.cases.contains(case)
    }
}

#[cfg(test)]
mod tests {
    use super::Edition;
    use crate::model::rows;

    #[test]
    fn an_edition_names_rows_of_the_catalogue_alone() {
        for edition in Edition::all() {
            for id in &edition.cases {
                assert!(rows().any(|row| row.id == id), "{id} of edition {}", edition.name);
            }
        }
    }

    #[test]
    fn an_edition_that_does_not_exist_is_refused_with_those_that_do() {
        assert_eq!(Edition::named("2025-9").unwrap_err(), "there is no edition \"2025-9\"; editions: 2026-1");
        assert_eq!(Edition::named("2026-1").unwrap(), Edition::newest());
    }
}
