//! Links: rows that come with rows, and rows that only have to be there.

use mock_dataverse::store::Fields;

use super::{listed, people};
use crate::support::{Org, guid};

/// `contact badge` for each row that a link of contacts brings.
async fn check(org: &Org, link: &str, expect: &[&str]) {
    let xml = format!(
        "<fetch><entity name='contact'><attribute name='firstname'/><order attribute='firstname'/>{link}</entity></fetch>"
    );
    let answer = org.fetched("contacts", &xml).await;
    assert_eq!(answer.status, 200, "{link}: {}", answer.body);
    let pairs = listed(&answer, "firstname").into_iter().zip(listed(&answer, "badge"));
    let shown: Vec<_> = pairs.map(|(contact, badge)| format!("{contact} {badge}")).collect();
    assert_eq!(shown, expect, "{link}");
}

fn badges(attributes: &str, inside: &str) -> String {
    format!("<link-entity name='new_badge' from='new_contactid' to='contactid' {attributes}>{inside}</link-entity>")
}

const NAME: &str = "<attribute name='new_name' alias='badge'/><order attribute='new_number'/>";

#[tokio::test]
async fn inner_outer_and_first() {
    let org = people().await;
    let all = ["Ada Ada blue", "Ada Ada red", "Bo Bo blue"];
    check(&org, &badges("", NAME), &all).await;
    check(&org, &badges("link-type='inner' alias='b'", NAME), &all).await;
    let outer = ["Ada Ada blue", "Ada Ada red", "Bo Bo blue", "Cy -", "Di -"];
    check(&org, &badges("link-type='outer'", NAME), &outer).await;
    let first = badges("link-type='matchfirstrowusingcrossapply'", NAME);
    check(&org, &first, &["Ada Ada red", "Bo Bo blue", "Cy -", "Di -"]).await;
    // A filter inside a link belongs to the join …
    let red = "<filter><condition attribute='new_colour' operator='eq' value='1'/></filter>";
    check(&org, &badges("", &format!("{NAME}{red}")), &["Ada Ada red"]).await;
    check(&org, &badges("link-type='outer'", &format!("{NAME}{red}")), &["Ada Ada red", "Bo -", "Cy -", "Di -"]).await;
    // … and one of the entity that names the link comes after it.
    let after = "<filter><condition entityname='b' attribute='new_colour' operator='eq' value='1'/></filter>";
    check(&org, &format!("{}{after}", badges("link-type='outer' alias='b'", NAME)), &["Ada Ada red"]).await;
    let none = "<filter><condition entityname='new_badge' attribute='new_badgeid' operator='null'/></filter>";
    check(&org, &format!("{}{none}", badges("link-type='outer'", NAME)), &["Cy -", "Di -"]).await;
}

#[tokio::test]
async fn rows_that_only_have_to_be_there() {
    let org = people().await;
    let blue = "<filter><condition attribute='new_colour' operator='eq' value='2'/></filter>";
    let red = "<filter><condition attribute='new_colour' operator='eq' value='1'/></filter>";
    for kind in ["exists", "in"] {
        let of_kind = format!("link-type='{kind}'");
        check(&org, &badges(&of_kind, ""), &["Ada -", "Bo -"]).await;
        check(&org, &badges(&of_kind, red), &["Ada -"]).await;
    }
    let inside =
        |kind: &str, filter: &str| format!("<filter>{}</filter>", badges(&format!("link-type='{kind}'"), filter));
    check(&org, &inside("any", blue), &["Ada -", "Bo -"]).await;
    check(&org, &inside("any", red), &["Ada -"]).await;
    check(&org, &inside("not any", red), &["Bo -", "Cy -", "Di -"]).await;
    check(&org, &inside("not any", ""), &["Cy -", "Di -"]).await;
    check(&org, &inside("all", red), &["Bo -"]).await;
    check(&org, &inside("not all", red), &["Ada -"]).await;
    let either = format!(
        "<filter type='or'>{}<condition attribute='firstname' operator='eq' value='Di'/></filter>",
        badges("link-type='any'", red)
    );
    check(&org, &either, &["Ada -", "Di -"]).await;
}

#[tokio::test]
async fn links_of_links_and_links_to_the_same_table() {
    let org = people().await;
    let under = |id: u128, parent: u128| {
        let now = org.world.clock().now();
        let fields = Fields::new().set("new_parentid", guid(parent));
        let done = org.dataverse.store().write(now, |tx| tx.update("new_badge", guid(id), fields).map(drop));
        done.unwrap_or_else(|error| panic!("{error}"));
    };
    under(41, 40);
    under(42, 40);
    let xml = |inner: &str, outer: &str| {
        format!(
            "<fetch><entity name='new_badge'><attribute name='new_name'/><order attribute='new_number'/><link-entity name='new_badge' from='new_badgeid' to='new_parentid' link-type='{outer}' alias='parent'><attribute name='new_name'/><link-entity name='contact' from='contactid' to='new_contactid' link-type='{inner}' alias='owner'><attribute name='firstname'/></link-entity></link-entity></entity></fetch>"
        )
    };
    let answer = org.fetched("new_badges", &xml("inner", "inner")).await;
    assert_eq!(listed(&answer, "new_name"), ["Ada blue", "Bo blue"]);
    assert_eq!(listed(&answer, "parent.new_name"), ["Ada red", "Ada red"]);
    assert_eq!(listed(&answer, "owner.firstname"), ["Ada", "Ada"]);
    let answer = org.fetched("new_badges", &xml("outer", "outer")).await;
    assert_eq!(listed(&answer, "new_name"), ["nobody", "Ada blue", "Ada red", "Bo blue"]);
    assert_eq!(listed(&answer, "owner.firstname"), ["-", "Ada", "-", "Ada"]);
    // Without an alias a link is named by its table and its number; without columns it joins by the only lookup there is.
    let xml = "<fetch><entity name='new_badge'><attribute name='new_name'/><order attribute='new_number'/><link-entity name='contact'><attribute name='firstname'/></link-entity></entity></fetch>";
    let answer = org.fetched("new_badges", xml).await;
    assert_eq!(listed(&answer, "contact1.firstname"), ["Ada", "Ada", "Bo"]);
    // The rows behind a row whose own link has to be there as well.
    let nested = "<fetch><entity name='contact'><attribute name='firstname'/><link-entity name='new_badge' from='new_contactid' to='contactid' link-type='exists'><link-entity name='new_badge' from='new_badgeid' to='new_parentid'><filter><condition attribute='new_colour' operator='eq' value='1'/></filter></link-entity><filter><condition attribute='new_name' operator='begins-with' value='Bo'/></filter></link-entity></entity></fetch>";
    assert_eq!(listed(&org.fetched("contacts", nested).await, "firstname"), ["Bo"]);
}

#[tokio::test]
async fn columns_of_several_tables_are_compared_and_ordered_by() {
    let org = people().await;
    let xml = "<fetch><entity name='contact'><attribute name='firstname'/><order entityname='b' attribute='new_number' descending='true'/><filter><condition attribute='firstname' operator='lt' valueof='b.new_name'/></filter><link-entity name='new_badge' from='new_contactid' to='contactid' alias='b'><attribute name='new_number'/></link-entity></entity></fetch>";
    let answer = org.fetched("contacts", xml).await;
    assert_eq!(listed(&answer, "b.new_number"), ["12", "7", "3"]);
    assert!(!answer.body.contains("fetchxmlpagingcookie"));
    // Of equal rows one is enough; then there is no id to tell them apart.
    let xml = "<fetch distinct='true'><entity name='contact'><attribute name='lastname'/><order attribute='lastname'/><link-entity name='new_badge' from='new_contactid' to='contactid'/></entity></fetch>";
    let answer = org.fetched("contacts", xml).await;
    assert_eq!(listed(&answer, "lastname"), ["Ng", "O'Hara"]);
    assert_eq!(
        (listed(&answer, "contactid"), listed(&answer, "@odata.etag")),
        (vec!["-".to_owned(); 2], vec!["-".to_owned(); 2])
    );
    // Columns that are no lookups join as well, texts without case.
    let xml = "<fetch><entity name='contact'><attribute name='firstname'/><order attribute='firstname'/><link-entity name='contact' from='lastname' to='lastname' alias='kin'><attribute name='firstname'/><order attribute='firstname'/></link-entity><filter><condition attribute='firstname' operator='ne' valueof='kin.firstname'/></filter></entity></fetch>";
    let answer = org.fetched("contacts", xml).await;
    assert_eq!(
        (listed(&answer, "firstname"), listed(&answer, "kin.firstname")),
        (vec!["Ada".to_owned(), "Cy".into()], vec!["Cy".to_owned(), "Ada".into()])
    );
}

#[tokio::test]
async fn joins_that_bring_too_much_together_are_given_up() {
    let org = people().await;
    for number in 0..400 {
        org.put("contact", guid(1000 + number), Fields::new().set("lastname", "Many"));
    }
    let link = "<link-entity name='contact' from='statecode' to='statecode'>";
    let xml = format!("<fetch><entity name='contact'>{link}{link}</link-entity></link-entity></entity></fetch>");
    let answer = org.fetched("contacts", &xml).await;
    assert!(answer.error().starts_with("400 0x80044151 SQL timeout expired"), "{}", answer.body);
}
