//! A listener that nobody has any business to call. Whoever does is heard.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::model::Stop;

/// The most of a request that is kept.
const MOST: usize = 64 * 1024;
/// How long a caller may take to say what they want.
const LIMIT: Duration = Duration::from_secs(5);

/// A listener on this machine. It ends with its value.
#[derive(Debug)]
pub struct Canary {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<()>,
}

/// One call of a canary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The head of the request as it came: request line and headers.
    pub head: String,
}

impl Heard {
    /// The first line.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The value of a header (name in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (is, value) = line.split_once(':')?;
            is.trim().eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

impl Canary {
    /// Listens on a free port.
    pub async fn listen() -> Result<Self, Stop> {
        Self::at("127.0.0.1:0").await.map_err(|error| Stop::suite(format!("no port for a canary: {error}")))
    }

    /// The same at `[::1]`; `None` on machines without IPv6.
    pub async fn listen_six() -> Option<Self> {
        Self::at("[::1]:0").await.ok()
    }

    async fn at(place: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind(place).await?;
        let address = listener.local_addr()?;
        let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
        let task = tokio::spawn({
            let heard = Arc::clone(&heard);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(hear(stream, Arc::clone(&heard)));
                }
            }
        });
        Ok(Self { address, heard, task })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// A URL that leads to it, by a host name that no fake uses.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port())
    }

    /// Every call so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().clone()
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads the head of one request, and answers that nothing is there.
async fn hear(mut stream: TcpStream, heard: Arc<Mutex<Vec<Heard>>>) {
    let mut bytes = Vec::new();
    let head = async {
        let mut chunk = [0_u8; 4096];
        while bytes.len() < MOST && !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => break,
                Ok(read) => bytes.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            }
        }
    };
    // What came until then is kept either way.
    drop(tokio::time::timeout(LIMIT, head).await);
    heard.lock().push(Heard { head: String::from_utf8_lossy(&bytes).into_owned() });
    drop(stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_calls_is_heard() {
        let canary = Canary::listen().await.unwrap();
        assert_eq!(canary.url("/x"), format!("http://localhost:{}/x", canary.port()));
        let mut stream = TcpStream::connect(canary.address).await.unwrap();
        stream.write_all(b"GET /x HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer abc\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        let heard = canary.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].line(), "GET /x HTTP/1.1");
        assert_eq!((heard[0].header("authorization"), heard[0].header("cookie")), (Some("Bearer abc"), None));
    }
}
