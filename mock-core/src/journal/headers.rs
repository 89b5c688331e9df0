//! Headers as the journal keeps them: one block of text in the order received, which holds on to nothing but itself.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Recorded headers.
///
/// What comes over a connection shares the buffer that it was read into, and a [`HeaderMap`] takes a hundred bytes for each header
/// beside its text. Kept for every exchange, both would be most of what the journal holds.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(Box<[u8]>);

impl Headers {
    /// Names (lower case) and values, in the order received.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.split(|byte| *byte == b'\n').filter_map(|line| {
            // Names hold no colon; values hold no line break.
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at(colon);
            Some((std::str::from_utf8(name).ok()?, value.get(1..).unwrap_or_default()))
        })
    }

    /// The first value of this name (lower case).
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(is, _)| *is == name).map(|(_, value)| value)
    }

    /// The first value of this name (lower case) as text; `None` also where it is none.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The same for HTTP to use.
    pub fn to_map(&self) -> HeaderMap {
        self.iter()
            .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_bytes(value).ok()?)))
            .fold(HeaderMap::new(), |mut map, (name, value)| {
                map.append(name, value);
                map
            })
    }

    /// Bytes held.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl From<&HeaderMap> for Headers {
    fn from(map: &HeaderMap) -> Self {
        let mut text = Vec::with_capacity(map.iter().map(|(name, value)| name.as_str().len() + value.len() + 2).sum());
        for (name, value) in map {
            text.extend_from_slice(name.as_str().as_bytes());
            text.push(b':');
            text.extend_from_slice(value.as_bytes());
            text.push(b'\n');
        }
        Self(text.into())
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Headers;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn names_values_and_their_order_stay() {
        let mut map = HeaderMap::new();
        map.append(header::HOST, HeaderValue::from_static("one:1"));
        map.append("x-own", HeaderValue::from_static(""));
        map.append(header::COOKIE, HeaderValue::from_static("a=1"));
        map.append(header::COOKIE, HeaderValue::from_bytes(b"b=\xff").unwrap());
        let headers = Headers::from(&map);
        let expect: [(&str, &[u8]); 4] =
            [("host", b"one:1"), ("x-own", b""), ("cookie", b"a=1"), ("cookie", b"b=\xff")];
        assert_eq!(headers.iter().collect::<Vec<_>>(), expect);
        assert_eq!(headers.to_map(), map);
        assert_eq!(
            (headers.text("host"), headers.text("cookie"), headers.get("x")),
            (Some("one:1"), Some("a=1"), None)
        );
        assert_eq!(Headers::default().iter().count(), 0);
    }
}
