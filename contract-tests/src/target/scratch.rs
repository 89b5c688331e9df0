//! A folder for what a started service keeps: new for each run, there over its restarts, gone afterwards.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;

use url::Url;

use super::profile::Profile;

/// How a profile's `[env]` names it.
const TEMPLATE: &str = "{scratch}";

/// Where it is for a service at `base`. A port is one service's alone while a run lasts.
pub(super) fn folder(base: &Url) -> PathBuf {
    let port = base.port_or_known_default().unwrap_or(80);
    std::env::temp_dir().join(format!("payloop-{}-{port}", std::process::id()))
}

/// The folder, for as long as this lives; nothing where the profile does not ask for it.
///
/// Runs of one seed have the same purchases: a service that found the facts of an earlier run would take them for repeats.
#[derive(Debug)]
pub struct Scratch(Option<PathBuf>);

impl Scratch {
    /// Makes it, empty and for this user only.
    pub fn make(profile: &Profile, base: &Url) -> std::io::Result<Self> {
        if !profile.env.values().any(|value| value.contains(TEMPLATE)) {
            return Ok(Self(None));
        }
        let path = folder(base);
        // Left behind by a run that was killed, or not there at all; a folder of somebody else's is an error below.
        drop(std::fs::remove_dir_all(&path));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(Some(path)))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What cannot be removed is the system's to clean.
            drop(std::fs::remove_dir_all(path));
        }
    }
}
