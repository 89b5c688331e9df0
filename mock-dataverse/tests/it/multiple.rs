//! Many rows in one request, as the Python client sends lists.

use insta::assert_snapshot;

use crate::support::{Org, guid, org_with_badges};

const TYPE: &str = r#""@odata.type":"Microsoft.Dynamics.CRM.new_badge""#;

async fn post(org: &Org, name: &str, body: &str) -> crate::support::Answer {
    org.call("POST", &format!("new_badges/Microsoft.Dynamics.CRM.{name}"), &[], body).await
}

#[tokio::test]
async fn rows_are_made_changed_and_upserted_together() {
    let org = org_with_badges().await;
    let made = post(
        &org,
        "CreateMultiple",
        &format!(
            r#"{{"Targets":[{{{TYPE},"new_name":"a","new_badgeid":"{}"}},{{{TYPE},"new_name":"b","new_number":2}}]}}"#,
            guid(1)
        ),
    )
    .await;
    assert_snapshot!(made.whole());
    let changed = post(
        &org,
        "UpdateMultiple",
        &format!(r#"{{"Targets":[{{{TYPE},"new_badgeid":"{}","new_name":"changed"}}]}}"#, guid(1)),
    )
    .await;
    assert_eq!((changed.status.as_u16(), changed.body.as_str()), (204, ""));
    let upserted = post(
        &org,
        "UpsertMultiple",
        &format!(r#"{{"Targets":[{{{TYPE},"@odata.id":"new_badges(new_number=2)","new_name":"by key"}},{{{TYPE},"@odata.id":"new_badges(new_number=3)","new_name":"new by key"}},{{{TYPE},"new_badgeid":"{}","new_name":"new by id"}}]}}"#, guid(4)),
    )
    .await;
    assert_eq!((upserted.status.as_u16(), upserted.body.as_str()), (204, ""));
    let rows = org.get("new_badges?$select=new_name,new_number&$orderby=new_name").await.json();
    let seen: Vec<(&str, Option<i64>)> = rows["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["new_name"].as_str().unwrap(), row["new_number"].as_i64()))
        .collect();
    assert_eq!(seen, [("by key", Some(2)), ("changed", None), ("new by id", None), ("new by key", Some(3))]);
}

#[tokio::test]
async fn one_mistake_and_none_is_made() {
    let org = org_with_badges().await;
    let mut text = String::new();
    for (name, body) in [
        ("CreateMultiple", format!(r#"{{"Targets":[{{{TYPE},"new_name":"a"}},{{{TYPE},"nothing":1}}]}}"#)),
        ("CreateMultiple", r#"{"Targets":[{"new_name":"a"}]}"#.to_owned()),
        ("CreateMultiple", r#"{"Targets":{}}"#.to_owned()),
        ("CreateMultiple", r#"{"Rows":[]}"#.to_owned()),
        ("CreateMultiple", "{}".to_owned()),
        ("CreateMultiple", "[]".to_owned()),
        ("UpdateMultiple", format!(r#"{{"Targets":[{{{TYPE},"new_name":"a"}}]}}"#)),
        ("UpdateMultiple", format!(r#"{{"Targets":[{{{TYPE},"new_badgeid":"{}"}}]}}"#, guid(1))),
        ("UpsertMultiple", format!(r#"{{"Targets":[{{{TYPE},"@odata.id":"contacts({})"}}]}}"#, guid(1))),
        ("DeleteMultiple", "{}".to_owned()),
    ] {
        text.extend([format!("{name} {body}\n  {}\n", post(&org, name, &body).await.error())]);
    }
    assert_snapshot!(text);
    assert_eq!(org.get("new_badges/$count").await.body, "\u{feff}0");
}

/// What the Python client sends for a list of ids.
#[tokio::test]
async fn rows_are_deleted_by_a_job_that_is_done_at_once() {
    let org = org_with_badges().await;
    org.contacts();
    let delete = |conditions: String| {
        let org = &org;
        async move {
            let body = format!(
                r#"{{"JobName":"Bulk delete","SendEmailNotification":false,"ToRecipients":[],"CCRecipients":[],"RecurrencePattern":"","StartDateTime":"2026-09-10T08:00:00Z","QuerySet":[{{"@odata.type":"Microsoft.Dynamics.CRM.QueryExpression","EntityName":"contact","ColumnSet":{{"@odata.type":"Microsoft.Dynamics.CRM.ColumnSet","AllColumns":false,"Columns":[]}},"Criteria":{{"@odata.type":"Microsoft.Dynamics.CRM.FilterExpression","FilterOperator":"And","Conditions":[{conditions}]}}}}]}}"#
            );
            org.call("POST", "BulkDelete", &[], &body).await
        }
    };
    let condition = |column: &str, operator: &str, values: &str| {
        format!(
            r#"{{"@odata.type":"Microsoft.Dynamics.CRM.ConditionExpression","AttributeName":"{column}","Operator":"{operator}","Values":[{values}]}}"#
        )
    };
    let value = |number: u128| format!(r#"{{"Value":"{}","Type":"System.Guid"}}"#, guid(number));
    let ids = format!("{},{},{}", value(10), value(11), value(99));
    let done = delete(condition("contactid", "In", &ids)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.json()["JobId"].as_str().unwrap().len(), 36);
    assert_eq!(org.get("contacts/$count").await.body, "\u{feff}2");
    let mut text = String::new();
    for conditions in [
        condition("contactid", "Like", &value(12)),
        condition("nothing", "In", &value(12)),
        condition("contactid", "In", "1"),
        format!("{0},{0}", condition("contactid", "In", &value(12))),
    ] {
        text.extend([format!("{}\n", delete(conditions).await.error())]);
    }
    assert_snapshot!(text);
    assert_eq!(delete(String::new()).await.status, 200);
    assert_eq!(org.get("contacts/$count").await.body, "\u{feff}0");
}

/// A job that deletes registrations gives their places back, as a deletion of one row does.
#[tokio::test]
async fn registrations_that_a_job_deletes_give_their_places_back() {
    let (org, purchase) = crate::finalize::reserved().await;
    org.dataverse.events().finalize(purchase, 100_000_001).unwrap();
    let sold = || {
        let seats = org.dataverse.events().capacity(crate::finalize::EVENT).unwrap();
        (seats.taken.sold, seats.passes[0].2.sold)
    };
    assert_eq!(sold(), (1, 1));
    let query = r#"{"@odata.type":"Microsoft.Dynamics.CRM.QueryExpression","EntityName":"msevtmgt_eventregistration","ColumnSet":{"@odata.type":"Microsoft.Dynamics.CRM.ColumnSet","AllColumns":false,"Columns":[]}}"#;
    let body = format!(
        r#"{{"JobName":"Clear","SendEmailNotification":false,"ToRecipients":[],"CCRecipients":[],"RecurrencePattern":"","StartDateTime":"2026-09-10T08:00:00Z","QuerySet":[{query}]}}"#
    );
    let done = org.call("POST", "BulkDelete", &[], &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(org.get("msevtmgt_eventregistrations/$count").await.body, "\u{feff}0");
    assert_eq!(sold(), (0, 0));
}
