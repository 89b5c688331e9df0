//! The app as a whole, below any protocol: an organization, an event, and people who register.

mod finalizing;
mod life;
mod model;
mod registering;
mod scenario;
mod sets_up;
mod waiting;
mod worker;

use mock_core::{ClockMode, SignedDuration, World};
use uuid::Uuid;

use super::programme::{EventDetails, Programme};
use super::request::{Attendee, Registration};
use super::{CreatedEvent, EventManagement, NewEvent, NewPass, NewProvider, Registered, RegistrationRefusal, Visit};
use crate::store::Row;
use crate::{Config, Dataverse};

pub(super) const COMPLETED: i64 = 100_000_001;
pub(super) const CANCELLED: i64 = 100_000_000;

pub(super) struct Bench {
    pub(super) world: World,
    pub(super) dataverse: Dataverse,
    pub(super) event: CreatedEvent,
}

/// An event of ten places with a pass of 49.50 (8 of them) and one of 120 (5 of them), paid within 30 minutes.
pub(super) fn gala() -> NewEvent {
    let pass = |name: &str, price: &str, allocation| NewPass {
        id: None,
        name: name.into(),
        price: price.parse().ok(),
        currency: None,
        allocation,
        sessions: Vec::new(),
    };
    NewEvent {
        scope: "gala".into(),
        name: "Gala".into(),
        readable_id: Some("Gala1".into()),
        description: None,
        currency: Some("EUR".into()),
        capacity: Some(10),
        live: true,
        published: true,
        gateway: true,
        provider: None,
        web_application: None,
        starts: None,
        ends: None,
        closes: None,
        closed_message: None,
        passes: vec![pass("Standard", "49.50", 8), pass("Workshop", "120", 5)],
        details: EventDetails::default(),
        programme: Programme::default(),
    }
}

impl Bench {
    pub(super) fn new(event: &NewEvent) -> Self {
        let world =
            World::builder().seed(7).clock(ClockMode::Manual).start_at("2026-11-01T10:00:00Z".parse().unwrap()).build();
        let dataverse = Dataverse::new(&world, Config::default()).unwrap();
        let provider = NewProvider {
            scope: "Stripe".into(),
            name: "Stripe".into(),
            page_url: "https://pay.test/x?".into(),
            timeout_minutes: 30,
            default: true,
        };
        dataverse.events().create_provider(&provider).unwrap();
        let event = dataverse.events().create_event(event).unwrap();
        Self { world, dataverse, event }
    }

    pub(super) fn app(&self) -> &EventManagement {
        self.dataverse.events()
    }

    pub(super) fn set(&self, switch: &str, value: &str) {
        self.world.switches().set(switch, None, value).unwrap();
    }

    /// The n-th pass.
    pub(super) fn pass(&self, n: usize) -> Uuid {
        self.event.passes[n]
    }

    pub(super) fn register(&self, attendees: Vec<Attendee>) -> Result<Registered, RegistrationRefusal> {
        self.register_by(false, attendees)
    }

    /// Registers on the terms of the outbound ancestor, or on those of real-time journeys.
    pub(super) fn register_by(
        &self,
        outbound: bool,
        attendees: Vec<Attendee>,
    ) -> Result<Registered, RegistrationRefusal> {
        let request = Registration {
            readable_event_id: self.event.readable_id.clone(),
            attendees,
            web_application_origin: "https://contoso.example".into(),
            request_origin: None,
            submitted: "{}".into(),
        };
        if outbound { self.app().register_outbound(&request, Visit::default()) } else { self.app().register(&request) }
    }

    /// Registers people with these passes and returns the purchase.
    #[track_caller]
    pub(super) fn buy(&self, passes: &[usize]) -> Uuid {
        let attendees = passes.iter().enumerate().map(|(n, pass)| person(n, Some(self.pass(*pass)))).collect();
        match self.register(attendees).unwrap() {
            Registered::Paid { purchase, .. } => purchase,
            free => panic!("{free:?}"),
        }
    }

    /// Held and sold of the event, then of each pass.
    pub(super) fn seats(&self) -> Vec<(u64, u64)> {
        let seats = self.app().capacity(&self.event.readable_id).unwrap();
        let pass = |id: &Uuid| {
            seats.passes.iter().find(|(pass, ..)| pass == id).map(|(.., taken)| (taken.held, taken.sold)).unwrap()
        };
        std::iter::once((seats.taken.held, seats.taken.sold)).chain(self.event.passes.iter().map(pass)).collect()
    }

    pub(super) fn rows(&self, table: &str) -> Vec<std::sync::Arc<Row>> {
        self.dataverse.store().read(|data| data.rows(table).cloned().collect())
    }

    /// Every row with its version: equal when nothing was written in between.
    pub(super) fn versions(&self) -> Vec<(String, Uuid, i64)> {
        self.dataverse.store().read(|data| {
            let tables = data.schema().tables().map(|table| table.logical_name.clone());
            tables
                .flat_map(|table| {
                    data.rows(&table).map(|row| (table.clone(), row.id(), row.version())).collect::<Vec<_>>()
                })
                .collect()
        })
    }

    pub(super) async fn minutes(&self, minutes: i64) {
        self.world.advance(SignedDuration::from_mins(minutes)).await;
    }
}

pub(super) fn person(n: usize, pass: Option<Uuid>) -> Attendee {
    Attendee {
        first_name: "Ada".into(),
        last_name: format!("Ng {n}"),
        email: format!("ada{n}@example.test"),
        pass,
        waitlisted: false,
        auto_register: false,
        responses: Vec::new(),
        sessions: Vec::new(),
    }
}
