//! The fidelity page against the route table: neither may drift.

use std::collections::BTreeSet;

use mock_stripe::routes;

const PAGE: &str = include_str!("../../FIDELITY.md");

/// Rows of the first table: | `METHOD path` | grade | …
fn graded() -> Vec<(String, String)> {
    PAGE.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            let operation = cells.next()?.trim_end_matches('`').to_owned();
            Some((operation, cells.next()?.trim().to_owned()))
        })
        .filter(|(operation, _)| operation.contains(" /"))
        .collect()
}

#[test]
fn the_page_grades_exactly_the_routes_that_there_are() {
    let listed: Vec<_> =
        graded().into_iter().filter(|(_, grade)| grade != "refused").map(|(operation, _)| operation).collect();
    let unique: BTreeSet<_> = listed.iter().cloned().collect();
    assert_eq!(unique.len(), listed.len(), "an operation is graded twice");
    let served: BTreeSet<_> = routes().into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(unique, served);
}

#[test]
fn grades_are_the_three_words() {
    for (operation, grade) in graded() {
        assert!(matches!(grade.as_str(), "behaviour" | "shape only" | "refused"), "{operation}: {grade}");
    }
}

#[tokio::test]
async fn what_the_page_calls_refused_is_refused_and_named() {
    let lab = crate::support::Lab::start().await;
    let refused: Vec<_> = graded().into_iter().filter(|(_, grade)| grade == "refused").collect();
    assert!(refused.len() > 10);
    for (operation, _) in refused {
        let (method, path) = operation.split_once(' ').unwrap();
        let url = format!("{}{}", lab.base, path.replace(['{', '}'], ""));
        let answer = lab.send(lab.http.request(method.parse().unwrap(), url).bearer_auth(crate::support::KEY)).await;
        assert_eq!(answer.status, 404, "{operation}");
        assert!(answer.text.contains("Unrecognized request URL"), "{operation}: {}", answer.text);
    }
}

#[test]
fn every_switch_is_explained() {
    let world = mock_core::World::builder().build();
    drop(mock_stripe::Stripe::new(&world, mock_stripe::Config::default()));
    for switch in world.switches().all() {
        assert!(PAGE.contains(switch.id), "{} is not on the page", switch.id);
    }
}
