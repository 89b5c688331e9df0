//! `multipart/mixed`: the boundary out of a content type, the parts out of a body. Lines may end in CRLF or LF, for a client that is in wide use sends
//! the latter and is served.

/// The boundary that a content type names; `None` when it is no `multipart/mixed` or names none that could stand in a body.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let (essence, parameters) = content_type.split_once(';')?;
    if !essence.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let boundary = boundary.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(boundary);
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let fits = (1..=70).contains(&boundary.len()) && boundary.bytes().all(good) && !boundary.ends_with(' ');
    fits.then_some(boundary)
}

/// The parts between the delimiters; `None` when the last delimiter is missing. What stands before the first and behind the last is nobody's.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Option<Vec<&'a [u8]>> {
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let from = at;
        at += line.len();
        let Some(tail) = delimiter(line, boundary) else { continue };
        if let Some(start) = begun {
            parts.push(without_line_end(body.get(start..from).unwrap_or_default()));
        }
        match tail {
            Tail::Open => begun = Some(at),
            Tail::Closed => return Some(parts),
        }
    }
    None
}

enum Tail {
    Open,
    Closed,
}

/// Whether a line is a delimiter, and which.
fn delimiter(line: &[u8], boundary: &str) -> Option<Tail> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary.as_bytes())?.trim_ascii_end();
    match rest {
        b"" => Some(Tail::Open),
        b"--" => Some(Tail::Closed),
        _ => None,
    }
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::{boundary, parts};

    #[track_caller]
    fn check_boundary(content_type: &str, expect: Option<&str>) {
        assert_eq!(boundary(content_type), expect, "{content_type}");
    }

    #[test]
    fn boundaries_are_named_in_several_ways() {
        check_boundary("multipart/mixed;boundary=batch_1", Some("batch_1"));
        check_boundary("Multipart/Mixed; charset=utf-8; Boundary=\"batch 1\"", Some("batch 1"));
        check_boundary("multipart/mixed", None);
        check_boundary("multipart/mixed; boundary=", None);
        check_boundary("multipart/mixed; boundary=a\u{e9}", None);
        check_boundary("multipart/form-data; boundary=x", None);
    }

    #[track_caller]
    fn check(body: &str, expect: Option<&[&str]>) {
        let seen = parts(body.as_bytes(), "b");
        let seen =
            seen.map(|parts| parts.into_iter().map(|part| std::str::from_utf8(part).unwrap()).collect::<Vec<_>>());
        assert_eq!(seen.as_deref(), expect, "{body:?}");
    }

    #[test]
    fn parts_stand_between_delimiters() {
        check("--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n", Some(&["one", "two"]));
        check("before\n--b\none\n\n--b  \ntwo\n--b--", Some(&["one\n", "two"]));
        check("--b\r\n--b--", Some(&[""]));
        check("--b--", Some(&[]));
        check("--b\r\n--bc\r\n --b--\r\n--b--", Some(&["--bc\r\n --b--"]));
        check("--b\r\none\r\n--b\r\n", None);
        check("", None);
    }
}
