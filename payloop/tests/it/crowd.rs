//! A crowd at the door: twice as many registrations as there are places, from many clients at once, over HTTP.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mock_core::ClockMode;
use mock_core::control::Control;
use mock_core::separate_http_client;
use mock_platform::{Endpoints, Platform};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PLACES: usize = 5_000;
const WANTED: usize = 2 * PLACES;
const CLIENTS: usize = 64;
/// How many of those who have a place pay for it.
const PAID: usize = 1_000;
/// How many one later registration is for.
const AT_ONCE: usize = 50;

/// The event that all want to go to.
struct Event {
    at: Endpoints,
    url: String,
    id: String,
    pass: String,
}

impl Event {
    async fn arrange(platform: &Platform, control: &Control) -> Self {
        // More passes than places, so that the event itself is what fills up.
        let ask =
            json!({"scope": "crowd", "capacity": PLACES, "passes": [{"allocation": WANTED}], "timeout_minutes": 30});
        let made: Value = control.post("/v1/event-api/events", &ask).await.unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self {
            at: platform.endpoints().clone(),
            url: text("registration_url"),
            id: text("readable_event_id"),
            pass: made["pass_ids"][0].as_str().unwrap().to_owned(),
        }
    }

    /// The body of a registration of so many; the numbers from `first` make their addresses.
    fn body(&self, first: usize, people: usize) -> Value {
        let attendee = |number: usize| json!({"firstName": "Visitor", "lastName": number.to_string(), "email": format!("visitor-{number}@example.test"), "passId": self.pass});
        json!({"attendees": (first..first + people).map(attendee).collect::<Vec<_>>()})
    }

    /// Registers; the purchase, or none when the event is full. Anything else fails the test.
    async fn register(&self, http: &reqwest::Client, first: usize, people: usize) -> Option<String> {
        let answer = http.post(&self.url).json(&self.body(first, people)).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        match status {
            200 => {
                let link = url::Url::parse(body["redirectUrl"].as_str().unwrap()).unwrap();
                Some(link.query_pairs().find(|(name, _)| name == "purchaseId").unwrap().1.into_owned())
            }
            _ => {
                assert_eq!((status, body["errorCode"].as_str()), (400, Some("EventCapacityReached")), "{body}");
                None
            }
        }
    }

    /// Held, sold and free places, as the fake counts them.
    async fn seats(&self, control: &Control) -> (u64, u64, u64) {
        let view: Value = control.get(&format!("/v1/event-api/events/{}", self.id)).await.unwrap();
        let number = |name: &str| view[name].as_u64().unwrap();
        let event = (number("held"), number("sold"), number("left"));
        let pass = &view["passes"][0];
        assert_eq!((pass["held"].as_u64(), pass["sold"].as_u64()), (Some(event.0), Some(event.1)), "{view}");
        event
    }

    /// The purchases by where they stand.
    async fn purchases(&self, control: &Control, state: &str) -> BTreeSet<String> {
        let all: Vec<Value> = control.get(&format!("/v1/event-api/events/{}/purchases", self.id)).await.unwrap();
        let of_state = all.iter().filter(|purchase| purchase["state"] == state);
        of_state.map(|purchase| purchase["purchase_id"].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs `work` for the numbers below `amount`, shared out among so many clients with connections of their own; what they came to.
async fn crowd<T: Send + 'static, F: Future<Output = T> + Send>(
    amount: usize,
    work: impl Fn(reqwest::Client, usize) -> F + Clone + Send + Sync + 'static,
) -> Vec<T> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (next, work, http) = (Arc::clone(&next), work.clone(), separate_http_client());
        clients.spawn(async move {
            let mut made = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= amount {
                    return made;
                }
                made.push(work(http.clone(), number).await);
            }
        });
    }
    clients.join_all().await.into_iter().flatten().collect()
}

async fn bearer(at: &Endpoints) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &at.entra.client_id),
        ("client_secret", &at.entra.client_secret),
        ("scope", &format!("{}/.default", at.dataverse.url)),
    ];
    let answer = separate_http_client().post(&at.entra.token_url).form(&form).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_never_sold_twice_over() {
    let platform = Platform::builder().clock(ClockMode::Manual).start().await.unwrap();
    let control = Control::new(platform.control());
    let event = Arc::new(Event::arrange(&platform, &control).await);

    let all = Arc::clone(&event);
    let answers = crowd(WANTED, move |http, number| {
        let event = Arc::clone(&all);
        async move { event.register(&http, number, 1).await }
    })
    .await;
    assert_eq!(answers.len(), WANTED, "everybody is answered");
    let reserved: Vec<String> = answers.into_iter().flatten().collect();
    assert_eq!(reserved.len(), PLACES);
    let distinct: BTreeSet<String> = reserved.iter().cloned().collect();
    assert_eq!(distinct.len(), PLACES, "no two have the same purchase");
    assert_eq!(
        event.purchases(&control, "reserved").await,
        distinct,
        "none is lost, and none is there that nobody was told of"
    );
    assert_eq!(event.seats(&control).await, (5_000, 0, 0));

    // Some pay, all at once as well.
    let token = Arc::new(bearer(&event.at).await);
    let paid: Arc<[String]> = reserved.iter().step_by(PLACES / PAID).cloned().collect();
    assert_eq!(paid.len(), PAID);
    let (paying, all) = (Arc::clone(&paid), Arc::clone(&event));
    let finalized = crowd(PAID, move |http, number| {
        let (url, token) = (
            format!("{}/api/data/v9.2/msevtmgt_finalizeregistrationpayment", all.at.dataverse.url),
            Arc::clone(&token),
        );
        let body = json!({"msevtmgt_purchaseid": paying[number], "msevtmgt_paymentstatus": 100_000_001});
        async move { http.post(url).bearer_auth(token).json(&body).send().await.unwrap().status().as_u16() }
    })
    .await;
    assert_eq!(finalized, vec![204; PAID]);
    assert_eq!(event.seats(&control).await, (4_000, 1_000, 0), "who pays keeps a place, and takes no other");

    // Nothing is free a moment too early, and what was not paid is free at the deadline.
    control.advance("29m59s").await.unwrap();
    assert_eq!(event.seats(&control).await, (4_000, 1_000, 0));
    control.advance("1s").await.unwrap();
    assert_eq!(event.seats(&control).await, (0, 1_000, 4_000));
    let paid: BTreeSet<String> = paid.iter().cloned().collect();
    assert_eq!(event.purchases(&control, "completed").await, paid);
    assert_eq!(event.purchases(&control, "expired").await, &distinct - &paid);

    // Others get what was freed, and no more; again more want to than can.
    let all = Arc::clone(&event);
    let answers = crowd(2 * (PLACES - PAID) / AT_ONCE, move |http, number| {
        let event = Arc::clone(&all);
        async move { event.register(&http, WANTED + number * AT_ONCE, AT_ONCE).await }
    })
    .await;
    assert_eq!(answers.into_iter().flatten().count(), (PLACES - PAID) / AT_ONCE);
    assert_eq!(event.seats(&control).await, (4_000, 1_000, 0));
    platform.stop().await;
}
