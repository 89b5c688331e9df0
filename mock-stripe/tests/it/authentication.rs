//! 3-D Secure for payments without checkout: the bank's page, and buyers who are not there to see it.

use serde_json::{Value, json};

use crate::support::{Answer, Lab};

const ASKS: &str =
    "amount=2000&currency=usd&payment_method_types[]=card&confirm=true&payment_method=pm_card_authenticationRequired";

async fn intent(lab: &Lab, id: &Value) -> Value {
    lab.get(&format!("/v1/payment_intents/{}?expand[]=latest_charge", id.as_str().unwrap())).await.ok()
}

async fn kinds(lab: &Lab) -> Vec<String> {
    let told = lab.get("/v1/events?limit=100").await.ok();
    let kinds = told["data"].as_array().unwrap().iter().rev();
    kinds.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

async fn answer(lab: &Lab, asked: &Value, what: &str) -> Answer {
    let url = asked["next_action"]["redirect_to_url"]["url"].as_str().unwrap();
    lab.submit(url, &format!("three_d_secure={what}")).await
}

#[tokio::test]
async fn a_buyer_confirms_on_the_banks_page_and_comes_back() {
    let lab = Lab::start().await;
    let asked = lab.post("/v1/payment_intents", &format!("{ASKS}&return_url=https://x.test/done?a=b%23top")).await.ok();
    assert_eq!((&asked["status"], &asked["latest_charge"]), (&json!("requires_action"), &json!(null)));
    let action = &asked["next_action"];
    assert_eq!((&action["type"], action.get("use_stripe_sdk")), (&json!("redirect_to_url"), None));
    assert_eq!(action["redirect_to_url"]["return_url"], "https://x.test/done?a=b#top");
    assert_eq!(kinds(&lab).await, ["payment_intent.requires_action", "payment_intent.created"]);

    let url = action["redirect_to_url"]["url"].as_str().unwrap();
    let page = lab.send(lab.http.get(url)).await;
    assert!(page.text.contains("three_d_secure") && page.text.contains("$20.00"), "{}", page.text);
    let forged = url.replace("_secret_", "_secret_x");
    assert_eq!(lab.send(lab.http.get(&forged)).await.status, 404);
    assert_eq!(lab.submit(&forged, "three_d_secure=confirm").await.status, 404);
    let nothing = lab.submit(url, "three_d_secure=maybe").await;
    assert!(nothing.text.contains("Confirm your payment"), "{}", nothing.text);

    let back = answer(&lab, &asked, "confirm").await;
    let (id, secret) = (asked["id"].as_str().unwrap(), asked["client_secret"].as_str().unwrap());
    let expect = format!(
        "https://x.test/done?a=b&payment_intent={id}&payment_intent_client_secret={secret}&redirect_status=succeeded#top"
    );
    assert_eq!((back.status, back.header("location")), (303, expect.as_str()));
    let paid = intent(&lab, &asked["id"]).await;
    assert_eq!((&paid["status"], &paid["next_action"]), (&json!("succeeded"), &json!(null)));
    let step = &paid["latest_charge"]["payment_method_details"]["card"]["three_d_secure"];
    assert_eq!(step["result"], "authenticated");
    assert!(lab.submit(url, "three_d_secure=confirm").await.text.contains("Payment confirmed"));
    assert_eq!(kinds(&lab).await[2..], ["charge.succeeded", "payment_intent.succeeded"]);
}

#[tokio::test]
async fn a_failed_step_ends_the_try_and_not_the_intent() {
    let lab = Lab::start().await;
    let asked = lab.post("/v1/payment_intents", &format!("{ASKS}&return_url=https://x.test/")).await.ok();
    let back = answer(&lab, &asked, "fail").await;
    assert!(back.header("location").ends_with("&redirect_status=failed"));
    let failed = intent(&lab, &asked["id"]).await;
    assert_eq!((&failed["status"], &failed["latest_charge"]), (&json!("requires_payment_method"), &json!(null)));
    assert_eq!(failed["last_payment_error"]["code"], "payment_intent_authentication_failure");
    assert_eq!(failed["last_payment_error"].get("decline_code"), None);
    assert_eq!(kinds(&lab).await.last().unwrap(), "payment_intent.payment_failed");
    let path = format!("/v1/payment_intents/{}/confirm", asked["id"].as_str().unwrap());
    assert_eq!(lab.post(&path, "payment_method=pm_card_visa").await.ok()["status"], "succeeded");

    // A step that was confirmed may still end with the bank's refusal.
    let poor =
        ASKS.replace("pm_card_authenticationRequired", "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
    let asked = lab.post("/v1/payment_intents", &format!("{poor}&return_url=https://x.test/")).await.ok();
    assert!(answer(&lab, &asked, "confirm").await.header("location").ends_with("&redirect_status=failed"));
    let declined = intent(&lab, &asked["id"]).await;
    assert_eq!(declined["last_payment_error"]["decline_code"], "insufficient_funds");
}

#[tokio::test]
async fn without_an_address_to_come_back_to_the_page_says_what_became_of_it() {
    let lab = Lab::start().await;
    let asked = lab.post("/v1/payment_intents", ASKS).await.ok();
    assert_eq!(asked["next_action"]["type"], "use_stripe_sdk");
    let url = asked["next_action"]["use_stripe_sdk"]["stripe_js"].as_str().unwrap();
    let done = lab.submit(url, "three_d_secure=confirm").await;
    assert!(done.status == 200 && done.text.contains("Payment confirmed"), "{}", done.text);
    assert_eq!(intent(&lab, &asked["id"]).await["status"], "succeeded");
}

#[tokio::test]
async fn another_amount_or_method_makes_the_question_void() {
    let lab = Lab::start().await;
    let asked = lab.post("/v1/payment_intents", &format!("{ASKS}&return_url=https://x.test/")).await.ok();
    let path = format!("/v1/payment_intents/{}", asked["id"].as_str().unwrap());
    let changed = lab.post(&path, "amount=2100").await.ok();
    assert_eq!((&changed["status"], &changed["next_action"]), (&json!("requires_confirmation"), &json!(null)));
    let void = answer(&lab, &asked, "confirm").await;
    assert_eq!(void.status, 200, "nothing was asked any more: {}", void.text);
    assert_eq!(lab.post(&format!("{path}/confirm"), "").await.ok()["status"], "requires_action");
    assert_eq!(lab.post(&format!("{path}/confirm"), "payment_method=pm_card_visa").await.ok()["status"], "succeeded");
}

#[tokio::test]
async fn a_seller_who_confirms_by_hand_confirms_again_after_the_buyer() {
    let lab = Lab::start().await;
    let form = format!("{ASKS}&confirmation_method=manual&return_url=https://x.test/&capture_method=manual");
    let asked = lab.post("/v1/payment_intents", &form).await.ok();
    assert_eq!(answer(&lab, &asked, "confirm").await.status, 303);
    let waits = intent(&lab, &asked["id"]).await;
    assert_eq!((&waits["status"], &waits["latest_charge"]), (&json!("requires_confirmation"), &json!(null)));
    let path = format!("/v1/payment_intents/{}/confirm", asked["id"].as_str().unwrap());
    let held = lab.post(&path, "").await.ok();
    assert_eq!((&held["status"], &held["amount_capturable"]), (&json!("requires_capture"), &json!(2000)));
    let charge = &intent(&lab, &asked["id"]).await["latest_charge"];
    assert_eq!(charge["payment_method_details"]["card"]["three_d_secure"]["result"], "authenticated");
}

#[tokio::test]
async fn a_buyer_who_is_not_there_cannot_be_asked() {
    let lab = Lab::start().await;
    let away = lab.post("/v1/payment_intents", &format!("{ASKS}&off_session=true")).await;
    let error = &away.json()["error"];
    assert_eq!((away.status, &error["code"]), (402, &json!("authentication_required")));
    assert_eq!(error["decline_code"], "authentication_required");
    assert!(error["charge"].is_string());
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");

    let simple = lab.post("/v1/payment_intents", &format!("{ASKS}&error_on_requires_action=true")).await;
    let error = &simple.json()["error"];
    assert_eq!((simple.status, &error["decline_code"]), (402, &json!("authentication_not_handled")));
    assert_eq!(error.get("charge"), None);
    let kinds = kinds(&lab).await;
    let expect = ["charge.failed", "payment_intent.created", "payment_intent.payment_failed"];
    assert_eq!(kinds[..3], expect);
    assert_eq!(kinds[3..], ["payment_intent.created", "payment_intent.payment_failed"]);
}

#[tokio::test]
async fn a_seller_may_want_the_buyer_asked() {
    let lab = Lab::start().await;
    let wanted = |method: &str, when: &str| {
        let base = "amount=2000&currency=usd&payment_method_types[]=card&confirm=true";
        format!("{base}&payment_method={method}&payment_method_options[card][request_three_d_secure]={when}")
    };
    for (method, when, status) in [
        ("pm_card_threeDSecureOptional", "automatic", "succeeded"),
        ("pm_card_threeDSecureOptional", "any", "requires_action"),
        ("pm_card_threeDSecureOptional", "challenge", "requires_action"),
        ("pm_card_visa", "any", "succeeded"),
        ("pm_card_authenticationRequired", "automatic", "requires_action"),
    ] {
        let intent = lab.post("/v1/payment_intents", &wanted(method, when)).await.ok();
        let shown = &intent["payment_method_options"]["card"]["request_three_d_secure"];
        assert_eq!((&intent["status"], shown), (&json!(status), &json!(when)), "{method}");
    }
}

#[tokio::test]
async fn a_card_that_was_set_up_is_charged_without_its_buyer() {
    let lab = Lab::start().await;
    let customer = lab.post("/v1/customers", "email=a@b.test").await.ok();
    let base =
        format!("amount=2000&currency=usd&payment_method_types[]=card&customer={}", customer["id"].as_str().unwrap());
    let first = format!(
        "{base}&confirm=true&payment_method=pm_card_authenticationRequiredOnSetup&setup_future_usage=off_session&return_url=https://x.test/"
    );
    let asked = lab.post("/v1/payment_intents", &first).await.ok();
    assert_eq!(asked["status"], "requires_action");
    answer(&lab, &asked, "confirm").await;
    let paid = intent(&lab, &asked["id"]).await;
    assert_eq!((&paid["status"], &paid["setup_future_usage"]), (&json!("succeeded"), &json!("off_session")));
    let method = paid["payment_method"].as_str().unwrap();
    assert_eq!(lab.get(&format!("/v1/payment_methods/{method}")).await.ok()["customer"], customer["id"]);
    assert!(kinds(&lab).await.contains(&"payment_method.attached".to_owned()));

    let later = format!("{base}&confirm=true&off_session=true&payment_method={method}");
    assert_eq!(lab.post("/v1/payment_intents", &later).await.ok()["status"], "succeeded");
    let stranger = later.replace(&format!("&customer={}", customer["id"].as_str().unwrap()), "");
    let stranger = lab.post("/v1/payment_intents", &stranger).await;
    assert!(stranger.text.contains("Please include the Customer"), "{}", stranger.text);
}
