//! A front that reads requests by itself, as small proxies written in an afternoon do: it looks for `Content-Length`, the last one counts, and knows
//! nothing else about where a request ends.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The most of a head, and of a body, that is taken.
const MOST: usize = 256 * 1024;

/// Puts the front on a listener; answers the listener behind it.
pub(crate) fn before(listener: TcpListener) -> std::io::Result<TcpListener> {
    let behind = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    behind.set_nonblocking(true)?;
    let address = behind.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // A client that breaks off has broken off.
                drop(pass_on(stream, address).await);
            });
        }
    });
    TcpListener::from_std(behind)
}

/// One request after another, each over a connection of its own to the service behind.
async fn pass_on(mut client: TcpStream, behind: std::net::SocketAddr) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        let Some(head) = head(&mut client, &mut read).await? else { return Ok(()) };
        let (lines, length) = understood(&head);
        while read.len() < length.min(MOST) {
            if client.read_buf(&mut read).await? == 0 {
                return Ok(());
            }
        }
        let body: Vec<u8> = read.drain(..length.min(read.len())).collect();
        let mut service = TcpStream::connect(behind).await?;
        service
            .write_all(format!("{lines}content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes())
            .await?;
        service.write_all(&body).await?;
        let mut answer = Vec::new();
        service.read_to_end(&mut answer).await?;
        client.write_all(&answer).await?;
    }
}

/// The next head, without its empty line; `None` when nothing more comes.
async fn head(client: &mut TcpStream, read: &mut Vec<u8>) -> std::io::Result<Option<String>> {
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = read.drain(..end + 4).collect::<Vec<_>>();
            return Ok(Some(String::from_utf8_lossy(&head).trim_end().to_owned()));
        }
        if read.len() > MOST || client.read_buf(read).await? == 0 {
            return Ok(None);
        }
    }
}

/// The lines that go on, and the length of the body.
fn understood(head: &str) -> (String, usize) {
    let mut length = 0;
    let mut lines = String::new();
    for line in head.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "transfer-encoding" | "connection" => {}
            _ => {
                lines.push_str(line);
                lines.push_str("\r\n");
            }
        }
    }
    (lines, length)
}
