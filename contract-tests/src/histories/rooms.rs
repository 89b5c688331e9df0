//! Where histories are played: in worlds of their own where somebody makes them, and in the run's own world otherwise. One world is shared by all
//! that run side by side; what restarts the service or moves the clock has a world to itself as long as it takes.

use std::any::Any;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

use crate::runner::{Bench, Connected, Setup, connect};
use crate::target::{Scratch, Worlds};

/// How many worlds there are at most for what needs one to itself.
const MOST_ALONE: usize = 8;

/// A world, and what lives as long as it.
struct Room {
    bench: Arc<Bench>,
    _scratch: Option<Scratch>,
    _fakes: Option<Box<dyn Any + Send + Sync>>,
}

impl Room {
    /// Another world like that of `main`, with its service running.
    async fn another(main: &Bench, worlds: &dyn Worlds) -> Result<Self, String> {
        let another = worlds.another().await?;
        let setup = Setup {
            endpoints: another.endpoints,
            profile: main.profile.clone(),
            launcher: another.launcher,
            options: main.options.clone(),
            worlds: None,
        };
        let Connected { bench, env, scratch } = connect(setup).map_err(|error| error.to_string())?;
        bench.launcher.start(env).await.map_err(|error| error.to_string())?;
        Ok(Self { bench, _scratch: Some(scratch), _fakes: Some(another.fakes) })
    }
}

/// The worlds of one hunt.
pub(super) struct Rooms {
    main: Arc<Bench>,
    shared: OnceCell<Result<Room, String>>,
    idle: Mutex<Vec<Room>>,
    places: Semaphore,
}

impl Rooms {
    pub(super) fn new(main: &Arc<Bench>) -> Self {
        let most = if main.worlds.is_some() { MOST_ALONE } else { 1 };
        Self { main: Arc::clone(main), shared: OnceCell::new(), idle: Mutex::default(), places: Semaphore::new(most) }
    }

    /// Whether nothing that happens here reaches the run's own world.
    pub(super) fn are_apart(&self) -> bool {
        self.main.worlds.is_some()
    }

    /// The world of all that run side by side.
    pub(super) async fn shared(&self) -> Result<Arc<Bench>, String> {
        let room = self.shared.get_or_init(|| self.make()).await;
        room.as_ref().map(|room| Arc::clone(&room.bench)).map_err(Clone::clone)
    }

    /// A world that nobody else has until this is given back. Where there is but one world, nobody may be in the shared one meanwhile.
    pub(super) async fn alone(&self) -> Result<Lease<'_>, String> {
        let place = self.places.acquire().await.map_err(|error| error.to_string())?;
        let idle = self.idle.lock().pop();
        let room = match idle {
            Some(room) => room,
            None => self.make().await?,
        };
        Ok(Lease { rooms: self, room, _place: place })
    }

    async fn make(&self) -> Result<Room, String> {
        match &self.main.worlds {
            Some(worlds) => Room::another(&self.main, worlds.as_ref()).await,
            None => Ok(Room { bench: Arc::clone(&self.main), _scratch: None, _fakes: None }),
        }
    }

    /// Stops the services of all worlds but the run's own.
    pub(super) async fn close(self) {
        if !self.are_apart() {
            return;
        }
        let shared = self.shared.into_inner().and_then(Result::ok);
        for room in self.idle.into_inner().into_iter().chain(shared) {
            room.bench.launcher.stop().await;
        }
    }
}

/// A world that nobody else has.
pub(super) struct Lease<'r> {
    rooms: &'r Rooms,
    room: Room,
    _place: SemaphorePermit<'r>,
}

impl Lease<'_> {
    pub(super) fn bench(&self) -> &Arc<Bench> {
        &self.room.bench
    }

    /// For the next one. A world in which something broke is dropped instead.
    pub(super) fn give_back(self) {
        self.rooms.idle.lock().push(self.room);
    }
}
