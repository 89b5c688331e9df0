//! Recognises what an answer tells about the inside of a service: stack traces, exceptions, panics, file paths, SQL, pages of frameworks.
//!
//! Each sign is one that people do not write: prose about paths, errors or databases is none.

/// One thing that an answer gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// Where it stands, in a few words.
    pub excerpt: String,
}

/// Text that only a program writes when it breaks, by what it tells.
const SIGNS: &[(&str, &[&str])] = &[
    (
        "a .NET exception",
        &[
            "System.Exception",
            "System.NullReferenceException",
            "System.InvalidOperationException",
            "System.ArgumentException",
            "System.ArgumentNullException",
            "System.FormatException",
            "System.Net.Http.HttpRequestException",
            "System.AggregateException",
            "System.Private.CoreLib",
            "--- End of stack trace from previous location",
            "--- End of inner exception stack trace",
            "An unhandled exception occurred while processing the request",
            "Server Error in '/",
        ],
    ),
    (
        "a Java exception",
        &[
            "java.lang.",
            "java.util.concurrent.",
            "java.io.IOException",
            "javax.servlet.",
            "jakarta.servlet.",
            "org.springframework.",
            "Exception in thread \"",
            "Whitelabel Error Page",
        ],
    ),
    (
        "a Python traceback",
        &[
            "Traceback (most recent call last)",
            "Werkzeug Debugger",
            "werkzeug.exceptions",
            "django.core.",
            "You're seeing this error because you have <code>DEBUG",
        ],
    ),
    (
        "a Node.js error",
        &[
            "node:internal/",
            "/node_modules/",
            "UnhandledPromiseRejection",
            "TypeError: Cannot read ",
            "ReferenceError: ",
            "SyntaxError: Unexpected ",
            "Error: connect ECONNREFUSED",
            "ECONNREFUSED 1",
        ],
    ),
    (
        "a Rust panic",
        &[
            "' panicked at ",
            "panicked at src/",
            "RUST_BACKTRACE",
            "called `Option::unwrap()`",
            "called `Result::unwrap()`",
            "stack backtrace:",
        ],
    ),
    (
        "a Go panic",
        &["goroutine 1 [", "runtime error: ", "panic: runtime", "/usr/local/go/src/", "runtime/debug.Stack"],
    ),
    (
        "a PHP error",
        &["<b>Fatal error</b>", "PHP Fatal error", "Uncaught Exception: ", "Uncaught Error: ", "Stack trace:\n#0"],
    ),
    ("a Ruby error", &["ActionController::", "ActiveRecord::", "Rack::"]),
    (
        "a database's words",
        &[
            "SQLSTATE[",
            "SqlException",
            "System.Data.",
            "Npgsql.",
            "psycopg2.",
            "sqlite3.",
            "SQLITE_",
            "ORA-0",
            "syntax error at or near",
            "You have an error in your SQL syntax",
            "SequelizeDatabaseError",
            "PrismaClient",
        ],
    ),
];

/// Folders of servers, and what begins a path on Windows.
const FOLDERS: [&str; 12] = [
    "/home/",
    "/usr/",
    "/var/",
    "/opt/",
    "/srv/",
    "/root/",
    "/etc/",
    "/app/src/",
    "/app/dist/",
    "/tmp/",
    "/workspace/",
    "/Users/",
];

/// Everything that a text gives away; one of each kind.
pub fn leaks(text: &str) -> Vec<Leak> {
    let mut found: Vec<Leak> = Vec::new();
    let mut add = |kind: &'static str, excerpt: String| {
        if !found.iter().any(|leak| leak.kind == kind) {
            found.push(Leak { kind, excerpt });
        }
    };
    for (kind, signs) in SIGNS {
        if let Some(at) = signs.iter().filter_map(|sign| text.find(sign)).min() {
            add(kind, around(text, at));
        }
    }
    for line in lines(text).lines() {
        if let Some(kind) = frame(line) {
            add(kind, around(line, 0));
        }
    }
    if let Some(at) = path(text) {
        add("a file path", around(text, at));
    }
    if let Some(at) = sql(text) {
        add("an SQL statement", around(text, at));
    }
    found
}

/// The text with the line ends of JSON strings and of HTML as what they stand for.
fn lines(text: &str) -> String {
    let breaks = ["\\r\\n", "\\n", "<br>", "<br/>", "<br />", "<li>", "<pre>", "<code>"];
    breaks.into_iter().fold(text.replace("&nbsp;", " "), |text, end| text.replace(end, "\n"))
}

/// Whether a line is a frame of a stack trace: `at Acme.Pay.Go(…)`, `at go (/app/x.js:1:2)`, `File "x.py", line 3`, `from x.rb:3:in`, `#0 x.php(3)`.
fn frame(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix("at ") {
        let name = rest.split([' ', '(']).next().unwrap_or_default();
        let rest = rest.get(name.len()..).unwrap_or_default();
        let dotted = name.contains('.') && name.chars().all(|c| c.is_alphanumeric() || "._<>`+$[]/-".contains(c));
        if (dotted && rest.starts_with('(')) || places(line) {
            return Some("a stack trace");
        }
    }
    let python = line.starts_with("File \"") && line.contains("\", line ");
    let ruby = line.contains(".rb:") && line.contains(":in ");
    let php = line.starts_with('#') && line.contains(".php(");
    let rust = line.starts_with("at ./") || line.starts_with("at /rustc/");
    let go = line.contains(".go:") && (line.starts_with('/') || line.contains(" +0x"));
    (python || ruby || php || rust || go).then_some("a stack trace")
}

/// Whether a line ends in a place in a file, as frames of JavaScript do: `x.js:12:34` or the same in parentheses.
fn places(line: &str) -> bool {
    let mut parts = line.trim_end_matches(')').rsplit(':');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    number(parts.next())
        && number(parts.next())
        && parts.next().is_some_and(|file| file.ends_with("js") || file.ends_with("ts"))
}

/// Where an absolute path of a file begins. What stands in a URL is none.
fn path(text: &str) -> Option<usize> {
    let free = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || "\"'(>=:,[`".contains(c))
            && !text.get(..at).is_some_and(|text| {
                text.ends_with("href=\"") || text.ends_with("src=\"") || text.ends_with("action=\"")
            })
    };
    let follows = |at: usize, length: usize| {
        text.get(at + length..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_alphanumeric() || "._-".contains(c))
    };
    let unix = FOLDERS.iter().flat_map(|folder| text.match_indices(folder).map(|(at, _)| (at, folder.len())));
    let windows =
        [":\\", ":\\\\"].into_iter().flat_map(|sign| text.match_indices(sign).map(move |(at, _)| (at, sign.len())));
    let windows = windows.filter_map(|(at, length)| {
        let drive = at.checked_sub(1)?;
        text.as_bytes().get(drive)?.is_ascii_uppercase().then_some((drive, length + 1))
    });
    unix.chain(windows).filter(|(at, length)| free(*at) && follows(*at, *length)).map(|(at, _)| at).min()
}

/// Where a statement begins; in capitals and with both of its words, as programs write it.
fn sql(text: &str) -> Option<usize> {
    let pairs = [("SELECT ", " FROM "), ("INSERT INTO ", " VALUES"), ("UPDATE ", " SET "), ("DELETE FROM ", " WHERE ")];
    pairs.iter().find_map(|(first, second)| {
        let at = text.find(first)?;
        text.get(at..).filter(|rest| rest.contains(second)).map(|_| at)
    })
}

/// The text around a place, on one line.
fn around(text: &str, at: usize) -> String {
    const BEFORE: usize = 20;
    const MOST: usize = 100;
    let begin = text.get(..at).map_or(0, |head| head.char_indices().rev().take(BEFORE).last().map_or(0, |(at, _)| at));
    let words: Vec<&str> = text.get(begin..).unwrap_or_default().split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::leaks;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let kinds: Vec<&str> = leaks(text).into_iter().map(|leak| leak.kind).collect();
        assert_eq!(kinds, expect, "{text}");
    }

    #[test]
    fn traces_of_usual_frameworks_are_recognised() {
        check(
            "System.NullReferenceException: Object reference not set\n   at Acme.Pay.Controllers.GatewayController.Pay(Guid id) in C:\\src\\Pay.cs:line 12\n",
            &["a .NET exception", "a stack trace", "a file path"],
        );
        check("{\"detail\":\"Oh\\r\\n   at Acme.Pay.Go()\\n\",\"x\":1}", &["a stack trace"]);
        check("Error: x\n    at pay (/app/index.js:10:5)\n", &["a stack trace"]);
        check(
            "TypeError: Cannot read properties of undefined<br> &nbsp; at Layer.handle (file:///x.mjs:1:2)<br>",
            &["a Node.js error", "a stack trace"],
        );
        check(
            "Traceback (most recent call last):\n  File \"/srv/pay.py\", line 3, in <module>\n",
            &["a Python traceback", "a stack trace", "a file path"],
        );
        check(
            "java.lang.NullPointerException\n\tat com.acme.Pay.go(Pay.java:7)\n",
            &["a Java exception", "a stack trace"],
        );
        check("thread 'main' panicked at src/main.rs:3:5:\n", &["a Rust panic"]);
        check(
            "panic: runtime error: index\n\ngoroutine 1 [running]:\nmain.main()\n\t/home/a/pay.go:7 +0x1d\n",
            &["a Go panic", "a stack trace", "a file path"],
        );
        check(
            "<b>Fatal error</b>: Uncaught Exception: no in /var/www/pay.php on line <b>3</b>",
            &["a PHP error", "a file path"],
        );
    }

    #[test]
    fn databases_and_paths_are_recognised() {
        check("SQLSTATE[42P01]: relation", &["a database's words"]);
        check("failed: SELECT id FROM purchases WHERE id = 'x'", &["an SQL statement"]);
        check("cannot open \"/etc/acme/pay.toml\"", &["a file path"]);
        check("cannot open D:\\Sites\\pay\\web.config", &["a file path"]);
    }

    #[test]
    fn what_people_write_is_no_leak() {
        for text in [
            "",
            "This payment link is damaged. Please go back to the registration page and follow its link again.",
            "Select a place from the list, at your convenience (or later).",
            "at 10:30 the reservation ends; look at https://help.test/usr/lib (in English)",
            "<a href=\"/home/help\">Help</a> <img src=\"/var/logo.png\">",
            "{\"error\":{\"code\":\"invalid_request\",\"message\":\"the signature does not fit\"}}",
            "{\"type\":\"https://tools.ietf.org/html/rfc9110#section-15.5.1\",\"title\":\"Bad Request\",\"status\":400,\"traceId\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00\"}",
            "<h1>Not Found</h1><p>The requested URL was not found on this server.</p>",
            "please update your data, then set a password",
        ] {
            check(text, &[]);
        }
    }
}
