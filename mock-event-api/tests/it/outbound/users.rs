//! Users who are signed in: who they are, what they have, what they may do about it, and how sessions stand to them.

use mock_dataverse::event_management::Generation;
use mock_dataverse::event_management::programme::{NewSession, NewTrack};
use mock_event_api::control::dto::{ArrangeEvent, KnownUser, NewUser};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Browser, DINNER, GALA, guests, purchase_in};
use crate::support::Bench;

/// Somebody with the address of the n-th guest.
async fn sign_in(bench: &Bench, n: usize) -> (Browser, Uuid) {
    let ask = NewUser { first_name: "Ada".into(), last_name: format!("Ng {n}"), email: format!("ada{n}@example.test") };
    let known: KnownUser = bench.control.post("/v1/event-api/users", &ask).await.unwrap();
    (Browser { cookie: None, bearer: Some(known.id_token) }, known.contact_id)
}

/// A free event with two sessions on a track, one of them for a single person.
async fn talks(bench: &Bench) -> (String, Vec<Uuid>, Uuid) {
    let lab = NewSession { capacity: Some(1), ..NewSession::named("Lab") };
    let track =
        NewTrack { id: None, name: "All".into(), description: None, sessions: vec!["Lab".into(), "Talk".into()] };
    let ask = ArrangeEvent {
        scope: "talks".into(),
        name: "Talks".into(),
        source_system: Generation::Outbound,
        passes: Vec::new(),
        capacity: Some(2),
        show_waitlist: true,
        sessions: vec![lab, NewSession::named("Talk"), NewSession::named("Elsewhere")],
        tracks: vec![track],
        ..ArrangeEvent::default()
    };
    let made = bench.arrange(&ask).await;
    (made.readable_event_id, made.session_ids, made.track_ids[0])
}

/// Name, eligible, registered of each session.
fn stands(sessions: &Value) -> Vec<String> {
    let one = |session: &Value| {
        format!(
            "{} {} {}",
            session["name"].as_str().unwrap(),
            session["userEligibleToRegister"],
            session["alreadyRegistered"]
        )
    };
    sessions.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn who_is_signed_in_is_told_and_nobody_is_anonymous() {
    let bench = Bench::outbound().await;
    let nobody = Browser::default();
    let anonymous = r#"200 {"id":null,"firstName":null,"lastName":null,"email":null,"isAnonymous":true}"#;
    assert_eq!(nobody.get(&bench, "/users/authenticated").await.line(), anonymous);
    let (ada, contact) = sign_in(&bench, 1).await;
    let told = format!(
        r#"200 {{"id":"{contact}","firstName":"Ada","lastName":"Ng 1","email":"ada1@example.test","isAnonymous":false}}"#
    );
    assert_eq!(ada.get(&bench, "/users/authenticated").await.line(), told);
    assert_eq!(sign_in(&bench, 1).await.1, contact, "the same contact");
    let eve = Browser { bearer: Some("made-up".into()), cookie: None };
    for path in ["/users/authenticated", "/events/published"] {
        assert_eq!(eve.get(&bench, path).await.line(), r#"401 {"Message":"The id token is not valid."}"#, "{path}");
    }
    for path in ["/users/authenticated/registrations", "/users/authenticated/waitlist-items"] {
        bench.set("OB-NOBODY", "401");
        assert_eq!(nobody.get(&bench, path).await.line(), r#"401 {"Message":"You have to be signed in."}"#, "{path}");
        bench.set("OB-NOBODY", "empty");
        assert_eq!(nobody.get(&bench, path).await.line(), "200 []", "{path}");
    }
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn users_have_their_own_registrations_and_cancel_them() {
    let bench = Bench::outbound().await;
    let (event, sessions, _) = talks(&bench).await;
    let (mut ada, _) = sign_in(&bench, 0).await;
    let (mut other, _) = sign_in(&bench, 1).await;
    let mut body = guests(None, 1);
    body["attendees"][0]["attendeeSessions"] = json!([{"sessionId": sessions[1]}]);
    ada.register(&bench, &event, &body).await;
    let purchase = purchase_in(&ada.register(&bench, GALA, &guests(Some(DINNER), 1)).await);
    bench.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    let own = ada.get(&bench, "/users/authenticated/registrations").await;
    let ids: Vec<String> =
        own.json().as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    let place = own.json()[0]["sessionRegistrations"][0]["id"].as_str().unwrap().to_owned();
    let shown = ids.iter().fold(own.line(), |line, id| line.replace(id, "ID")).replace(&place, "PLACE");
    insta::assert_snapshot!(shown);
    assert_eq!(other.get(&bench, "/users/authenticated/registrations").await.line(), "200 []");

    let cancel = |id: &str| format!("/users/authenticated/registrations/{id}/cancel");
    assert_eq!(other.post(&bench, &cancel(&ids[0]), &json!({})).await.line(), "200 false", "not theirs");
    assert_eq!(ada.post(&bench, &cancel(&ids[0]), &json!({})).await.line(), "200 true");
    assert_eq!(ada.post(&bench, &cancel(&ids[0]), &json!({})).await.line(), "200 false", "it is gone");
    assert_eq!(ada.post(&bench, &cancel("x"), &json!({})).await.status, 400);
    assert_eq!(ada.get(&bench, "/users/authenticated/registrations").await.json().as_array().unwrap().len(), 1);
    assert_eq!(bench.seats(&event).await.sold, 0);
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn users_see_what_they_wait_for() {
    let bench = Bench::outbound().await;
    let (event, sessions, _) = talks(&bench).await;
    let mut browser = Browser::default();
    let in_lab = |n: usize, waits: bool| {
        json!({"attendees": [{"firstName": "Ada", "lastName": format!("Ng {n}"), "email": format!("ada{n}@example.test"), "waitlisted": waits,
            "autoRegister": waits, "attendeeSessions": [{"sessionId": sessions[0]}]}]})
    };
    for (n, waits) in [(0, false), (1, false), (2, true)] {
        assert_eq!(browser.register(&bench, &event, &in_lab(n, waits)).await.json()["status"], "Success");
    }
    let mut lines = Vec::new();
    for n in 0..3 {
        let (user, _) = sign_in(&bench, n).await;
        let items = user.get(&bench, "/users/authenticated/waitlist-items").await;
        let id = items.json()[0]["id"].as_str().unwrap_or("-").to_owned();
        lines.push(format!("{n}: {}", items.line().replace(&id, "ID")));
    }
    insta::assert_snapshot!(lines.join("\n"));
    bench.assert_true_to_the_contract();
}

/// The same rules as with the registration itself decide.
#[tokio::test]
async fn users_register_for_sessions_of_events_that_they_come_to() {
    let bench = Bench::outbound().await;
    let (event, sessions, track) = talks(&bench).await;
    let (mut ada, _) = sign_in(&bench, 0).await;
    let path = |session: Uuid| format!("/events/{event}/sessions/{session}/registrations");
    let listed = format!("/events/{event}/sessions");
    let on_track = format!("/tracks/{track}/sessions");
    assert_eq!(
        ada.post(&bench, &path(sessions[0]), &json!({})).await.line(),
        "200 false",
        "not registered for the event"
    );
    assert_eq!(
        stands(&ada.get(&bench, &listed).await.json()),
        ["Elsewhere false false", "Lab false false", "Talk false false"]
    );
    ada.register(&bench, &event, &guests(None, 2)).await;
    assert_eq!(stands(&ada.get(&bench, &on_track).await.json()), ["Lab true false", "Talk true false"]);
    for _ in 0..2 {
        assert_eq!(ada.post(&bench, &path(sessions[0]), &json!({})).await.line(), "200 true");
    }
    assert_eq!(bench.dataverse.events().session_seats(sessions[0]).sold, 1, "once");
    assert_eq!(stands(&ada.get(&bench, &on_track).await.json()), ["Lab false true", "Talk true false"]);
    assert_eq!(
        stands(&Browser::default().get(&bench, &on_track).await.json()),
        ["Lab false false", "Talk false false"]
    );

    // The session is full: who comes later waits for it, and moves up when it is given back.
    let (mut bo, _) = sign_in(&bench, 1).await;
    assert_eq!(bo.post(&bench, &path(sessions[0]), &json!({})).await.line(), "200 true");
    let waiting = bo.get(&bench, "/users/authenticated/waitlist-items").await.json();
    assert_eq!(waiting[0]["session"], "Lab");
    assert_eq!(stands(&bo.get(&bench, &on_track).await.json()), ["Lab false false", "Talk true false"]);
    let views = bench.dataverse.events().registrations(&event).unwrap();
    bench.dataverse.events().cancel_session_registration(views[0].id, sessions[0]).unwrap();
    bench.dataverse.events().move_up_in_session(views[1].id, sessions[0]).unwrap();
    assert_eq!(stands(&bo.get(&bench, &on_track).await.json()), ["Lab false true", "Talk true false"]);

    assert_eq!(ada.post(&bench, &path(track), &json!({})).await.line(), "200 false", "no session");
    assert_eq!(Browser::default().post(&bench, &path(sessions[1]), &json!({})).await.status, 401);
    assert_eq!(
        ada.post(&bench, &format!("/events/None1/sessions/{track}/registrations"), &json!({})).await.status,
        404
    );
    assert_eq!(bench.get(&format!("/sessions/{}", sessions[1])).await.status, 404, "of the other generation");
    bench.assert_true_to_the_contract();
}

/// Sessions that were added to what was bought go with it, and come back with it.
#[tokio::test]
async fn sessions_added_to_a_purchase_follow_it() {
    let bench = Bench::outbound().await;
    bench.set("AMB-5", "last-wins");
    let ask = ArrangeEvent {
        scope: "bought".into(),
        source_system: Generation::Outbound,
        sessions: vec![NewSession { capacity: Some(1), ..NewSession::named("Lab") }],
        ..ArrangeEvent::default()
    };
    let made = bench.arrange(&ask).await;
    let (event, session) = (made.readable_event_id, made.session_ids[0]);
    let (mut ada, _) = sign_in(&bench, 0).await;
    let purchase = purchase_in(&ada.register(&bench, &event, &guests(Some(&made.pass_ids[0].to_string()), 1)).await);
    let events = bench.dataverse.events();
    events.finalize(purchase, 100_000_001).unwrap();
    let path = format!("/events/{event}/sessions/{session}/registrations");
    assert_eq!(ada.post(&bench, &path, &json!({})).await.line(), "200 true");
    let seats = || (events.session_seats(session).sold, events.session_seats(session).held);
    assert_eq!(seats(), (1, 0));
    events.finalize(purchase, 100_000_000).unwrap();
    assert_eq!(seats(), (0, 0));
    events.finalize(purchase, 100_000_001).unwrap();
    assert_eq!(seats(), (1, 0));
    let own = ada.get(&bench, "/users/authenticated/registrations").await.json();
    assert_eq!(own[0]["sessionRegistrations"][0]["sessionName"], "Lab");
}

/// A signed-in user is the purchaser from the beginning, and the one who registered the attendees.
#[tokio::test]
async fn who_is_signed_in_is_the_purchaser() {
    let bench = Bench::outbound().await;
    let (mut boss, contact) = sign_in(&bench, 77).await;
    let purchase = purchase_in(&boss.register(&bench, GALA, &guests(Some(DINNER), 2)).await);
    let purchaser = || {
        let row = bench.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
        row.lookup("msevtmgt_purchasingcontactid")
    };
    assert_eq!(purchaser(), Some(contact));
    bench.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    assert_eq!(purchaser(), Some(contact));
    let by: Vec<_> = bench
        .dataverse
        .store()
        .read(|data| data.rows("msevtmgt_eventregistration").map(|row| row.lookup("msevtmgt_registeredby")).collect());
    assert_eq!(by, [Some(contact); 2]);
}
