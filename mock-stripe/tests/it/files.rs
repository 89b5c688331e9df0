//! Files as evidence: uploaded, looked at, and named in a dispute.

use serde_json::{Value, json};

use crate::intents::{create, events, id, refused};
use crate::support::Lab;

const PDF: &[u8] = b"%PDF-1.7\r\n--edg of the world\r\n\xff\x00";

#[tokio::test]
async fn a_file_is_kept_as_it_was_sent() {
    let lab = Lab::start().await;
    let file = lab.upload("re\\\"ceipt.pdf", PDF).await.ok();
    assert!(id(&file).starts_with("file_1"));
    assert_eq!((&file["object"], &file["purpose"]), (&json!("file"), &json!("dispute_evidence")));
    assert_eq!((&file["type"], &file["filename"]), (&json!("pdf"), &json!("re\"ceipt.pdf")));
    assert_eq!(file["size"], PDF.len());
    assert_eq!(lab.get(&format!("/v1/files/{}", id(&file))).await.ok(), file);
    let content = lab.http.get(file["url"].as_str().unwrap()).bearer_auth(crate::support::KEY).send().await.unwrap();
    assert_eq!(content.headers()["content-type"], "application/pdf");
    assert_eq!(content.bytes().await.unwrap(), PDF);
    assert_eq!(lab.send(lab.http.get(file["url"].as_str().unwrap())).await.status, 401);
    refused(&lab.get("/v1/files/file_none").await, 404, "resource_missing", Some("file"));
    refused(&lab.get("/v1/files/file_none/contents").await, 404, "resource_missing", Some("file"));

    let picture = lab.upload("a.png", b"\x89PNG\r\n\x1a\n").await.ok();
    assert_eq!(picture["type"], "png");
    assert_eq!(lab.get("/v1/files?purpose=dispute_evidence").await.ok()["data"], json!([picture, file]));
    assert_eq!(lab.get("/v1/files?purpose=pci_document").await.ok()["data"], json!([]));
    assert_eq!(events(&lab).await, ["file.created", "file.created"]);
}

#[tokio::test]
async fn what_is_no_evidence_is_refused_and_other_purposes_are_named() {
    let lab = Lab::start().await;
    let param = |answer: &crate::support::Answer, param: &str| {
        assert_eq!((answer.status, &answer.json()["error"]["param"]), (400, &json!(param)), "{}", answer.text);
    };
    param(&lab.upload("a.gif", b"GIF89a").await, "file");
    let mut long = PDF.to_vec();
    long.resize(5 * 1024 * 1024 + 1, b' ');
    param(&lab.upload("a.pdf", &long).await, "file");
    lab.upload("a.pdf", long.get(..5 * 1024 * 1024).unwrap()).await.ok();
    param(&lab.send(lab.uploading("identity_document", "a.pdf", PDF)).await, "purpose");
    param(&lab.send(lab.uploading("holiday", "a.pdf", PDF)).await, "purpose");
    param(&lab.post("/v1/files", "purpose=dispute_evidence&file=abc").await, "file");
    let url = format!("{}/v1/files", lab.base);
    let broken = lab.http.post(url).bearer_auth(crate::support::KEY).header("content-type", "multipart/form-data");
    let broken = broken.body("purpose=dispute_evidence");
    assert_eq!(lab.send(broken).await.status, 400);
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    assert_eq!(calls.calls.len(), 1);
    assert_eq!(calls.calls[0].what, "files with the purpose identity_document");
}

#[tokio::test]
async fn a_key_keeps_one_file() {
    let lab = Lab::start().await;
    let send =
        |content| lab.send(lab.uploading("dispute_evidence", "a.pdf", content).header("idempotency-key", "once"));
    let (first, second) = (send(PDF).await, send(PDF).await);
    assert_eq!(first.text, second.text);
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(send(b"%PDF-1.4 another").await.json()["error"]["type"], "idempotency_error");
}

#[tokio::test]
async fn a_dispute_names_its_files() {
    let lab = Lab::start().await;
    let intent = create(&lab, "confirm=true&payment_method=pm_card_createDispute").await.ok();
    let found = lab.get(&format!("/v1/disputes?payment_intent={}", id(&intent))).await.ok();
    let path = format!("/v1/disputes/{}", id(&found["data"][0]));
    let file = lab.upload("receipt.pdf", PDF).await.ok();
    let stage = format!("evidence[receipt]={0}&evidence[uncategorized_file]={0}&submit=false", id(&file));
    let staged = lab.post(&path, &stage).await.ok();
    assert_eq!((&staged["evidence"]["receipt"], &staged["status"]), (&file["id"], &json!("needs_response")));
    let whole = lab.get(&format!("{path}?expand[]=evidence.receipt")).await.ok();
    assert_eq!(whole["evidence"]["receipt"], file);
    assert_eq!(whole["evidence"]["uncategorized_file"], file["id"]);
    let submitted = lab.post(&path, "evidence[uncategorized_file]=&submit=true").await.ok();
    assert_eq!(
        (&submitted["status"], &submitted["evidence"]["uncategorized_file"]),
        (&json!("under_review"), &Value::Null)
    );
    assert_eq!(lab.get(&format!("{path}?expand[]=evidence.customer_name")).await.status, 400);
}
