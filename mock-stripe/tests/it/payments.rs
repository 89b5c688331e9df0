//! Payments on the hosted page: refusals, confirmation, delayed methods, free orders, refunds.

use mock_core::SignedDuration;
use mock_stripe::control::dto::Settled;
use serde_json::{Value, json};

use crate::support::Lab;

async fn session(lab: &Lab, page: &str) -> Value {
    lab.get(&format!("/v1/checkout/sessions/{}?expand[]=payment_intent.latest_charge", Lab::session_of(page)))
        .await
        .ok()
}

#[tokio::test]
async fn a_declined_buyer_reads_why_and_pays_in_the_same_session() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    for (card, message) in [
        ("4000000000009995", "Your card has insufficient funds."),
        ("4000000000000002", "Your card was declined."),
        ("4000000000000069", "Your card has expired."),
        ("4000000000000127", "Your card&#39;s security code is incorrect."),
        ("4000000000000119", "An error occurred while processing your card. Try again in a little bit."),
        ("4242424242424241", "Your card number is incorrect."),
    ] {
        let answer = lab.pay(&page, card).await;
        lab.settled().await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("role=\"alert\"") && answer.text.contains(message), "{card}: {}", answer.text);
        assert!(answer.text.contains("value=\"buyer@example.com\""), "what was typed stays");
        assert!(!answer.text.contains(card), "but for the card");
    }
    let open = session(&lab, &page).await;
    assert_eq!((&open["status"], &open["payment_status"]), (&json!("open"), &json!("unpaid")));
    let intent = &open["payment_intent"];
    assert_eq!(intent["status"], "requires_payment_method");
    assert_eq!(intent["last_payment_error"]["code"], "processing_error");
    assert_eq!(intent["latest_charge"]["outcome"]["type"], "issuer_declined");
    lab.settled().await;
    let kinds = lab.receiver.payment_kinds();
    assert_eq!(
        kinds[..5],
        [
            "charge.failed",
            "payment_intent.created",
            "payment_intent.payment_failed",
            "charge.failed",
            "payment_intent.payment_failed"
        ]
    );
    assert!(!kinds.iter().any(|kind| kind.starts_with("checkout.")));

    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    let done = session(&lab, &page).await;
    assert_eq!((&done["payment_status"], &done["payment_intent"]["status"]), (&json!("paid"), &json!("succeeded")));
    assert_eq!(done["payment_intent"]["id"], intent["id"], "one intent for all tries");
    assert_eq!(done["payment_intent"]["last_payment_error"], json!(null));
    let charges = lab.get(&format!("/v1/charges?payment_intent={}", intent["id"].as_str().unwrap())).await.ok();
    assert_eq!(charges["data"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_blocked_card_never_reaches_the_bank() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4100000000000019").await;
    let charge = &session(&lab, &page).await["payment_intent"]["latest_charge"];
    assert_eq!((&charge["outcome"]["type"], &charge["outcome"]["risk_level"]), (&json!("blocked"), &json!("highest")));
}

#[tokio::test]
async fn a_confirmed_3d_secure_step_pays_and_a_failed_one_lets_the_buyer_try_again() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    let asked = lab.pay(&page, "4000002760003184").await;
    assert_eq!((asked.status, format!("{}{}", lab.base, asked.header("location"))), (303, page.clone()));
    assert!(lab.send(lab.http.get(&page)).await.text.contains("three_d_secure"));
    assert_eq!(session(&lab, &page).await["payment_intent"]["next_action"]["type"], "redirect_to_url");

    let failed = lab.submit(&page, "three_d_secure=fail").await;
    assert!(failed.text.contains("We are unable to authenticate your payment method."), "{}", failed.text);
    let intent = &session(&lab, &page).await["payment_intent"];
    assert_eq!(intent["last_payment_error"]["code"], "payment_intent_authentication_failure");

    lab.pay(&page, "4000002760003184").await;
    assert_eq!(lab.submit(&page, "three_d_secure=confirm").await.status, 303);
    let paid = session(&lab, &page).await;
    assert_eq!(paid["payment_status"], "paid");
    let step = &paid["payment_intent"]["latest_charge"]["payment_method_details"]["card"]["three_d_secure"];
    assert_eq!((&step["result"], &step["authentication_flow"]), (&json!("authenticated"), &json!("challenge")));
    let again = lab.submit(&page, "three_d_secure=confirm").await;
    assert!(again.text.contains("Thanks for your payment"), "{}", again.text);
    let kinds = lab.receiver.payment_kinds();
    assert_eq!(
        kinds,
        [
            "payment_intent.requires_action",
            "payment_intent.created",
            "payment_intent.payment_failed",
            "payment_intent.requires_action",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed"
        ]
    );
}

#[tokio::test]
async fn a_confirmed_step_may_still_be_declined() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4000008260003178").await;
    assert!(lab.submit(&page, "three_d_secure=confirm").await.text.contains("insufficient funds"));
    let early = lab.submit(&page, "three_d_secure=confirm").await;
    assert!(early.text.contains("nothing to confirm"), "{}", early.text);
}

#[tokio::test]
async fn a_card_given_instead_of_the_one_that_waits_for_its_step_is_not_authenticated() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4000002760003184").await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    let paid = session(&lab, &page).await;
    assert_eq!(paid["payment_status"], "paid");
    let card = &paid["payment_intent"]["latest_charge"]["payment_method_details"]["card"];
    assert_eq!((&card["last4"], &card["three_d_secure"]), (&json!("4242"), &json!(null)));
}

async fn debit(lab: &Lab, iban: &str) -> String {
    let link = lab.link(4950, "eur", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.submit(&page, &format!("email=a@b.test&name=Ada&method=sepa_debit&iban={iban}")).await.status, 303);
    page
}

#[tokio::test]
async fn a_bank_debit_completes_unpaid_and_settles_when_the_clock_moves() {
    let lab = Lab::start().await;
    let page = debit(&lab, "AT611904300234573201").await;
    let waiting = session(&lab, &page).await;
    assert_eq!((&waiting["status"], &waiting["payment_status"]), (&json!("complete"), &json!("unpaid")));
    assert_eq!(waiting["payment_intent"]["status"], "processing");
    assert_eq!(
        lab.receiver.payment_kinds(),
        ["payment_intent.processing", "charge.pending", "payment_intent.created", "checkout.session.completed"]
    );
    lab.receiver.clear();
    lab.world.advance(SignedDuration::from_mins(4)).await;
    assert_eq!(
        lab.receiver.payment_kinds(),
        ["charge.succeeded", "payment_intent.succeeded", "checkout.session.async_payment_succeeded", "charge.updated"]
    );
    assert_eq!(session(&lab, &page).await["payment_status"], "paid");
}

#[tokio::test]
async fn a_bank_debit_may_fail() {
    let lab = Lab::start().await;
    let page = debit(&lab, "IT60X0542811101000000123456").await;
    lab.receiver.clear();
    lab.world.advance(SignedDuration::from_mins(4)).await;
    assert_eq!(
        lab.receiver.payment_kinds(),
        ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]
    );
    let failed = session(&lab, &page).await;
    assert_eq!((&failed["status"], &failed["payment_status"]), (&json!("complete"), &json!("unpaid")));
    assert_eq!(failed["payment_intent"]["status"], "requires_payment_method");
}

#[tokio::test]
async fn the_bank_answers_early_when_a_test_says_so() {
    let lab = Lab::start().await;
    let page = debit(&lab, "AT611904300234573201").await;
    let path = format!("/v1/stripe/payments/{}/fail", Lab::session_of(&page));
    let settled: Settled = lab.control.post(&path, &json!({})).await.unwrap();
    assert_eq!(settled.payment_intent["status"], "requires_payment_method");
    let again = lab.control.post::<Settled>(&path, &json!({})).await.unwrap_err().to_string();
    assert!(again.contains("requires_payment_method"), "{again}");
    lab.receiver.clear();
    lab.world.advance(SignedDuration::from_mins(4)).await;
    assert!(lab.receiver.payment_kinds().is_empty(), "the bank does not answer twice");
}

#[tokio::test]
async fn a_free_order_needs_no_card() {
    let lab = Lab::start().await;
    let link = lab.link(0, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert!(!lab.send(lab.http.get(&page)).await.text.contains("card_number"));
    assert_eq!(lab.submit(&page, "email=a@b.test").await.status, 303);
    let done = session(&lab, &page).await;
    assert_eq!((&done["payment_status"], &done["payment_intent"]), (&json!("no_payment_required"), &json!(null)));
}

#[tokio::test]
async fn what_is_typed_wrongly_is_named_and_never_charged() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "eur", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    for (form, field) in [
        ("", "email"),
        ("email=x", "email"),
        ("email=a@b.test", "card_number"),
        ("email=a@b.test&card_number=4242424242424242&card_expiry=01/20&card_cvc=123", "card_expiry"),
        ("email=a@b.test&card_number=4242424242424242&card_expiry=12/34&card_cvc=1", "card_cvc"),
        ("email=a@b.test&method=cash", "method"),
        ("email=a@b.test&name=A&method=sepa_debit&iban=1", "iban"),
        ("email=a@b.test&method=sepa_debit&iban=AT611904300234573201", "name"),
    ] {
        let answer = lab.submit(&page, form).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{form}: {}", answer.text);
    }
    assert_eq!(session(&lab, &page).await["payment_intent"], json!(null));
}

#[tokio::test]
async fn a_customer_is_made_only_when_always_asked_for() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "customer_creation=always").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    let done = session(&lab, &page).await;
    let customer = lab.get(&format!("/v1/customers/{}", done["customer"].as_str().unwrap())).await.ok();
    assert_eq!((&customer["email"], &customer["name"]), (&json!("buyer@example.com"), &json!("Ada Buyer")));
    assert_eq!(done["payment_intent"]["customer"], customer["id"]);
    assert_eq!(lab.receiver.payment_kinds()[0], "customer.created");
    assert_eq!(done["customer_details"]["email"], "buyer@example.com");
}

#[tokio::test]
async fn a_refund_changes_the_charge_and_nothing_else() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    let paid = session(&lab, &page).await;
    let intent = paid["payment_intent"]["id"].as_str().unwrap();
    let charge = paid["payment_intent"]["latest_charge"]["id"].as_str().unwrap();
    assert!(intent[3..20] == charge[3..20], "ids of one payment share their core: {intent} {charge}");

    let part = lab
        .post(
            "/v1/refunds",
            &format!("payment_intent={intent}&amount=950&reason=requested_by_customer&metadata[why]=late"),
        )
        .await
        .ok();
    assert_eq!((&part["status"], &part["amount"], &part["charge"]), (&json!("succeeded"), &json!(950), &json!(charge)));
    let too_much = lab.post("/v1/refunds", &format!("charge={charge}&amount=4001")).await;
    assert_eq!(too_much.json()["error"]["param"], "amount");
    assert!(too_much.text.contains("greater than unrefunded amount on charge ($40.00)"), "{}", too_much.text);
    lab.settled().await;
    lab.receiver.clear();
    lab.post("/v1/refunds", &format!("charge={charge}")).await.ok();
    lab.world.advance(SignedDuration::from_secs(2)).await;
    lab.settled().await;
    assert_eq!(
        lab.receiver.payment_kinds().iter().filter(|kind| !kind.ends_with("updated")).collect::<Vec<_>>(),
        ["refund.created", "charge.refunded"]
    );
    let refunded = lab
        .receiver
        .all()
        .iter()
        .map(crate::support::Received::json)
        .find(|event| event["type"] == "charge.refunded")
        .unwrap();
    let previous = refunded["data"]["previous_attributes"].as_object().unwrap();
    assert_eq!(previous.keys().collect::<Vec<_>>(), ["amount_refunded", "receipt_url", "refunded"]);

    let again = lab.post("/v1/refunds", &format!("charge={charge}")).await;
    assert_eq!((again.status, again.json()["error"]["code"].as_str()), (400, Some("charge_already_refunded")));
    let after = lab.get(&format!("/v1/charges/{charge}?expand[]=refunds&expand[]=balance_transaction")).await.ok();
    assert_eq!((&after["refunded"], &after["amount_refunded"]), (&json!(true), &json!(4950)));
    assert_eq!(after["refunds"]["data"].as_array().unwrap().len(), 2);
    assert_eq!(after["balance_transaction"]["fee"], 174);
    let session = session(&lab, &page).await;
    assert_eq!(
        (&session["payment_status"], &session["payment_intent"]["status"]),
        (&json!("paid"), &json!("succeeded"))
    );
}

#[tokio::test]
async fn an_intent_can_be_given_up_until_it_is_paid() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4000000000000002").await;
    let intent = session(&lab, &page).await["payment_intent"]["id"].as_str().unwrap().to_owned();
    let given_up =
        lab.post(&format!("/v1/payment_intents/{intent}/cancel"), "cancellation_reason=duplicate").await.ok();
    assert_eq!((&given_up["status"], &given_up["cancellation_reason"]), (&json!("canceled"), &json!("duplicate")));
    let again = lab.post(&format!("/v1/payment_intents/{intent}/cancel"), "").await;
    assert_eq!(again.json()["error"]["code"], "payment_intent_unexpected_state");
    assert_eq!(again.json()["error"]["payment_intent"]["id"], json!(intent));
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303, "a new try makes a new intent");
    assert_ne!(session(&lab, &page).await["payment_intent"]["id"], json!(intent));
}
