//! Checking in: a row, a status, a way on.

use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Bench, EVENT, FREE_EVENT, PASS};

const ON: &str = "https://portal.example/thanks?a=1";

/// A check-in without a token, as its contract has it.
async fn check_in(bench: &Bench, registration: Uuid) -> Answer {
    let url = bench.bare_url("/checkins");
    let body = json!({ "registrationId": registration }).to_string();
    let request = bench.http.post(url).query(&[("redirectUri", ON)]).header("content-type", "application/json");
    bench.send(request.body(body)).await
}

/// The registrations there are, with status and status text.
fn registrations(bench: &Bench) -> Vec<(Uuid, Option<i32>, Option<String>)> {
    bench.dataverse.store().read(|data| {
        let rows = data.rows("msevtmgt_eventregistration");
        rows.map(|row| (row.id(), row.choice("statuscode"), row.text("msevtmgt_registrationstatus").map(str::to_owned)))
            .collect()
    })
}

#[tokio::test]
async fn an_attendee_is_checked_in_once_and_sent_on() {
    let bench = Bench::new().await;
    let purchase = bench.buy(EVENT, PASS, 1).await;
    bench.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    let (registration, ..) = registrations(&bench)[0];
    for _ in 0..2 {
        let answer = check_in(&bench, registration).await;
        assert_eq!((answer.status, answer.header("location"), answer.text.as_str()), (302, Some(ON), ""));
        assert_eq!(registrations(&bench), [(registration, Some(100_000_004), Some("Checked in".to_owned()))]);
    }
    bench.dataverse.store().read(|data| {
        let rows: Vec<_> = data.rows("msevtmgt_checkin").collect();
        assert_eq!(rows.len(), 1);
        let pass = data.rows("msevtmgt_attendeepass").next().unwrap();
        let contact = data.rows("contact").find(|row| row.text("emailaddress1") == Some("ada0@example.test")).unwrap();
        assert_eq!(rows[0].lookup("msevtmgt_registrationid"), Some(registration));
        assert_eq!(rows[0].lookup("msevtmgt_purchasedpassesid"), Some(pass.id()));
        assert_eq!(rows[0].lookup("msevtmgt_contact"), Some(contact.id()));
        assert_eq!(rows[0].time("msevtmgt_checkintime"), Some(bench.world.clock().now()));
    });
    let count = bench.get(&format!("/events/{EVENT}/registrations/count")).await;
    assert_eq!(count.line(), "200 1", "whoever is checked in is still registered");
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn whoever_has_no_place_is_not_checked_in() {
    let bench = Bench::new().await;
    let body =
        json!({"attendees": [{"firstName": "Bo", "lastName": "Li", "email": "bo@example.test", "waitlisted": true}]});
    assert_eq!(bench.register(FREE_EVENT, &body).await.status, 200);
    let (waiting, ..) = registrations(&bench)[0];
    assert_eq!(check_in(&bench, waiting).await.line(), r#"400 {"Message":"The registration is on the waiting list."}"#);
    let now = bench.world.clock().now();
    let cancelled = mock_dataverse::store::Fields::new().set("msevtmgt_iscanceled", true);
    bench.dataverse.store().write(now, |tx| tx.update("msevtmgt_eventregistration", waiting, cancelled)).unwrap();
    assert_eq!(check_in(&bench, waiting).await.line(), r#"400 {"Message":"The registration is cancelled."}"#);
    let nobody = check_in(&bench, PASS.parse().unwrap()).await;
    assert_eq!(nobody.line(), r#"404 {"Message":"The registration was not found."}"#);
    assert_eq!(bench.dataverse.store().read(|data| data.count("msevtmgt_checkin")), 0);
    bench.set("EAPI-35", "404");
    assert_eq!(check_in(&bench, waiting).await.line(), r#"404 {"Message":"There is no such operation."}"#);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_way_on_is_a_web_address_and_nothing_else() {
    let bench = Bench::new().await;
    let body = json!({ "registrationId": PASS }).to_string();
    for (query, expect) in [
        ("", "The redirectUri query parameter is required."),
        ("?redirectUri=", "redirectUri is not an http or https address."),
        ("?redirectUri=/thanks", "redirectUri is not an http or https address."),
        ("?redirectUri=data:text/html,x", "redirectUri is not an http or https address."),
        ("?redirectUri=https%3A%2F%2Fa.test%0d%0aSet-Cookie:x", "redirectUri is not an http or https address."),
        ("?redirectUri=https%3A%2F%2Fa.test%2F%0d%0aSet-Cookie:x", "The registration was not found."),
        ("?redirectUri=http%3A%2F%2Flocalhost%3A8080", "The registration was not found."),
    ] {
        let answer = bench.post_text(&format!("/checkins{query}"), body.clone()).await;
        assert_eq!(answer.json()["Message"], expect, "{query}");
    }
    let long = format!("/checkins?redirectUri=https%3A%2F%2Fa.test%2F{}", "x".repeat(2_000));
    assert_eq!(bench.post_text(&long, body.clone()).await.status, 400);
    let form = bench.http.post(bench.bare_url("/checkins?redirectUri=https%3A%2F%2Fa.test")).body("registrationId=1");
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(bench.send(form).await.status, 415);
    bench.assert_true_to_the_contract();
}
