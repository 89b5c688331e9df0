//! Whom our own clients of a running platform trust.

use std::path::{Path, PathBuf};

use mock_core::tls::{certificates, http_client_trusting};

use crate::authority;
use crate::exit_code::Stop;

/// A client that trusts the authority of `named`, a file. When there is none: those of `SSL_CERT_FILE`, and of every `up` of this user.
pub(crate) fn client(named: Option<&Path>) -> Result<reqwest::Client, Stop> {
    if let Some(path) = named {
        let unfit = |why: &dyn std::fmt::Display| {
            Stop::usage(format!(
                "failed to read the authority's certificate {}: {why}; a running `payloop up --tls` says where it is",
                path.display()
            ))
        };
        let pem = std::fs::read_to_string(path).map_err(|error| unfit(&error))?;
        return Ok(http_client_trusting(certificates(&pem).map_err(|error| unfit(&error))?));
    }
    let given = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let found = given.into_iter().chain(own()).filter_map(|path| {
        // A file that is not there, or is none, vouches for nobody; the call then says that it does not trust its host.
        certificates(&std::fs::read_to_string(path).ok()?).ok()
    });
    Ok(http_client_trusting(found.flatten().collect()))
}

/// The certificates that our own runs have written.
fn own() -> Vec<PathBuf> {
    let entries = authority::folder().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut found: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "pem"))
        .collect();
    found.sort();
    found
}
