//! A file that was uploaded as evidence.
//!
//! Source: <https://docs.stripe.com/file-upload> and <https://docs.stripe.com/api/files>.

use bytes::Bytes;

use super::belonging::Belonging;

/// The only purpose that files have here.
pub const PURPOSE: &str = "dispute_evidence";

/// Most bytes of a file that is evidence.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;

/// What kind of file it is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A JPEG picture.
    Jpg,
    /// A PDF document.
    Pdf,
    /// A PNG picture.
    Png,
}

impl FileKind {
    /// The kind of a content, when it is one that can be evidence.
    pub fn of(content: &[u8]) -> Option<Self> {
        match content {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpg),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            _ => None,
        }
    }

    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpg => "jpg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }

    /// As a content type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpg => "image/jpeg",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
        }
    }
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// `file_1…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// What its uploader calls it.
    pub filename: String,
    /// What kind it is.
    pub kind: FileKind,
    /// What is in it.
    pub content: Bytes,
    /// What it belongs to.
    pub belongs: Belonging,
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn the_first_bytes_tell_the_kind() {
        assert_eq!(FileKind::of(b"%PDF-1.7 ..."), Some(FileKind::Pdf));
        assert_eq!(FileKind::of(b"\x89PNG\r\n"), Some(FileKind::Png));
        assert_eq!(FileKind::of(&[0xff, 0xd8, 0xff, 0xe0]), Some(FileKind::Jpg));
        assert_eq!(FileKind::of(b"GIF89a"), None);
        assert_eq!(FileKind::of(b""), None);
    }
}
