//! The registration page as a visitor without script meets it, without a browser.

use std::process::Command;

use crate::program::{Up, run};

/// What a call of the page answered.
struct Page {
    status: u16,
    headers: String,
    html: String,
}

impl Page {
    /// Calls with `curl`, which follows nothing by itself.
    fn call(arguments: &[&str]) -> Self {
        let output = Command::new("curl").args(["-sS", "-i"]).args(arguments).output().expect("curl");
        let answer = String::from_utf8(output.stdout).expect("text");
        let (headers, html) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = headers.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self { status, headers: headers.to_owned(), html: html.to_owned() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

const ADA: [&str; 8] = [
    "-d",
    "first-name-1=Ada",
    "-d",
    "last-name-1=Ng",
    "-d",
    "email-1=ada@example.com",
    "-d",
    "pass-1=6b1f0c0e-0000-4000-8000-000000000001",
];

/// Registers Ada; the link and the cookie that the page answers with.
fn register(page: &str) -> (String, String) {
    let form = format!("{page}/events/Paid_Event1479011247");
    let sent = Page::call(&[&ADA[..], &["-d", "do=register", &form]].concat());
    assert_eq!(sent.status, 303, "{}", sent.html);
    let link = sent.header("location").unwrap().to_owned();
    let cookie = sent.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    (link, cookie)
}

#[test]
fn from_the_list_to_the_thanks() {
    let up = Up::start(&[]);
    let page = up.page();
    let list = Page::call(&[&page]);
    assert_eq!(list.status, 200);
    for needle in [
        "<h1>Events</h1>",
        r#"<a href="/events/Paid_Event1479011247">Paid Event</a>"#,
        "$49.50",
        "4000 left",
        "Free of charge",
    ] {
        assert!(list.html.contains(needle), "{needle}: {}", list.html);
    }
    assert!(list.header("content-security-policy").unwrap().starts_with("default-src 'none'"));

    let (link, cookie) = register(&page);
    let paid = run(&["pay", &link]);
    assert!(paid.out.contains(&format!("the browser was sent to {page}")), "{}{}", paid.out, paid.err);
    let thanks = Page::call(&["-H", &format!("cookie: {cookie}"), &page]);
    let purchase = link.split("purchaseId=").nth(1).unwrap().split('&').next().unwrap();
    for needle in ["<h1>Thank you</h1>", "Paid Event: one person", purchase] {
        assert!(thanks.html.contains(needle), "{needle}: {}", thanks.html);
    }
    assert!(thanks.header("set-cookie").unwrap().contains("Max-Age=0"), "it is said once");
}

#[test]
fn the_page_calls_a_platform_that_speaks_https() {
    let up = Up::start(&["--tls", "--seed", "3"]);
    let (link, _) = register(&up.page());
    assert!(link.contains("purchaseId="), "{link}");
}

#[test]
fn forms_of_other_sites_register_nobody() {
    let up = Up::start(&[]);
    let form = format!("{}/events/Paid_Event1479011247", up.page());
    let all = [&ADA[..], &["-H", "origin: https://evil.example", &form]].concat();
    let refused = Page::call(&all);
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("https://evil.example") && refused.header("set-cookie").is_none());
    assert!(Page::call(&[&up.page()]).html.contains("4000 left"));
}

#[test]
fn what_visitors_type_is_text_and_bounded() {
    let up = Up::start(&[]);
    let form = format!("{}/events/Paid_Event1479011247", up.page());
    let wrong = Page::call(&["-d", "first-name-1=%22%3E%3Cscript%3E", &form]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.html.contains("&#34;&#62;&#60;script&#62;") && !wrong.html.contains("\"><script>"), "{}", wrong.html);
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("form");
    std::fs::write(&long, format!("first-name-1={}", "x".repeat(300_000))).unwrap();
    assert_eq!(Page::call(&["-d", &format!("@{}", long.display()), &form]).status, 413);
    for path in ["/events/None_1", "/events/%2e%2e", "/other"] {
        assert_eq!(Page::call(&[&format!("{}{path}", up.page())]).status, 404, "{path}");
    }
}

#[test]
fn without_the_event_api_there_is_no_page() {
    let up = Up::start(&["--only", "stripe"]);
    assert!(!up.greeting.contains("registration page"), "{}", up.greeting);
}
