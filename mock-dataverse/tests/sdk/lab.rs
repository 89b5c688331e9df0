//! An organization with its tenant and control API, all behind TLS, for one program; and what the journal must say afterwards.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use mock_core::contract::Side;
use mock_core::journal::Filter;
use mock_core::server::{Listen, Server, serve, serve_router};
use mock_core::tls::Authority;
use mock_core::{ClockMode, World};
use mock_dataverse::event_management::Registered;
use mock_dataverse::event_management::Scenario;
use mock_dataverse::event_management::request::{Attendee, Registration};
use mock_dataverse::{Config, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_TENANT_ID, Dataverse};
use uuid::Uuid;

const SCENARIO: &str = include_str!("../../../fixtures/scenarios/paid-event.toml");
const EVENT: &str = "Paid_Event1479011247";
const PASS: Uuid = Uuid::from_u128(0x6b1f_0c0e_0000_4000_8000_0000_0000_0001);

/// A table of the program's own, with an alternate key, choices and lookups.
const BADGE: &str = r#"
logical_name = "new_badge"
entity_set = "new_badges"
primary_id = "new_badgeid"
primary_name = "new_name"
display_name = "Badge"
ownership = "user"
source = "our own"
keys = [["new_number"]]

[columns]
new_name = { type = "text", max = 4000, required = true }
new_number = { type = "int" }
new_colour = { type = "choice", options = { 1 = "Red", 2 = "Blue" }, default = 1 }
new_issued = { type = "datetime" }
new_contactid = { type = "lookup", target = "contact", navigation = "new_ContactId", relationship = "new_contact_new_badge" }
"#;

/// A custom API of the program's own.
const PRICE: &str = r#"
[[operation]]
name = "new_CalculatePrice"
function = true
parameters.new_Code = { type = "String", required = true }
parameters.new_Count = { type = "Integer" }
response.new_Total = "Decimal"

[[operation.answers]]
when = { new_Code = "EARLY" }
response = { new_Total = "12.5" }
"#;

pub(crate) struct Lab {
    world: World,
    folder: tempfile::TempDir,
    dataverse: String,
    entra: String,
    control: String,
    purchases: String,
    _servers: Vec<Server>,
}

impl Lab {
    pub(crate) async fn start() -> Self {
        let start = "2026-11-02T12:00:00Z".parse().unwrap();
        let world = World::builder().seed(7).clock(ClockMode::Manual).start_at(start).build();
        let config = Config {
            schema_files: vec![("new_badge.toml".to_owned(), BADGE.to_owned())],
            operation_files: vec![("price.toml".to_owned(), PRICE.to_owned())],
            ..Config::default()
        };
        let dataverse = Dataverse::new(&world, config).unwrap();
        dataverse.events().load(&Scenario::parse(SCENARIO).unwrap()).unwrap();
        let purchases: Vec<String> = (0..3).map(|number| reserve(&dataverse, number).to_string()).collect();

        let wall = world.clock().wall();
        let authority = Authority::new(wall).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.certificate_pem()).unwrap();
        let tls = Some(authority.acceptor(&[], wall).unwrap());
        let at = || Listen { addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), tls: tls.clone() };
        let web_api = serve(&world, dataverse.web_api(), at()).await.unwrap();
        let entra = serve(&world, dataverse.entra(), at()).await.unwrap();
        let routes = axum::Router::new().nest("/v1/dataverse", dataverse.control());
        let routes = mock_core::control::router(&world, routes);
        let control = serve_router(&world, "control", routes, at()).await.unwrap();
        let url = |server: &Server| server.url().as_str().trim_end_matches('/').to_owned();
        Self {
            dataverse: url(&web_api),
            entra: url(&entra),
            control: url(&control),
            purchases: purchases.join(" "),
            _servers: vec![web_api, entra, control],
            world,
            folder,
        }
    }

    /// The program's environment.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let authority = self.folder.path().join("ca.pem").display().to_string();
        vec![
            ("DATAVERSE_URL", self.dataverse.clone()),
            ("ENTRA_AUTHORITY", self.entra.clone()),
            ("CONTROL_URL", self.control.clone()),
            ("TENANT_ID", DEFAULT_TENANT_ID.to_string()),
            ("CLIENT_ID", DEFAULT_CLIENT_ID.to_string()),
            ("CLIENT_SECRET", DEFAULT_CLIENT_SECRET.to_owned()),
            ("PURCHASES", self.purchases.clone()),
            ("SSL_CERT_FILE", authority.clone()),
            ("REQUESTS_CA_BUNDLE", authority.clone()),
            ("NODE_EXTRA_CA_CERTS", authority),
        ]
    }

    /// Where the program may write.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// No answer broke its contract, and each of `callers` (the beginning of a `User-Agent`, or a header that only it sends) called at least so
    /// often.
    #[track_caller]
    pub(crate) fn answered_well(&self, callers: &[(&str, &str, usize)]) {
        let entries = self.world.journal().find(&Filter::default());
        for entry in &entries {
            let wrong: Vec<_> = entry.violations.iter().filter(|wrong| wrong.side == Side::Answer).collect();
            let shown = format!("{} {}", entry.request.method, entry.request.target);
            assert!(wrong.is_empty() || entry.fault.is_some(), "{shown}: {wrong:#?}");
        }
        for (fake, agent, least) in callers {
            let begins = |text: Option<&str>| text.unwrap_or_default().starts_with(agent);
            let calls = entries
                .iter()
                .filter(|entry| entry.fake == *fake && begins(entry.request.headers.text("user-agent")))
                .count();
            assert!(calls >= *least, "only {calls} calls of {fake} by {agent}");
        }
    }
}

/// A reservation that waits for its payment.
fn reserve(dataverse: &Dataverse, number: usize) -> Uuid {
    let attendee = Attendee {
        first_name: "Ada".into(),
        last_name: "Ng".into(),
        email: format!("ada{number}@example.test"),
        pass: Some(PASS),
        waitlisted: false,
        auto_register: false,
        sessions: Vec::new(),
        responses: Vec::new(),
    };
    let registered = dataverse.events().register(&Registration {
        readable_event_id: EVENT.into(),
        attendees: vec![attendee],
        web_application_origin: "https://contoso.example".into(),
        request_origin: None,
        submitted: "{}".into(),
    });
    match registered {
        Ok(Registered::Paid { purchase, .. }) => purchase,
        other => panic!("{other:?}"),
    }
}

/// Holds what a program printed against the list of its checks.
#[track_caller]
pub(crate) fn complete(printed: &str, expected: &[&str]) {
    let made: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    assert_eq!(made, expected, "{printed}");
}
