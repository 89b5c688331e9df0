//! `$apply` over HTTP, and the aggregation of the query core against a naive one.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use mock_dataverse::query::{Aggregation, Measure, Method, Path, aggregate};
use mock_dataverse::schema::Schema;
use mock_dataverse::store::{Fields, Store, StoreError, Value};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{EURO, Org, guid, org};

async fn filled() -> Org {
    let org = org().await;
    for (number, (last, limit, born, state)) in [
        ("Ng", Some("10.50"), Some("1990-02-28"), 0),
        ("ng", Some("4.5"), Some("1985-01-01"), 0),
        ("Zed", None, None, 1),
        ("Zed", Some("1000"), Some("2001-12-31"), 1),
    ]
    .into_iter()
    .enumerate()
    {
        let fields = Fields::new()
            .set("lastname", last)
            .set("creditlimit", limit.map(|limit| limit.parse::<Decimal>().unwrap()))
            .set("birthdate", born.map(|born| born.parse::<jiff::civil::Date>().unwrap()))
            .set("importsequencenumber", i32::try_from(number).unwrap())
            .set("transactioncurrencyid", EURO)
            .set("statecode", state);
        org.put("contact", guid(10 + number as u128), fields);
    }
    org
}

async fn check(org: &Org, apply: &str, expect: &str) {
    let answer = org.get(&format!("contacts?$apply={apply}")).await;
    let body = answer.body.split_once("\"value\":").map_or(answer.body.as_str(), |(_, value)| value);
    assert_eq!(body.trim_end_matches('}').to_owned() + if answer.status == 200 { "" } else { "}}" }, expect, "{apply}");
}

#[tokio::test]
async fn groups_and_what_they_come_to() {
    let org = filled().await;
    check(&org, "groupby((lastname))", r#"[{"lastname":"Ng"},{"lastname":"Zed"}]"#).await;
    check(&org, "aggregate($count as n)", r#"[{"n":4}]"#).await;
    check(
        &org,
        "groupby((lastname),aggregate(creditlimit with sum as s,creditlimit with average as a,creditlimit with min as l,creditlimit with max as h,$count as n))",
        r#"[{"lastname":"Ng","s":15.00,"a":7.5,"l":4.5,"h":10.50,"n":2},{"lastname":"Zed","s":1000,"a":1000,"l":1000,"h":1000,"n":2}]"#,
    )
    .await;
    check(
        &org,
        "filter(statecode eq 0)/groupby((statecode,lastname),aggregate(birthdate with max as youngest,importsequencenumber with sum as i))",
        r#"[{"statecode":0,"lastname":"Ng","youngest":"1990-02-28","i":1}]"#,
    )
    .await;
    check(
        &org,
        "aggregate(lastname with countdistinct as names,creditlimit with countdistinct as limits)",
        r#"[{"names":2,"limits":3}]"#,
    )
    .await;
    check(&org, "aggregate(importsequencenumber with average as mean)", r#"[{"mean":1.5}]"#).await;
    check(
        &org,
        "groupby((birthdate),aggregate($count as n))&$orderby=birthdate desc&$top=2",
        r#"[{"birthdate":"2001-12-31","n":1},{"birthdate":"1990-02-28","n":1}]"#,
    )
    .await;
    check(
        &org,
        "groupby((lastname),aggregate(creditlimit with sum as s))&$orderby=lastname desc",
        r#"[{"lastname":"Zed","s":1000},{"lastname":"Ng","s":15.00}]"#,
    )
    .await;
    // A group without a value does not show the column.
    check(&org, "groupby((birthdate))&$top=2", r#"[{},{"birthdate":"1985-01-01"}]"#).await;
    check(&org, "filter(lastname eq 'x')/aggregate($count as n,creditlimit with sum as s)", r#"[{"n":0,"s":null}]"#)
        .await;
    check(&org, "filter(lastname eq 'x')/groupby((lastname),aggregate($count as n))", "[]").await;
    check(&org, "filter(lastname eq @p)/aggregate($count as n)&@p='ng'", r#"[{"n":2}]"#).await;
}

#[tokio::test]
async fn labels_come_when_asked_for() {
    let org = filled().await;
    let prefer = [("prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"")];
    let answer = org
        .call(
            "GET",
            "contacts?$apply=groupby((statecode,_transactioncurrencyid_value),aggregate($count as n))",
            &prefer,
            "",
        )
        .await;
    assert_snapshot!(answer.whole());
}

#[tokio::test]
async fn columns_behind_lookups_are_grouped_by_and_measured() {
    let org = filled().await;
    let purchase = |contact: u128, price: &str| {
        let price = price.parse::<Decimal>().unwrap();
        let fields = Fields::new().set("msevtmgt_totalprice", price).set("transactioncurrencyid", EURO);
        fields.set("msevtmgt_purchasingcontactid", guid(contact))
    };
    for (number, (contact, price)) in [(10, "40"), (10, "9.50"), (12, "1000")].into_iter().enumerate() {
        org.put("msevtmgt_eventpurchase", guid(100 + number as u128), purchase(contact, price));
    }
    org.put("msevtmgt_eventpurchase", guid(200), Fields::new().set("msevtmgt_name", "of nobody"));
    let prefer = [("prefer", "odata.include-annotations=\"OData.Community.Display.V1.FormattedValue\"")];
    let mut text = String::new();
    for apply in [
        "groupby((msevtmgt_PurchasingContactId/lastname),aggregate(msevtmgt_totalprice with sum as total,$count as n))",
        "groupby((msevtmgt_PurchasingContactId/lastname,msevtmgt_paid))&$orderby=msevtmgt_PurchasingContactId/lastname desc",
        "aggregate(msevtmgt_PurchasingContactId/creditlimit with max as most,createdon with max as last)",
        "filter(msevtmgt_PurchasingContactId/lastname eq 'zed')/aggregate(msevtmgt_PurchasingContactId/creditlimit with average as mean)",
    ] {
        let answer = org.call("GET", &format!("msevtmgt_eventpurchases?$apply={apply}"), &prefer, "").await;
        text.extend([format!("{apply}\n  {} {}\n", answer.status.as_u16(), answer.body)]);
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn the_errors_of_aggregating() {
    let org = filled().await;
    let mut text = String::new();
    for apply in [
        "nonsense",
        "groupby(lastname)",
        "groupby((nothing))",
        "aggregate(nothing with sum as x)",
        "aggregate(lastname with sum as x)",
        "aggregate(createdon with average as x)",
        "aggregate(statecode with max as x)",
        "aggregate(creditlimit with avg as x)",
        "filter(creditlimit eq 'x')/aggregate($count as n)",
        "filter(creditlimit eq)/aggregate($count as n)",
        "groupby((lastname))/aggregate($count as n)",
        "compute(creditlimit mul 2 as x)",
        "groupby((createdon))",
        "groupby((parentcontactid/nothing))",
        "groupby((nothing/lastname))",
        "groupby((createdby/fullname,modifiedby/fullname))",
        "groupby((lastname),aggregate($count as n))&$orderby=n",
        "groupby((lastname))&$apply=groupby((lastname))",
        "groupby((lastname))&$select=lastname",
        "groupby((lastname))&$orderby=firstname",
    ] {
        text.extend([format!("{apply}\n  {}\n", org.get(&format!("contacts?$apply={apply}")).await.error())]);
    }
    assert_snapshot!(text);
}

#[test]
fn an_aggregation_looks_at_fifty_thousand_rows_at_most() {
    let schema = Schema::standard().unwrap();
    let store = Store::new(schema.clone(), guid(0));
    let table = schema.table("role").unwrap().id;
    let question = Aggregation { measures: vec![Measure::Count], ..Aggregation::of(table) };
    let add = |from: u128, to: u128| {
        store
            .write(jiff::Timestamp::UNIX_EPOCH, |tx| {
                (from..to).try_for_each(|number| tx.create("role", guid(number), Fields::new()).map(drop))
            })
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
    };
    add(1, 50_001);
    assert_eq!(store.read(|data| aggregate(data, &question)).unwrap()[0].values, [Value::Int(50_000)]);
    add(50_001, 50_002);
    assert!(store.read(|data| aggregate(data, &question)).is_err());
}

proptest! {
    #[test]
    fn groups_are_as_a_naive_count_has_them(rows in prop::collection::vec((0..3u8, prop::option::of(-5..5i32)), 0..20)) {
        let schema = Schema::standard().unwrap();
        let store = Store::new(schema.clone(), guid(0));
        let table = schema.table("contact").unwrap();
        let column = |name: &str| table.position(name).unwrap();
        store.write(jiff::Timestamp::UNIX_EPOCH, |tx| {
            for (number, (name, value)) in rows.iter().enumerate() {
                let fields = Fields::new().set("lastname", format!("n{name}")).set("creditlimit", value.map(Decimal::from));
                tx.create("contact", guid(number as u128), fields)?;
            }
            Ok::<(), StoreError>(())
        }).unwrap();
        let of = |method| Measure::Of(method, Path::own(column("creditlimit")));
        let question = Aggregation {
            groups: vec![Path::own(column("lastname")).into()],
            measures: vec![Measure::Count, of(Method::Sum), of(Method::Min), of(Method::Max), of(Method::CountDistinct)],
            ..Aggregation::of(table.id)
        };
        let mut naive: BTreeMap<u8, Vec<Option<i32>>> = BTreeMap::new();
        for (name, value) in &rows {
            naive.entry(*name).or_default().push(*value);
        }
        let seen = store.read(|data| aggregate(data, &question)).unwrap();
        prop_assert_eq!(seen.len(), naive.len());
        for (group, (name, values)) in seen.iter().zip(naive) {
            prop_assert_eq!(&group.keys, &[Value::from(format!("n{name}"))]);
            let mut known: Vec<i32> = values.iter().copied().flatten().collect();
            known.sort_unstable();
            let numbers: Vec<Option<i32>> = group.values.iter().map(|value| value.number().map(|number| i32::try_from(number).unwrap())).collect();
            let (sum, least, greatest) = (known.iter().sum(), known.first().copied(), known.last().copied());
            let any = !known.is_empty();
            known.dedup();
            let count = |count: usize| Some(i32::try_from(count).unwrap());
            prop_assert_eq!(numbers, vec![count(values.len()), any.then_some(sum), least, greatest, count(known.len())]);
        }
    }
}
