//! What the Stripe CLI listens to, frame by frame.

use mock_core::journal::{Direction, Filter};
use mock_stripe::control::dto::{DeliveryState, DeliveryView};
use mock_stripe::domain::signature;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::cli_client::{Client, FORWARD_TO, open, session};
use crate::support::{KEY, Lab};

async fn deliveries(lab: &Lab, query: &str) -> Vec<DeliveryView> {
    let answer = lab.send(lab.http.get(lab.control_url(&format!("/v1/stripe/deliveries?{query}")))).await;
    serde_json::from_value(answer.ok()["deliveries"].clone()).unwrap()
}

/// The deliveries to a session, once they are as they should be.
async fn delivered(lab: &Lab, session: &str, wanted: impl Fn(&[DeliveryView]) -> bool) -> Vec<DeliveryView> {
    lab.until("the deliveries to the session", async || {
        let mut rows = deliveries(lab, "").await;
        rows.retain(|row| row.endpoint == session);
        wanted(&rows).then_some(rows)
    })
    .await
}

fn answered(rows: &[DeliveryView], status: u16) -> bool {
    rows.iter().any(|row| row.attempts.iter().any(|attempt| attempt.status == Some(status)))
}

async fn product(lab: &Lab) {
    lab.post("/v1/products", "name=Seat").await.ok();
}

#[tokio::test]
async fn a_session_hears_events_beside_the_endpoints_signed_with_its_own_secret() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    assert_eq!(client.protocol.as_deref(), Some("stripecli-devproxy-v1"));
    product(&lab).await;
    let [own, _] = client.take().await;
    assert_eq!(own.kind(), "product.created");
    let t = own.signature().split(',').next().unwrap().trim_start_matches("t=").parse().unwrap();
    let right = signature::v1(own.payload().as_bytes(), t, &client.secret);
    assert!(own.signature().contains(&format!(",v1={right},")), "{}", own.signature());
    assert_eq!(own.0["http_headers"]["content-type"], "application/json; charset=utf-8");

    client.answer(&own, 200, "thanks").await;
    let rows = delivered(&lab, &client.id, |rows| answered(rows, 200)).await;
    let [row] = rows.as_slice() else { panic!("{rows:#?}") };
    assert_eq!(
        (row.event_type.as_str(), row.url.as_str(), row.status),
        ("product.created", FORWARD_TO, DeliveryState::Delivered)
    );
    let [attempt] = row.attempts.as_slice() else { panic!("{row:#?}") };
    assert_eq!((attempt.body.as_deref(), attempt.signature.as_str()), (Some("thanks"), own.signature()));
    lab.settled().await;
    assert_eq!(lab.receiver.kinds(), ["product.created"]);
}

#[tokio::test]
async fn the_journal_tells_of_the_socket_the_frame_and_the_forwarded_request() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    product(&lab).await;
    let [own, _] = client.take().await;
    client.answer(&own, 404, "not here").await;
    delivered(&lab, &client.id, |rows| answered(rows, 404)).await;
    lab.settled().await;
    let by = |operation: &str| {
        lab.world.journal().find(&Filter { operation: Some(operation.to_owned()), ..Filter::default() })
    };
    let socket = by("openStripeCliSocket");
    assert_eq!(socket.iter().map(|entry| entry.answer.as_ref().unwrap().status.as_u16()).collect::<Vec<_>>(), [101]);
    let frames = by("stripecli.webhook_event");
    assert_eq!((frames.len(), frames[0].direction), (1, Direction::Outbound));
    assert!(String::from_utf8_lossy(&frames[0].answer.as_ref().unwrap().body).contains("event_ack"));
    let forwarded = by("webhook").into_iter().find(|entry| entry.request.target == FORWARD_TO).unwrap();
    assert_eq!(forwarded.request.body, own.payload().as_bytes());
    assert_eq!(forwarded.request.headers.text("stripe-signature"), Some(own.signature()));
    let answer = forwarded.answer.as_ref().unwrap();
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_ref(), answer.headers.text("x-lab")),
        (404, &b"not here"[..], Some("yes"))
    );
}

#[tokio::test]
async fn an_event_that_is_only_acknowledged_counts_as_heard() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    product(&lab).await;
    client.take().await;
    let rows = delivered(&lab, &client.id, |rows| rows.iter().any(|row| !row.attempts.is_empty())).await;
    assert_eq!(rows[0].status, DeliveryState::Delivered);
    assert_eq!(rows[0].attempts.len(), 1);
    assert!(rows[0].attempts[0].acknowledged && rows[0].attempts[0].status.is_none());
}

#[tokio::test]
async fn the_last_of_several_answers_decides_and_each_is_an_attempt() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    product(&lab).await;
    let [own, _] = client.take().await;
    client.answer(&own, 200, "one").await;
    client.answer(&own, 500, "two").await;
    let rows = delivered(&lab, &client.id, |rows| answered(rows, 500)).await;
    assert_eq!(rows[0].status, DeliveryState::Failed);
    let bodies: Vec<_> = rows[0].attempts.iter().map(|attempt| attempt.body.as_deref().unwrap()).collect();
    assert_eq!(bodies, ["one", "two"]);
    assert!(rows[0].next_attempt.is_none(), "nothing is tried again by itself");
}

#[tokio::test]
async fn both_versions_are_sent_and_differ_where_the_account_is_older() {
    let lab = Lab::with(|config| config.api_version = "2025-12-15.clover".to_owned()).await;
    let link = lab.link(900, "usd", "").await;
    let mut client = Client::listen(&lab).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.post(&format!("/v1/checkout/sessions/{}/expire", Lab::session_of(&page)), "").await.ok();
    let [own, latest] = client.take().await;
    assert_eq!(own.event()["api_version"], "2025-12-15.clover");
    assert_eq!(own.event()["data"]["object"]["ui_mode"], "hosted");
    assert_eq!(
        (latest.version(), latest.event()["data"]["object"]["ui_mode"].as_str()),
        (Some("2026-10-28.endive"), Some("hosted_page"))
    );
    assert_ne!(own.signature(), latest.signature());
    // `--latest`: the client forwards the other copy.
    client.answer(&latest, 204, "").await;
    let rows = delivered(&lab, &client.id, |rows| answered(rows, 204)).await;
    assert_eq!(rows[0].attempts[0].signature, latest.signature());
}

#[tokio::test]
async fn a_paid_checkout_is_heard_in_the_order_of_its_events() {
    let lab = Lab::with(|config| config.webhook_url = None).await;
    let link = lab.link(900, "usd", "").await;
    let mut client = Client::listen(&lab).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let paying = async { lab.pay(&page, "4242424242424242").await };
    let hearing = async {
        let mut kinds = Vec::new();
        while kinds.last().is_none_or(|kind| kind != "checkout.session.completed") {
            let [own, _] = client.take().await;
            kinds.push(own.kind());
        }
        kinds
    };
    let (paid, kinds) = tokio::join!(paying, hearing);
    assert_eq!(paid.status, 303);
    assert_eq!(
        kinds,
        ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created", "checkout.session.completed"]
    );
}

#[tokio::test]
async fn an_event_is_sent_once_more_to_those_who_listen() {
    let lab = Lab::start().await;
    product(&lab).await;
    let events = lab.get("/v1/events").await.ok();
    let event = events["data"][0]["id"].as_str().unwrap();
    let retry = format!("/v1/events/{event}/retry");
    // Nobody listens yet: the event is answered all the same.
    assert_eq!(lab.post(&retry, "for_stripecli=true").await.ok()["id"], event);
    let mut client = Client::listen(&lab).await;
    lab.post(&retry, "for_stripecli=true").await.ok();
    let [own, _] = client.take().await;
    assert_eq!(own.event()["id"], event);
    lab.settled().await;
    assert_eq!(lab.receiver.kinds(), ["product.created"], "the endpoint is not asked again");
}

#[tokio::test]
async fn a_device_keeps_its_secret_and_another_has_another() {
    let lab = Lab::start().await;
    let first = session(&lab, "one").await;
    let again = session(&lab, "one").await;
    let other = session(&lab, "two").await;
    assert_eq!(first["secret"], again["secret"]);
    assert_ne!(first["websocket_id"], again["websocket_id"]);
    assert_ne!(first["secret"], other["secret"]);
    assert_eq!(first["secret"].as_str().unwrap().len(), "whsec_".len() + 64);
    assert_eq!(first["websocket_authorized_feature"], "webhook-payloads");
}

#[tokio::test]
async fn a_session_ends_with_its_socket() {
    let lab = Lab::start().await;
    let url = session(&lab, "lab").await["websocket_url"].as_str().unwrap().to_owned();
    let mut client = Client::listen(&lab).await;
    let id = client.id.clone();
    client.say(Message::Close(None)).await;
    while client.next().await.is_some() {}
    // The server says goodbye before it forgets the session, so a first look may come too early.
    let message = lab
        .until("the end of the session", async || match open(&url, &id).await {
            Ok(_) => None,
            Err((status, body)) => Some((status, body["error"]["message"].as_str().unwrap().to_owned())),
        })
        .await;
    assert_eq!(message, (404, "Unknown WebSocket ID.".to_owned()));
    product(&lab).await;
    lab.settled().await;
    assert!(deliveries(&lab, "").await.iter().all(|row| !row.endpoint.starts_with("cliws_")));
}

#[tokio::test]
async fn an_event_under_way_when_the_socket_breaks_has_failed() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    let id = client.id.clone();
    product(&lab).await;
    client.frame().await;
    drop(client);
    let rows = delivered(&lab, &id, |rows| rows.iter().any(|row| row.status == DeliveryState::Failed)).await;
    assert_eq!(
        rows[0].attempts[0].error.as_deref(),
        Some("the session of the Stripe CLI ended before it acknowledged the event")
    );
}

#[tokio::test]
async fn a_second_socket_takes_the_session_over() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    let url = session(&lab, "lab").await["websocket_url"].as_str().unwrap().to_owned();
    let (second, _) = open(&url, &client.id).await.unwrap();
    while let Some(message) = client.next().await {
        assert!(matches!(message, Message::Close(_)), "{message:?}");
    }
    drop(second);
}

#[tokio::test]
async fn pings_are_answered_and_strange_frames_are_named() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    client.say(Message::Ping(b"are you there".to_vec().into())).await;
    assert_eq!(client.next().await, Some(Message::Pong(b"are you there".to_vec().into())));
    client.say(Message::text(r#"{"type":"greeting"}"#)).await;
    client.say(Message::binary(b"\xff\x00".to_vec())).await;
    client.say(Message::text(r#"{"type":"event_ack","webhook_conversation_id":"wc_unknown"}"#)).await;
    // Frames are taken in order: an answered ping says that those before it were looked at.
    client.say(Message::Ping(Vec::new().into())).await;
    assert_eq!(client.next().await, Some(Message::Pong(Vec::new().into())));
    let calls = lab.send(lab.http.get(lab.control_url("/v1/stripe/unsupported"))).await.ok();
    let whats: Vec<_> = calls["calls"].as_array().unwrap().iter().map(|call| call["what"].as_str().unwrap()).collect();
    assert_eq!(whats.len(), 2, "{calls}");
    assert_eq!(whats[0], "nothing is known of frames of type \"greeting\"");
    assert!(whats[1].starts_with("the frame is not understood: "), "{whats:?}");
}

#[tokio::test]
async fn a_frame_beyond_the_bound_ends_the_session() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    let long = "x".repeat(mock_stripe::cli::frames::MAX_FRAME + 1);
    client.say(Message::text(long)).await;
    while client.next().await.is_some() {}
    // The fake goes on for others.
    Client::listen(&lab).await;
}

#[tokio::test]
async fn rules_keep_back_what_goes_to_a_session_too() {
    let lab = Lab::with(|config| config.webhook_url = None).await;
    let mut client = Client::listen(&lab).await;
    let hold = lab.http.post(lab.control_url("/v1/stripe/holds")).json(&serde_json::json!({"action": "hold"}));
    lab.send(hold).await.ok();
    product(&lab).await;
    let rows = delivered(&lab, &client.id, |rows| rows.len() == 1).await;
    assert_eq!(rows[0].status, DeliveryState::Held);
    lab.send(lab.http.delete(lab.control_url("/v1/stripe/holds"))).await.ok();
    let release =
        lab.send(lab.http.post(lab.control_url("/v1/stripe/deliveries/release")).json(&serde_json::json!({})));
    let (released, [own, _]) = tokio::join!(release, client.take());
    assert_eq!(
        (released.ok()["deliveries"][0]["status"].as_str(), own.kind().as_str()),
        (Some("delivered"), "product.created")
    );
}

#[tokio::test]
async fn whoever_listens_goes_on_after_a_reset() {
    let lab = Lab::start().await;
    let mut client = Client::listen(&lab).await;
    lab.world.reset();
    // Ids are drawn from the beginning again; nobody else's session may get this one's.
    assert_ne!(session(&lab, "lab").await["websocket_id"], client.id.as_str());
    product(&lab).await;
    assert_eq!(client.take().await[0].kind(), "product.created");
}

#[tokio::test]
async fn who_tails_request_logs_hears_of_the_requests_that_it_wants_and_of_no_events() {
    let lab = Lab::start().await;
    let form = "device_name=lab&websocket_features[]=request_logs&filters=";
    let all = lab.post("/v1/stripecli/sessions", &format!("{form}{{\"filter_account\":[\"self\"]}}")).await.ok();
    assert_eq!(
        (&all["websocket_authorized_feature"], &all["display_connect_filter_warning"]),
        (&json!("request-logs"), &json!(true))
    );
    let failed =
        lab.post("/v1/stripecli/sessions", &format!("{form}{{\"filter_status_code_type\":[\"400\"]}}")).await.ok();
    let (mut all, mut failed) = (Client::of(&all).await, Client::of(&failed).await);
    product(&lab).await;
    lab.get("/v1/prices/price_none?limit=x").await;
    lab.get("/v1/nothing").await;
    let declined =
        "amount=900&currency=usd&confirm=true&payment_method_types[]=card&payment_method=pm_card_visa_chargeDeclined";
    let declined = lab.post("/v1/payment_intents", declined).await;
    let log = async |client: &mut Client| {
        let Some(Message::Text(text)) = client.next().await else { panic!("no frame") };
        let frame: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(frame["type"], "request_log_event", "{frame}");
        let ack = json!({"type": "event_ack", "event_id": frame["request_log_id"], "webhook_conversation_id": "", "webhook_id": ""});
        client.say_json(&ack).await;
        serde_json::from_str::<Value>(frame["event_payload"].as_str().unwrap()).unwrap()
    };
    let first = log(&mut all).await;
    assert!(first["request_id"].as_str().unwrap().starts_with("req_"));
    assert_eq!(
        (&first["method"], &first["url"], &first["status"], &first["error"], &first["livemode"]),
        (&json!("POST"), &json!("/v1/products"), &json!(200), &Value::Null, &json!(false))
    );
    for client in [&mut all, &mut failed] {
        let missing = log(client).await;
        assert_eq!((&missing["url"], &missing["status"]), (&json!("/v1/prices/price_none"), &json!(400)));
        assert_eq!(missing["error"]["code"], "parameter_unknown");
        assert_eq!(log(client).await["url"], "/v1/nothing");
        let refused = log(client).await;
        assert_eq!(refused["request_id"], declined.header("request-id"));
        let error = &refused["error"];
        assert_eq!((&error["type"], &error["decline_code"]), (&json!("card_error"), &json!("generic_decline")));
        assert!(error["charge"].as_str().unwrap().starts_with("ch_") && error.get("payment_intent").is_none());
    }
    lab.settled().await;
    assert!(!lab.receiver.kinds().is_empty(), "events go to the endpoints alone");
    assert!(deliveries(&lab, "").await.iter().all(|row| row.endpoint.starts_with("we_")));
    drop((all, failed));
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    assert!(calls.calls.iter().all(|call| !call.call.contains("socket")), "{calls:?}");
}

#[tokio::test]
async fn what_a_session_cannot_be_for_is_refused_and_named() {
    let lab = Lab::start().await;
    for (form, message) in [
        ("device_name=x&websocket_features[]=v2_events", "This fake of Stripe does not support thin events."),
        (
            "device_name=x&websocket_features[]=webhooks&websocket_features[]=request_logs",
            "This fake of Stripe does not support events and request logs in one session of the Stripe CLI.",
        ),
        (
            "device_name=x&websocket_features[]=request_logs&filters={\"filter_ip_address\":[\"10.0.0.1\"]}",
            "This fake of Stripe does not support filtering request logs by IP address.",
        ),
        ("device_name=x&websocket_features[]=request_logs&filters={", "Invalid object"),
        (
            "device_name=x&websocket_features[]=telepathy",
            "This fake of Stripe does not support the Stripe CLI's feature \"telepathy\".",
        ),
        ("device_name=x", "Missing required param: websocket_features."),
        ("websocket_features[]=webhooks", "Missing required param: device_name."),
    ] {
        let answer = lab.post("/v1/stripecli/sessions", form).await;
        assert_eq!((answer.status, answer.json()["error"]["message"].as_str()), (400, Some(message)), "{form}");
    }
    let keyless = lab.http.post(format!("{}/v1/stripecli/sessions", lab.base)).body("device_name=x");
    assert_eq!(lab.send(keyless).await.status, 401);
    // Without an upgrade, and for another account.
    let plain = lab.send(lab.http.get(format!("{}/subscribe/acct_1", lab.base)).bearer_auth(KEY)).await;
    assert_eq!(plain.status, 400, "{}", plain.text);
    assert!(plain.json()["error"]["message"].as_str().unwrap().contains("upgrade"), "{}", plain.text);
    let session = session(&lab, "lab").await;
    let elsewhere = session["websocket_url"].as_str().unwrap().replace("acct_", "acct_other");
    assert_eq!(open(&elsewhere, session["websocket_id"].as_str().unwrap()).await.err().unwrap().0, 404);
}

#[tokio::test]
async fn only_so_many_sessions_listen_at_once() {
    let lab = Lab::start().await;
    let mut clients = Vec::new();
    for _ in 0..64 {
        clients.push(Client::listen(&lab).await);
    }
    let answer = lab.post("/v1/stripecli/sessions", "device_name=x&websocket_features[]=webhooks").await;
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (429, Some("rate_limit")));
}
