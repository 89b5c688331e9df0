//! Connections that can be broken as a network would break them, with TLS or without.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use crate::faults::Flaw;
use crate::tls::{Acceptor, HANDSHAKE_LIMIT, Opening, Remark, speaks_tls};
use crate::world::World;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// Its address, as text.
    pub(crate) text: Arc<str>,
    state: Arc<State>,
}

/// What became of a connection.
#[derive(Debug, Default)]
struct State {
    broken: AtomicBool,
    /// What was wrong with the certificate that it was opened behind.
    flaw: OnceLock<Flaw>,
}

impl Peer {
    /// Breaks the connection on the next write, with a reset instead of an orderly end.
    pub(crate) fn reset(&self) {
        self.state.broken.store(true, Ordering::Release);
    }

    /// What was wrong, by plan, with the certificate that the connection was opened behind.
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        self.state.flaw.get().copied()
    }
}

impl Connected<IncomingStream<'_, Wire>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        Self { text: Arc::clone(&stream.io().peer), state: Arc::clone(&stream.io().state) }
    }
}

/// A listener whose connections can be broken.
pub(crate) struct Wire {
    pub(crate) listener: TcpListener,
    /// With it, connections are opened by a TLS handshake first.
    pub(crate) tls: Option<Acceptor>,
    /// Who is told of connections that did not come to be.
    pub(crate) remark: Remark,
    /// The world whose fault plans may meet connections, and the fake that listens.
    pub(crate) plans: Option<(World, &'static str)>,
}

/// Ends when connections of a fake that are open are to be closed, so that their clients must shake hands once more.
fn closing(world: World, fake: &'static str) -> BoxFuture<'static, ()> {
    // From here on no plan is missed.
    let mut plans = world.faults().connections();
    Box::pin(async move {
        // The sender lives as long as the world.
        while plans.changed().await.is_ok() {
            if world.faults().await_connections(fake) {
                return;
            }
        }
    })
}

impl Listener for Wire {
    type Io = WireStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, addr) = Listener::accept(&mut self.listener).await;
        // Small answers should leave at once; where the option cannot be set, they leave a little later.
        drop(stream.set_nodelay(true));
        let peer: Arc<str> = addr.to_string().into();
        let state = Arc::<State>::default();
        let layer = match &self.tls {
            None => Layer::Plain { stream, first: Some(Arc::clone(&self.remark)) },
            Some(acceptor) => {
                let (peer, remark) = (Arc::clone(&peer), Arc::clone(&self.remark));
                let (plans, state) = (self.plans.clone(), Arc::clone(&state));
                let planned = Box::new(move || {
                    let flaw = plans.and_then(|(world, fake)| world.faults().strike_connection(fake))?;
                    Some(*state.flaw.get_or_init(|| flaw))
                });
                Layer::Opening(Opening::new(stream, peer, acceptor.clone(), planned, remark, HANDSHAKE_LIMIT))
            }
        };
        let plans = self.plans.clone().filter(|_| self.tls.is_some());
        let closing = plans.map(|(world, fake)| closing(world, fake));
        (WireStream { layer, peer, state, closing }, addr)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

pub(crate) struct WireStream {
    layer: Layer,
    peer: Arc<str>,
    state: Arc<State>,
    /// Ends when the connection is to be closed; only behind TLS.
    closing: Option<BoxFuture<'static, ()>>,
}

impl fmt::Debug for WireStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireStream").field("peer", &self.peer).finish_non_exhaustive()
    }
}

enum Layer {
    /// As it comes. `first` is there until the first bytes have come, which tell a client that speaks TLS to this port.
    Plain { stream: TcpStream, first: Option<Remark> },
    /// The handshake goes on; whoever reads or writes drives it.
    Opening(Opening),
    /// Behind TLS.
    Secure(Box<TlsStream<TcpStream>>),
    /// The handshake failed.
    Failed,
}

/// What bytes go through.
trait Stream: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

impl WireStream {
    fn check(&self) -> io::Result<()> {
        if self.state.broken.load(Ordering::Acquire) {
            // With no lingering the system sends a reset when the socket is dropped.
            match &self.layer {
                Layer::Plain { stream, .. } => drop(stream.set_zero_linger()),
                Layer::Secure(stream) => drop(stream.get_ref().0.set_zero_linger()),
                Layer::Opening(_) | Layer::Failed => {}
            }
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }

    /// Whether a plan has come that wants new handshakes. A connection that met one is left alone.
    fn is_to_close(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(closing) = self.closing.as_mut().filter(|_| self.state.flaw.get().is_none()) else { return false };
        if closing.as_mut().poll(cx).is_pending() {
            return false;
        }
        // It stays closed: what has ended is not asked again.
        self.closing = Some(Box::pin(std::future::ready(())));
        true
    }

    /// What bytes go through, once it is open.
    fn poll_open(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut dyn Stream>>> {
        if let Layer::Opening(opening) = &mut self.layer {
            self.layer = match ready!(Pin::new(opening).poll(cx)) {
                Ok(stream) => Layer::Secure(stream),
                Err(_) => Layer::Failed,
            };
        }
        Poll::Ready(match &mut self.layer {
            Layer::Plain { stream, .. } => Ok(Pin::new(stream)),
            Layer::Secure(stream) => Ok(Pin::new(stream.as_mut())),
            Layer::Opening(_) | Layer::Failed => Err(io::ErrorKind::ConnectionAborted.into()),
        })
    }
}

impl AsyncRead for WireStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(self.poll_open(cx))?;
        if self.is_to_close(cx) {
            return Poll::Ready(Ok(()));
        }
        ready!(ready!(self.poll_open(cx))?.poll_read(cx, buf))?;
        if let Layer::Plain { first, .. } = &mut self.layer
            && let Some(remark) = first.take()
            && buf.filled().get(before..).is_some_and(speaks_tls)
        {
            remark(
                &self.peer,
                None,
                "TLS came to a port that speaks plain http: the URL must begin with http://".to_owned(),
            );
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for WireStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        ready!(self.poll_open(cx))?.poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        ready!(self.poll_open(cx))?.poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        // Both kinds of stream say yes.
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(cx))?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &self.layer {
            // There is nothing to end in good order.
            Layer::Opening(_) | Layer::Failed => Poll::Ready(Ok(())),
            Layer::Plain { .. } | Layer::Secure(_) => ready!(self.poll_open(cx))?.poll_shutdown(cx),
        }
    }
}
