//! A double click is one click: whoever sends the same filled-in page again hears what the first one hears, and nothing is done twice.

use std::collections::VecDeque;
use std::future::{Future, ready};

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;

/// How many submissions are remembered. A second click follows at once, so a few would do.
const MOST: usize = 64;

/// An answer that can be given more than once.
#[derive(Clone, Debug)]
struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Kept {
    async fn of(response: Response) -> Option<Self> {
        let (parts, body) = response.into_parts();
        // Pages are made of text that is there already.
        let body = to_bytes(body, usize::MAX).await.ok()?;
        Some(Self { status: parts.status, headers: parts.headers, body })
    }

    fn again(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// What comes of one submission, for all who sent it; nothing if the work broke.
type Outcome = Shared<BoxFuture<'static, Option<Kept>>>;

/// A submission: its session, and the form with all that was typed and the name of the rendering that it was typed into.
type Submitted = (String, Bytes);

/// The last submissions and what comes of them, oldest first.
#[derive(Default)]
pub(crate) struct Submissions(Mutex<VecDeque<(Submitted, Outcome)>>);

impl Submissions {
    /// The answer to this form: that of `work`, which runs once though the form comes twice, and to its end though the first sender
    /// hangs up, as a browser does at the second click. Nothing if the work broke.
    pub(super) async fn once(
        &self,
        session: &str,
        form: &Bytes,
        work: impl Future<Output = Response> + Send + 'static,
    ) -> Option<Response> {
        let outcome = {
            let mut known = self.0.lock();
            if let Some((_, outcome)) = known.iter().find(|((to, sent), _)| to == session && sent == form) {
                outcome.clone()
            } else {
                if known.len() >= MOST {
                    known.pop_front();
                }
                let work = tokio::spawn(async move { Kept::of(work.await).await });
                let outcome = work.then(|ended| ready(ended.ok().flatten())).boxed().shared();
                known.push_back(((session.to_owned(), form.clone()), outcome.clone()));
                outcome
            }
        };
        outcome.await.map(Kept::again)
    }

    /// Forgets all: a world that is put back draws the names of renderings again.
    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }
}
