//! The actions of the outbound ancestor.

use insta::assert_snapshot;
use uuid::Uuid;

use crate::finalize::{EVENT, reserved};
use crate::support::{Org, guid};

async fn finalize(org: &Org, name: &str, purchase: &str, event: &str, user: &str) -> crate::support::Answer {
    let body = format!(r#"{{"PurchaseId":"{purchase}","ReadableEventId":"{event}","UserId":"{user}"}}"#);
    org.call("POST", &format!("/api/data/v9.0/{name}"), &[], &body).await
}

const NAME: &str = "msevtmgt_FinalizeExternalRegistrationRequest";

#[tokio::test]
async fn both_names_finalize_and_say_so() {
    for name in [NAME, "adx_FinalizeExternalRegistrationRequest"] {
        let (org, purchase) = reserved().await;
        let answer = finalize(&org, name, &purchase.to_string(), EVENT, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["status"], "Success");
        assert!(
            answer.json()["@odata.context"]
                .as_str()
                .unwrap()
                .ends_with(&format!("#Microsoft.Dynamics.CRM.{name}Response"))
        );
        assert!(org.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap().flag("msevtmgt_processed"));
    }
}

#[tokio::test]
async fn the_refusals_of_finalizing() {
    let (org, purchase) = reserved().await;
    let id = purchase.to_string();
    let mut text = String::new();
    for (purchase, event, user) in [
        ("nonsense", EVENT, ""),
        ("", EVENT, ""),
        (Uuid::nil().to_string().as_str(), EVENT, ""),
        (guid(77).to_string().as_str(), EVENT, ""),
        (id.as_str(), "Other1", ""),
        (id.as_str(), EVENT, "nonsense"),
        (id.as_str(), EVENT, guid(78).to_string().as_str()),
    ] {
        let answer = finalize(&org, NAME, purchase, event, user).await;
        text.extend([format!("{purchase} {event} {user}\n  {}\n", answer.error())]);
    }
    for body in [
        "{}",
        r#"{"PurchaseId":"x"}"#,
        r#"{"PurchaseId":1,"ReadableEventId":"x"}"#,
        r#"{"PurchaseId":"x","ReadableEventId":"x","Other":"x"}"#,
    ] {
        text.extend([format!("{body}\n  {}\n", org.call("POST", NAME, &[], body).await.error())]);
    }
    text.extend([format!("GET\n  {}\n", org.get(NAME).await.error())]);
    assert_snapshot!(text.replace(&id, "<purchase>"));
}

#[tokio::test]
async fn a_switch_tells_refusals_in_the_status() {
    let (org, purchase) = reserved().await;
    org.world.switches().set("DV-LEGACY", None, "status").unwrap();
    let answer = finalize(&org, NAME, &purchase.to_string(), "Other1", "").await;
    assert_eq!((answer.status.as_u16(), answer.json()["status"].as_str()), (200, Some("Error")));
    assert_eq!(answer.json()["payloop_message"], "The purchase does not belong to the event 'Other1'.");
}

#[tokio::test]
async fn the_details_of_a_purchase() {
    let (org, purchase) = reserved().await;
    let body = format!(r#"{{"PurchaseId":"{purchase}"}}"#);
    let details = org.call("POST", "msevtmgt_GetPurchaseDetailsAction", &[], &body).await;
    let listed = org.call("POST", "msevtmgt_ListDetailedPurchaseInfo", &[], &body).await;
    assert_snapshot!(format!("{}\n\n{}", details.body, listed.body));
    for name in ["msevtmgt_GetPurchaseDetailsAction", "msevtmgt_ListDetailedPurchaseInfo"] {
        let missing = org.call("POST", name, &[], &format!(r#"{{"PurchaseId":"{}"}}"#, guid(77))).await;
        assert_eq!(
            missing.error(),
            format!("404 0x80040217 msevtmgt_eventpurchase With Id = {} Does Not Exist", guid(77))
        );
    }
}
