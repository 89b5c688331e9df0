//! The fidelity page against the published document, the registry and the fake itself: none may drift.

use std::collections::{BTreeMap, BTreeSet};

use mock_core::contract::Contract;

use crate::fetch_xml::escaped;
use crate::support::{Org, guid, org, org_with_badges};

const PAGE: &str = include_str!("../../FIDELITY.md");

/// First cell and second cell of the rows of the table under a heading, which ends at the next empty line.
fn table(heading: &str) -> Vec<(String, String)> {
    let (_, rest) = PAGE.split_once(&format!("| {heading} |")).unwrap_or_else(|| panic!("no table {heading}"));
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with("| `"));
    rows.map(|line| {
        let (first, rest) = line.trim_start_matches("| `").split_once("` | ").unwrap();
        (first.to_owned(), rest.split(" |").next().unwrap().to_owned())
    })
    .collect()
}

#[track_caller]
fn graded(heading: &str) -> BTreeMap<String, String> {
    let rows = table(heading);
    let unique: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(unique.len(), rows.len(), "{heading}: something is graded twice");
    assert!(unique.values().all(|grade| grade == "behaviour" || grade == "refused"), "{unique:#?}");
    unique
}

#[test]
fn the_page_grades_exactly_the_operations_of_the_document() {
    let contract = Contract::parse("dataverse", include_str!("../../../fixtures/openapi/dataverse.yaml")).unwrap();
    let described: BTreeSet<_> =
        contract.operations().map(|operation| format!("{} {}", operation.method(), operation.path())).collect();
    assert_eq!(graded("Operation").into_keys().collect::<BTreeSet<_>>(), described);
}

#[tokio::test]
async fn the_page_grades_exactly_the_actions_and_functions_that_there_are() {
    let org = org().await;
    let registered = org.dataverse.operations().iter().map(|operation| operation.name.clone()).collect::<BTreeSet<_>>();
    assert_eq!(graded("Action or function").into_keys().collect::<BTreeSet<_>>(), registered);
}

/// The status of a request and whether it was marked as not supported.
async fn asked(org: &Org, method: &str, path: &str, body: &str) -> (u16, bool) {
    let answer = org.call(method, path, &[], body).await;
    let journal = org.world.journal();
    let marked = !journal.get(journal.summary().last_seq).unwrap().unsupported.is_empty();
    (answer.status.as_u16(), marked)
}

#[tokio::test]
async fn query_functions_are_as_the_page_grades_them() {
    let org = org_with_badges().await;
    org.contacts();
    for (name, grade) in graded("Query function") {
        let (column, value) = match name.as_str() {
            "In" | "NotIn" => ("lastname", ",PropertyValues=['x']"),
            "ContainValues" | "DoesNotContainValues" => ("new_tags", ",PropertyValues=['1']"),
            "Between" | "NotBetween" => ("creditlimit", ",PropertyValues=[1,2]"),
            "Contains" => ("lastname", ",PropertyValue='x'"),
            "On" | "OnOrAfter" | "OnOrBefore" => ("createdon", ",PropertyValue='2026-09-10'"),
            "EqualUserLanguage" => ("importsequencenumber", ""),
            other if other.contains("UserId") || other.contains("BusinessId") => ("ownerid", ""),
            other if other.contains('X') => ("createdon", ",PropertyValue=1"),
            _ => ("createdon", ""),
        };
        let set = if column == "new_tags" { "new_badges" } else { "contacts" };
        let path = format!("{set}?$filter=Microsoft.Dynamics.CRM.{name}(PropertyName='{column}'{value})");
        let expect = if grade == "refused" { (405, true) } else { (200, false) };
        assert_eq!(asked(&org, "GET", &path, "").await, expect, "{path}");
    }
}

#[tokio::test]
async fn operators_of_fetch_xml_are_as_the_page_grades_them() {
    let org = org_with_badges().await;
    org.contacts();
    let graded = graded("FetchXML operator");
    assert!(graded.len() > 70, "{}", graded.len());
    for (name, grade) in graded {
        let (column, value) = match name.as_str() {
            "contain-values" | "not-contain-values" => ("new_tags", "<value>1</value>"),
            "between" | "not-between" => ("new_number", "<value>1</value><value>2</value>"),
            "eq-userlanguage" => ("new_number", ""),
            user if user.contains("user") || user.contains("business") => ("ownerid", ""),
            "on" | "on-or-after" | "on-or-before" => ("createdon", "<value>2026-09-10</value>"),
            time if time.contains("-x-") => ("createdon", "<value>1</value>"),
            "eq" | "ne" | "neq" | "gt" | "ge" | "lt" | "le" | "in" | "not-in" => ("new_name", "<value>x</value>"),
            text if text.contains("with") || text.contains("like") => ("new_name", "<value>x</value>"),
            _ => ("createdon", ""),
        };
        let xml = format!(
            "<fetch><entity name='new_badge'><filter><condition attribute='{column}' operator='{name}'>{value}</condition></filter></entity></fetch>"
        );
        let path = format!("new_badges?fetchXml={}", escaped(&xml));
        let expect = if grade == "refused" { (405, true) } else { (200, false) };
        assert_eq!(asked(&org, "GET", &path, "").await, expect, "{name}");
    }
}

#[tokio::test]
async fn what_the_page_calls_refused_is_refused_and_marked() {
    let org = org().await;
    org.contacts();
    let mut requests = table("Refused request");
    assert!(requests.len() > 15);
    requests.extend(graded("Operation").into_iter().filter(|(_, grade)| grade == "refused"));
    for (request, _) in requests {
        let (method, path) = request.split_once(' ').unwrap();
        let body = match method {
            "POST" | "PUT" => "{}",
            _ => "",
        };
        assert_eq!(asked(&org, method, path, body).await, (405, true), "{request}");
    }
    assert!(org.dataverse.store().get("contact", guid(10)).is_some(), "nothing was changed");
}

#[tokio::test]
async fn what_the_readme_calls_refused_has_a_row_on_the_page() {
    let readme = include_str!("../../README.md");
    let (_, refused) = readme.split_once("## What is refused").unwrap();
    let refused = refused.split("\n## ").next().unwrap();
    for word in ["fiscal calendars", "change tracking", "ManagedPropertyDefinitions", "PUT"] {
        assert!(refused.contains(word) && PAGE.contains(word), "{word}");
    }
}
