//! Mistakes, each with its code.

use std::fmt::Write as _;

use mock_dataverse::Config;

use super::{escaped, people};
use crate::support::org_with;

#[tokio::test]
async fn every_mistake_is_told_with_its_code() {
    let org = people().await;
    let entity = |inside: &str| format!("<fetch><entity name='contact'>{inside}</entity></fetch>");
    let condition = |condition: &str| entity(&format!("<filter><condition {condition}/></filter>"));
    let sums = |inside: &str| format!("<fetch aggregate='true'><entity name='contact'>{inside}</entity></fetch>");
    let link = |link: &str| entity(&format!("<link-entity {link}/>"));
    let cases = [
        String::new(),
        "<fetch".to_owned(),
        "<!DOCTYPE fetch [<!ENTITY x 'y'>]><fetch/>".to_owned(),
        "<query/>".to_owned(),
        "<fetch/>".to_owned(),
        "<fetch><table name='contact'/></fetch>".to_owned(),
        "<fetch><entity/></fetch>".to_owned(),
        "<fetch><entity name='nothing'/></fetch>".to_owned(),
        "<fetch><entity name='account'/></fetch>".to_owned(),
        "<fetch top='0'><entity name='contact'/></fetch>".to_owned(),
        "<fetch top='5001'><entity name='contact'/></fetch>".to_owned(),
        "<fetch top='2' page='1'><entity name='contact'/></fetch>".to_owned(),
        "<fetch top='2' returntotalrecordcount='true'><entity name='contact'/></fetch>".to_owned(),
        "<fetch count='x'><entity name='contact'/></fetch>".to_owned(),
        "<fetch distinct='maybe'><entity name='contact'/></fetch>".to_owned(),
        "<fetch mapping='physical'><entity name='contact'/></fetch>".to_owned(),
        entity("<column name='firstname'/>"),
        entity("<attribute/>"),
        entity("<attribute name='FirstName'/>"),
        entity("<attribute name='firstname' alias='1st'/>"),
        entity("<attribute name='firstname' alias='x'/><attribute name='lastname' alias='x'/>"),
        entity("<attribute name='firstname' alias='lastname'/><attribute name='lastname'/>"),
        entity("<attribute name='firstname' groupby='true' alias='x'/>"),
        entity("<order/>"),
        entity("<order attribute='nothing'/>"),
        entity("<order alias='nothing'/>"),
        entity("<order attribute='firstname' entityname='nothing'/>"),
        entity("<order attribute='firstname' descending='down'/>"),
        entity("<filter type='xor'/>"),
        entity("<filter><value>1</value></filter>"),
        condition("attribute='firstname'"),
        condition("operator='eq' value='x'"),
        condition("attribute='nothing' operator='eq' value='x'"),
        condition("attribute='firstname' operator='is' value='x'"),
        condition("attribute='firstname' operator='eq'"),
        condition("attribute='firstname' operator='between' value='x'"),
        condition("attribute='creditlimit' operator='eq' value='much'"),
        condition("attribute='contactid' operator='eq' value='me'"),
        condition("attribute='createdon' operator='gt' value='then'"),
        condition("attribute='donotemail' operator='eq' value='yes'"),
        condition("attribute='statecode' operator='like' value='1%'"),
        condition("attribute='firstname' operator='today'"),
        condition("attribute='createdon' operator='last-x-days' value='0'"),
        condition("attribute='createdon' operator='last-x-years' value='99999'"),
        condition("attribute='firstname' operator='eq-userid'"),
        condition("attribute='firstname' operator='contain-values' value='1'"),
        condition("attribute='firstname' operator='like' valueof='lastname'"),
        condition("attribute='firstname' operator='eq' valueof='createdon'"),
        condition("attribute='firstname' operator='eq' valueof='b.new_name'"),
        condition("attribute='firstname' entityname='b' operator='null'"),
        entity("<filter><condition attribute='firstname' operator='in'><item>x</item></condition></filter>"),
        link("from='contactid' to='parentcontactid'"),
        link("name='nothing' from='x' to='y'"),
        link("name='new_badge' from='x' to='contactid'"),
        link("name='new_badge' from='new_contactid' to='x'"),
        link("name='new_badge'"),
        link("name='new_badge' from='new_contactid' to='contactid' link-type='left'"),
        link("name='new_badge' from='new_contactid' to='contactid' link-type='any'"),
        entity(
            "<link-entity name='new_badge' from='new_contactid' to='contactid' link-type='exists'><attribute name='new_name'/></link-entity>",
        ),
        entity(
            "<link-entity name='new_badge' from='new_contactid' to='contactid' alias='b'/><link-entity name='new_badge' from='new_contactid' to='contactid' alias='b'/>",
        ),
        entity(&"<link-entity name='contact' from='contactid' to='parentcontactid'/>".repeat(16)),
        sums("<attribute name='firstname'/>"),
        sums("<attribute name='firstname' alias='x'/>"),
        sums("<attribute name='firstname' aggregate='count'/>"),
        sums("<attribute name='firstname' aggregate='median' alias='x'/>"),
        sums("<attribute name='firstname' aggregate='sum' alias='x'/>"),
        sums("<attribute name='createdon' groupby='true' alias='x'/>"),
        sums("<attribute name='firstname' groupby='true' dategrouping='day' alias='x'/>"),
        sums("<attribute name='createdon' groupby='true' dategrouping='hour' alias='x'/>"),
        sums("<attribute name='firstname' groupby='true' alias='x'/><order attribute='firstname'/>"),
        sums("<attribute name='firstname' groupby='true' alias='x'/><order alias='y'/>"),
        sums("<all-attributes/>"),
        sums(""),
    ];
    let mut told = String::new();
    for xml in cases {
        let answer = org.get(&format!("contacts?fetchXml={}", escaped(&xml))).await;
        let shown: String = xml.chars().take(160).collect();
        writeln!(told, "{shown}\n  {}", answer.error()).unwrap();
        assert_eq!(answer.status, 400, "{xml}: {}", answer.body);
    }
    insta::assert_snapshot!("mistakes", told);
}

#[tokio::test]
async fn what_is_missing_is_refused_by_name_and_marked() {
    let org = people().await;
    let condition = |condition: &str| {
        format!("<fetch><entity name='contact'><filter><condition {condition}/></filter></entity></fetch>")
    };
    let link = "<link-entity name='new_badge' from='new_contactid' to='contactid'>";
    let mut told = String::new();
    for query in [
        escaped(&condition("attribute='ownerid' operator='eq-userteams'")),
        escaped(&condition(
            "attribute='parentcontactid' operator='under' value='6b1f0c0e-0000-4000-8000-00000000000a'",
        )),
        escaped(&condition("attribute='createdon' operator='this-fiscal-year'")),
        escaped(&condition("attribute='createdon' operator='null' rowaggregate='x'")),
        escaped("<fetch datasource='retained'><entity name='contact'/></fetch>"),
        escaped("<fetch utc-offset='60'><entity name='contact'/></fetch>"),
        escaped(
            "<fetch><entity name='contact'><attribute name='contactid' rowaggregate='CountChildren' alias='n'/></entity></fetch>",
        ),
        escaped(
            "<fetch aggregate='true'><entity name='contact'><attribute name='createdon' groupby='true' dategrouping='fiscal-year' alias='n'/></entity></fetch>",
        ),
        escaped(&format!(
            "<fetch><entity name='contact'>{link}<filter><condition attribute='firstname' entityname='contact' operator='null'/></filter></link-entity></entity></fetch>"
        )),
        format!("{}&$select=firstname", escaped("<fetch><entity name='contact'/></fetch>")),
        format!("{}&$top=1", escaped("<fetch><entity name='contact'/></fetch>")),
    ] {
        let answer = org.get(&format!("contacts?fetchXml={query}")).await;
        writeln!(told, "{}", answer.error()).unwrap();
        let journal = org.world.journal();
        let marked = journal.get(journal.summary().last_seq).unwrap().unsupported.len();
        assert_eq!((answer.status.as_u16(), marked), (405, 1), "{query}: {}", answer.body);
    }
    // A list is what can be asked for; not a row, nor its number.
    let xml = escaped("<fetch><entity name='contact'/></fetch>");
    for path in ["contacts(6b1f0c0e-0000-4000-8000-00000000000a)", "contacts/$count"] {
        writeln!(told, "{}", org.get(&format!("{path}?fetchXml={xml}")).await.error()).unwrap();
    }
    insta::assert_snapshot!("missing", told);
}

#[tokio::test]
async fn one_question_at_a_time_and_only_for_those_who_may_read() {
    let org = people().await;
    let xml = escaped("<fetch><entity name='contact'/></fetch>");
    let twice = org.get(&format!("contacts?fetchXml={xml}&fetchXml={xml}")).await;
    assert!(
        twice.error().starts_with("400 0x80060888 Query option 'fetchXml' was specified more than once"),
        "{}",
        twice.body
    );
    let mut config = Config::default();
    config.tenants[0].apps[0].roles.clear();
    let mut org = org_with(config);
    org.sign_in().await;
    let answer = org.get(&format!("contacts?fetchXml={xml}")).await;
    assert!(answer.error().starts_with("403 0x80040220"), "{}", answer.body);
}
