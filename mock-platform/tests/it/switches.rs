//! Every value of every switch: set through the control API, and its effect seen by requests over the wire.
//!
//! A new switch, or a new value of one, that has no line in [`WALKS`] fails the test of the list. The questions of the Event API (`EAPI-…`, `OB-…`) are
//! walked by `mock-event-api/tests/it/effects.rs`, which takes them from the list itself and asks that each value be told from the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use mock_core::control::Control;
use mock_core::{ClockMode, http_client};
use mock_platform::Platform;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::the_loop::location;

/// A switch, and for each of its values what is seen.
type Walk = (&'static str, &'static [(&'static str, &'static str)]);

const WALKS: &[Walk] = &[
    ("AMB-1", &[("success", "204, 204, completed"), ("fault", "204, 400, completed")]),
    ("AMB-2", &[("fault", "400, expired"), ("ignored", "204, expired"), ("accepted-if-room", "204, completed")]),
    (
        "AMB-3",
        &[
            ("at-once", "0 reads in vain"),
            ("after-1-read", "1 reads in vain"),
            ("after-2-reads", "2 reads in vain"),
            ("after-3-reads", "3 reads in vain"),
            ("after-10-reads", "10 reads in vain"),
        ],
    ),
    ("AMB-4", &[("404", "404 0x80040217, 404 0x80040217"), ("400", "400 0x80040265, 400 0x80040265")]),
    ("AMB-5", &[("refused", "400, completed; 400, cancelled"), ("last-wins", "204, cancelled; 204, completed")]),
    ("AMB-6", &[("redirectUrl", "\"redirectUrl\""), ("redirectUrl-blank", "\"redirectUrl \"")]),
    ("AMB-7", &[("204", "204 without a body"), ("200", "200 with payloop_finalized")]),
    ("AMB-8", &[("null", "null"), ("absent", "absent")]),
    ("DV-CODES", &[("newer", "0x80060888, 0x80060888"), ("older", "0x8006088a, 0x0")]),
    ("DV-SQL", &[("taken", "200 1"), ("refused", "400 0")]),
    ("DV-LEGACY", &[("fault", "400 0x80040265"), ("status", "200 Error")]),
    ("STRIPE-RETRY", &[("sandbox", "3 tries"), ("live", "10 tries")]),
    ("STRIPE-LIMIT-ACTIVE", &[("turns-false", "active: false"), ("stays-true", "active: true")]),
    ("STRIPE-LIMIT-REACTIVATE", &[("taken", "200"), ("refused", "400")]),
    ("STRIPE-LIMIT-OTHERS", &[("on-attempt", "open"), ("at-limit", "expired")]),
    ("STRIPE-HELD-STATUS", &[("unpaid", "unpaid"), ("paid", "paid")]),
    ("STRIPE-DISPUTE-FEE", &[("returned", "6450"), ("kept", "4950")]),
];

/// A platform, what opens it, and a webhook endpoint that refuses everything.
struct Lab {
    platform: Platform,
    control: Control,
    token: String,
    hook: String,
    tries: Arc<AtomicUsize>,
}

impl Lab {
    async fn start() -> Self {
        let tries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tries);
        let refuse = Router::new().fallback(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            async { http::StatusCode::INTERNAL_SERVER_ERROR }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hook = format!("http://{}/hook", listener.local_addr().unwrap());
        drop(tokio::spawn(async move { axum::serve(listener, refuse).await }));
        let platform = Platform::builder().seed(3).clock(ClockMode::Manual).start().await.unwrap();
        let control = Control::new(platform.control());
        let mut lab = Self { platform, control, token: String::new(), hook, tries };
        lab.token = lab.sign_in().await;
        lab
    }

    async fn sign_in(&self) -> String {
        let at = self.platform.endpoints();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &at.entra.client_id),
            ("client_secret", &at.entra.client_secret),
            ("scope", &format!("{}/.default", at.dataverse.url)),
        ];
        let call = http_client().post(&at.entra.token_url).form(&form);
        text(&call.send().await.unwrap().json::<Value>().await.unwrap()["access_token"])
    }

    /// Registers for an event of its own; the answer and the purchase.
    async fn register(&self) -> (String, String) {
        let event: Value = self.control.post("/v1/event-api/events", &json!({})).await.unwrap();
        let attendee =
            json!({"firstName":"Ada","lastName":"Ng","email":"ada@example.test","passId":event["pass_ids"][0]});
        let call = http_client().post(text(&event["registration_url"])).json(&json!({ "attendees": [attendee] }));
        let answer = call.send().await.unwrap().text().await.unwrap();
        let (_, id) = answer.split_once("purchaseId=").unwrap();
        let id = id.get(..36).unwrap().to_owned();
        (answer, id)
    }

    async fn state(&self, purchase: &str) -> String {
        let path = format!("/v1/event-api/purchases/{purchase}");
        text(&self.control.get::<Value>(&path).await.unwrap()["state"])
    }

    /// A call of the Web API: the status, and the body as far as there is one.
    async fn dataverse(&self, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/api/data/v9.2/{path}", self.platform.endpoints().dataverse.url);
        let call = match body {
            Some(body) => http_client().post(url).json(&body),
            None => http_client().get(url),
        };
        read(call.bearer_auth(&self.token).send().await.unwrap()).await
    }

    async fn finalize(&self, purchase: &str, status: u32) -> (u16, Value) {
        let body = json!({"msevtmgt_purchaseid": purchase, "msevtmgt_paymentstatus": status});
        self.dataverse("msevtmgt_finalizeregistrationpayment", Some(body)).await
    }

    /// A call of the Stripe API; without a form it reads.
    async fn stripe(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let at = &self.platform.endpoints().stripe;
        let url = format!("{}{path}", at.api_base);
        let call = if form.is_empty() { http_client().get(url) } else { http_client().post(url).form(form) };
        read(call.bearer_auth(&at.api_key).send().await.unwrap()).await
    }

    /// A payment link over 49.50 dollars.
    async fn link(&self, more: &[(&str, &str)]) -> Value {
        let price = [("currency", "usd"), ("unit_amount", "4950"), ("product_data[name]", "Seat")];
        let (_, price) = self.stripe("/v1/prices", &price).await;
        let price = text(&price["id"]);
        let mut form = vec![("line_items[0][price]", price.as_str()), ("line_items[0][quantity]", "1")];
        form.extend(more);
        let (status, link) = self.stripe("/v1/payment_links", &form).await;
        assert_eq!(status, 200, "{link}");
        link
    }

    /// The page of a new session of this link.
    async fn visit(&self, link: &Value) -> String {
        location(http_client().get(text(&link["url"])).send().await.unwrap()).await
    }

    async fn pay(&self, page: &str) {
        let card =
            [("method", "card"), ("card_number", "4242424242424242"), ("card_expiry", "12/45"), ("card_cvc", "123")];
        let form = [&[("email", "ada@example.test"), ("name", "Ada Ng")], card.as_slice()].concat();
        assert!(http_client().post(page).form(&form).send().await.unwrap().status().is_redirection());
    }

    async fn session(&self, page: &str) -> Value {
        self.stripe(&format!("/v1/checkout/sessions/{}", page.rsplit('/').next().unwrap()), &[]).await.1
    }

    /// What requests see of a switch.
    async fn seen(&self, switch: &str) -> String {
        if let Some(rest) = switch.strip_prefix("STRIPE-") {
            return self.seen_of_stripe(rest).await;
        }
        match switch {
            "AMB-1" => {
                let (_, id) = self.register().await;
                let calls = (self.finalize(&id, COMPLETED).await.0, self.finalize(&id, COMPLETED).await.0);
                format!("{}, {}, {}", calls.0, calls.1, self.state(&id).await)
            }
            "AMB-2" => {
                let (_, id) = self.register().await;
                self.control.advance("31m").await.unwrap();
                format!("{}, {}", self.finalize(&id, COMPLETED).await.0, self.state(&id).await)
            }
            "AMB-3" => {
                let (_, id) = self.register().await;
                let mut vain = 0;
                while self.dataverse(&format!("msevtmgt_eventpurchases({id})"), None).await.0 == 404 {
                    vain += 1;
                }
                format!("{vain} reads in vain")
            }
            "AMB-4" => {
                let called = self.finalize(NOBODY, COMPLETED).await;
                let read = self.dataverse(&format!("msevtmgt_eventpurchases({NOBODY})"), None).await;
                let told = |(status, body): &(u16, Value)| format!("{status} {}", text(&body["error"]["code"]));
                format!("{}, {}", told(&called), told(&read))
            }
            "AMB-5" => {
                let mut told = Vec::new();
                for (first, second) in [(COMPLETED, CANCELLED), (CANCELLED, COMPLETED)] {
                    let (_, id) = self.register().await;
                    assert_eq!(self.finalize(&id, first).await.0, 204);
                    told.push(format!("{}, {}", self.finalize(&id, second).await.0, self.state(&id).await));
                }
                told.join("; ")
            }
            "AMB-6" => {
                let answer: Value = serde_json::from_str(&self.register().await.0).unwrap();
                format!("{:?}", answer.as_object().unwrap().keys().next().unwrap())
            }
            "AMB-7" => {
                let (_, id) = self.register().await;
                match self.finalize(&id, COMPLETED).await {
                    (status, Value::Null) => format!("{status} without a body"),
                    (status, body) => {
                        format!("{status} with {}", body.as_object().unwrap().keys().next_back().unwrap())
                    }
                }
            }
            "AMB-8" => {
                let (_, id) = self.register().await;
                let path = format!("/v1/event-api/purchases/{id}");
                drop::<Value>(self.control.post(&path, &json!({ "currency": null })).await.unwrap());
                let path =
                    format!("msevtmgt_eventpurchases({id})?$expand=transactioncurrencyid($select=isocurrencycode)");
                let (_, row) = self.dataverse(&path, None).await;
                row.get("transactioncurrencyid").map_or_else(|| "absent".to_owned(), Value::to_string)
            }
            "DV-CODES" => {
                let (_, segment) = self.dataverse("nonsenses", None).await;
                let (_, property) = self.dataverse("contacts?$select=nonsense", None).await;
                [segment, property].map(|body| text(&body["error"]["code"])).join(", ")
            }
            "DV-SQL" => {
                let sql = "SELECT%20TOP%201%20fullname%20FROM%20systemuser";
                let (status, body) = self.dataverse(&format!("systemusers?sql={sql}"), None).await;
                format!("{status} {}", body["value"].as_array().map_or(0, Vec::len))
            }
            "DV-LEGACY" => {
                let (_, id) = self.register().await;
                let body = json!({"PurchaseId": id, "ReadableEventId": "Other1", "UserId": ""});
                let (status, body) = self.dataverse("msevtmgt_FinalizeExternalRegistrationRequest", Some(body)).await;
                format!(
                    "{status} {}",
                    body["status"].as_str().unwrap_or_else(|| body["error"]["code"].as_str().unwrap())
                )
            }
            _ => format!("there is no walk for {switch}"),
        }
    }

    async fn seen_of_stripe(&self, switch: &str) -> String {
        const ONCE: (&str, &str) = ("restrictions[completed_sessions][limit]", "1");
        match switch {
            "RETRY" => {
                let endpoint = [("url", self.hook.as_str()), ("enabled_events[]", "product.created")];
                let (_, endpoint) = self.stripe("/v1/webhook_endpoints", &endpoint).await;
                let before = self.tries.load(Ordering::SeqCst);
                self.stripe("/v1/products", &[("name", "Chair")]).await;
                // The first try is answered before time moves on.
                let (silent, limit) = (Duration::from_millis(60), Duration::from_secs(10));
                assert!(self.control.quiet(&[], silent, limit).await.unwrap());
                self.control.advance("100h").await.unwrap();
                let tries = self.tries.load(Ordering::SeqCst) - before;
                // Others that are made later must not be told of here.
                let path = format!("/v1/webhook_endpoints/{}", text(&endpoint["id"]));
                self.stripe(&path, &[("disabled", "true")]).await;
                format!("{tries} tries")
            }
            "LIMIT-ACTIVE" | "LIMIT-REACTIVATE" => {
                let link = self.link(&[ONCE]).await;
                self.pay(&self.visit(&link).await).await;
                let path = format!("/v1/payment_links/{}", text(&link["id"]));
                if switch == "LIMIT-ACTIVE" {
                    return format!("active: {}", self.stripe(&path, &[]).await.1["active"]);
                }
                self.stripe(&path, &[("active", "true")]).await.0.to_string()
            }
            "LIMIT-OTHERS" => {
                let link = self.link(&[ONCE]).await;
                let (first, second) = (self.visit(&link).await, self.visit(&link).await);
                self.pay(&first).await;
                text(&self.session(&second).await["status"])
            }
            "HELD-STATUS" => {
                let link = self.link(&[("payment_intent_data[capture_method]", "manual")]).await;
                let page = self.visit(&link).await;
                self.pay(&page).await;
                text(&self.session(&page).await["payment_status"])
            }
            "DISPUTE-FEE" => {
                let intent = [
                    ("amount", "4950"),
                    ("currency", "usd"),
                    ("confirm", "true"),
                    ("payment_method", "pm_card_createDispute"),
                    ("payment_method_types[]", "card"),
                ];
                let (_, intent) = self.stripe("/v1/payment_intents", &intent).await;
                let list = format!("/v1/disputes?payment_intent={}", text(&intent["id"]));
                let (_, disputes) = self.stripe(&list, &[]).await;
                let path = format!("/v1/disputes/{}", text(&disputes["data"][0]["id"]));
                self.stripe(&path, &[("evidence[uncategorized_text]", "winning_evidence")]).await;
                self.control.advance("5s").await.unwrap();
                self.stripe(&path, &[]).await.1["balance_transactions"][1]["net"].to_string()
            }
            _ => format!("there is no walk for {switch}"),
        }
    }
}

const COMPLETED: u32 = 100_000_001;
const CANCELLED: u32 = 100_000_000;
const NOBODY: &str = "6b1f0c0e-0000-4000-8000-00000000dead";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn read(answer: reqwest::Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn every_value_of_every_switch_is_walked() {
    let lab = Lab::start().await;
    let mut wrong = Vec::new();
    for (switch, values) in WALKS {
        for (value, expect) in *values {
            lab.control.set_switch(switch, value, None).await.unwrap();
            let seen = lab.seen(switch).await;
            if seen != *expect {
                wrong.push(format!("{switch} {value}: {seen}, expected {expect}"));
            }
        }
        let default = mock_platform::switches().unwrap().into_iter().find(|known| known.id == *switch).unwrap().default;
        lab.control.set_switch(switch, default, None).await.unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for entry in lab.platform.world().journal().find(&mock_core::journal::Filter::default()) {
        let ours: Vec<_> =
            entry.violations.iter().filter(|wrong| wrong.side == mock_core::contract::Side::Answer).collect();
        assert!(ours.is_empty(), "{} {}: {ours:?}", entry.request.method, entry.request.target);
    }
    lab.platform.stop().await;
}

#[test]
fn no_switch_and_no_value_is_left_out() {
    let walked: BTreeMap<&str, BTreeSet<&str>> =
        WALKS.iter().map(|(id, values)| (*id, values.iter().map(|(value, _)| *value).collect())).collect();
    assert_eq!(walked.len(), WALKS.len(), "no switch twice");
    let by_itself: BTreeSet<&str> =
        mock_dataverse::event_management::switches::ALL.iter().map(|switch| switch.id).collect();
    for switch in mock_platform::switches().unwrap() {
        let values: BTreeSet<&str> = switch.values.iter().map(|value| value.name).collect();
        match walked.get(switch.id) {
            Some(walked) => assert_eq!(*walked, values, "{}", switch.id),
            None => {
                assert!(!switch.id.starts_with("AMB-") && by_itself.contains(switch.id), "{} has no walk", switch.id);
            }
        }
        let told: BTreeSet<_> = WALKS
            .iter()
            .filter(|(id, _)| *id == switch.id)
            .flat_map(|(_, values)| values.iter().map(|(_, seen)| seen))
            .collect();
        assert!(told.is_empty() || told.len() == values.len(), "{}: two values show the same", switch.id);
    }
}

#[tokio::test]
async fn a_platform_starts_and_starts_again_with_the_values_of_its_configuration() {
    let others: Vec<_> = mock_platform::switches()
        .unwrap()
        .iter()
        .map(|switch| {
            let other = switch.values.iter().find(|value| value.name != switch.default).unwrap();
            (switch.id.to_owned(), other.name.to_owned())
        })
        .collect();
    let platform = Platform::builder().switches(others.clone()).start().await.unwrap();
    let control = Control::new(platform.control());
    let stand = async || -> Vec<(String, String)> {
        let list: Value = control.get("/v1/switches").await.unwrap();
        list.as_array().unwrap().iter().map(|one| (text(&one["id"]), text(&one["setting"]["value"]))).collect()
    };
    assert_eq!(stand().await, others);
    control.set_switch("AMB-1", "success", None).await.unwrap();
    assert_ne!(stand().await, others);
    drop::<Value>(control.post("/v1/reset", &json!({})).await.unwrap());
    assert_eq!(stand().await, others, "a reset goes back to the configuration");
    platform.stop().await;
    for (id, value, told) in [("AMB-99", "x", "there is no switch AMB-99"), ("AMB-1", "x", "it takes: success, fault")]
    {
        let refused = Platform::builder().switches([(id.to_owned(), value.to_owned())]).start().await.err().unwrap();
        assert!(refused.to_string().starts_with("[switches]: ") && refused.to_string().contains(told), "{refused}");
    }
}
