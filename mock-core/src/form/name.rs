//! Names with brackets, and the keys in them.

/// `a[b][]` → `a`, `b` and nothing; or what is wrong with the name.
pub(super) fn segments(name: &str) -> Result<impl Iterator<Item = &str>, &'static str> {
    let (first, _) = taken_apart(name)?;
    let (first, brackets) = name.split_at(first);
    Ok(std::iter::once(first).chain(keys(brackets)))
}

/// How long the part before the brackets of a name is, and how many levels the name has; or what is wrong with it.
pub(super) fn taken_apart(name: &str) -> Result<(usize, usize), &'static str> {
    #[derive(PartialEq)]
    enum At {
        First,
        Key,
        Closed,
    }
    let (mut at, mut first, mut levels) = (At::First, name.len(), 1);
    for (place, byte) in name.bytes().enumerate() {
        at = match (at, byte) {
            (At::First, b'[') if place == 0 => return Err("nothing stands before `[`"),
            (At::First, b'[') => {
                first = place;
                levels += 1;
                At::Key
            }
            (At::First, b']') => return Err("`]` without `[`"),
            (At::Closed, b'[') => {
                levels += 1;
                At::Key
            }
            (At::Closed, _) => return Err("text after `]`"),
            (At::Key, b'[') => return Err("`[` inside brackets"),
            (At::Key, b']') => At::Closed,
            (at, _) => at,
        };
    }
    match at {
        At::Key => Err("`[` without `]`"),
        _ if name.is_empty() => Err("it is empty"),
        _ => Ok((first, levels)),
    }
}

/// The keys of `[a][b]`, which is well formed.
pub(super) fn keys(brackets: &str) -> impl Iterator<Item = &str> {
    brackets.split(']').filter_map(|part| part.strip_prefix('['))
}
