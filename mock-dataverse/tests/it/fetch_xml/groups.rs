//! Aggregates.

use super::people;
use crate::support::Org;

async fn check(org: &Org, set: &str, fetch: &str, entity: &str, expect: &str) {
    let table = set.trim_end_matches('s');
    let xml = format!("<fetch aggregate='true' {fetch}><entity name='{table}'>{entity}</entity></fetch>");
    let path = format!("{set}?fetchXml={}", super::escaped(&xml));
    let answer = org.call("GET", &path, &[], "").await;
    assert_eq!(answer.status, 200, "{entity}: {}", answer.body);
    assert_eq!(answer.json()["value"].to_string(), expect, "{entity}");
}

#[tokio::test]
async fn numbers_over_all_rows() {
    let org = people().await;
    let all = "<attribute name='creditlimit' alias='average' aggregate='avg'/><attribute name='creditlimit' alias='rows' aggregate='count'/><attribute name='creditlimit' alias='values' aggregate='countcolumn'/><attribute name='creditlimit' alias='different' aggregate='countcolumn' distinct='true'/><attribute name='creditlimit' alias='most' aggregate='max'/><attribute name='creditlimit' alias='least' aggregate='min'/><attribute name='creditlimit' alias='sum' aggregate='sum'/>";
    check(
        &org,
        "contacts",
        "",
        all,
        r#"[{"average":407,"rows":4,"values":3,"different":2,"most":1200,"least":10.5,"sum":1221.0}]"#,
    )
    .await;
    check(&org, "new_badges", "", "<attribute name='new_number' alias='mean' aggregate='avg'/>", r#"[{"mean":5}]"#)
        .await;
    let none = "<filter><condition attribute='lastname' operator='eq' value='x'/></filter><attribute name='contactid' alias='n' aggregate='count'/><attribute name='creditlimit' alias='s' aggregate='sum'/><attribute name='creditlimit' alias='m' aggregate='max'/>";
    check(&org, "contacts", "", none, r#"[{"n":0,"s":0}]"#).await;
}

#[tokio::test]
async fn groups_by_columns_here_and_in_links() {
    let org = people().await;
    let by_name = "<attribute name='lastname' alias='family' groupby='true'/><attribute name='contactid' alias='n' aggregate='count'/>";
    check(
        &org,
        "contacts",
        "",
        &format!("{by_name}<order alias='n' descending='true'/><order alias='family'/>"),
        r#"[{"family":"Ng","n":2},{"family":"O'Hara","n":1},{"family":"Zed","n":1}]"#,
    )
    .await;
    check(
        &org,
        "contacts",
        "top='1'",
        &format!("{by_name}<order alias='family' descending='true'/>"),
        r#"[{"family":"Zed","n":1}]"#,
    )
    .await;
    check(
        &org,
        "contacts",
        "count='2' page='2'",
        &format!("{by_name}<order alias='family'/>"),
        r#"[{"family":"Zed","n":1}]"#,
    )
    .await;
    // A group of rows without a value does not show it.
    let by_contact = "<attribute name='new_contactid' alias='c' groupby='true'/><attribute name='new_number' alias='sum' aggregate='sum'/><order alias='sum'/>";
    check(&org, "new_badges", "", by_contact, r#"[{"sum":1},{"c":"6b1f0c0e-0000-4000-8000-00000000000a","sum":10},{"c":"6b1f0c0e-0000-4000-8000-00000000000b","sum":12}]"#).await;
    let joined = "<attribute name='contactid' alias='n' aggregate='count'/><link-entity name='new_badge' from='new_contactid' to='contactid' link-type='outer'><attribute name='new_colour' alias='colour' groupby='true'/><attribute name='new_number' alias='sum' aggregate='sum'/><order alias='colour'/></link-entity>";
    check(&org, "contacts", "", joined, r#"[{"n":2,"sum":0},{"n":1,"colour":1,"sum":7},{"n":2,"colour":2,"sum":15}]"#)
        .await;
}

#[tokio::test]
async fn groups_by_parts_of_dates() {
    let org = people().await;
    let part = |part: &str| {
        format!(
            "<attribute name='createdon' alias='part' groupby='true' dategrouping='{part}'/><attribute name='contactid' alias='n' aggregate='count'/>"
        )
    };
    for (name, number) in [("day", 10), ("week", 37), ("month", 9), ("quarter", 3), ("year", 2026)] {
        check(&org, "contacts", "", &part(name), &format!(r#"[{{"part":{number},"n":4}}]"#)).await;
    }
}

#[tokio::test]
async fn a_whole_answer_with_annotations() {
    let org = people().await;
    let xml = "<fetch aggregate='true' returntotalrecordcount='true'><entity name='new_badge'><attribute name='new_contactid' alias='contact' groupby='true'/><attribute name='new_colour' alias='colour' groupby='true'/><attribute name='new_number' alias='sum' aggregate='sum'/><attribute name='new_badgeid' alias='n' aggregate='count'/><order alias='contact' descending='true'/></entity></fetch>";
    insta::assert_snapshot!("groups", org.fetched("new_badges", xml).await.whole());
}

#[tokio::test]
async fn the_number_of_rows_is_bounded() {
    let org = people().await;
    let xml = "<fetch aggregate='true' aggregatelimit='3'><entity name='contact'><attribute name='contactid' alias='n' aggregate='count'/></entity></fetch>";
    let error = org.fetched("contacts", xml).await.error();
    assert_eq!(error, "400 0x8004e023 AggregateQueryRecordLimit exceeded. Cannot perform this operation.");
}
