//! The service's own query functions over HTTP, by the world's clock.

use insta::assert_snapshot;
use mock_dataverse::store::Fields;
use rust_decimal::Decimal;

use crate::support::{Org, guid, org, org_with_badges};

/// Five contacts; the world stands at Thursday, 10 September 2026, 8:00 UTC.
async fn filled() -> Org {
    let org = org().await;
    for (number, (name, created, born, limit, state)) in [
        ("today", "2026-09-10T06:00:00Z", "2026-09-10", Some("1"), 0),
        ("later", "2026-09-10T20:00:00Z", "2026-09-11", Some("2"), 0),
        ("monday", "2026-09-07T00:00:00Z", "2026-09-07", Some("3"), 1),
        ("august", "2026-08-15T12:00:00Z", "2026-08-15", Some("10.50"), 1),
        ("before", "2025-01-01T00:00:00Z", "2025-01-01", None, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let fields = Fields::new()
            .set("firstname", name)
            .set("overriddencreatedon", created.parse::<jiff::Timestamp>().unwrap())
            .set("birthdate", born.parse::<jiff::civil::Date>().unwrap())
            .set("creditlimit", limit.map(|limit| limit.parse::<Decimal>().unwrap()))
            .set("statecode", state);
        org.put("contact", guid(10 + number as u128), fields);
    }
    org
}

async fn check(org: &Org, filter: &str, expect: &[&str]) {
    org.finds(&filter.replace('~', "Microsoft.Dynamics.CRM.").replace('"', "%22"), expect).await;
}

#[tokio::test]
async fn values_in_lists() {
    let org = filled().await;
    check(&org, "~In(PropertyName='firstname',PropertyValues=['Today','august','x'])", &["august", "today"]).await;
    check(&org, "~In(PropertyName='creditlimit',PropertyValues=[\"1\",\"10.5\"])", &["august", "today"]).await;
    check(&org, "~In(PropertyName='statecode',PropertyValues=[1])", &["august", "monday"]).await;
    check(&org, "~In(PropertyName=@p1,PropertyValues=@p2)&@p1='statecode'&@p2=['1']", &["august", "monday"]).await;
    check(&org, &format!("~In(PropertyName='contactid',PropertyValues=['{}'])", guid(12)), &["monday"]).await;
    check(&org, "~NotIn(PropertyName='firstname',PropertyValues=['today','later'])", &["august", "before", "monday"])
        .await;
    check(&org, "~Between(PropertyName='creditlimit',PropertyValues=[\"2\",\"3\"])", &["later", "monday"]).await;
    check(&org, "~NotBetween(PropertyName='creditlimit',PropertyValues=[2,3])", &["august", "today"]).await;
    check(
        &org,
        "~Between(PropertyName='createdon',PropertyValues=['2026-09-01','2026-09-10T07:00:00Z'])",
        &["monday", "today"],
    )
    .await;
    check(&org, "~Contains(PropertyName='firstname',PropertyValue='ug')", &["august"]).await;
    check(&org, "not ~In(PropertyName='statecode',PropertyValues=['0']) and ~OnOrAfter(PropertyName='birthdate',PropertyValue='2026-09-01')", &["monday"]).await;
}

#[tokio::test]
async fn days_and_stretches_of_time() {
    let org = filled().await;
    for column in ["createdon", "birthdate"] {
        let date = |name: &str| format!("~{name}(PropertyName='{column}')");
        let by = |name: &str, count: &str| format!("~{name}(PropertyName='{column}',PropertyValue={count})");
        check(&org, &by("On", "'2026-09-07'"), &["monday"]).await;
        check(&org, &by("OnOrBefore", "2026-08-15"), &["august", "before"]).await;
        check(&org, &date("ThisWeek"), &["later", "monday", "today"]).await;
        check(&org, &date("LastWeek"), &[]).await;
        check(&org, &date("LastMonth"), &["august"]).await;
        check(&org, &date("LastYear"), &["before"]).await;
        check(&org, &by("LastXDays", "3"), &["monday", "today"]).await;
        check(&org, &by("LastXMonths", "'1'"), &["august", "monday", "today"]).await;
        check(&org, &by("OlderThanXDays", "20"), &["august", "before"]).await;
    }
    check(&org, "~On(PropertyName='createdon',PropertyValue=2026-09-07T13:00:00Z)", &["monday"]).await;
    check(&org, "~Today(PropertyName='createdon')", &["later", "today"]).await;
    check(&org, "~Today(PropertyName='birthdate')", &["today"]).await;
    check(&org, "~Tomorrow(PropertyName='birthdate')", &["later"]).await;
    check(&org, "~LastXHours(PropertyName='createdon',PropertyValue=2)", &["today"]).await;
    check(&org, "~NextXHours(PropertyName='createdon',PropertyValue=12)", &["later"]).await;
    check(&org, "~Next7Days(PropertyName='createdon')", &["later"]).await;
}

#[tokio::test]
async fn the_clock_of_the_world_decides_also_inside_expand() {
    let org = org().await;
    let purchase = Fields::new().set("msevtmgt_name", "P").set("msevtmgt_eventid", guid(20));
    org.put("msevtmgt_event", guid(20), Fields::new().set("msevtmgt_name", "Fair"));
    org.put("msevtmgt_eventpurchase", guid(1), purchase);
    let path = "msevtmgt_events?$select=msevtmgt_name&$expand=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase($select=msevtmgt_name;$filter=Microsoft.Dynamics.CRM.Today(PropertyName='createdon'))&$filter=msevtmgt_msevtmgt_event_msevtmgt_eventpurchase/any(p:p/Microsoft.Dynamics.CRM.In(PropertyName='msevtmgt_name',PropertyValues=['p']))";
    let shown = |json: serde_json::Value| {
        json["value"][0]["msevtmgt_msevtmgt_event_msevtmgt_eventpurchase"].as_array().unwrap().len()
    };
    assert_eq!(shown(org.get(path).await.json()), 1);
    org.world.advance(jiff::SignedDuration::from_hours(24)).await;
    assert_eq!(shown(org.get(path).await.json()), 0);
}

#[tokio::test]
async fn the_caller_and_the_callers_business_unit() {
    let org = org().await;
    org.contacts();
    org.call("POST", "contacts", &[], r#"{"firstname":"mine"}"#).await;
    check(&org, "~EqualUserId(PropertyName='createdby')", &["mine"]).await;
    check(&org, "~NotEqualUserId(PropertyName='ownerid')", &["Ada", "Bo", "Cy", "Di"]).await;
    let users = org
        .get("systemusers/$count?$filter=Microsoft.Dynamics.CRM.EqualBusinessId(PropertyName='businessunitid')")
        .await;
    assert_eq!(users.body, "\u{feff}3");
    let organizations = org
        .get("organizations/$count?$filter=Microsoft.Dynamics.CRM.EqualUserLanguage(PropertyName='languagecode')")
        .await;
    assert_eq!(organizations.body, "\u{feff}1");
}

#[tokio::test]
async fn several_choices_of_one_column() {
    let org = org_with_badges().await;
    for (name, tags) in [("a", r#""12,1""#), ("b", r#""2""#), ("c", "null"), ("d", r#""12""#)] {
        let answer =
            org.call("POST", "new_badges", &[], &format!(r#"{{"new_name":"{name}","new_tags":{tags}}}"#)).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    let found = |filter: &'static str| {
        let org = &org;
        async move {
            let path = format!("new_badges?$select=new_name&$orderby=new_name&$filter=Microsoft.Dynamics.CRM.{filter}");
            let json = org.get(&path).await.json();
            json["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["new_name"].as_str().unwrap().to_owned())
                .collect::<String>()
        }
    };
    assert_eq!(found("ContainValues(PropertyName='new_tags',PropertyValues=['1','2'])").await, "ab");
    assert_eq!(found("ContainValues(PropertyName='new_tags',PropertyValues=[12])").await, "ad");
    assert_eq!(found("DoesNotContainValues(PropertyName='new_tags',PropertyValues=['12'])").await, "bc");
    let prefer = [("prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"")];
    let row = org.call("GET", "new_badges?$select=new_tags&$filter=new_tags eq '12,1'", &prefer, "").await.json();
    let row = &row["value"][0];
    assert_eq!(
        (row["new_tags"].as_str(), row["new_tags@OData.Community.Display.V1.FormattedValue"].as_str()),
        (Some("1,12"), Some("Sales; Staff"))
    );
    assert_snapshot!(org.call("POST", "new_badges", &[], r#"{"new_tags":"7"}"#).await.error(), @"400 0x80040203 column `new_tags` of `new_badge` has no option 7");
    assert_eq!(org.call("POST", "new_badges", &[], r#"{"new_tags":"x"}"#).await.status, 400);
    assert_eq!(org.call("POST", "new_badges", &[], r#"{"new_tags":[1]}"#).await.status, 400);
    let definition = org.get("EntityDefinitions(LogicalName='new_badge')/Attributes/Microsoft.Dynamics.CRM.MultiSelectPicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)").await.json();
    assert_eq!(definition["value"][0]["OptionSet"]["Options"][2]["Value"], 12);
}

#[tokio::test]
async fn the_errors_of_functions() {
    let org = org().await;
    let mut text = String::new();
    for filter in [
        "~Nothing(PropertyName='createdon')",
        "~ThisFiscalYear(PropertyName='createdon')",
        "~UnderOrEqual(PropertyName='contactid',PropertyValue='x')",
        "~ContainValues(PropertyName='statecode',PropertyValues=['1'])",
        "~Today()",
        "~Today(PropertyName=1)",
        "~Today(PropertyName='nothing')",
        "~Today(PropertyName='lastname')",
        "~Today(PropertyName=@p)",
        "~LastXDays(PropertyName='createdon')",
        "~LastXDays(PropertyName='createdon',PropertyValue=0)",
        "~LastXDays(PropertyName='createdon',PropertyValue=99999999999)",
        "~In(PropertyName='lastname',PropertyValues='x')",
        "~In(PropertyName='lastname',PropertyValues=[])",
        "~In(PropertyName='lastname',PropertyValues=[1])",
        "~In(PropertyName='creditlimit',PropertyValues=['x'])",
        "~Between(PropertyName='creditlimit',PropertyValues=['1'])",
        "~Contains(PropertyName='creditlimit',PropertyValue='1')",
        "~EqualUserId(PropertyName='lastname')",
        "~On(PropertyName='createdon',PropertyValue='9999-12-31')",
        "lastname eq ['x']",
        "Other.Name(PropertyName='createdon')",
    ] {
        let answer = org.get(&format!("contacts?$filter={}", filter.replace('~', "Microsoft.Dynamics.CRM."))).await;
        text.extend([format!("{filter}\n  {}\n", answer.error())]);
    }
    assert_snapshot!(text);
}
