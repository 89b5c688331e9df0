//! The opening of a connection to a TLS port: the handshake within its time, and a plain answer for whoever speaks plain http there.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use rustls::{AlertDescription, Error as RustlsError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::acceptor::Acceptor;
use crate::faults::Flaw;

/// How long a client may take for its handshake, in real time.
pub(crate) const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// The most that is read of a request in plain http, in bytes.
const PLAIN_LIMIT: usize = 64 * 1024;

/// Told why a connection did not come to be: the other end's address, what was wrong with our certificate by plan, and the reason.
pub(crate) type Remark = Arc<dyn Fn(&str, Option<Flaw>, String) + Send + Sync>;

/// Asked once, when a handshake begins: what is to be wrong with the certificate.
type Planned = Box<dyn FnOnce() -> Option<Flaw> + Send>;

/// A handshake that goes on. It is driven by the task of its own connection, so that a slow one holds up nobody.
pub(crate) struct Opening(BoxFuture<'static, io::Result<Box<TlsStream<TcpStream>>>>);

impl Opening {
    /// Begins with `stream`; `limit` is real time.
    pub(crate) fn new(
        stream: TcpStream,
        peer: Arc<str>,
        acceptor: Acceptor,
        planned: Planned,
        remark: Remark,
        limit: Duration,
    ) -> Self {
        Self(Box::pin(async move {
            let mut flaw = None;
            let opened = match tokio::time::timeout(limit, open(stream, &acceptor, planned, &mut flaw)).await {
                Ok(opened) => opened,
                Err(_) => Err(Some(format!("no TLS handshake within {} ms", limit.as_millis()))),
            };
            opened.map(Box::new).map_err(|why| {
                if let Some(why) = why {
                    remark(&peer, flaw, why);
                }
                io::ErrorKind::ConnectionAborted.into()
            })
        }))
    }
}

impl Future for Opening {
    type Output = io::Result<Box<TlsStream<TcpStream>>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

/// Whether what a client began with is TLS: a handshake record of any version.
pub(crate) fn speaks_tls(begun: &[u8]) -> bool {
    matches!(begun, [0x16, 0x03, ..])
}

/// Opens a connection, or says why not; a client that leaves without a word is not worth any.
async fn open(
    mut stream: TcpStream,
    acceptor: &Acceptor,
    planned: Planned,
    flaw: &mut Option<Flaw>,
) -> Result<TlsStream<TcpStream>, Option<String>> {
    let mut first = [0];
    match stream.peek(&mut first).await {
        Ok(0) | Err(_) => return Err(None),
        // Methods are upper-case letters; a handshake begins with 22.
        Ok(_) if first[0].is_ascii_alphabetic() => {
            refuse_plain(&mut stream).await;
            return Err(Some(
                "plain http came to a port that speaks https: the URL must begin with https://".to_owned(),
            ));
        }
        Ok(_) => {}
    }
    *flaw = planned();
    acceptor.accept(stream, *flaw).await.map_err(|error| Some(said(&error, *flaw)))
}

/// Answers a request in plain http, after reading it: a connection closed over unread bytes is reset, and the answer with it.
async fn refuse_plain(stream: &mut TcpStream) {
    const BODY: &str =
        "This port speaks https: begin the URL with https://, and trust the authority that `payloop env` names.\n";
    let head = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut read = Vec::new();
    let mut room = [0; 4096];
    while read.len() < PLAIN_LIMIT && !read.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut room).await {
            Ok(0) | Err(_) => return,
            Ok(count) => read.extend_from_slice(room.get(..count).unwrap_or_default()),
        }
    }
    // Whoever has left does not want the answer.
    if stream.write_all(head.as_bytes()).await.is_err() || stream.shutdown().await.is_err() {
        return;
    }
    let mut left = PLAIN_LIMIT;
    while left > 0 {
        match stream.read(&mut room).await {
            Ok(0) | Err(_) => return,
            Ok(count) => left = left.saturating_sub(count),
        }
    }
}

/// A failed handshake in words that say what to do about it.
fn said(error: &io::Error, flaw: Option<Flaw>) -> String {
    if let Some(flaw) = flaw {
        return format!("the client did not go on behind our {} ({error}), as it should not", flaw.describe());
    }
    match error.get_ref().and_then(|inner| inner.downcast_ref::<RustlsError>()) {
        Some(RustlsError::AlertReceived(alert)) => match alert {
            AlertDescription::UnknownCA | AlertDescription::BadCertificate | AlertDescription::CertificateUnknown => {
                format!("the client does not trust our certificate ({alert:?}): tell it to trust our authority")
            }
            alert => format!("the client broke the TLS handshake off ({alert:?})"),
        },
        Some(error) => format!("the TLS handshake failed: {error}"),
        None => {
            format!("the client left within the TLS handshake ({error}), as one does that does not trust our authority")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Opening, speaks_tls};
    use crate::World;
    use crate::tls::Authority;
    use parking_lot::Mutex;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn a_handshake_is_known_by_its_first_bytes() {
        assert!(speaks_tls(&[0x16, 0x03, 0x01, 0x02]) && speaks_tls(&[0x16, 0x03]));
        assert!(!speaks_tls(b"GET / HTTP/1.1") && !speaks_tls(&[0x16]) && !speaks_tls(&[]));
    }

    #[tokio::test]
    async fn a_client_that_says_nothing_is_not_waited_for() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _silent = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let wall = World::builder().build().clock().wall();
        let acceptor = Authority::new(wall).unwrap().acceptor(&[], wall).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let remark = {
            let told = Arc::clone(&told);
            Arc::new(move |peer: &str, _, why| told.lock().push(format!("{peer}: {why}")))
        };
        let opened =
            Opening::new(stream, "peer".into(), acceptor, Box::new(|| None), remark, Duration::from_millis(1)).await;
        assert!(opened.is_err());
        assert_eq!(told.lock().as_slice(), ["peer: no TLS handshake within 1 ms"]);
    }
}
