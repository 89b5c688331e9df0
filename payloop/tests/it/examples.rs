//! The services of `examples/`: each certifies as it is, and each line that its comments say may not go is missed by the case that they name.
//!
//! A test says that it is skipped where the language is not installed, or the library that the service needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, run};

/// What a comment in an example begins with that names the case which misses the code beside it.
const MARK: &str = "payloop: remove ";

/// A service of `examples/`.
struct Example {
    folder: &'static str,
    /// What runs it.
    program: &'static str,
    /// The file that is run.
    main: &'static str,
    /// What it needs beside the language, below `target/tools`; named as `.ci/tools` names what installs it.
    library: Option<(&'static str, &'static str)>,
}

const NODE: Example = Example {
    folder: "node",
    program: "node",
    main: "service.mjs",
    library: Some(("example_node", "example-node/node_modules")),
};

const PYTHON: Example = Example { folder: "python", program: "python3", main: "service.py", library: None };

/// A line, or a few, that a comment says to be missed.
#[derive(Debug)]
struct Marked {
    file: String,
    case: String,
    /// The file without it.
    without: String,
}

impl Example {
    fn home(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(self.folder)
    }

    /// A copy that can be run, and changed; nothing where it cannot run here.
    #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
    fn copy(&self) -> Option<TempDir> {
        let there = Command::new(self.program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !there.is_ok_and(|status| status.success()) {
            println!("skipped: {} is not on this machine", self.program);
            return None;
        }
        let copy = TempDir::with_prefix_in("example-", env!("CARGO_TARGET_TMPDIR")).unwrap();
        for entry in fs::read_dir(self.home()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        if let Some((install, library)) = self.library {
            let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools").join(library);
            let Ok(library) = library.canonicalize() else {
                println!("skipped: {} is not there; install it with `.ci/tools {install}`", library.display());
                return None;
            };
            std::os::unix::fs::symlink(library, copy.path().join("node_modules")).unwrap();
        }
        Some(copy)
    }

    /// Every code that a comment says may not go, with the file as it is without it.
    fn marked(&self) -> Vec<Marked> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.home()).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let lines: Vec<&str> = text.lines().collect();
            for (number, line) in lines.iter().enumerate() {
                let Some((_, told)) = line.split_once(MARK) else { continue };
                let words: Vec<&str> = told.split_whitespace().collect();
                let cut = match *words.as_slice() {
                    ["this", "line", "to", "see", case, "fail"] => Some((number, number + 1, case)),
                    ["the", "next", count, "lines", "to", "see", case, "fail"] => {
                        count.parse().ok().map(|count: usize| (number + 1, number + 1 + count, case))
                    }
                    _ => None,
                };
                assert!(cut.is_some(), "what is to be removed? {}: {line}", path.display());
                let Some((from, to, case)) = cut else { continue };
                let file = path.file_name().unwrap().to_str().unwrap().to_owned();
                let without = [&lines[..from], &lines[to..]].concat().join("\n") + "\n";
                found.push(Marked { file, case: case.to_owned(), without });
            }
        }
        found.sort_by(|a, b| a.case.cmp(&b.case));
        found
    }

    /// One run at a time: a service that gets no time to answer is not a slow one.
    fn certify(&self, copy: &Path, more: &[&str]) -> Ran {
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let command = format!("{} {}", self.program, copy.join(self.main).display());
        let profile = copy.join("payloop.toml");
        let fixed = ["certify", "--port-base", "0", "--exec", &command, "--profile", profile.to_str().unwrap()];
        run(&[&fixed, more].concat())
    }

    fn is_conformant(&self) {
        let Some(copy) = self.copy() else { return };
        let ran = self.certify(copy.path(), &["--strict", "--level", HIGHEST, "--examples", "16", "--json", "-"]);
        assert_eq!(ran.code, 0, "{}{}", ran.err, ran.out.lines().take(20).collect::<String>());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["summary"]["verdict"], "conformant");
        assert!(report["summary"]["pass"].as_u64().unwrap() > 100, "{}", report["summary"]);
    }

    fn misses_what_is_removed(&self, cases: &[(&str, &str)]) {
        let marked = self.marked();
        let named: Vec<&str> = marked.iter().map(|marked| marked.case.as_str()).collect();
        let expected: Vec<&str> = cases.iter().map(|(case, _)| *case).collect();
        assert_eq!(named, expected, "the cases that comments name, and what this test knows of them");
        let Some(copy) = self.copy() else { return };
        for (marked, (case, cure)) in marked.iter().zip(cases) {
            let path = copy.path().join(&marked.file);
            let whole = fs::read_to_string(&path).unwrap();
            fs::write(&path, &marked.without).unwrap();
            let ran = self.certify(copy.path(), &["--level", HIGHEST, "--case", case]);
            fs::write(&path, whole).unwrap();
            assert_eq!(ran.code, 1, "{case} without its line of {}: {}{}", marked.file, ran.out, ran.err);
            assert!(ran.out.contains(&format!("FAIL {case}")), "{}", ran.out);
            // As it reads when the terminal's lines are joined again.
            let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(cure), "{case} does not say {cure:?}: {}", ran.out);
        }
    }
}

/// The highest level that the examples are held to.
const HIGHEST: &str = "secure";

/// Cases that the comments name, and what the output says about the cure.
const MISSED: &[(&str, &str)] = &[
    ("C-N03", "cure: finalize only if payment_status is paid"),
    ("R-D11", "cure: after finalize, read the purchase again if it was over before"),
    ("S-O01", "cure: parse returnUrl, and compare its whole origin with a configured list"),
    ("S-T01", "cure: compare amount_total with the purchase's price in minor units before finalize"),
    ("S-T06", "cure: remember which purchase a session was first used for"),
    ("S-W01", "cure: verify Stripe-Signature on every request to the webhook, also when it is missing"),
];

#[test]
fn the_service_in_node_is_conformant() {
    NODE.is_conformant();
}

#[test]
fn the_service_in_python_is_conformant() {
    PYTHON.is_conformant();
}

#[test]
fn what_is_removed_from_the_service_in_node_is_missed() {
    NODE.misses_what_is_removed(MISSED);
}

#[test]
fn what_is_removed_from_the_service_in_python_is_missed() {
    PYTHON.misses_what_is_removed(MISSED);
}

/// Neither may the lock file tie anybody to a registry.
#[test]
fn no_file_names_a_registry() {
    for example in [NODE, PYTHON] {
        for entry in fs::read_dir(example.home()).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap_or_default();
            assert!(!text.contains("\"resolved\"") && !text.contains("registry."), "{}", path.display());
        }
    }
}
