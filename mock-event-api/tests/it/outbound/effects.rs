//! What a caller can see of the outbound API that a switch might change, a line each.

use mock_dataverse::event_management::Generation;
use mock_dataverse::store::Fields;
use mock_event_api::control::dto::{ArrangeEvent, Features};
use uuid::Uuid;

use super::support::{Browser, guests};
use crate::support::{Bench, EVENT, TOKEN, put};

const COMPLETED: i64 = 100_000_001;

/// Registers and pays in every way there is.
pub(crate) async fn look(bench: &Bench) -> Vec<String> {
    let features = Features { payments: true, demo_payments: Some(true) };
    bench.control.put("/v1/event-api/features", &features).await.unwrap();
    let mut seen = Vec::new();
    let mut browser = Browser::default();
    let ask = ArrangeEvent {
        scope: "outbound probe".into(),
        source_system: Generation::Outbound,
        capacity: Some(5),
        ..ArrangeEvent::default()
    };
    let event = bench.arrange(&ask).await;
    let (id, pass) = (event.readable_event_id, event.pass_ids[0].to_string());
    let paths = ["/events/published".to_owned(), format!("/events/{id}"), format!("/events/{EVENT}")];
    for path in paths {
        seen.push(format!("{path}: {}", browser.get(bench, &path).await.status));
        seen.push(format!("{path}, real-time: {}", bench.get(&path).await.status));
    }
    let bare = Browser::bare_url(bench, &format!("/events/published?emApplicationtoken={TOKEN}"));
    seen.push(format!("no origin: {}", bench.send(bench.http.get(bare)).await.status));

    for who in [None, Some(Browser::default())] {
        let answer = browser.register(bench, &id, &guests(Some(&pass), 1)).await;
        seen.push(answer.line());
        let Some(purchase) = answer.json()["purchaseId"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else {
            continue;
        };
        let row = bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
        seen.push(format!("purchaser: {}", row.lookup("msevtmgt_purchasingcontactid").is_some()));
        // Another browser, one that has a session of its own or none.
        if let Some(mut other) = who {
            seen.push(format!("no session: {}", other.finalize(bench, &id, purchase).await.line()));
        } else {
            let mut other = Browser { cookie: Some(format!("payloop_emsession={}", Uuid::from_u128(7))), bearer: None };
            seen.push(format!("other session: {}", other.finalize(bench, &id, purchase).await.line()));
        }
        seen.push(format!("{:?}", bench.dataverse.events().finalize(purchase, COMPLETED)));
    }
    seen.push(browser.register(bench, &id, &guests(Some(&pass), 5)).await.line());

    let fields = Fields::new()
        .set("msevtmgt_name", "Columns")
        .set("msevtmgt_selectedentity", 100_000_003)
        .set("msevtmgt_selectedfields", r#"["statuscode"]"#);
    put(bench, "msevtmgt_websiteentityconfiguration", Uuid::from_u128(0xc01), fields);
    seen.push(browser.get(bench, &format!("/events/{id}/passes")).await.line());
    for path in ["/users/authenticated/registrations", "/users/authenticated/waitlist-items"] {
        seen.push(browser.get(bench, path).await.line());
    }
    let captcha = ArrangeEvent { scope: "captcha probe".into(), enable_captcha: true, passes: Vec::new(), ..ask };
    let id = bench.arrange(&captcha).await.readable_event_id;
    seen.push(browser.register(bench, &id, &guests(None, 1)).await.line());
    seen
}
