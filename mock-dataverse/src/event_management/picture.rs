//! Pictures in rows: base64 text in, bytes with their media type out. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What its first bytes say that it is.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// How the files of each kind begin.
const KINDS: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
];

impl Picture {
    /// Reads the base64 text of an image column; `None` when it is no base64, or no picture of a kind that such a column takes.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        let (_, media_type) = KINDS.iter().find(|(start, _)| bytes.starts_with(start))?;
        Some(Self { media_type, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(Picture::from_base64(text).map(|picture| picture.media_type), expect, "{text}");
    }

    #[test]
    fn the_first_bytes_tell_the_kind() {
        check("iVBORw0KGgoAAA==", Some("image/png"));
        check(" iVBORw0KGgoAAA==\n", Some("image/png"));
        check("/9j/4AAQ", Some("image/jpeg"));
        check("R0lGODlhAQAB", Some("image/gif"));
        check("R0lGODdhAQAB", Some("image/gif"));
        check("Qk0AAAAA", Some("image/bmp"));
        check("PHN2Zz48L3N2Zz4=", None);
        check("not base64!", None);
        check("", None);
    }
}
