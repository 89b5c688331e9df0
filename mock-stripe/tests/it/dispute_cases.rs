//! More of disputes: several at once, the bank played through the control API, fees, reports of fraud.

use mock_core::SignedDuration;
use mock_stripe::control::dto::{DisputePayment, DisputeReason, Disputed};
use serde_json::json;

use crate::disputes::{disputes_of, kinds, paid_with, path, told};
use crate::support::Lab;

#[tokio::test]
async fn a_seller_reports_a_charge_as_fraud_and_takes_it_back() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_visa", "usd").await;
    lab.receiver.clear();
    let path = format!("/v1/charges/{}", intent["latest_charge"].as_str().unwrap());
    let reported = lab.post(&path, "fraud_details[user_report]=fraudulent").await.ok();
    assert_eq!(reported["fraud_details"], json!({ "user_report": "fraudulent" }));
    let undone = lab.post(&path, "fraud_details[user_report]=").await.ok();
    assert_eq!(undone["fraud_details"], json!({}));
    lab.settled().await;
    let updates: Vec<_> =
        lab.receiver.all().iter().map(|event| event.json()["data"]["previous_attributes"].clone()).collect();
    assert_eq!(
        updates,
        [
            json!({ "fraud_details": { "user_report": null } }),
            json!({ "fraud_details": { "user_report": "fraudulent" } })
        ]
    );
}

#[tokio::test]
async fn the_bank_can_be_played() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    told(&lab).await;
    let wish = DisputePayment { reason: DisputeReason::ProductNotReceived, inquiry: true };
    let at = format!("/v1/stripe/payments/{}/dispute", Lab::session_of(&page));
    let opened: Disputed = lab.control.post(&at, &wish).await.unwrap();
    assert_eq!(
        (&opened.dispute["status"], &opened.dispute["reason"]),
        (&json!("warning_needs_response"), &json!("product_not_received"))
    );
    let control = format!("/v1/stripe/disputes/{}", opened.dispute["id"].as_str().unwrap());
    let early = lab.control.post::<Disputed>(&format!("{control}/win"), &json!(null)).await;
    assert!(early.unwrap_err().to_string().contains("under review"));
    let say = path(&opened.dispute);
    lab.post(&say, "evidence[product_description]=A+seat").await.ok();
    let escalated: Disputed = lab.control.post(&format!("{control}/escalate"), &json!(null)).await.unwrap();
    assert_eq!(escalated.dispute["status"], "needs_response");
    assert_eq!(escalated.dispute["evidence"]["product_description"], "A seat");
    lab.post(&say, "submit=true").await.ok();
    let won: Disputed = lab.control.post(&format!("{control}/win"), &json!(null)).await.unwrap();
    assert_eq!(won.dispute, lab.get(&say).await.ok());
    assert_eq!(
        (&won.dispute["status"], &won.dispute["evidence_details"]["submission_count"]),
        (&json!("won"), &json!(2))
    );
    assert_eq!(
        kinds(&told(&lab).await),
        ["created", "updated", "updated", "funds_withdrawn", "updated", "funds_reinstated", "closed"]
    );
}

#[tokio::test]
async fn several_disputes_share_the_charge_and_the_page_pays_into_them() {
    let lab = Lab::start().await;
    let link = lab.link(4951, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4000000404000079").await.status, 303);
    let told = told(&lab).await;
    assert_eq!(kinds(&told), ["created", "funds_withdrawn", "created", "funds_withdrawn"]);
    let list = lab.get("/v1/disputes").await.ok();
    let amounts: Vec<_> = list["data"].as_array().unwrap().iter().map(|dispute| dispute["amount"].clone()).collect();
    assert_eq!(amounts, [2476, 2475]);
    assert_eq!(list["data"][0]["charge"], list["data"][1]["charge"]);
}

#[tokio::test]
async fn the_fee_of_a_won_dispute_can_be_returned() {
    let lab = Lab::start().await;
    lab.world.switches().set("STRIPE-DISPUTE-FEE", None, "returned").unwrap();
    let intent = paid_with(&lab, "pm_card_createDispute", "usd").await;
    let dispute = disputes_of(&lab, &intent).await.remove(0);
    lab.post(&path(&dispute), "evidence[uncategorized_text]=winning_evidence").await.ok();
    lab.world.advance(SignedDuration::from_secs(5)).await;
    assert_eq!(lab.get(&path(&dispute)).await.ok()["balance_transactions"][1]["net"], 6450);
}
