//! Names with brackets, and the keys in them.

/// `a[b][]` → `a`, `b` and nothing; or what is wrong with the name.
pub(super) fn segments(name: &str) -> Result<impl Iterator<Item = &str>, &'static str> {
    let (first, brackets, _) = taken_apart(name)?;
    Ok(std::iter::once(first).chain(keys(brackets)))
}

/// What stands before the brackets of a name, the brackets, and how many levels that is; or what is wrong with the name.
pub(super) fn taken_apart(name: &str) -> Result<(&str, &str, usize), &'static str> {
    let has = |byte: u8, text: &str| memchr::memchr(byte, text.as_bytes()).is_some();
    let (first, brackets) = name.split_at(memchr::memchr(b'[', name.as_bytes()).unwrap_or(name.len()));
    if has(b']', first) {
        return Err("`]` without `[`");
    }
    if first.is_empty() {
        return Err(if brackets.is_empty() { "it is empty" } else { "nothing stands before `[`" });
    }
    let (mut rest, mut levels) = (brackets, 1);
    while !rest.is_empty() {
        let opened = rest.strip_prefix('[').ok_or("text after `]`")?;
        let close = memchr::memchr(b']', opened.as_bytes()).ok_or("`[` without `]`")?;
        let (key, closed) = opened.split_at(close);
        if has(b'[', key) {
            return Err("`[` inside brackets");
        }
        rest = closed.strip_prefix(']').unwrap_or_default();
        levels += 1;
    }
    Ok((first, brackets, levels))
}

/// The keys of `[a][b]`, which is well formed.
pub(super) fn keys(brackets: &str) -> impl Iterator<Item = &str> + Clone {
    brackets.split(']').filter_map(|part| part.strip_prefix('['))
}
