//! The one outgoing client: every call that a fake makes goes through here and into the journal.

use std::fmt;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, StatusCode};
use uuid::Uuid;

use crate::journal::{Answer, Direction, Entry, Headers, Journal, Open, Request, guids_in};

/// The longest answer that is read; what comes after it is not needed by any fake.
const MOST_ANSWER: usize = 1024 * 1024;

/// The HTTP client that everything shares: no redirects, no proxy, no certificates of the machine (the fakes live on loopback).
pub fn http_client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(separate_http_client).clone()
}

/// A client of its own: its connections are closed when it is dropped, and are not used by others.
pub fn separate_http_client() -> reqwest::Client {
    client_trusting(Vec::new(), Connections::Kept)
}

/// A client that opens a connection for each call, for whoever calls something that may be stopped and started meanwhile: a connection that is kept
/// may be closed by the other side at the very moment when the next call is written to it, and nobody knows then whether that call arrived.
pub fn fresh_http_client() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| client_trusting(Vec::new(), Connections::Fresh)).clone()
}

/// What becomes of a client's connections between two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connections {
    /// They are used again.
    Kept,
    /// Each call opens one of its own.
    Fresh,
}

/// A client of its own that trusts these authorities, and no others.
pub(crate) fn client_trusting(authorities: Vec<reqwest::Certificate>, connections: Connections) -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // An error means that the program installed one before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    });
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes a client")]
    let builder = reqwest::Client::builder();
    builder
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tls_certs_only(authorities)
        .connect_timeout(Duration::from_secs(5))
        .pool_max_idle_per_host(if connections == Connections::Kept { usize::MAX } else { 0 })
        .build()
        .unwrap_or_default()
}

/// A call that a fake makes.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The fake that calls.
    pub fake: &'static str,
    /// What for, such as `webhook`.
    pub operation: &'static str,
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long the whole call may take, in real time.
    pub timeout: Duration,
    /// The GUIDs that it is about, beside those seen in it.
    pub subjects: Vec<Uuid>,
    /// What it says, in a word for the journal, such as the type of an event.
    pub says: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: Headers,
    /// The body, at most one mebibyte of it.
    pub body: Bytes,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboundError {
    /// The URL is none that can be called.
    Url(String),
    /// Nobody accepted the connection.
    Connect(String),
    /// The time was over.
    TimedOut(Duration),
    /// The connection broke before or within the answer.
    Broken(String),
}

impl fmt::Display for OutboundError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(why) => write!(f, "this URL cannot be called: {why}"),
            Self::Connect(why) => write!(f, "could not connect: {why}"),
            Self::TimedOut(after) => write!(f, "timed out after {} ms", after.as_millis()),
            Self::Broken(why) => write!(f, "the connection broke: {why}"),
        }
    }
}

impl std::error::Error for OutboundError {}

/// Sends calls and records them.
#[derive(Clone, Debug)]
pub struct Outbound {
    journal: Arc<Journal>,
    client: reqwest::Client,
}

impl Outbound {
    pub(crate) fn new(journal: Arc<Journal>) -> Self {
        Self { journal, client: fresh_http_client() }
    }

    /// Records that a call begins which travels another way than through this client, such as over a socket that the other side
    /// opened. The caller tells the entry how it ended.
    pub fn begin(&self, outgoing: &Outgoing) -> Open {
        self.open(outgoing, url::Url::parse(&outgoing.url).as_ref().ok())
    }

    fn open(&self, outgoing: &Outgoing, url: Option<&url::Url>) -> Open {
        let mut subjects = outgoing.subjects.clone();
        guids_in(outgoing.url.as_bytes(), &mut subjects);
        guids_in(&outgoing.body, &mut subjects);
        let request = Request {
            method: outgoing.method.clone(),
            target: outgoing.url.clone(),
            headers: (&outgoing.headers).into(),
            body: outgoing.body.clone(),
        };
        self.journal.begin(Entry {
            fake: outgoing.fake,
            direction: Direction::Outbound,
            operation: Some(outgoing.operation.to_owned()),
            peer: url.map(host_of).unwrap_or_default().into(),
            request: request.into(),
            subjects,
            notes: outgoing.says.iter().cloned().collect(),
            ..Entry::empty()
        })
    }

    /// Makes the call. Redirects are answers like any other; they are not followed.
    pub async fn send(&self, outgoing: Outgoing) -> Result<Answered, OutboundError> {
        let url = url::Url::parse(&outgoing.url);
        let open = self.open(&outgoing, url.as_ref().ok());
        let url = match url {
            Ok(url) => url,
            Err(error) => {
                let error = OutboundError::Url(error.to_string());
                open.failed(error.to_string());
                return Err(error);
            }
        };
        let call = self
            .client
            .request(outgoing.method, url)
            .headers(outgoing.headers)
            .body(outgoing.body)
            .timeout(outgoing.timeout);
        let result = exchange(call).await.map_err(|error| classify(&error, outgoing.timeout));
        match &result {
            Ok(answered) => open.answered(Answer {
                status: answered.status,
                headers: answered.headers.clone(),
                body: answered.body.clone(),
            }),
            Err(error) => open.failed(error.to_string()),
        }
        result
    }
}

async fn exchange(call: reqwest::RequestBuilder) -> Result<Answered, reqwest::Error> {
    let mut response = call.send().await?;
    let (status, headers) = (response.status(), Headers::from(response.headers()));
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        let room = MOST_ANSWER - body.len();
        body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if body.len() == MOST_ANSWER {
            break;
        }
    }
    Ok(Answered { status, headers, body: body.freeze() })
}

/// A slow body is both a timeout and a decoding error, so the timeout is asked for first.
fn classify(error: &reqwest::Error, timeout: Duration) -> OutboundError {
    if error.is_timeout() {
        OutboundError::TimedOut(timeout)
    } else if error.is_builder() {
        OutboundError::Url(root_of(error))
    } else if error.is_connect() {
        OutboundError::Connect(root_of(error))
    } else {
        OutboundError::Broken(root_of(error))
    }
}

/// The innermost cause: the outer ones only repeat that sending failed.
fn root_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn host_of(url: &url::Url) -> String {
    let place = || Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?));
    place().unwrap_or_default()
}
