//! FetchXML: what it finds, how answers look, pages, groups, links, mistakes; and that it finds what OData finds.

mod errors;
mod groups;
mod links;
mod pages;
mod rows;
mod same;
mod views;

use mock_dataverse::store::Fields;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::support::{Answer, Org, guid, org_with_badges};

pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

impl Org {
    /// Asks a set by FetchXML, for all annotations.
    pub(crate) async fn fetched(&self, set: &str, xml: &str) -> Answer {
        let prefer = [("prefer", "odata.include-annotations=\"*\"")];
        self.call("GET", &format!("{set}?fetchXml={}", escaped(xml)), &prefer, "").await
    }
}

/// Contacts A to D, and badges: Ada has a red and a blue one, Bo a blue one, and one belongs to nobody.
pub(crate) async fn people() -> Org {
    let org = org_with_badges().await;
    org.contacts();
    let badges = [
        (40, "Ada red", 1, Some(10), "1,2", 7),
        (41, "Ada blue", 2, Some(10), "2", 3),
        (42, "Bo blue", 2, Some(11), "12", 12),
        (43, "nobody", 1, None, "", 1),
    ];
    for (id, name, colour, contact, tags, number) in badges {
        let fields = Fields::new()
            .set("new_name", name)
            .set("new_colour", colour)
            .set("new_number", number)
            .set("new_tags", Some(tags).filter(|tags| !tags.is_empty()))
            .set("new_contactid", contact.map(guid));
        org.put("new_badge", guid(id), fields);
    }
    org
}

/// What stands in one column of the rows of an answer; a row without it shows a line.
pub(crate) fn listed(answer: &Answer, column: &str) -> Vec<String> {
    let json = answer.json();
    let rows = json["value"].as_array().unwrap_or_else(|| panic!("no rows: {}", answer.body));
    let shown = |row: &Value| match row.get(column) {
        None => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    rows.iter().map(shown).collect()
}

/// The same, and contacts of whom something is missing or nearly the same: what two languages have to agree on. For properties, which are not
/// asynchronous themselves.
pub(crate) fn with_gaps() -> (tokio::runtime::Runtime, Org) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let org = runtime.block_on(people());
    for (number, (last, limit)) in
        [(None, Some(-2)), (Some("a"), None), (Some("AB"), Some(0)), (Some("ba"), Some(1)), (Some("b"), Some(2))]
            .into_iter()
            .enumerate()
    {
        let fields = Fields::new().set("lastname", last).set("creditlimit", limit.map(Decimal::from));
        org.put("contact", guid(60 + number as u128), fields);
    }
    (runtime, org)
}
