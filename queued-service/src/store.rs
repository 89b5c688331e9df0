//! What survives a restart: a folder with one file for each event that is not dealt with, and one note for each purchase.
//!
//! A file is written beside its place and renamed into it, so that it is there whole or not at all. An event is forced to the disk before
//! Stripe is told that it arrived; notes need only outlive the process.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

use crate::money::Amount;
use crate::stripe::is_plain;

/// Notes that were not touched for so long are about purchases that ended long ago.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3_600);

/// An event that says: look at this session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Job {
    /// `evt_…`; the name of its file.
    pub(crate) event: String,
    /// `cs_…`.
    pub(crate) session: String,
    /// The purchase that the event names. Believed only if Stripe's session names it too.
    pub(crate) purchase: Uuid,
    /// When it arrived: time since 1970.
    pub(crate) arrived: Duration,
    /// How often it ended in trouble.
    #[serde(default)]
    pub(crate) tries: u32,
    /// Not worked on before: time since 1970.
    #[serde(default)]
    pub(crate) due: Duration,
}

/// What is remembered of a purchase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The session that buyers are sent to.
    pub(crate) made: Option<Made>,
    /// How many sessions were made: a part of the next one's idempotency key.
    pub(crate) sessions: u32,
    /// The session whose money is used to complete the purchase, written down before the platform is told.
    pub(crate) paid_by: Option<String>,
    /// Whether the platform is known to have taken it.
    pub(crate) completed: bool,
    /// How often the platform refused to complete it while it was open.
    pub(crate) refusals: u32,
}

/// A session and what was offered with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Made {
    pub(crate) session: String,
    pub(crate) amount: Amount,
    pub(crate) back: Option<String>,
    /// This service is about to end it, to offer another: its end is then no rejection.
    #[serde(default)]
    pub(crate) ending: bool,
}

/// The folder.
#[derive(Debug)]
pub(crate) struct Store {
    events: PathBuf,
    notes: PathBuf,
    /// Removes the folder with itself when nobody named one.
    passing: Option<TempDir>,
}

impl Store {
    /// Opens the folder and makes what is missing in it. Without one, a folder for as long as the process lives.
    pub(crate) fn open(folder: Option<&Path>) -> io::Result<Self> {
        let passing = if folder.is_none() { Some(tempfile::tempdir()?) } else { None };
        let root = folder.or(passing.as_ref().map(TempDir::path)).unwrap_or(Path::new("."));
        let store = Self { events: root.join("events"), notes: root.join("notes"), passing };
        fs::create_dir_all(&store.events)?;
        fs::create_dir_all(&store.notes)?;
        for entry in fs::read_dir(&store.notes)? {
            let entry = entry?;
            if entry.metadata()?.modified()?.elapsed().is_ok_and(|age| age > KEPT) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(store)
    }

    /// Whether what is written here outlives the process.
    pub(crate) fn lasts(&self) -> bool {
        self.passing.is_none()
    }

    /// Writes an event down, forced to the disk.
    pub(crate) fn keep(&self, job: &Job) -> io::Result<()> {
        write(&self.event(job)?, job, true)?;
        File::open(&self.events)?.sync_all()
    }

    /// Writes down that an event has to wait.
    pub(crate) fn postpone(&self, job: &Job) -> io::Result<()> {
        write(&self.event(job)?, job, false)
    }

    /// Forgets an event that is dealt with.
    pub(crate) fn done(&self, job: &Job) -> io::Result<()> {
        match fs::remove_file(self.event(job)?) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// The events that were not dealt with, in the order of their arrival. What cannot be read is left where it is, and named.
    pub(crate) fn left(&self) -> io::Result<(Vec<Job>, Vec<PathBuf>)> {
        let (mut jobs, mut odd) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&self.events)? {
            let path = entry?.path();
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => match read::<Job>(&path)? {
                    Some(job) => jobs.push(job),
                    None => odd.push(path),
                },
                // Half written when the process ended: Stripe was told nothing, and sends it again.
                _ => fs::remove_file(path)?,
            }
        }
        jobs.sort_by(|a, b| (a.arrived, &a.event).cmp(&(b.arrived, &b.event)));
        Ok((jobs, odd))
    }

    /// What is remembered of a purchase.
    pub(crate) fn note(&self, purchase: Uuid) -> io::Result<Note> {
        let path = self.notes.join(format!("{purchase}.json"));
        match read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Note::default()),
            Ok(None) => Err(io::Error::other(format!("{} is no note", path.display()))),
            Ok(Some(note)) => Ok(note),
            Err(error) => Err(error),
        }
    }

    /// Remembers it.
    pub(crate) fn remember(&self, purchase: Uuid, note: &Note) -> io::Result<()> {
        write(&self.notes.join(format!("{purchase}.json")), note, false)
    }

    fn event(&self, job: &Job) -> io::Result<PathBuf> {
        // Only plain ids come this far.
        if is_plain(&job.event) {
            Ok(self.events.join(format!("{}.json", job.event)))
        } else {
            Err(io::ErrorKind::InvalidInput.into())
        }
    }
}

fn write(path: &Path, content: &impl Serialize, forced: bool) -> io::Result<()> {
    let text = serde_json::to_vec(content)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&text)?;
    if forced {
        file.as_file().sync_all()?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    Ok(serde_json::from_slice(&fs::read(path)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(event: &str, second: u64) -> Job {
        let arrived = Duration::from_secs(second);
        let (event, session) = (event.to_owned(), "cs_1".to_owned());
        Job { event, session, purchase: Uuid::from_u128(7), arrived, tries: 0, due: Duration::ZERO }
    }

    #[test]
    fn what_is_kept_is_there_after_a_restart_in_its_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(Some(folder.path())).expect("opened");
        let jobs = [job("evt_b", 1), job("evt_a", 3), job("evt_c", 2)];
        for job in &jobs {
            store.keep(job).expect("kept");
        }
        let late = Job { tries: 4, due: Duration::from_secs(99), ..jobs[2].clone() };
        store.postpone(&late).expect("postponed");
        store.done(&jobs[1]).expect("done");
        store.done(&jobs[1]).expect("done twice is done");
        fs::write(folder.path().join("events/.tmp9"), "{").expect("half a file");
        fs::write(folder.path().join("events/evt_x.json"), "{").expect("a spoilt file");
        let (left, odd) = Store::open(Some(folder.path())).and_then(|store| store.left()).expect("read");
        assert_eq!(left, [jobs[0].clone(), late]);
        assert_eq!(odd, [folder.path().join("events/evt_x.json")]);
        assert!(!folder.path().join("events/.tmp9").exists());
    }

    #[test]
    fn notes_are_read_back() {
        let store = Store::open(None).expect("a passing folder");
        let id = Uuid::from_u128(8);
        assert_eq!(store.note(id).expect("none yet"), Note::default());
        let note = Note { paid_by: Some("cs_1".to_owned()), sessions: 2, ..Note::default() };
        store.remember(id, &note).expect("remembered");
        assert_eq!(store.note(id).expect("one"), note);
        assert!(!store.lasts());
    }

    #[test]
    fn an_id_that_is_none_names_no_file() {
        let store = Store::open(None).expect("a passing folder");
        assert!(store.keep(&job("../evt_1", 1)).is_err());
    }
}
