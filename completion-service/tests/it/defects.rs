//! Each defect shows, and shows only what it says.

use completion_service::Defect;
use serde_json::json;

use crate::client::{BACK, ID, OTHER, World, event, link, paid, signature, unix_now, world, world_with};
use crate::stub::{Finalize, SECRET};

async fn broken(defect: Defect) -> World {
    world_with(|config| config.defects.extend([defect])).await
}

/// What one whole story looks like from outside.
async fn story(world: &World) -> Vec<String> {
    let mut seen = Vec::new();
    let visit = world.visit(&link(ID, Some(BACK))).await;
    seen.push(format!("visit {}", visit.status().as_u16()));
    for (name, query) in
        [("upper case", link(&ID.to_uppercase(), Some(BACK))), ("extra", format!("x=1&{}", link(ID, Some(BACK))))]
    {
        seen.push(format!("{name} {}", world.visit(&query).await.status().as_u16()));
    }
    let bare = world.visit(&link(OTHER, None)).await;
    seen.push(format!("no return URL {}", bare.status().as_u16()));
    let head = world.http.head(world.url(&format!("/GatewayRedirect/PayWithStripe?{}", link(ID, None))));
    seen.push(format!("head {}", head.send().await.expect("an answer").status().as_u16()));
    for (kind, form) in &world.stub.store().forms {
        for (name, value) in form.iter().filter(|(name, _)| !name.starts_with("line_items")) {
            let value = value.replace(&world.service.addr.to_string(), "SERVICE");
            seen.push(format!("{kind} {name}={value}"));
        }
    }
    let amount = if seen.iter().any(|line| line == "price unit_amount=149") { 149 } else { 14950 };
    let unpaid = event("checkout.session.completed", "unpaid", ID, amount, "eur");
    let declined = event("payment_intent.payment_failed", "unpaid", ID, amount, "eur");
    let mut foreign = paid();
    foreign["data"]["object"]["metadata"] = json!({});
    let mut older = event("checkout.session.completed", "paid", ID, amount, "eur");
    older["api_version"] = json!("2025-11-17.clover");
    let mut right = older.clone();
    right["api_version"] = json!("2026-07-29.dahlia");
    let rejected = event("checkout.session.async_payment_failed", "unpaid", OTHER, 2000, "usd");
    for (name, event) in
        [("rejected", &rejected), ("unpaid", &unpaid), ("declined", &declined), ("foreign", &foreign), ("paid", &right)]
    {
        let status = world.deliver(event).await;
        seen.push(format!("{name} {status}, paid {}", world.stub.paid(ID)));
    }
    let odd = right.to_string().replace("paid", "\\u0070aid").into_bytes();
    let header = signature(SECRET, unix_now(), &odd);
    seen.push(format!("odd spelling {}", world.post(odd, Some(&header)).await.status().as_u16()));
    seen.push(format!("older version {}", world.deliver(&older).await));
    let odd_statuses = world.stub.store().finalized.clone();
    for body in odd_statuses {
        seen.push(format!("finalize {} {}", body["msevtmgt_purchaseid"], body["msevtmgt_paymentstatus"]));
    }
    seen.push(format!("writes {}", world.stub.count("PATCH")));
    seen
}

#[tokio::test]
async fn each_defect_changes_the_story_in_its_own_way() {
    let right = story(&world().await).await;
    let mut changes = Vec::new();
    // What answers first may be done with its work when the next line is written, or not.
    let apart = |defect: &Defect| {
        matches!(defect, Defect::DocsSample | Defect::AnswersFirst) || defect.is_outbound() || defect.is_for_histories()
    };
    for defect in Defect::all().iter().copied().filter(|defect| !apart(defect)) {
        let seen = story(&broken(defect).await).await;
        changes.push(format!("{}:", defect.name()));
        changes.extend(right.iter().filter(|line| !seen.contains(line)).map(|line| format!("  - {line}")));
        changes.extend(seen.iter().filter(|line| !right.contains(line)).map(|line| format!("  + {line}")));
    }
    insta::assert_snapshot!("story", right.join("\n"));
    insta::assert_snapshot!("changes", changes.join("\n"));
}

#[tokio::test]
async fn defects_that_need_their_own_stage() {
    let unpriced = broken(Defect::MissingPriceIsFree).await;
    unpriced.stub.change(ID, |purchase| purchase.price = None);
    assert_eq!(unpriced.visit(&link(ID, None)).await.status(), 302);

    let late = broken(Defect::IgnoresStanding).await;
    late.stub.change(ID, |purchase| purchase.inactive = true);
    assert_eq!(late.visit(&link(ID, None)).await.status(), 302);

    let returning = broken(Defect::CompletesOnReturn).await;
    World::page_of(&returning.visit(&link(ID, Some(BACK))).await);
    let stored = returning.stub.store().forms[1].1["after_completion[redirect][url]"].clone();
    let back = returning.http.get(stored).send().await.expect("an answer");
    assert_eq!(back.status(), 302);
    assert!(returning.stub.paid(ID));

    let strict = broken(Defect::Expects204).await;
    strict.stub.change(ID, |purchase| purchase.finalize = Finalize::Answers200);
    assert_eq!(strict.deliver(&paid()).await, 503);

    let waiting = broken(Defect::WaitsForBrowser).await;
    World::page_of(&waiting.visit(&link(ID, Some(BACK))).await);
    let stored = waiting.stub.store().forms[1].1["after_completion[redirect][url]"].clone();
    assert_eq!(waiting.http.get(&stored).send().await.expect("an answer").status(), 302);
    assert!(!waiting.stub.paid(ID), "who comes back has not paid yet");
    assert_eq!(waiting.deliver(&paid()).await, 200);
    assert!(!waiting.stub.paid(ID), "nobody came back");
    assert_eq!(waiting.http.get(&stored).send().await.expect("an answer").status(), 302);
    assert!(waiting.stub.paid(ID));

    let again = broken(Defect::EventIsPayment).await;
    World::page_of(&again.visit(&link(ID, None)).await);
    assert_eq!(again.deliver(&paid()).await, 200);
    let mut other_id = paid();
    other_id["id"] = json!("evt_other");
    assert_eq!(again.deliver(&other_id).await, 200);
    assert_eq!(again.stub.store().refunds, [format!("pi_{ID}")]);

    let mixing = broken(Defect::StaticFieldMixesBuyers).await;
    World::page_of(&mixing.visit(&link(ID, None)).await);
    World::page_of(&mixing.visit(&link(OTHER, None)).await);
    assert_eq!(mixing.deliver(&paid()).await, 200);
    assert!(!mixing.stub.paid(ID), "the payment was compared with the other purchase");
    let other = event("checkout.session.completed", "paid", OTHER, 2000, "usd");
    assert_eq!(mixing.deliver(&other).await, 200);
    assert!(mixing.stub.paid(OTHER));
}

/// They take steps that the whole story above does not have.
#[tokio::test]
async fn defects_that_only_a_tangle_of_events_shows() {
    let unpaid = event("checkout.session.completed", "unpaid", ID, 14950, "eur");
    let came = event("checkout.session.async_payment_succeeded", "paid", ID, 14950, "eur");
    let expired = event("checkout.session.expired", "unpaid", ID, 14950, "eur");
    let mut refunded = event("charge.refunded", "paid", ID, 14950, "eur");
    refunded["data"]["object"]["payment_intent"] = paid()["data"]["object"]["payment_intent"].clone();

    for (defect, told, kept_waiting) in
        [(Defect::CountsDebits, 1, false), (Defect::CountsDebits, 2, true), (Defect::ExpiryEndsDebits, 2, false)]
    {
        let debit = broken(defect).await;
        for _ in 0..told {
            assert_eq!(debit.deliver(&unpaid).await, 200);
        }
        assert_eq!(debit.deliver(&came).await, 200);
        assert_ne!(debit.stub.paid(ID), kept_waiting, "{} told {told} times", defect.name());
    }

    let ended = broken(Defect::ExpiryEndsDebits).await;
    assert_eq!(ended.deliver(&expired).await, 200);
    assert!(ended.stub.store().finalized.is_empty(), "no debit is under way");
    assert_eq!(ended.deliver(&unpaid).await, 200);
    assert_eq!(ended.deliver(&expired).await, 200);
    assert_eq!(ended.stub.store().finalized[0]["msevtmgt_paymentstatus"], 100_000_000);

    for (defect, between) in [(Defect::StaleNewsIsDoubt, &unpaid), (Defect::ChokesOnWhatWentBack, &refunded)] {
        let again = broken(defect).await;
        assert_eq!(again.deliver(&paid()).await, 200);
        assert_eq!(again.deliver(&paid()).await, 200);
        assert_eq!(again.deliver(between).await, 200);
        assert_eq!(again.deliver(&paid()).await, 503, "{}", defect.name());
    }
}

#[tokio::test]
async fn the_sample_closes_the_loop_and_nothing_more() {
    let world = broken(Defect::DocsSample).await;
    let first = World::page_of(&world.visit(&link(ID, Some("https://evil.test/"))).await);
    let second = World::page_of(&world.visit(&link(ID, None)).await);
    assert_ne!(first, second);
    let post =
        async |event: serde_json::Value| world.post(event.to_string().into_bytes(), None).await.status().as_u16();
    // No signature, no amount: whoever knows the id has a ticket.
    assert_eq!(post(event("checkout.session.completed", "paid", ID, 1, "jpy")).await, 200);
    assert!(world.stub.paid(ID));
    // A repeat is refused by the platform, and nobody understands.
    assert_eq!(post(paid()).await, 500);
    assert_eq!(post(event("checkout.session.completed", "unpaid", OTHER, 1, "eur")).await, 200);
    assert_eq!(post(event("charge.succeeded", "paid", ID, 1, "eur")).await, 200);
    assert_eq!(post(event("checkout.session.completed", "paid", "WC-1042", 1, "eur")).await, 500);
    let mut older = paid();
    older["api_version"] = json!("2025-11-17.clover");
    assert_eq!(post(older).await, 400);
    assert_eq!(post(json!(null)).await, 500);
    assert_eq!(world.visit("").await.status(), 500);
    assert_eq!(world.visit("purchaseId=x").await.status(), 400);
    world.stub.change(OTHER, |purchase| {
        (purchase.price, purchase.currency) = (None, None);
    });
    assert_eq!(world.visit(&link(OTHER, None)).await.status(), 500);
    world.stub.seed(OTHER, "0.29", None);
    World::page_of(&world.visit(&link(OTHER, None)).await);
    let store = world.stub.store();
    let price = &store.forms.iter().rfind(|(kind, _)| kind == "price").expect("a price").1;
    assert_eq!((price["unit_amount"].as_str(), price["currency"].as_str()), ("29", "USD"));
}
