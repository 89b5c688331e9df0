//! Conditions and columns.

use super::{listed, people};
use crate::support::{EURO, Org, guid};

/// The first names of the contacts that pass a filter.
async fn check(org: &Org, filter: &str, expect: &[&str]) {
    let xml = format!(
        "<fetch><entity name='contact'><attribute name='firstname'/><order attribute='firstname'/>{filter}</entity></fetch>"
    );
    let answer = org.fetched("contacts", &xml).await;
    assert_eq!(answer.status, 200, "{filter}: {}", answer.body);
    assert_eq!(listed(&answer, "firstname"), expect, "{filter}");
}

/// As [`check`], with one condition.
async fn when(org: &Org, condition: &str, expect: &[&str]) {
    check(org, &format!("<filter><condition {condition}/></filter>"), expect).await;
}

#[tokio::test]
async fn comparisons_and_lists() {
    let org = people().await;
    when(&org, "attribute='lastname' operator='eq' value='NG'", &["Ada", "Cy"]).await;
    when(&org, "attribute='lastname' operator='ne' value='ng'", &["Bo", "Di"]).await;
    when(&org, "attribute='lastname' operator='neq' value='ng'", &["Bo", "Di"]).await;
    when(&org, "attribute='creditlimit' operator='eq' value='10.50'", &["Ada", "Di"]).await;
    when(&org, "attribute='creditlimit' operator='gt' value='10.5'", &["Cy"]).await;
    when(&org, "attribute='creditlimit' operator='ge' value='10.5'", &["Ada", "Cy", "Di"]).await;
    when(&org, "attribute='creditlimit' operator='lt' value='1200'", &["Ada", "Di"]).await;
    when(&org, "attribute='creditlimit' operator='le' value='1200'", &["Ada", "Cy", "Di"]).await;
    when(&org, "attribute='creditlimit' operator='null'", &["Bo"]).await;
    when(&org, "attribute='creditlimit' operator='not-null' value=''", &["Ada", "Cy", "Di"]).await;
    when(&org, "attribute='statecode' operator='eq' value='0'", &["Ada", "Bo", "Cy", "Di"]).await;
    when(&org, "attribute='donotemail' operator='eq' value='1'", &[]).await;
    when(&org, "attribute='donotemail' operator='eq' value='false'", &["Ada", "Bo", "Cy", "Di"]).await;
    let ada = guid(10).to_string().to_uppercase();
    when(&org, &format!("attribute='contactid' operator='eq' value='{{{ada}}}'"), &["Ada"]).await;
    when(&org, "attribute='firstname' operator='in' value='Bo'", &["Bo"]).await;
    check(
        &org,
        "<filter><condition attribute='firstname' operator='in' value=''><value>bo</value><value>Di</value></condition></filter>",
        &["Bo", "Di"],
    )
    .await;
    check(
        &org,
        "<filter><condition attribute='firstname' operator='not-in'><value>bo</value><value>Di</value></condition></filter>",
        &["Ada", "Cy"],
    )
    .await;
    check(
        &org,
        "<filter><condition attribute='creditlimit' operator='between'><value>10.5</value><value>11</value></condition></filter>",
        &["Ada", "Di"],
    )
    .await;
    check(
        &org,
        "<filter><condition attribute='creditlimit' operator='not-between'><value>10.5</value><value>11</value></condition></filter>",
        &["Cy"],
    )
    .await;
}

#[tokio::test]
async fn texts_and_patterns() {
    let org = people().await;
    when(&org, "attribute='lastname' operator='like' value='%ra'", &["Bo"]).await;
    when(&org, "attribute='lastname' operator='like' value='_g'", &["Ada", "Cy"]).await;
    when(&org, "attribute='lastname' operator='like' value='O&apos;%'", &["Bo"]).await;
    when(&org, "attribute='lastname' operator='like' value='[n-z]%'", &["Ada", "Bo", "Cy", "Di"]).await;
    when(&org, "attribute='lastname' operator='like' value='[^n]%'", &["Bo", "Di"]).await;
    when(&org, "attribute='lastname' operator='not-like' value='n%'", &["Bo", "Di"]).await;
    when(&org, "attribute='firstname' operator='begins-with' value='a'", &["Ada"]).await;
    when(&org, "attribute='firstname' operator='not-begin-with' value='a'", &["Bo", "Cy", "Di"]).await;
    when(&org, "attribute='emailaddress1' operator='ends-with' value='.TEST'", &["Ada", "Bo", "Cy", "Di"]).await;
    when(&org, "attribute='emailaddress1' operator='not-end-with' value='.test'", &[]).await;
}

#[tokio::test]
async fn days_and_stretches_of_time_by_the_worlds_clock() {
    let org = people().await;
    let all: &[&str] = &["Ada", "Bo", "Cy", "Di"];
    for (operator, expect) in [
        ("operator='today'", all),
        ("operator='yesterday'", &[]),
        ("operator='tomorrow'", &[]),
        ("operator='this-month'", all),
        ("operator='last-seven-days'", all),
        ("operator='next-year'", &[]),
        ("operator='last-x-hours' value='2'", all),
        ("operator='olderthan-x-minutes' value='5'", &[]),
        ("operator='on' value='2026-09-10'", all),
        ("operator='on' value='9/10/2026'", all),
        ("operator='on-or-before' value='2026-09-09'", &[]),
        ("operator='on-or-after' value='2026-09-09T23:00:00Z'", all),
    ] {
        when(&org, &format!("attribute='createdon' {operator}"), expect).await;
    }
    org.world.advance(jiff::SignedDuration::from_hours(48)).await;
    when(&org, "attribute='createdon' operator='last-x-days' value='1'", &[]).await;
    when(&org, "attribute='createdon' operator='olderthan-x-days' value='1'", all).await;
}

#[tokio::test]
async fn the_caller_and_choices() {
    let org = people().await;
    let created = org.call("POST", "contacts", &[], r#"{"firstname":"Eve"}"#).await;
    assert_eq!(created.status, 204);
    when(&org, "attribute='ownerid' operator='eq-userid'", &["Eve"]).await;
    when(&org, "attribute='createdby' operator='ne-userid'", &["Ada", "Bo", "Cy", "Di"]).await;
    when(&org, "attribute='owningbusinessunit' operator='eq-businessid'", &["Ada", "Bo", "Cy", "Di", "Eve"]).await;
    when(&org, "attribute='owningbusinessunit' operator='ne-businessid'", &[]).await;
    let tagged = async |operator: &str, values: &str, expect: &[&str]| {
        let xml = format!(
            "<fetch><entity name='new_badge'><attribute name='new_name'/><order attribute='new_number'/><filter><condition attribute='new_tags' operator='{operator}'>{values}</condition></filter></entity></fetch>"
        );
        assert_eq!(listed(&org.fetched("new_badges", &xml).await, "new_name"), expect, "{operator} {values}");
    };
    tagged("contain-values", "<value>1</value>", &["Ada red"]).await;
    tagged("contain-values", "<value>1</value><value>12</value>", &["Ada red", "Bo blue"]).await;
    tagged("not-contain-values", "<value>2</value>", &["nobody", "Bo blue"]).await;
}

#[tokio::test]
async fn filters_nest_and_columns_are_compared() {
    let org = people().await;
    check(
        &org,
        "<filter type='or'><condition attribute='firstname' operator='eq' value='Di'/><filter><condition attribute='lastname' operator='eq' value='ng'/><condition attribute='creditlimit' operator='gt' value='100'/></filter></filter>",
        &["Cy", "Di"],
    )
    .await;
    // Two filters must both hold; one without conditions asks for nothing.
    check(
        &org,
        "<filter><condition attribute='lastname' operator='eq' value='ng'/></filter><filter type='or'/><filter><condition attribute='creditlimit' operator='gt' value='100'/></filter>",
        &["Cy"],
    )
    .await;
    when(&org, "attribute='firstname' operator='lt' valueof='lastname'", &["Ada", "Bo", "Cy", "Di"]).await;
    when(&org, "attribute='firstname' operator='eq' valueof='lastname'", &[]).await;
    when(&org, "attribute='modifiedon' operator='ge' valueof='createdon'", &["Ada", "Bo", "Cy", "Di"]).await;
}

#[tokio::test]
async fn lookups_and_choices_come_in_the_order_of_what_people_see() {
    let org = people().await;
    let ordered = async |fetch: &str, order: &str, expect: &[&str]| {
        let xml = format!(
            "<fetch {fetch}><entity name='new_badge'><attribute name='new_name'/>{order}<order attribute='new_number'/></entity></fetch>"
        );
        assert_eq!(listed(&org.fetched("new_badges", &xml).await, "new_name"), expect, "{order}");
    };
    let labels = ["Ada blue", "Bo blue", "nobody", "Ada red"];
    ordered("", "<order attribute='new_colour'/>", &labels).await;
    ordered("useraworderby='true'", "<order attribute='new_colour'/>", &["nobody", "Ada red", "Ada blue", "Bo blue"])
        .await;
    ordered("", "<order attribute='new_contactid' descending='true'/>", &["Bo blue", "Ada blue", "Ada red", "nobody"])
        .await;
}

#[tokio::test]
async fn a_purchase_as_a_whole_answer() {
    let org = people().await;
    org.purchase();
    let xml = format!(
        "<fetch version='1.0' output-format='xml-platform' mapping='logical' no-lock='true'><entity name='msevtmgt_eventpurchase'><attribute name='msevtmgt_name'/><attribute name='msevtmgt_totalprice'/><attribute name='statecode' alias='state'/><attribute name='msevtmgt_eventid'/><link-entity name='transactioncurrency' from='transactioncurrencyid' to='transactioncurrencyid' alias='currency'><attribute name='isocurrencycode'/><attribute name='organizationid'/><attribute name='exchangerate' alias='rate'/></link-entity><filter><condition attribute='transactioncurrencyid' operator='eq' value='{EURO}'/></filter></entity></fetch>"
    );
    insta::assert_snapshot!("purchase", org.fetched("msevtmgt_eventpurchases", &xml).await.whole());
    // Nothing is annotated that was not asked for; the eighth version has no points in its names.
    let path = format!("/api/data/v8.2/msevtmgt_eventpurchases?fetchXml={}", super::escaped(&xml));
    let plain = org.get(&path).await;
    assert!(!plain.body.contains("FormattedValue") && !plain.body.contains("AttributeName"), "{}", plain.body);
    assert_eq!(listed(&plain, "currency_x002e_isocurrencycode"), ["EUR"]);
}

#[tokio::test]
async fn columns_that_are_shown() {
    let org = people().await;
    let names = async |xml: &str| {
        let answer = org.call("GET", &format!("new_badges?fetchXml={}", super::escaped(xml)), &[], "").await;
        let json = answer.json();
        let first = json["value"][0].as_object().unwrap_or_else(|| panic!("{}", answer.body)).clone();
        let context = json["@odata.context"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        (context, first.keys().cloned().collect::<Vec<_>>())
    };
    let (context, columns) = names("<fetch top='1'><entity name='new_badge'><no-attrs/></entity></fetch>").await;
    assert_eq!(
        (context.as_str(), columns.as_slice()),
        ("new_badges(new_badgeid)", ["@odata.etag", "new_badgeid"].map(str::to_owned).as_slice())
    );
    let (context, columns) = names("<fetch><entity name='new_badge'><attribute name='new_contactid'/><attribute name='new_contactid'/><order attribute='new_number' descending='true'/></entity></fetch>").await;
    assert_eq!(context, "new_badges(_new_contactid_value,new_ContactId,new_badgeid,new_ContactId())");
    assert_eq!(columns, ["@odata.etag", "_new_contactid_value", "new_badgeid"]);
    let (context, columns) = names("<fetch><entity name='new_badge'/></fetch>").await;
    assert_eq!(context, "new_badges");
    assert!(columns.len() > 8 && columns.contains(&"_new_contactid_value".to_owned()), "{columns:?}");
    let (_, all) = names("<fetch><entity name='new_badge'><all-attributes/></entity></fetch>").await;
    assert_eq!(all, columns);
    let (_, distinct) =
        names("<fetch distinct='true'><entity name='new_badge'><attribute name='new_colour'/></entity></fetch>").await;
    assert_eq!(distinct, ["new_colour"]);
    let (_, full) = {
        let path = format!(
            "new_badges?fetchXml={}",
            super::escaped("<fetch top='1'><entity name='new_badge'><attribute name='createdon'/></entity></fetch>")
        );
        let answer = org.call("GET", &path, &[("accept", "application/json;odata.metadata=full")], "").await;
        let json = answer.json();
        (
            answer.header("content-type").to_owned(),
            json["value"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>(),
        )
    };
    assert_eq!(full[..4], ["@odata.type", "@odata.id", "@odata.etag", "@odata.editLink"].map(str::to_owned));
}

#[tokio::test]
async fn a_query_can_come_in_a_batch_and_be_longer_than_an_address() {
    let org = people().await;
    let values: Vec<String> =
        (0..900).map(|number| format!("<value>{number}00000000000000000000000</value>")).collect();
    let values = values.concat();
    let xml = format!(
        "<fetch><entity name='contact'><attribute name='firstname'/><filter><condition attribute='lastname' operator='not-in'>{values}</condition></filter></entity></fetch>"
    );
    let escaped = super::escaped(&xml);
    assert!((32 * 1024..64 * 1024).contains(&escaped.len()), "{}", escaped.len());
    assert_eq!(org.get(&format!("contacts?fetchXml={escaped}")).await.status, 400);
    let body = format!(
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET contacts?fetchXml={escaped} HTTP/1.1\r\n\r\n\r\n--b--\r\n"
    );
    let answer = org.call("POST", "$batch", &[("content-type", "multipart/mixed; boundary=b")], &body).await;
    assert_eq!((answer.status.as_u16(), answer.body.matches("\"firstname\"").count()), (200, 4), "{}", answer.body);
}
