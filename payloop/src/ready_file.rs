//! The ready file appears once, whole, and only when everything listens.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::exit_code::Stop;

/// Writes the file beside its place and moves it there: whoever waits for it never reads half of it.
pub(crate) fn write(path: &Path, content: &Value) -> Result<(), Stop> {
    let part = beside(path);
    let failed = |error: std::io::Error| {
        Stop::usage(format!(
            "failed to write the ready file {}: {error}; name a place in a folder that exists",
            path.display()
        ))
    };
    std::fs::write(&part, format!("{content:#}\n")).map_err(failed)?;
    std::fs::rename(&part, path).map_err(|error| {
        // The part is of no use to anybody; when it cannot be removed either, the message below is what matters.
        drop(std::fs::remove_file(&part));
        failed(error)
    })
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn nothing_else_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready.json");
        write(&path, &serde_json::json!({"a": 1})).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\n  \"a\": 1\n}\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = write(std::path::Path::new("/nowhere/at/all/ready.json"), &serde_json::json!({})).unwrap_err();
        assert!(error.message.contains("/nowhere/at/all/ready.json"));
    }
}
