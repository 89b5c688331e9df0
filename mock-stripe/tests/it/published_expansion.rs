//! `expand[]` against Stripe's published description: every member that may be expanded there is expanded here, and what then stands in it
//! fits the description.

use std::collections::BTreeSet;

use mock_stripe::routes;
use serde_json::{Value, json};

use crate::published::{Published, folder};
use crate::published_script::play;
use crate::support::Lab;

/// Members that the description says may be expanded, but not here: the object, the member, the reason.
const NOT_HERE: &[(&str, &str, &str)] =
    &[("charge", "transfer", "only there when a charge moved money to another account, which is Connect")];

#[tokio::test]
async fn every_published_expandable_member_is_expanded() {
    let Some(folder) = folder() else { return };
    let published = Published::open(&folder);
    let lab = Lab::start().await;
    play(&lab).await;
    let mut retrievals: Vec<_> =
        routes().into_iter().filter(|(method, path, _)| *method == "GET" && of_one(path)).collect();
    retrievals.retain(|(_, path, _)| published.operation("GET", path).is_some());
    let schemas = retrievals.iter().map(|(_, path, id)| {
        let operation = published.operation("GET", path).unwrap();
        ((*id).to_owned(), Published::answer(operation, "200"))
    });
    let validator = published.validator(schemas.collect());
    let (mut wrong, mut refused, mut bare) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut expanded = 0;
    for (_, path, id) in retrievals {
        let list = path.split_once("/{").unwrap().0;
        let objects = lab.get(&format!("{list}?limit=100")).await.ok()["data"].as_array().unwrap().clone();
        let kind = objects[0]["object"].as_str().unwrap().to_owned();
        for member in published.expandable(&kind) {
            // One that holds something, if there is one.
            let object = objects.iter().find(|object| object[&member].is_string()).unwrap_or(&objects[0]);
            let at = format!("{list}/{}?expand[]={member}", object["id"].as_str().unwrap());
            let answer = lab.get(&at).await;
            if answer.status != 200 {
                assert!(answer.text.contains("cannot be expanded"), "{}", answer.text);
                refused.insert((kind.clone(), member.clone()));
                continue;
            }
            let whole = answer.json();
            for error in validator.iter_errors(&json!({ id: whole })) {
                wrong.insert(format!("{id}, {kind}.{member}: {} {:.300}", error.instance_path(), error.to_string()));
            }
            if let Some(before) = object[&member].as_str() {
                expanded += 1;
                if whole[&member]["id"] != before {
                    bare.insert((kind.clone(), member.clone()));
                }
            } else {
                assert_eq!(whole[&member], Value::Null, "{kind}.{member}");
            }
        }
    }
    let listed = |table: &[(&str, &str, &str)]| -> BTreeSet<(String, String)> {
        table.iter().map(|(kind, member, _)| ((*kind).to_owned(), (*member).to_owned())).collect()
    };
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(refused, listed(NOT_HERE), "refused, and listed as refused");
    assert!(bare.is_empty(), "asked for whole, yet still an id: {bare:?}");
    assert!(expanded >= 15, "only {expanded} members held something");
}

/// Whether a path names one object: `/v1/charges/{charge}`.
fn of_one(path: &str) -> bool {
    path.ends_with('}') && path.matches('{').count() == 1
}
