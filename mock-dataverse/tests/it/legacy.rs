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

/// `UserId` names who bought: the purchase and the registrations say so. A blank one leaves the first attendee.
#[tokio::test]
async fn the_user_is_the_purchaser() {
    let (org, purchase) = reserved().await;
    let buyer = org.call("POST", "contacts", &[("prefer", "return=representation")], r#"{"lastname":"Buyer"}"#).await;
    let contact = buyer.json()["contactid"].as_str().unwrap().to_owned();
    let refused = finalize(&org, NAME, &purchase.to_string(), "Other1", &contact).await;
    assert_eq!(refused.status, 400);
    let answer = finalize(&org, NAME, &purchase.to_string(), EVENT, &contact).await;
    assert_eq!(answer.json()["status"], "Success");
    let own = |row: &mock_dataverse::store::Row, column: &str| row.lookup(column).map(|id| id.to_string());
    let row = org.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
    assert_eq!(own(&row, "msevtmgt_purchasingcontactid"), Some(contact.clone()));
    org.dataverse.store().read(|data| {
        let registration = data.rows("msevtmgt_eventregistration").next().unwrap();
        assert_eq!(own(registration, "msevtmgt_registeredby"), Some(contact.clone()));
        assert_ne!(own(registration, "msevtmgt_contactid"), Some(contact.clone()), "the attendee is somebody else");
    });
    // A repeat changes nothing, whoever it names.
    assert_eq!(finalize(&org, NAME, &purchase.to_string(), EVENT, "").await.json()["status"], "Success");
    let row = org.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap();
    assert_eq!(own(&row, "msevtmgt_purchasingcontactid"), Some(contact));
}

#[tokio::test]
async fn a_switch_keeps_the_generations_apart() {
    let (org, purchase) = reserved().await;
    org.world.switches().set("OB-FINALIZE", None, "own").unwrap();
    let answer = finalize(&org, NAME, &purchase.to_string(), EVENT, "").await;
    let told = format!(
        "400 0x80040265 Purchase {purchase} cannot be finalized by this operation: it was made by the other generation of the Event API."
    );
    assert_eq!(answer.error(), told);
    assert!(!org.dataverse.store().get("msevtmgt_eventpurchase", purchase).unwrap().flag("msevtmgt_paid"));
}
