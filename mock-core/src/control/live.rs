//! The journal as it grows, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _};
use tokio_stream::wrappers::BroadcastStream;

use super::dto::EntryView;
use crate::world::World;

/// One `entry` event for each finished exchange; `resync` when the listener was too slow and must read the journal again.
pub(super) fn live(world: World) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let entries = BroadcastStream::new(world.journal().follow());
    let events = entries.map(move |entry: Result<Arc<_>, _>| {
        let event = match entry {
            Ok(entry) => Event::default()
                .event("entry")
                .id(entry.seq.to_string())
                .data(serde_json::to_string(&EntryView::of(&entry, world.secrets())).unwrap_or_default()),
            Err(_) => Event::default().event("resync").data("the listener was too slow; read /v1/journal again"),
        };
        Ok(event)
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
