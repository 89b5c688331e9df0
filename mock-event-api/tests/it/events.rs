//! Reading events and passes: whole answers.

use insta::assert_snapshot;
use mock_event_api::control::dto::{ArrangeEvent, ArrangePass, ChangeEvent, EventView};

use crate::support::{Bench, EVENT, FREE_EVENT, PASS};

fn pretty(text: &str) -> String {
    serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(text).unwrap()).unwrap()
}

#[tokio::test]
async fn an_event_has_every_field_and_blank_ones_are_null() {
    let bench = Bench::new().await;
    let answer = bench.get(&format!("/events/{EVENT}")).await;
    assert_eq!(answer.status, 200);
    assert_snapshot!("event", pretty(&answer.text));
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn passes_with_what_is_left() {
    let bench = Bench::new().await;
    bench.buy(EVENT, PASS, 3).await;
    let answer = bench.get(&format!("/events/{EVENT}/passes")).await;
    assert_eq!(
        answer.line(),
        concat!(
            r#"200 [{"passId":"6b1f0c0e-0000-4000-8000-000000000001","passName":"Standard","price":49.5,"currencySymbol":"$","#,
            r#""numberOfPassesLeft":3997,"numberOfPassesSold":0,"sessions":[]},"#,
            r#"{"passId":"6b1f0c0e-0000-4000-8000-000000000002","passName":"Workshop","price":199,"currencySymbol":"$","#,
            r#""numberOfPassesLeft":100,"numberOfPassesSold":0,"sessions":[]}]"#
        )
    );
    assert_eq!(bench.get(&format!("/events/{FREE_EVENT}/passes")).await.line(), "200 []");
    assert_eq!(bench.get(&format!("/events/{EVENT}/registrations/count")).await.line(), "200 0");
    bench.set("EAPI-31", "with-reservations");
    assert_eq!(bench.get(&format!("/events/{EVENT}/registrations/count")).await.line(), "200 3");
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn published_events_and_their_filters() {
    let bench = Bench::new().await;
    bench
        .arrange(&ArrangeEvent { readable_event_id: Some("Draft1".into()), live: false, ..ArrangeEvent::default() })
        .await;
    bench
        .arrange(&ArrangeEvent {
            readable_event_id: Some("Hidden1".into()),
            published: false,
            ..ArrangeEvent::default()
        })
        .await;
    let bench = &bench;
    let listed = |path: String| async move {
        let events = bench.get(&path).await.json();
        events
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["readableEventId"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("/events/published".into()).await, [FREE_EVENT, EVENT]);
    let own = bench.dataverse.events().default_web_application().unwrap().id;
    assert_eq!(listed(format!("/events/published?webappId={own}")).await, [FREE_EVENT, EVENT]);
    assert!(listed("/events/published?webappId=00000000-0000-4000-8000-000000000000".into()).await.is_empty());
    assert_eq!(bench.get("/events/published?webappId=x").await.line(), r#"400 {"Message":"webappId is not a GUID."}"#);
    assert_eq!(bench.get("/events/Draft1").await.line(), r#"404 {"Message":"The event is not live."}"#);
    assert_eq!(bench.get("/events/Hidden1").await.status, 200);
    bench.set("EAPI-8", "400");
    assert_eq!(bench.get("/events/Draft1").await.status, 400);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn a_readable_id_is_exact_and_may_be_encoded() {
    let bench = Bench::new().await;
    assert_eq!(bench.get(&format!("/events/{}", EVENT.replace('_', "%5F"))).await.status, 200);
    assert_eq!(bench.get(&format!("/events/{}", EVENT.to_lowercase())).await.status, 404);
    bench.set("EAPI-39", "insensitive");
    assert_eq!(bench.get(&format!("/events/{}", EVENT.to_lowercase())).await.status, 200);
}

#[tokio::test]
async fn a_user_is_anonymous() {
    let bench = Bench::new().await;
    let expect = r#"200 {"id":null,"firstName":null,"lastName":null,"email":null,"isAnonymous":true}"#;
    assert_eq!(bench.get("/users/authenticated").await.line(), expect);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn prices_keep_their_digits() {
    let bench = Bench::new().await;
    let price = |text: &str| ArrangePass { price: text.parse().ok(), name: text.into(), ..ArrangePass::default() };
    let passes = vec![price("0.10"), price("1.125"), price("922337203685477")];
    let event = bench.arrange(&ArrangeEvent { passes, currency: Some("KWD".into()), ..ArrangeEvent::default() }).await;
    let answer = bench.get(&format!("/events/{}/passes", event.readable_event_id)).await;
    for expect in [r#""price":0.1,"#, r#""price":1.125,"#, r#""price":922337203685477,"#, r#""currencySymbol":"KD""#] {
        assert!(answer.text.contains(expect), "{expect} in {}", answer.text);
    }
    let change = ChangeEvent { capacity: Some(None), ..ChangeEvent::default() };
    let view: EventView =
        bench.control.post(&format!("/v1/event-api/events/{}", event.readable_event_id), &change).await.unwrap();
    assert_eq!((view.capacity, view.left), (None, None));
    let answer = bench.get(&format!("/events/{}", event.readable_event_id)).await.json();
    assert_eq!((answer["maxCapacity"].is_null(), answer["isCapacityRestricted"].as_bool()), (true, Some(false)));
    bench.assert_true_to_the_contract();
}
