//! HTTP below any client: bytes go out as they are written, over TCP or over TLS where the service speaks that, and what comes back is read with
//! bounds. For requests that a proper client refuses to make.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use crate::check::text::excerpt;
use crate::model::Stop;
use crate::runner::Ctx;

/// The most of an answer that is read.
const MOST: usize = 64 * 1024;
/// The most headers of an answer.
const MOST_HEADERS: usize = 100;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Stream for T {}

/// One connection to the service.
pub struct Wire {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("read", &self.read.len()).finish_non_exhaustive()
    }
}

/// What came back over a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The status, when there was one.
    pub status: Option<u16>,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: String,
    /// Whether the service ended the connection.
    pub closed: bool,
    /// How many bytes of a body were sent before that.
    pub sent: usize,
}

impl Told {
    /// Whether it was refused, by a 4xx, by 501, or by ending the connection.
    pub fn is_refusal(&self) -> bool {
        self.status.map_or(self.closed, |status| (400..500).contains(&status) || status == 501)
    }

    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            None if self.closed => f.write_str("the connection was closed without an answer"),
            None => f.write_str("no answer, and the connection stays open"),
            Some(status) => match excerpt(&self.body) {
                said if said.is_empty() => write!(f, "{status}"),
                said => write!(f, "{status}, {said}"),
            },
        }
    }
}

impl Wire {
    /// Sends bytes. Says whether the service still takes them.
    pub async fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok()
    }

    /// Reads one answer, or what there is of it after `limit`. Preliminary answers (1xx) are passed over.
    pub async fn answer(&mut self, limit: Duration) -> Told {
        let mut told = Told::default();
        let whole = async {
            while !parse(&self.read, false, &mut told) && self.read.len() < MOST {
                if !more(&mut self.stream, &mut self.read).await {
                    told.closed = true;
                    parse(&self.read, true, &mut told);
                    break;
                }
            }
        };
        // What came until then is judged either way.
        drop(tokio::time::timeout(limit, whole).await);
        told
    }

    /// Sends `piece` again and again, up to `most` bytes, until the service answers or ends the connection; then reads the answer.
    pub async fn pour(&mut self, piece: &[u8], most: usize, end: &[u8], limit: Duration) -> Told {
        let mut sent = 0;
        let (mut from, mut to) = tokio::io::split(&mut self.stream);
        let read = &mut self.read;
        let mut closed = false;
        let pouring = async {
            loop {
                let left = most.saturating_sub(sent).min(piece.len());
                let (bytes, last) = if left == 0 { (end, true) } else { (piece.get(..left).unwrap_or(piece), false) };
                tokio::select! {
                    biased;
                    came = more(&mut from, read) => {
                        closed = !came;
                        return;
                    }
                    written = to.write_all(bytes) => {
                        if written.is_err() {
                            // It may have answered before it hung up.
                            closed = !more(&mut from, read).await;
                            return;
                        }
                    }
                }
                if last {
                    // Nobody waits for bytes that are still in our hands; that they cannot be sent shows when the answer is read.
                    drop(to.flush().await);
                    return;
                }
                sent += left;
            }
        };
        let ended = tokio::time::timeout(limit, pouring).await;
        let mut told = if closed {
            let mut told = Told { closed: true, ..Told::default() };
            parse(&self.read, true, &mut told);
            told
        } else if ended.is_ok() {
            self.answer(limit).await
        } else {
            Told::default()
        };
        told.sent = sent;
        told
    }
}

/// Reads what is there; false at the end.
async fn more(stream: &mut (impl AsyncRead + Unpin), into: &mut Vec<u8>) -> bool {
    let mut piece = [0; 8 * 1024];
    match stream.read(&mut piece).await {
        Ok(0) | Err(_) => false,
        Ok(read) => {
            into.extend_from_slice(piece.get(..read).unwrap_or_default());
            true
        }
    }
}

/// Reads an answer from what came. Says whether it is whole; at the `end` of the connection whatever is there is.
fn parse(bytes: &[u8], end: bool, told: &mut Told) -> bool {
    let mut rest = bytes;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let length = match answer.parse(rest) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return end,
            // No HTTP at all: it says nothing that counts.
            Err(_) => return true,
        };
        let body = rest.get(length..).unwrap_or_default();
        if answer.code.is_some_and(|code| (100..200).contains(&code)) {
            rest = body;
            continue;
        }
        told.status = answer.code;
        told.headers = answer
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), String::from_utf8_lossy(header.value).into_owned()))
            .collect();
        told.body = String::from_utf8_lossy(body).into_owned();
        let announced = told.header("content-length").and_then(|text| text.parse::<usize>().ok());
        let chunked = told.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked"));
        let empty = matches!(told.status, Some(204 | 304));
        return end
            || empty
            || if chunked { body.ends_with(b"0\r\n\r\n") } else { announced.is_some_and(|n| body.len() >= n) };
    }
}

impl Ctx {
    /// Opens a connection to the service. That it takes none is a finding, and ends the case.
    pub async fn wire(&self, url: &Url) -> Result<Wire, Stop> {
        match self.try_wire(url).await {
            Ok(wire) => Ok(wire),
            Err(why) => {
                let expected = format!("a connection to {}", url.origin().ascii_serialization());
                self.require("the service takes a connection", expected, why, false)?;
                Err(Stop::Failed)
            }
        }
    }

    /// The same; that there is none is the caller's to judge.
    pub async fn try_wire(&self, url: &Url) -> Result<Wire, String> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or(80);
        let connected = tokio::time::timeout(self.profile().budgets.redirect.0, TcpStream::connect((host, port))).await;
        let stream = connected.map_err(|_| "no answer".to_owned())?.map_err(|error| error.to_string())?;
        // Small writes are to arrive as they are made; where that cannot be had they arrive together.
        drop(stream.set_nodelay(true));
        if url.scheme() != "https" {
            return Ok(Wire { stream: Box::new(stream), read: Vec::new() });
        }
        let config = rustls::ClientConfig::builder().with_root_certificates(self.roots()?).with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        stream.map(|stream| Wire { stream: Box::new(stream), read: Vec::new() }).map_err(|error| error.to_string())
    }

    fn roots(&self) -> Result<rustls::RootCertStore, String> {
        let mut roots = rustls::RootCertStore::empty();
        if let Some(path) = &self.bench().endpoints.ca_cert {
            let pem = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            for found in CertificateDer::pem_slice_iter(&pem) {
                roots.add(found.map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
            }
        }
        Ok(roots)
    }
}

/// The head of a request to a URL: request line, `Host`, and these lines as they are; no empty line at the end.
pub fn head(method: &str, url: &Url, lines: &[&str]) -> String {
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n");
    for line in lines {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head
}

#[cfg(test)]
mod tests {
    use super::{Told, head, parse};

    #[track_caller]
    fn check(bytes: &str, end: bool, whole: bool, status: Option<u16>, body: &str) {
        let mut told = Told::default();
        assert_eq!(parse(bytes.as_bytes(), end, &mut told), whole, "{bytes:?}");
        assert_eq!((told.status, told.body.as_str()), (status, body), "{bytes:?}");
    }

    #[test]
    fn answers_are_read_as_far_as_they_go() {
        check("HTTP/1.1 400 Bad", false, false, None, "");
        check("HTTP/1.1 400 Bad", true, true, None, "");
        check("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno", false, true, Some(413), "no");
        check("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nn", false, false, Some(413), "n");
        check("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", false, true, Some(204), "");
        check(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
            false,
            false,
            Some(200),
            "2\r\nok\r\n",
        );
        check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", false, true, Some(200), "0\r\n\r\n");
        check("HTTP/1.0 200 OK\r\n\r\nuntil the end", false, false, Some(200), "until the end");
        check("HTTP/1.0 200 OK\r\n\r\nuntil the end", true, true, Some(200), "until the end");
        check("no HTTP at all\r\n\r\n", false, true, None, "");
    }

    #[test]
    fn who_refuses() {
        let of = |status, closed| Told { status, closed, ..Told::default() }.is_refusal();
        let seen =
            [(Some(400), false), (Some(501), false), (None, true), (None, false), (Some(200), true), (Some(500), true)];
        assert_eq!(seen.map(|(status, closed)| of(status, closed)), [true, true, true, false, false, false]);
    }

    #[test]
    fn heads_are_written_as_they_are() {
        let url = "http://a.test:81/b?c=d".parse().unwrap();
        assert_eq!(
            head("GET", &url, &["X: 1", " folded"]),
            "GET /b?c=d HTTP/1.1\r\nHost: a.test:81\r\nX: 1\r\n folded\r\n"
        );
    }
}
