//! Whole requests for an operation of a document.

use http::{HeaderName, HeaderValue, Method};

use super::grower::Grower;

/// A request as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) uri: String,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Vec<u8>,
}

/// Headers beyond those that every client sends.
const HEADERS: &[(&str, &str)] = &[
    ("prefer", "return=representation"),
    ("prefer", "odata.include-annotations=\"*\""),
    ("prefer", "odata.include-annotations=\"OData.Community.*,-Microsoft.*\", odata.maxpagesize=1"),
    ("prefer", "odata.maxpagesize=-1,return=,=;;\"\"\","),
    ("prefer", "odata.track-changes"),
    ("prefer", "odata.continue-on-error"),
    ("prefer", "respond-async, wait=10"),
    ("if-match", "*"),
    ("if-match", "W/\"1000000\""),
    ("if-match", "\"\", W/"),
    ("if-none-match", "*"),
    ("if-none-match", "null"),
    ("accept", "application/json;odata.metadata=full"),
    ("accept", "text/html;q=0.1,,"),
    ("odata-version", "3.0"),
    ("odata-maxversion", "x"),
    ("content-type", "text/plain"),
    ("content-type", "application/json; charset=utf-16"),
    ("content-type", "multipart/mixed"),
    ("content-encoding", "gzip"),
    ("callerobjectid", "x"),
    ("mscrm.solutionuniquename", "x"),
    ("consistency", "Strong"),
    ("cookie", "CrmOwinAuth=x; a"),
    ("origin", "null"),
    ("host", "a b"),
    ("host", "[::1"),
    ("x-http-method", "DELETE"),
    ("transfer-encoding", "chunked"),
    ("expect", "100-continue"),
    ("range", "bytes=0-1"),
];

impl Grower<'_> {
    fn headers(&mut self, kind: &str, bearer: &str) -> Vec<(HeaderName, HeaderValue)> {
        let text =
            |name: &str, value: &str| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        let mut headers = vec![text("host", "127.0.0.1:4402"), text("content-type", kind)];
        match self.below(60) {
            1 => headers.push(text("authorization", "Bearer nonsense")),
            2 => headers.push(text("authorization", "Basic QTpC")),
            3 => {}
            _ => headers.push(text("authorization", bearer)),
        }
        for _ in 0..self.below(6).saturating_sub(2) {
            let (name, value) = HEADERS[self.below(HEADERS.len())];
            // A second value, or another in the place of the first.
            if !self.rarely(3) {
                headers.retain(|(known, _)| known.as_str() != name);
            }
            headers.push(text(name, value));
        }
        if self.rarely(30) {
            let name = self.one(&["prefer", "if-match", "accept", "content-type", "host", "callerobjectid"]);
            headers.push((name.parse().unwrap(), HeaderValue::from_bytes(b"\xff\"\x80,=\t;").unwrap()));
        }
        headers
    }

    /// A request for the operation of that method and path. Now and then the method is another.
    pub(super) fn request(&mut self, method: &Method, template: &str, bearer: &str) -> Sent {
        let method = if self.rarely(25) {
            self.one(&["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "MERGE"]).parse().unwrap()
        } else {
            method.clone()
        };
        let (path, table) = self.path(template);
        let mut uri = path;
        if self.rarely(2) {
            let query = self.query(table);
            uri = format!("{uri}?{query}");
        }
        let batches = template.ends_with("$batch") && !self.rarely(8);
        let tokens = template.ends_with("/token");
        let kind = match () {
            () if batches => "multipart/mixed; boundary=b",
            () if tokens => "application/x-www-form-urlencoded",
            () => "application/json",
        };
        let headers = self.headers(kind, bearer);
        let body = match () {
            () if batches => self.batch(|grower| {
                let table = grower.table();
                let templates = [
                    "/{set}",
                    "/{set}({key})",
                    "/{set}({key})/{property}",
                    "/{set}({key})/{property}/$ref",
                    "/$1",
                    "/msevtmgt_finalizeregistrationpayment",
                ];
                let template = grower.one(&templates);
                let (path, _) = grower.path(&format!("/api/data/v9.2{template}"));
                let method = grower.one(&["GET", "POST", "PATCH", "DELETE", "PUT"]);
                let body = if method == "GET" { Vec::new() } else { grower.body(table) };
                (format!("{method} {path}"), body)
            }),
            () if tokens => self.form(),
            () if matches!(method, Method::GET | Method::HEAD) && !self.rarely(10) => Vec::new(),
            () => self.body(table),
        };
        Sent { method, uri, headers, body }
    }
}
