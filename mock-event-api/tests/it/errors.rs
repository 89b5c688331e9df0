//! Every error answer, whole.

use insta::assert_snapshot;
use mock_event_api::control::dto::{ArrangeEvent, ChangeEvent, EventView};
use serde_json::json;

use crate::support::{Answer, Bench, EVENT, FREE_EVENT, PASS, attendees_with};

fn whole(name: &str, answer: &Answer) -> String {
    format!("{name}\n  {} {}\n  {}\n", answer.status, answer.header("content-type").unwrap_or("-"), answer.text)
}

#[tokio::test]
async fn error_answers() {
    let bench = Bench::new().await;
    let register = format!("/events/{EVENT}/registrations");
    let mut all = String::new();
    let mut note = |name: &str, answer: Answer| all.push_str(&whole(name, &answer));

    let organization = bench.url("/events/published").replace("5e1b77c0", "00000000");
    note("another organization", bench.send(bench.http.get(organization)).await);
    note("no token", bench.send(bench.http.get(bench.bare_url("/events/published"))).await);
    note("wrong token", bench.send(bench.http.get(bench.bare_url("/events/published?emApplicationtoken=x"))).await);
    let stranger = bench.http.get(bench.url("/events/published")).header("origin", "https://evil.example");
    note("another origin", bench.send(stranger).await);
    note("unknown event", bench.get("/events/None1").await);
    note("unknown path", bench.get("/tracks/1/sessions").await);
    note("wrong method", bench.send(bench.http.delete(bench.url(&register))).await);
    note("empty body", bench.post_text(&register, "").await);
    note("broken JSON", bench.post_text(&register, "{\"attendees\":[").await);
    note("wrong type", bench.post_text(&register, r#"{"attendees":[{"firstName":7}]}"#).await);
    note("not a GUID", bench.post_text(&register, r#"{"attendees":[{"passId":"5"}]}"#).await);
    note("nobody", bench.post_text(&register, r#"{"attendees":[]}"#).await);
    note("no name", bench.post_text(&register, r#"{"attendees":[{"email":"a@b.test"}]}"#).await);
    note(
        "no pass",
        bench.register(EVENT, &json!({"attendees":[{"firstName":"A","lastName":"B","email":"a@b.test"}]})).await,
    );
    note("pass of nothing", bench.register(EVENT, &attendees_with("6b1f0c0e-0000-4000-8000-0000000000ff", 1)).await);
    note("too many", bench.register(EVENT, &attendees_with("6b1f0c0e-0000-4000-8000-000000000002", 101)).await);
    let form =
        bench.http.post(bench.url(&register)).header("content-type", "application/x-www-form-urlencoded").body("a=b");
    note("not JSON by its own word", bench.send(form).await);
    note("giant body", bench.post_text(&register, "x".repeat(300 * 1024)).await);
    note("captcha", bench.get(&format!("/events/{EVENT}/captcha")).await);
    note("demo payment", bench.post_text(&format!("{register}/finalize"), "{}").await);
    note("unknown session", bench.get(&format!("/sessions/{PASS}")).await);
    note("session that is no GUID", bench.get("/sessions/1").await);
    note("event without a public URL", bench.get(&format!("/events/{FREE_EVENT}/qrcode")).await);
    note("speaker without a picture", bench.get(&format!("/speakers/{PASS}/image")).await);
    note("unknown sponsorship", bench.get(&format!("/sponsorships/{PASS}/logo")).await);
    note("check-in without a way on", bench.post_text("/checkins", "{}").await);
    note("check-in of nobody", bench.post_text("/checkins?redirectUri=https%3A%2F%2Fa.test", "{}").await);
    let stranger = json!({ "registrationId": PASS }).to_string();
    note("check-in of a stranger", bench.post_text("/checkins?redirectUri=https%3A%2F%2Fa.test", stranger).await);
    note("check-in that leads nowhere", bench.post_text("/checkins?redirectUri=javascript:alert(1)", "{}").await);

    let closed = ChangeEvent { closes: Some(Some(bench.world.clock().now())), ..ChangeEvent::default() };
    let _closed: EventView = bench.control.post(&format!("/v1/event-api/events/{EVENT}"), &closed).await.unwrap();
    note("closed", bench.register(EVENT, &attendees_with(PASS, 1)).await);
    let draft = bench
        .arrange(&ArrangeEvent { readable_event_id: Some("Draft1".into()), live: false, ..ArrangeEvent::default() })
        .await;
    note("not live", bench.register("Draft1", &attendees_with(&draft.pass_ids[0].to_string(), 1)).await);
    bench.set("EAPI-9", "problem");
    note("as a problem", bench.get("/events/None1").await);
    note("full as a problem", {
        let ask =
            ArrangeEvent { readable_event_id: Some("Small1".into()), capacity: Some(1), ..ArrangeEvent::default() };
        let small = bench.arrange(&ask).await;
        bench.register("Small1", &attendees_with(&small.pass_ids[0].to_string(), 2)).await
    });
    assert_snapshot!("errors", all);
    bench.assert_true_to_the_contract();
}
