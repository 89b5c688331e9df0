//! `$filter` over HTTP: what each sentence of the language finds.

use crate::support::{guid, org, org_with_badges};
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
async fn lambdas_inside_lambdas() {
    let org = org_with_badges().await;
    // A grandmother with a daughter and two granddaughters, and one without children.
    for (number, name, mother) in
        [(1_u16, "Eve", None), (2, "Fay", Some(1)), (3, "Gwen", Some(2)), (4, "Hope", Some(2)), (5, "Iris", None)]
    {
        let fields = Fields::new().set("new_name", name).set("new_number", i32::from(number));
        org.put(
            "new_badge",
            guid(40 + u128::from(number)),
            fields.set("new_parentid", mother.map(|mother| guid(40 + mother))),
        );
    }
    let names = async |filter: &str| {
        let json = org.get(&format!("new_badges?$select=new_name&$filter={filter}")).await.json();
        let rows = json["value"].as_array().unwrap_or_else(|| panic!("{json}")).clone();
        rows.iter().map(|row| row["new_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let children = "new_badge_new_badge";
    assert_eq!(names(&format!("{children}/any(a:a/{children}/any(b:b/new_name eq 'hope'))")).await, ["Eve"]);
    assert_eq!(names(&format!("{children}/any(a:a/{children}/any(b:b/new_name eq 'nobody'))")).await, [""; 0]);
    assert_eq!(
        names(&format!("{children}/any(a:a/new_name eq 'fay' and a/{children}/all(b:b/new_number gt 2))")).await,
        ["Eve"]
    );
    assert_eq!(names(&format!("{children}/any(a:not a/{children}/any())")).await, ["Fay"]);
    assert_eq!(names(&format!("{children}/all(a:a/{children}/any())")).await, ["Eve", "Gwen", "Hope", "Iris"]);
    // The inner variable is the only one that an inner sentence may name, and it may be called as the outer one.
    assert_eq!(names(&format!("{children}/any(a:a/{children}/any(a:a/new_name eq 'gwen'))")).await, ["Eve"]);
    let outer = org.get(&format!("new_badges?$filter={children}/any(a:a/{children}/any(b:a/new_name eq 'fay'))")).await;
    assert_eq!(
        outer.error(),
        "405 0x80040315 This fake of Dataverse does not support a property of the outer row inside a lambda."
    );
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
