//! Columns that website table configurations expose, and what of them is not.

use mock_dataverse::store::Fields;
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Browser, DINNER, GALA};
use crate::support::{ALL_DAYS, Bench, CONFERENCE, put};

fn configure(bench: &Bench, n: u128, entity: i32, columns: &str) {
    let fields = Fields::new()
        .set("msevtmgt_name", format!("Columns {n}"))
        .set("msevtmgt_selectedentity", entity)
        .set("msevtmgt_selectedfields", columns);
    put(bench, "msevtmgt_websiteentityconfiguration", Uuid::from_u128(n), fields);
}

/// The pass of this id among those of an event.
async fn pass(bench: &Bench, event: &str, id: &str) -> Value {
    let passes = Browser::default().get(bench, &format!("/events/{event}/passes")).await.json();
    passes.as_array().unwrap().iter().find(|pass| pass["passId"] == id).unwrap().clone()
}

#[tokio::test]
async fn the_columns_that_are_asked_for_stand_beside_the_others() {
    let bench = Bench::outbound().await;
    let before = pass(&bench, GALA, DINNER).await;
    configure(
        &bench,
        1,
        100_000_003,
        r#"["statuscode", "msevtmgt_passprice", "msevtmgt_eventid", "createdon", "price", "none", "statuscode"]"#,
    );
    let after = pass(&bench, GALA, DINNER).await;
    let names: Vec<_> = after.as_object().unwrap().keys().skip(before.as_object().unwrap().len()).collect();
    assert_eq!(names, ["statuscode", "msevtmgt_passprice", "msevtmgt_eventid", "createdon"]);
    assert_eq!(after["statuscode"], 1);
    assert_eq!(after["msevtmgt_passprice"], 120);
    assert_eq!(after["createdon"], "2026-11-01T10:00:00Z");
    let without = |mut pass: Value| {
        for name in &names {
            pass.as_object_mut().unwrap().shift_remove(*name);
        }
        pass
    };
    assert_eq!(without(after.clone()), before);
    bench.set("OB-COLUMNS", "apart");
    let apart = pass(&bench, GALA, DINNER).await;
    assert_eq!(apart["customFields"]["statuscode"], 1);
    assert_eq!(apart.get("statuscode"), None);
    bench.assert_true_to_the_contract();
}

/// Every kind of thing that the API shows, in its own generation alone.
#[tokio::test]
async fn each_table_has_its_own_columns() {
    let bench = Bench::conference().await;
    bench.set("OB-EVENTS", "shared");
    let kinds = [
        (100_000_000, ""),
        (100_000_001, "/sessions"),
        (100_000_002, "/tracks"),
        (100_000_003, "/passes"),
        (100_000_006, "/custom-registration-fields"),
        (10_000_009, "/speakers"),
        (100_000_011, "/sponsorships"),
    ];
    for (n, (entity, path)) in kinds.into_iter().enumerate() {
        let path = format!("/events/{CONFERENCE}{path}");
        let browser = Browser::default();
        let first = |answer: Value| if answer.is_array() { answer[0].clone() } else { answer };
        assert_eq!(first(browser.get(&bench, &path).await.json()).get("versionnumber"), None, "{path}");
        configure(&bench, n as u128 + 1, entity, r#"["versionnumber"]"#);
        assert!(first(browser.get(&bench, &path).await.json())["versionnumber"].is_number(), "{path}");
        assert_eq!(first(bench.get(&path).await.json()).get("versionnumber"), None, "{path}: real-time journeys");
    }
    let listed = Browser::default().get(&bench, "/events/published").await.json();
    assert!(listed[0]["versionnumber"].is_number());
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn what_cannot_be_shown_is_not_and_the_linter_says_so() {
    let bench = Bench::conference().await;
    bench.set("OB-EVENTS", "shared");
    let before = pass(&bench, CONFERENCE, ALL_DAYS).await;
    let rules = || -> Vec<&'static str> {
        bench.dataverse.events().lint(None).into_iter().map(|finding| finding.rule).collect()
    };
    assert_eq!(rules(), Vec::<&str>::new());
    configure(&bench, 1, 100_000_003, "[\u{201c}statuscode\u{201d}]");
    configure(&bench, 2, 100_000_003, r#"["colour"]"#);
    configure(&bench, 3, 100_000_014, r#"["entityimage"]"#);
    configure(&bench, 4, 10_000_009, r#"["entityimage"]"#);
    assert_eq!(pass(&bench, CONFERENCE, ALL_DAYS).await, before);
    assert_eq!(
        rules(),
        ["columns-unreadable", "columns-unknown", "columns-of-table-not-shown", "columns-not-showable"]
    );
    // A row that is switched off asks for nothing.
    configure(&bench, 5, 100_000_003, r#"["statuscode"]"#);
    assert_eq!(pass(&bench, CONFERENCE, ALL_DAYS).await["statuscode"], json!(1));
    let now = bench.world.clock().now();
    let off = Fields::new().set("statecode", 1).set("statuscode", 2);
    bench
        .dataverse
        .store()
        .write(now, |tx| tx.update("msevtmgt_websiteentityconfiguration", Uuid::from_u128(5), off).map(drop))
        .unwrap();
    assert_eq!(pass(&bench, CONFERENCE, ALL_DAYS).await, before);
}
