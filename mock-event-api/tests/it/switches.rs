//! Every value of every switch of event management: whatever it is set to, answers keep to the contract and registering still ends well.

use mock_dataverse::event_management::switches::ALL;
use serde_json::json;

use crate::support::{Bench, EVENT, FREE_EVENT, PASS, attendees_with};

#[tokio::test]
async fn every_value_of_every_switch_keeps_to_the_contract() {
    let bench = Bench::new().await;
    let events = bench.dataverse.events();
    let nobody_yet = json!({"attendees":[{"firstName":"Bo","lastName":"Li","email":"bo@example.test"}]});
    for switch in ALL {
        for value in switch.values {
            bench.world.switches().reset();
            bench.set(switch.id, value.name);
            let before = events.purchases(Some(EVENT)).len();
            let paid = bench.register(EVENT, &attendees_with(PASS, 1)).await;
            let free = bench.register(FREE_EVENT, &nobody_yet).await;
            let told = format!("{} {}: {} / {}", switch.id, value.name, paid.line(), free.line());
            match (switch.id, value.name) {
                // The bench sends no Origin and has no registration settings, and the addresses have registered under earlier values.
                ("EAPI-5", "400") | ("EAPI-16", "reject") | ("EAPI-SETTINGS", "refuse") => {
                    assert_eq!((paid.status, free.status), (400, 400), "{told}");
                }
                _ => {
                    assert!((200..=202).contains(&paid.status) && (200..=202).contains(&free.status), "{told}");
                    assert_eq!(events.purchases(Some(EVENT)).len(), before + 1, "{told}");
                    let (_, id) = paid.text.split_once("purchaseId=").expect("a link");
                    let purchase = id.get(..36).and_then(|id| id.parse().ok()).expect("a GUID");
                    events.finalize(purchase, 100_000_001).unwrap();
                }
            }
            for path in [
                "/events/published".to_owned(),
                format!("/events/{EVENT}/passes"),
                format!("/events/{EVENT}/qrcode"),
                format!("/events/{EVENT}/captcha"),
                "/users/authenticated".to_owned(),
                "/events/None1".to_owned(),
            ] {
                let answer = bench.get(&path).await;
                assert!(answer.status < 500, "{} {}: {}", switch.id, value.name, answer.line());
            }
        }
    }
    bench.assert_true_to_the_contract();
}
