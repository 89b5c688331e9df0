//! Starting, stopping, and what a seed decides.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use mock_core::control::Control;
use mock_core::http_client;
use mock_platform::{Endpoints, Fake, Platform, PlatformError, Ports};
use serde_json::{Value, json};

async fn register(endpoints: &Endpoints) -> Value {
    let url = format!(
        "{}/events/{}/registrations?emApplicationtoken={}",
        endpoints.event_api.base, endpoints.sample.readable_event_id, endpoints.event_api.token
    );
    let attendee =
        json!({"firstName":"Jane","lastName":"Doe","email":"jane@contoso.com","passId":endpoints.sample.pass_id});
    let answer = http_client().post(url).json(&json!({"attendees":[attendee]})).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_credentials_and_ids() {
    let (one, two) =
        (Platform::builder().seed(7).start().await.unwrap(), Platform::builder().seed(7).start().await.unwrap());
    let three = Platform::builder().seed(8).start().await.unwrap();
    let secrets = |platform: &Platform| {
        let endpoints = platform.endpoints();
        (endpoints.entra.client_secret.clone(), endpoints.stripe.api_key.clone(), endpoints.event_api.token.clone())
    };
    assert_eq!(secrets(&one), secrets(&two));
    assert_ne!(secrets(&one), secrets(&three));
    let link = |answer: Value| answer["redirectUrl"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    assert_eq!(link(register(one.endpoints()).await), link(register(two.endpoints()).await));
    assert_ne!(link(register(one.endpoints()).await), link(register(three.endpoints()).await));
}

/// What `payloop env` prints without asking anybody must be what a platform then answers.
#[tokio::test]
async fn the_plan_is_what_starts() {
    let base = free_base();
    let planned = Endpoints::planned(11, base, None).unwrap();
    let page = format!("http://127.0.0.1:{}", base + 6);
    let platform = Platform::builder().seed(11).ports(Ports::Base(base)).registration_page(page).start().await.unwrap();
    assert_eq!(platform.endpoints(), &planned);
    let again: Endpoints = serde_json::from_value(platform.ready_file()).unwrap();
    assert_eq!(again, planned);
}

/// Seven free ports in a row, below those that the system gives away by itself, and others in each call.
fn free_base() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 10_000 + u16::try_from(std::process::id() % 1_000).unwrap() * 20;
    loop {
        let base = first + NEXT.fetch_add(7, Ordering::Relaxed);
        if (base..base + 7).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return base;
        }
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    // Only this one of the row is taken: the ports behind a port that the system picks may belong to anybody.
    let port = free_base();
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let error = Platform::builder().ports(Ports::Base(port)).start().await.unwrap_err();
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
    let error = Platform::builder().ports(Ports::Base(65_533)).start().await.unwrap_err();
    assert!(matches!(error, PlatformError::PortBase(65_533)), "{error}");
}

#[tokio::test]
async fn stopping_frees_the_ports() {
    let base = free_base();
    let start = || Platform::builder().ports(Ports::Base(base)).start();
    start().await.unwrap().stop().await;
    start().await.unwrap().stop().await;
}

/// Whoever starts hundreds of platforms in one process must not grow with each: the world, and with it the journal, ends with its platform.
#[tokio::test]
async fn a_platform_leaves_nothing_behind() {
    for told in [true, false] {
        let platform = Platform::builder().start().await.unwrap();
        register(platform.endpoints()).await;
        let journal = Arc::downgrade(platform.world().journal());
        if told {
            platform.stop().await;
        } else {
            drop(platform);
        }
        // What served the last connections ends when it gets its turn.
        let gone = async {
            while journal.strong_count() > 0 {
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(LONG, gone).await.is_ok(), "stopped: {told}, and something keeps the world");
    }
}

/// What has not happened by then never will.
const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn one_fake_alone_listens_alone() {
    let platform = Platform::builder().only([Fake::Stripe]).start().await.unwrap();
    let file = platform.ready_file();
    assert_eq!(file["event_api"], Value::Null);
    assert_eq!(file["dataverse"], Value::Null);
    assert_eq!(file["entra"], Value::Null);
    assert_eq!(file["sample"], Value::Null);
    let places = platform.world().places().all();
    assert_eq!(places.keys().copied().collect::<Vec<_>>(), ["control", "stripe"]);
}

#[tokio::test]
async fn a_reset_brings_the_sample_event_back() {
    let platform = Platform::builder().start().await.unwrap();
    let first = register(platform.endpoints()).await;
    let control = Control::new(platform.control());
    control.post::<Value>("/v1/reset", &json!({})).await.unwrap();
    assert_eq!(register(platform.endpoints()).await, first, "the same ids again, as after a start");
}

#[tokio::test]
async fn a_scenario_of_ones_own_is_loaded() {
    let scenario = "\
[[web_application]]
name = \"Site\"
origin = \"https://example.test\"
default = true

[[payment_provider]]
name = \"Stripe\"
payment_page_url = \"https://replaced.test?\"
payment_timeout_minutes = 5
default = true

[[event]]
name = \"Gala\"
readable_event_id = \"Gala1\"
currency = \"EUR\"
payment_gateway = true

[[event.pass]]
name = \"Table\"
price = \"900.00\"
allocation = 3
";
    let platform = Platform::builder().scenario(scenario).start().await.unwrap();
    assert_eq!(platform.endpoints().sample.readable_event_id, "Gala1");
    let link = register(platform.endpoints()).await["redirectUrl"].as_str().unwrap().to_owned();
    assert!(link.starts_with("http://127.0.0.1:"), "{link}");
    assert!(link.contains("returnUrl=https%3A%2F%2Fallowed.test"), "{link}");

    let error = Platform::builder().scenario("[[event]]\nname = \"Free\"\n").start().await.unwrap_err();
    assert!(matches!(error, PlatformError::NoSample), "{error}");
    let error = Platform::builder().scenario("evnt = 1").start().await.unwrap_err();
    assert!(error.to_string().contains("evnt"), "{error}");
}

#[tokio::test]
async fn all_switches_are_known_without_a_start() {
    let switches = mock_platform::switches().unwrap();
    for id in ["AMB-1", "AMB-2", "AMB-3", "AMB-4", "AMB-5", "AMB-6", "AMB-7", "AMB-8"] {
        let switch = switches.iter().find(|switch| switch.id == id).unwrap_or_else(|| panic!("{id} is missing"));
        assert!(switch.values.iter().any(|value| value.name == switch.default), "{id}");
    }
}
