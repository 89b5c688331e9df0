//! One bench per test: a world with a manual clock, a Dataverse, the Event API on free ports, and a client.

use std::net::SocketAddr;

use mock_core::contract::Side;
use mock_core::control::Control;
use mock_core::journal::Filter;
use mock_core::server::{Server, serve, serve_router};
use mock_core::{ClockMode, SignedDuration, World};
use mock_dataverse::event_management::Scenario;
use mock_dataverse::store::Fields;
use mock_dataverse::{Config as DataverseConfig, Dataverse};
use mock_event_api::control::dto::{ArrangeEvent, ArrangedEvent, EventView, PurchaseView};
use mock_event_api::{Config, EventApi};
use serde_json::{Value, json};
use uuid::Uuid;

/// The sample's event, pass and token, as in the scenario file.
pub(crate) const EVENT: &str = "Paid_Event1479011247";
pub(crate) const FREE_EVENT: &str = "Free_Meetup141284260613";
pub(crate) const PASS: &str = "6b1f0c0e-0000-4000-8000-000000000001";
pub(crate) const TOKEN: &str = "sample-web-application-token-7Hq2vXo4LcT9bKwZ";
pub(crate) const ORIGIN: &str = "http://localhost:8080";

pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) dataverse: Dataverse,
    pub(crate) api: EventApi,
    pub(crate) control: Control,
    pub(crate) http: reqwest::Client,
    base: String,
    door: String,
    _servers: [Server; 2],
}

/// The conference, its passes, and one of each of what it has.
pub(crate) const CONFERENCE: &str = "Harbour_Conference2011264417";
pub(crate) const ALL_DAYS: &str = "6b1f0c0e-0000-4000-8000-000000000011";
pub(crate) const OPENING: &str = "6b1f0c0e-0000-4000-8000-0000000000a1";
pub(crate) const WORKSHOP: &str = "6b1f0c0e-0000-4000-8000-0000000000a2";
pub(crate) const BO: &str = "6b1f0c0e-0000-4000-8000-0000000000e1";
pub(crate) const ANA: &str = "6b1f0c0e-0000-4000-8000-0000000000e2";
pub(crate) const MACHINES: &str = "6b1f0c0e-0000-4000-8000-0000000000b1";
pub(crate) const FABRIKAM: &str = "6b1f0c0e-0000-4000-8000-0000000000d1";

/// A path of the route table for the conference.
pub(crate) fn filled(path: &str) -> String {
    path.replace("{readableEventId}", CONFERENCE)
        .replace("{sessionId}", WORKSHOP)
        .replace("{speakerId}", BO)
        .replace("{sponsorshipId}", FABRIKAM)
        .replace("{trackId}", MACHINES)
        .replace("{registrationId}", FABRIKAM)
}

/// Writes one row, as the Web API would.
pub(crate) fn put(bench: &Bench, table: &str, id: Uuid, fields: Fields) {
    let now = bench.world.clock().now();
    bench.dataverse.store().write(now, |tx| tx.create(table, id, fields).map(drop)).unwrap();
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// The bytes as far as they are text.
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Status and body in one line.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.status, self.text)
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::of(include_str!("../../../fixtures/scenarios/paid-event.toml")).await
    }

    /// The conference that has everything.
    pub(crate) async fn conference() -> Self {
        Self::of(include_str!("../../../fixtures/scenarios/conference.toml")).await
    }

    /// The events of the outbound ancestor.
    pub(crate) async fn outbound() -> Self {
        Self::of(include_str!("../../../fixtures/scenarios/outbound.toml")).await
    }

    async fn of(scenario: &str) -> Self {
        let world =
            World::builder().seed(7).clock(ClockMode::Manual).start_at("2026-11-01T10:00:00Z".parse().unwrap()).build();
        let dataverse = Dataverse::new(&world, DataverseConfig::default()).unwrap();
        let scenario = Scenario::parse(scenario).unwrap();
        dataverse.events().load(&scenario).unwrap();
        let api = EventApi::new(&world, &dataverse, Config::default());
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let face = serve(&world, api.face(), any).await.unwrap();
        let more = axum::Router::new().nest("/v1/event-api", api.control());
        let door = serve_router(&world, "control", mock_core::control::router(&world, more), any).await.unwrap();
        let base = format!("{}{}", world.places().base("event-api").unwrap(), api.base_path());
        Self {
            control: Control::new(&door.url()),
            door: door.url().as_str().trim_end_matches('/').to_owned(),
            http: mock_core::http_client(),
            base,
            world,
            dataverse,
            api,
            _servers: [face, door],
        }
    }

    /// A URL below the base path, token included.
    pub(crate) fn url(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{joint}emApplicationtoken={TOKEN}", self.base)
    }

    /// A URL below the base path, as it is.
    pub(crate) fn bare_url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A URL of the control API.
    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}{path}", self.door)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap().to_vec();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.url(path))).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: impl Into<String>) -> Answer {
        self.send(self.http.post(self.url(path)).header("content-type", "application/json").body(body.into())).await
    }

    pub(crate) async fn register(&self, event: &str, body: &Value) -> Answer {
        self.post_text(&format!("/events/{event}/registrations"), body.to_string()).await
    }

    /// Registers attendees with a pass and returns the purchase.
    pub(crate) async fn buy(&self, event: &str, pass: &str, attendees: usize) -> Uuid {
        let answer = self.register(event, &attendees_with(pass, attendees)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        purchase_of(&answer)
    }

    pub(crate) async fn arrange(&self, ask: &ArrangeEvent) -> ArrangedEvent {
        self.control.post("/v1/event-api/events", ask).await.unwrap()
    }

    pub(crate) async fn purchase(&self, id: Uuid) -> PurchaseView {
        self.control.get(&format!("/v1/event-api/purchases/{id}")).await.unwrap()
    }

    pub(crate) async fn seats(&self, event: &str) -> EventView {
        self.control.get(&format!("/v1/event-api/events/{event}")).await.unwrap()
    }

    pub(crate) async fn minutes(&self, minutes: i64) {
        self.world.advance(SignedDuration::from_mins(minutes)).await;
    }

    /// No answer of ours departs from the contract.
    #[track_caller]
    pub(crate) fn assert_true_to_the_contract(&self) {
        for entry in self.world.journal().find(&Filter::default()) {
            let ours: Vec<_> = entry.violations.iter().filter(|violation| violation.side == Side::Answer).collect();
            assert!(ours.is_empty(), "{} {}: {ours:?}", entry.request.method, entry.request.target);
        }
    }

    /// What the journal marks as not supported.
    pub(crate) fn unsupported(&self) -> Vec<String> {
        let entries = self.world.journal().find(&Filter::default());
        entries.iter().flat_map(|entry| entry.unsupported.clone()).collect()
    }

    pub(crate) fn set(&self, switch: &str, value: &str) {
        self.world.switches().set(switch, None, value).unwrap();
    }
}

/// The body of a registration of `n` attendees with the same pass.
pub(crate) fn attendees_with(pass: &str, n: usize) -> Value {
    let attendee = |n: usize| json!({"firstName": "Ada", "lastName": format!("Ng {n}"), "email": format!("ada{n}@example.test"), "passId": pass});
    json!({ "attendees": (0..n).map(attendee).collect::<Vec<_>>() })
}

/// The purchase that the answer's link carries.
#[track_caller]
pub(crate) fn purchase_of(answer: &Answer) -> Uuid {
    let link = answer.json()["redirectUrl"].as_str().expect("a link").to_owned();
    let url = url::Url::parse(&link).unwrap();
    let (_, id) = url.query_pairs().find(|(name, _)| name == "purchaseId").expect("a purchaseId");
    id.parse().unwrap()
}
