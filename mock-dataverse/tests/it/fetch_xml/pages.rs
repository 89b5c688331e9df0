//! Pages: by number, by cookie, by the address of the next one.

use mock_dataverse::store::Fields;
use percent_encoding::percent_decode_str;

use super::{escaped, listed, people};
use crate::support::{Answer, Org, guid};

const PREFER: &str =
    "odata.include-annotations=\"Microsoft.Dynamics.CRM.fetchxmlpagingcookie,Microsoft.Dynamics.CRM.morerecords\"";

fn xml(attributes: &str, inside: &str) -> String {
    format!("<fetch {attributes}><entity name='contact'><attribute name='firstname'/>{inside}</entity></fetch>")
}

async fn page(org: &Org, xml: &str) -> Answer {
    org.call("GET", &format!("contacts?fetchXml={}", escaped(xml)), &[("prefer", PREFER)], "").await
}

/// What a caller puts into `paging-cookie`: the cookie unescaped twice, escaped as XML.
fn cookie(answer: &Answer) -> Option<String> {
    let json = answer.json();
    let outer = json["@Microsoft.Dynamics.CRM.fetchxmlpagingcookie"].as_str()?;
    let inner = outer.split_once("pagingcookie=\"")?.1.split('"').next()?;
    let once = percent_decode_str(inner).decode_utf8().ok()?.into_owned();
    let twice = percent_decode_str(&once).decode_utf8().ok()?.into_owned();
    Some(twice.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"))
}

/// All pages, with the cookie of each before if it has one.
async fn turned(org: &Org, size: usize, inside: &str) -> Vec<Vec<String>> {
    let (mut pages, mut from) = (Vec::new(), String::new());
    loop {
        let number = pages.len() + 1;
        let answer = page(org, &xml(&format!("count='{size}' page='{number}' {from}"), inside)).await;
        assert!(!answer.body.contains("@odata.nextLink"));
        pages.push(listed(&answer, "firstname"));
        if answer.json().get("@Microsoft.Dynamics.CRM.morerecords").is_none() {
            assert_eq!(cookie(&answer), None);
            return pages;
        }
        from = cookie(&answer).map(|cookie| format!("paging-cookie='{cookie}'")).unwrap_or_default();
    }
}

#[tokio::test]
async fn a_first_page_as_a_whole_answer() {
    let org = people().await;
    let xml =
        xml("count='3' page='1' returntotalrecordcount='true'", "<order attribute='lastname' descending='true'/>");
    insta::assert_snapshot!("first_page", org.fetched("contacts", &xml).await.whole());
}

#[tokio::test]
async fn every_way_of_turning_pages_comes_to_all_rows() {
    let org = people().await;
    let down = "<order attribute='firstname' descending='true'/>";
    assert_eq!(turned(&org, 3, down).await, [vec!["Di", "Cy", "Bo"], vec!["Ada"]]);
    assert_eq!(turned(&org, 2, "").await, [["Ada", "Bo"], ["Cy", "Di"]]);
    let linked = "<order attribute='firstname'/><link-entity name='new_badge' from='new_contactid' to='contactid' link-type='outer'><order attribute='new_number'/></link-entity>";
    assert_eq!(turned(&org, 2, linked).await, [vec!["Ada", "Ada"], vec!["Bo", "Cy"], vec!["Di"]]);
    // By the number alone, forwards and backwards.
    for (number, expect) in [(2, ["Bo"]), (1, ["Cy"])] {
        let xml = xml(
            &format!("count='1' page='{number}'"),
            "<order attribute='firstname' descending='true'/><filter><condition attribute='firstname' operator='in'><value>Bo</value><value>Cy</value></condition></filter>",
        );
        assert_eq!(listed(&page(&org, &xml).await, "firstname"), expect);
    }
    assert_eq!(listed(&page(&org, &xml("count='2' page='9'", "")).await, "firstname"), Vec::<String>::new());
}

#[tokio::test]
async fn a_cookie_goes_on_behind_its_row_even_when_others_come_before() {
    let org = people().await;
    let order = "<order attribute='firstname'/>";
    let first = page(&org, &xml("count='2' page='1'", order)).await;
    org.put("contact", guid(99), Fields::new().set("firstname", "Aaron"));
    let from = cookie(&first).unwrap();
    let second = page(&org, &xml(&format!("count='2' page='2' paging-cookie='{from}'"), order)).await;
    assert_eq!(listed(&second, "firstname"), ["Cy", "Di"]);
    // One that cannot be read is as none.
    let second = page(&org, &xml("count='2' page='2' paging-cookie='&lt;cookie'", order)).await;
    assert_eq!(listed(&second, "firstname"), ["Bo", "Cy"]);
    let high = page(&org, &xml("count='5000' page='12'", order)).await.error();
    assert_eq!(
        high,
        "400 0x80040203 Paging cookie is required when trying to retrieve a set of records on any high pages."
    );
}

#[tokio::test]
async fn a_preferred_size_gives_addresses() {
    let org = people().await;
    let path = format!("contacts?fetchXml={}&$count=true", escaped(&xml("", "<order attribute='firstname'/>")));
    let (mut path, mut seen) = (path, Vec::new());
    loop {
        let answer = org.call("GET", &path, &[("prefer", "odata.maxpagesize=3")], "").await;
        seen.push(listed(&answer, "firstname"));
        assert_eq!(
            (answer.json()["@odata.count"].clone(), answer.header("preference-applied")),
            (4.into(), "odata.maxpagesize=3")
        );
        match answer.json()["@odata.nextLink"].as_str() {
            Some(next) => path = next.strip_prefix(crate::support::ORG).unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, [vec!["Ada", "Bo", "Cy"], vec!["Di"]]);
}

#[tokio::test]
async fn only_the_first_rows() {
    let org = people().await;
    let order = "<order attribute='firstname' descending='true'/>";
    let top = page(&org, &xml("top='2'", order)).await;
    assert_eq!((listed(&top, "firstname"), cookie(&top)), (vec!["Di".to_owned(), "Cy".into()], None));
}
