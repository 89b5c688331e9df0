//! FetchXML and OData find the same rows when they ask the same; and no text makes the service fail.

use proptest::prelude::*;

use super::{escaped, listed, with_gaps};
use crate::support::Org;

/// A filter in both languages.
#[derive(Debug, Clone)]
struct Both {
    xml: String,
    odata: String,
}

fn leaf() -> impl Strategy<Value = Both> {
    let comparison = prop::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"]);
    let word = "[abAB]{1,2}";
    prop_oneof![
        (comparison.clone(), word).prop_map(|(operator, word)| Both {
            xml: format!("<condition attribute='lastname' operator='{operator}' value='{word}'/>"),
            odata: format!("lastname {operator} '{word}'"),
        }),
        (comparison, -3..3i64).prop_map(|(operator, number)| Both {
            xml: format!("<condition attribute='creditlimit' operator='{operator}' value='{number}'/>"),
            odata: format!("creditlimit {operator} {number}"),
        }),
        any::<bool>().prop_map(|null| Both {
            xml: format!("<condition attribute='lastname' operator='{}'/>", if null { "null" } else { "not-null" }),
            odata: format!("lastname {} null", if null { "eq" } else { "ne" }),
        }),
        (word, any::<bool>()).prop_map(|(word, yes)| Both {
            xml: format!("<condition attribute='lastname' operator='{}like' value='%{word}%'/>", if yes { "" } else { "not-" }),
            odata: format!("{}contains(lastname,'{word}')", if yes { "" } else { "not " }),
        }),
        (word, any::<bool>()).prop_map(|(word, begins)| Both {
            xml: format!("<condition attribute='lastname' operator='{}' value='{word}'/>", if begins { "begins-with" } else { "ends-with" }),
            odata: format!("{}(lastname,'{word}')", if begins { "startswith" } else { "endswith" }),
        }),
        (prop::collection::vec(word, 1..3), any::<bool>()).prop_map(|(words, yes)| {
            let values = words.iter().map(|word| format!("<value>{word}</value>")).collect::<Vec<_>>().concat();
            let list: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
            Both {
                xml: format!("<condition attribute='lastname' operator='{}in'>{values}</condition>", if yes { "" } else { "not-" }),
                odata: format!("Microsoft.Dynamics.CRM.{}(PropertyName='lastname',PropertyValues=[{}])", if yes { "In" } else { "NotIn" }, list.join(",")),
            }
        }),
        (any::<bool>(), prop::sample::select(vec![1, 2])).prop_map(|(any, colour)| Both {
            xml: format!("<link-entity name='new_badge' from='new_contactid' to='contactid' link-type='{}'><filter><condition attribute='new_colour' operator='eq' value='{colour}'/></filter></link-entity>", if any { "any" } else { "not any" }),
            odata: format!("{}new_contact_new_badge/any(b:b/new_colour eq {colour})", if any { "" } else { "not " }),
        }),
    ]
}

fn filter() -> impl Strategy<Value = Both> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        (prop::collection::vec(inner, 1..3), any::<bool>()).prop_map(|(parts, any)| Both {
            xml: format!(
                "<filter type='{}'>{}</filter>",
                if any { "or" } else { "and" },
                parts.iter().map(|part| part.xml.as_str()).collect::<String>()
            ),
            odata: format!(
                "({})",
                parts.iter().map(|part| part.odata.clone()).collect::<Vec<_>>().join(if any {
                    " or "
                } else {
                    " and "
                })
            ),
        })
    })
}

/// The ids that an answer lists.
async fn found(org: &Org, query: &str) -> Vec<String> {
    let answer = org.get(&format!("contacts?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    listed(&answer, "contactid")
}

#[test]
fn both_languages_find_the_same_rows_in_the_same_order() {
    let (runtime, org) = with_gaps();
    proptest!(ProptestConfig::with_cases(200), |(both in filter(), descending in any::<bool>(), top in 1..9usize)| {
        let xml = format!(
            "<fetch top='{top}'><entity name='contact'><attribute name='lastname'/><order attribute='lastname' descending='{descending}'/><filter>{}</filter></entity></fetch>",
            both.xml
        );
        let odata = format!(
            "$select=lastname&$top={top}&$orderby=lastname{}&$filter={}",
            if descending { " desc" } else { "" },
            both.odata
        );
        let (left, right) = runtime.block_on(async {
            (found(&org, &format!("fetchXml={}", escaped(&xml))).await, found(&org, &odata).await)
        });
        prop_assert_eq!(left, right, "{}\n{}", xml, odata);
    });
}

#[test]
fn pages_put_together_are_the_whole() {
    let (runtime, org) = with_gaps();
    proptest!(ProptestConfig::with_cases(60), |(both in filter(), size in 1..5usize, link in any::<bool>())| {
        let link = if link { "<link-entity name='new_badge' from='new_contactid' to='contactid' link-type='outer' alias='b'><attribute name='new_number'/></link-entity>" } else { "" };
        let xml = |attributes: &str| format!(
            "<fetch {attributes}><entity name='contact'><attribute name='lastname'/><order attribute='lastname'/><filter>{}</filter>{link}</entity></fetch>", both.xml
        );
        runtime.block_on(async {
            let whole = found(&org, &format!("fetchXml={}", escaped(&xml("")))).await;
            let mut pages = Vec::new();
            for number in 1..=whole.len().div_ceil(size) {
                pages.extend(found(&org, &format!("fetchXml={}", escaped(&xml(&format!("count='{size}' page='{number}'"))))).await);
            }
            assert_eq!(pages, whole);
        });
    });
}

/// Elements and attributes as they could stand, in any order.
fn any_xml() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "fetch",
        "entity",
        "attribute",
        "order",
        "filter",
        "condition",
        "link-entity",
        "value",
        "all-attributes",
        "no-attrs",
        "x",
    ]);
    let attribute = (
        prop::sample::select(vec![
            "name",
            "attribute",
            "operator",
            "value",
            "valueof",
            "entityname",
            "alias",
            "from",
            "to",
            "link-type",
            "top",
            "count",
            "page",
            "aggregate",
            "groupby",
            "dategrouping",
            "distinct",
            "descending",
            "type",
            "paging-cookie",
            "aggregatelimit",
        ]),
        prop::sample::select(vec![
            "contact",
            "new_badge",
            "lastname",
            "createdon",
            "contactid",
            "new_contactid",
            "eq",
            "in",
            "last-x-days",
            "like",
            "any",
            "outer",
            "all",
            "true",
            "count",
            "sum",
            "1",
            "0",
            "-1",
            "99999999999",
            "b",
            "b.new_name",
            "",
            "%",
            "day",
            "&lt;cookie page=&quot;1&quot;&gt;&lt;contactid last=&quot;{6b1f0c0e-0000-4000-8000-00000000000a}&quot;/&gt;&lt;/cookie&gt;",
        ]),
    );
    let attributes =
        prop::collection::btree_map(attribute.clone().prop_map(|pair| pair.0), attribute.prop_map(|pair| pair.1), 0..5);
    let open = move |(name, attributes): (&str, std::collections::BTreeMap<&str, &str>)| {
        let attributes =
            attributes.iter().map(|(name, value)| format!(" {name}='{value}'")).collect::<Vec<_>>().concat();
        (name.to_owned(), format!("<{name}{attributes}"))
    };
    let element = (name, attributes).prop_map(open);
    let leaf = element.clone().prop_map(|(_, open)| format!("{open}/>"));
    let inner = leaf.prop_recursive(4, 24, 4, move |inner| {
        (element.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|((name, open), children)| format!("{open}>{}</{name}>", children.concat()))
    });
    prop::collection::vec(inner, 0..4)
        .prop_map(|children| format!("<fetch><entity name='contact'>{}</entity></fetch>", children.concat()))
}

#[test]
fn no_document_makes_the_service_fail() {
    let (runtime, org) = with_gaps();
    proptest!(ProptestConfig::with_cases(600), |(xml in prop_oneof![4 => any_xml(), 1 => any::<String>()])| {
        let answer = runtime.block_on(org.get(&format!("contacts?fetchXml={}", escaped(&xml))));
        prop_assert!([200, 400, 405].contains(&answer.status.as_u16()), "{}: {}", xml, answer.body);
    });
}
