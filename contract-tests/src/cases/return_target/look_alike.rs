//! Targets that look allowed to whoever compares beginnings, endings or parts: S-O04, S-O05, S-O06.

use futures_util::FutureExt as _;

use super::shared::{EVIL, allowed, none_is_taken, say_the_seed, word};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Everything before the `@` is a name to sign in with, and no host.
pub static O04: Case = Case {
    id: "S-O04",
    title: "returnUrl has the allowed host in front of an @",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "user information does not make a foreign host an allowed one: the host is what stands behind the last @",
    sources: &["RFC 3986 3.2.1", "RFC 3986 7.6"],
    needs: Needs::NOTHING,
    run: |ctx| user_information(ctx).boxed(),
};

async fn user_information(ctx: Ctx) -> Result<(), Stop> {
    say_the_seed(&ctx);
    let us = allowed(&ctx)?;
    let urls = [
        format!("{}@{EVIL}", us.origin),
        format!("{}:x@{EVIL}", us.origin),
        format!("{}%40{EVIL}/", us.origin),
        format!("{}@{}.{EVIL}/{}", us.origin, word(&ctx, 6), us.host),
        format!("{}\\@{EVIL}/", us.origin),
    ];
    none_is_taken(&ctx, &urls).await
}

/// A host is compared whole: its beginning, its end and what stands in the path say nothing.
pub static O05: Case = Case {
    id: "S-O05",
    title: "returnUrl has the allowed host as a part of a foreign one, or in its path, query or fragment",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the host is compared whole, never by its beginning, its end or what it contains",
    sources: &["AV 3.7.2"],
    needs: Needs::NOTHING,
    run: |ctx| parts(ctx).boxed(),
};

async fn parts(ctx: Ctx) -> Result<(), Stop> {
    say_the_seed(&ctx);
    let us = allowed(&ctx)?;
    let urls = [
        format!("{}://{}.{EVIL}/", us.scheme, us.host),
        format!("{}://evil{}{}/", us.scheme, us.host, us.port),
        format!("{}://{}-{}{}/", us.scheme, word(&ctx, 6), us.host, us.port),
        format!("https://{EVIL}/{}", us.host),
        format!("https://{EVIL}/?u={}", us.origin),
        format!("https://{EVIL}/#{}", us.origin),
        format!("https://{EVIL}?{}", us.host),
    ];
    none_is_taken(&ctx, &urls).await
}

/// Some spellings are the allowed origin after all, and others only look like it. The measure is where a browser would go.
pub static O06: Case = Case {
    id: "S-O06",
    title: "returnUrl has look-alike letters, a trailing dot, another port, another scheme, upper case, an encoded host",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "refused unless it is an allowed origin after normalisation: scheme, host and port",
    sources: &["RFC 3986 6.2.2", "RFC 3986 3.2.2"],
    needs: Needs::NOTHING,
    run: |ctx| almost(ctx).boxed(),
};

async fn almost(ctx: Ctx) -> Result<(), Stop> {
    let us = allowed(&ctx)?;
    let other = if us.scheme == "https" { "http" } else { "https" };
    let encoded = us.host.bytes().next().map(|byte| format!("%{byte:02X}")).unwrap_or_default();
    let rest: String = us.host.chars().skip(1).collect();
    let mut urls = vec![
        format!("{}://{}.{}/", us.scheme, us.host, us.port),
        format!("{}://{}:8443/", us.scheme, us.host),
        format!("{other}://{}{}/", us.host, us.port),
        format!("{}://{}{}/", us.scheme.to_ascii_uppercase(), us.host.to_ascii_uppercase(), us.port),
        format!("{}://{encoded}{rest}{}/", us.scheme, us.port),
    ];
    urls.extend(look_alike(&us.host).map(|host| format!("{}://{host}{}/", us.scheme, us.port)));
    none_is_taken(&ctx, &urls).await
}

/// The host with a Cyrillic letter in the place of the Latin one that it looks like; `None` when no letter has such a twin.
fn look_alike(host: &str) -> Option<String> {
    const TWINS: [(char, char); 6] =
        [('a', '\u{430}'), ('e', '\u{435}'), ('o', '\u{43e}'), ('p', '\u{440}'), ('c', '\u{441}'), ('x', '\u{445}')];
    let (latin, twin) = TWINS.into_iter().find(|(latin, _)| host.contains(*latin))?;
    Some(host.replacen(latin, &twin.to_string(), 1))
}

#[cfg(test)]
mod tests {
    use super::look_alike;

    #[test]
    fn a_letter_gets_its_twin() {
        assert_eq!(look_alike("allowed.test").as_deref(), Some("\u{430}llowed.test"));
        assert_eq!(look_alike("127.0.0.1"), None);
    }
}
