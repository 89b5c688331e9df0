//! The certificate authority of a run: made anew and kept in memory, or kept in files on demand; and its certificate where clients find it.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use mock_core::tls::{Authority, TlsError};
use mock_core::{Timestamp, World};
use mock_platform::Tls;

use crate::args::Secure;
use crate::exit_code::Stop;

/// An authority that is ready to vouch, and where its certificate is or will be.
pub(crate) struct Prepared {
    /// What the platform is given.
    pub(crate) tls: Tls,
    /// The certificate that has yet to be written, and where; `None` when it is kept in a file of the user's.
    unwritten: Option<(String, PathBuf)>,
}

/// A certificate file. One that was written for this run goes when it ends.
#[derive(Debug, Default)]
pub(crate) struct Published(Option<PathBuf>);

impl Drop for Published {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // Gone already is as good.
            drop(fs::remove_file(path));
        }
    }
}

/// The authority that the flags ask for; `name` is what the certificate of one that is not kept is called in our folder.
pub(crate) fn prepare(args: &Secure, name: &str) -> Result<Option<Prepared>, Stop> {
    if !args.tls {
        return Ok(None);
    }
    let (authority, path, kept) = match &args.tls_ca {
        Some(path) => {
            let (authority, path) = lasting(path)?;
            (authority, path, true)
        }
        None => (Authority::new(wall()).map_err(broken)?, planned(name)?, false),
    };
    let unwritten = (!kept).then(|| (authority.certificate_pem().to_owned(), path.clone()));
    Ok(Some(Prepared { tls: Tls::new(authority, path).hosts(args.tls_host.iter().cloned()), unwritten }))
}

impl Prepared {
    /// Writes the certificate: once the ports are ours, so that a start that fails spoils nothing of one that runs.
    pub(crate) fn publish(&self) -> Result<Published, Stop> {
        let Some((pem, path)) = &self.unwritten else { return Ok(Published::default()) };
        let failed = |error: io::Error| unwritable(path, &error);
        if let Some(folder) = path.parent() {
            private_folder(folder).map_err(failed)?;
        }
        let part = path.with_extension(format!("{}.part", std::process::id()));
        fs::write(&part, pem).map_err(failed)?;
        fs::rename(&part, path).map_err(failed)?;
        Ok(Published(Some(path.clone())))
    }
}

/// Where the certificate of an `up` on these ports is, as long as that runs: a place that does not change, so that what is in somebody's
/// .env stays valid.
pub(crate) fn of_ports(base: u16) -> String {
    match base {
        0 => format!("ca-{}.pem", std::process::id()),
        base => format!("ca-{base}.pem"),
    }
}

/// A certificate in our folder, whether it is there or not.
pub(crate) fn planned(name: &str) -> Result<PathBuf, Stop> {
    let folder = folder().ok_or_else(|| {
        Stop::usage("there is no home folder to put the authority's certificate in; set XDG_STATE_HOME, or name a file with --tls-ca FILE")
    })?;
    utf8(folder.join(name))
}

/// Our folder among the user's: `$XDG_STATE_HOME/payloop`, else `~/.local/state/payloop`; on Windows below `%LOCALAPPDATA%`.
pub(crate) fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = variable("XDG_STATE_HOME").or_else(|| {
        if cfg!(windows) { variable("LOCALAPPDATA") } else { Some(variable("HOME")?.join(".local/state")) }
    })?;
    Some(state.join("payloop"))
}

/// The authority that is kept at `path` (certificate) and beside it (key); made if neither is there. With the absolute path.
pub(crate) fn lasting(path: &Path) -> Result<(Authority, PathBuf), Stop> {
    let path = utf8(std::path::absolute(path).map_err(|error| unwritable(path, &error))?)?;
    let key = path.with_extension("key");
    if key == path {
        return Err(Stop::usage(format!(
            "--tls-ca {} would be the key's own file; name the certificate's, such as ca.pem: the key goes beside it as ca.key",
            path.display()
        )));
    }
    let authority = match (path.exists(), key.exists()) {
        (false, false) => {
            let authority = Authority::new(wall()).map_err(broken)?;
            write_new(&key, &authority.key_pem(), true).map_err(|error| unwritable(&key, &error))?;
            write_new(&path, authority.certificate_pem(), false).map_err(|error| unwritable(&path, &error))?;
            authority
        }
        (true, true) => {
            let read = |path: &Path| {
                fs::read_to_string(path)
                    .map_err(|error| Stop::usage(format!("failed to read {}: {error}", path.display())))
            };
            Authority::kept(&read(&path)?, &read(&key)?, wall()).map_err(|error| {
                Stop::usage(format!(
                    "{} and {} are no authority to use: {error}; remove both, and they are made anew",
                    path.display(),
                    key.display()
                ))
            })?
        }
        (there, _) => {
            let (there, missing) = if there { (&path, &key) } else { (&key, &path) };
            return Err(Stop::usage(format!(
                "{} is there, but {} is not, which belongs to it; bring it back, or remove the first, and both are made anew",
                there.display(),
                missing.display()
            )));
        }
    };
    Ok((authority, path))
}

/// A file that was not there; a secret one is the owner's alone from its first byte.
fn write_new(path: &Path, text: &str, secret: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    options.open(path)?.write_all(text.as_bytes())
}

/// Others may not put certificates there that our clients would trust.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Real time, which certificates live in.
fn wall() -> Timestamp {
    World::builder().build().clock().wall()
}

/// The path goes through JSON and environments.
fn utf8(path: PathBuf) -> Result<PathBuf, Stop> {
    if path.to_str().is_some() {
        return Ok(path);
    }
    Err(Stop::usage(format!("{} is no UTF-8; the authority's certificate needs a path that is", path.display())))
}

fn unwritable(path: &Path, error: &io::Error) -> Stop {
    Stop::usage(format!("failed to write {}: {error}; name another place with --tls-ca FILE", path.display()))
}

fn broken(error: TlsError) -> Stop {
    Stop::suite(error.to_string())
}
