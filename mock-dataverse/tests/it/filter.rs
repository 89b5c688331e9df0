//! `$filter` over HTTP: what each sentence of the language finds.

use crate::support::{guid, org};
use mock_dataverse::store::Fields;

#[tokio::test]
async fn sentences_and_what_they_find() {
    let org = org().await;
    org.contacts();
    let all = ["Ada", "Bo", "Cy", "Di"];
    org.finds("lastname eq 'NG'", &["Ada", "Cy"]).await;
    org.finds("lastname eq 'O''Hara'", &["Bo"]).await;
    org.finds("not (lastname eq 'ng') and firstname ne 'Bo'", &["Di"]).await;
    org.finds("lastname eq 'x' or lastname eq 'ng' and firstname eq 'Cy'", &["Cy"]).await;
    org.finds("(lastname eq 'zed' or lastname eq 'ng') and firstname gt 'B'", &["Cy", "Di"]).await;
    org.finds("contains(emailaddress1,'Y@EX')", &["Cy"]).await;
    org.finds("startswith(firstname,'b') or endswith(lastname,'D')", &["Bo", "Di"]).await;
    org.finds("contains(lastname,'g') eq false", &["Bo", "Di"]).await;
    org.finds("creditlimit eq 10.5", &["Ada", "Di"]).await;
    org.finds("creditlimit gt 1e1", &["Ada", "Cy", "Di"]).await;
    org.finds("creditlimit eq null", &["Bo"]).await;
    org.finds("creditlimit ne 10.5", &["Bo", "Cy"]).await;
    org.finds("null ne creditlimit", &["Ada", "Cy", "Di"]).await;
    org.finds("donotemail eq false", &all).await;
    org.finds("donotemail", &[]).await;
    org.finds("statecode eq 0", &all).await;
    org.finds("createdon ge 2026-09-10T08:00:00Z and createdon lt 2026-09-10T12:00:00%2B02:00", &all).await;
    org.finds("createdon lt 2026-09-10", &[]).await;
    org.finds(&format!("contactid eq {}", guid(11)), &["Bo"]).await;
    org.finds(&format!("contactid eq {}", guid(11).to_string().to_uppercase()), &["Bo"]).await;
    org.finds("lastname eq @who&@who='ng'", &["Ada", "Cy"]).await;
    org.finds("firstname lt lastname", &["Ada", "Bo", "Cy", "Di"]).await;
    org.finds("(((((lastname eq 'ng')))))", &["Ada", "Cy"]).await;
    org.finds("lastname eq 'ng'  and\tfirstname eq 'Ada'", &["Ada"]).await;
    org.finds("lastname+eq+%27ng%27", &["Ada", "Cy"]).await;
}

#[tokio::test]
async fn paths_and_lambdas() {
    let org = org().await;
    org.put("msevtmgt_event", guid(20), Fields::new().set("msevtmgt_name", "Fair"));
    org.put("msevtmgt_event", guid(21), Fields::new().set("msevtmgt_name", "Talk"));
    org.put(
        "msevtmgt_eventpurchase",
        guid(1),
        Fields::new().set("msevtmgt_eventid", guid(20)).set("msevtmgt_name", "P").set("msevtmgt_paid", true),
    );
    let count = |path: &'static str| {
        let org = &org;
        async move { org.get(path).await.body }
    };
    assert_eq!(
        count("msevtmgt_eventpurchases/$count?$filter=msevtmgt_EventId/msevtmgt_name eq 'fair'").await,
        "\u{feff}1"
    );
    assert_eq!(
        count("msevtmgt_eventpurchases/$count?$filter=msevtmgt_EventId/msevtmgt_name eq 'talk'").await,
        "\u{feff}0"
    );
    assert_eq!(count("msevtmgt_events/$count?$filter=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase/any(p:p/msevtmgt_paid eq true)").await, "\u{feff}1");
    assert_eq!(
        count("msevtmgt_events/$count?$filter=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase/any()").await,
        "\u{feff}1"
    );
    assert_eq!(count("msevtmgt_events/$count?$filter=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase/all(p:p/msevtmgt_paid eq false)").await, "\u{feff}1");
    let expanded = org.get("msevtmgt_events?$select=msevtmgt_name&$expand=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase($select=msevtmgt_name;$filter=contains(msevtmgt_name,'p');$orderby=msevtmgt_name;$top=5)&$filter=msevtmgt_name eq 'Fair'").await;
    insta::assert_snapshot!(expanded.body);
}

#[tokio::test]
async fn depth_is_bounded() {
    let org = org().await;
    for filter in [
        format!("{}lastname eq 'x'{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}donotemail", "not ".repeat(5000)),
    ] {
        let answer = org.get(&format!("contacts?$filter={filter}")).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body.contains("nested more than 40 deep"), "{}", answer.body);
    }
}
