//! Every row of the catalogue is a case, or is listed with a reason.

use std::collections::BTreeSet;

use contract_tests::model::{CASES, EXCLUDED, Level, Strength, find, rows};

#[test]
fn the_rows_are_the_catalogues() {
    let of = |level| rows().filter(|row| row.level == level).count();
    assert_eq!([of(Level::Core), of(Level::Resilient), of(Level::Secure)], [41, 62, 57]);
    let of = |strength| rows().filter(|row| row.strength == strength).count();
    assert_eq!([of(Strength::Must), of(Strength::Should), of(Strength::Info)], [106, 52, 2]);
}

#[test]
fn every_row_has_a_case_of_its_strength_or_a_reason() {
    for row in rows() {
        let reason = EXCLUDED.iter().find(|excluded| excluded.id == row.id);
        match (find(row.id), reason) {
            (Some(case), None) => assert_eq!((case.level, case.strength), (row.level, row.strength), "{}", row.id),
            (None, Some(excluded)) => assert!(excluded.reason.len() > 10 && !excluded.title.is_empty(), "{}", row.id),
            (Some(_), Some(_)) => panic!("{} has a case and a reason for having none", row.id),
            (None, None) => panic!("{} has neither a case nor a reason", row.id),
        }
    }
}

#[test]
fn ids_are_unique_known_and_in_the_catalogues_order() {
    for ids in [CASES.iter().map(|case| case.id).collect::<Vec<_>>(), EXCLUDED.iter().map(|row| row.id).collect()] {
        let in_order: Vec<&str> = rows().map(|row| row.id).filter(|id| ids.contains(id)).collect();
        assert_eq!(ids, in_order);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }
}

#[test]
fn every_case_says_what_it_does_what_is_right_and_where_that_comes_from() {
    for case in CASES {
        assert!(!case.title.is_empty() && !case.title.ends_with('.'), "{}: {}", case.id, case.title);
        assert!(case.clause.len() > 20 && !case.clause.ends_with('.'), "{}: {}", case.id, case.clause);
        assert!(!case.sources.is_empty(), "{}", case.id);
        if let Some(under) = case.needs.under {
            assert!(under.values.len() > 1, "{}", case.id);
        }
    }
}

#[test]
fn switch_values_are_the_ones_that_the_fakes_know() {
    let switches = mock_platform::switches().unwrap();
    for case in CASES {
        let Some(under) = case.needs.under else { continue };
        let switch = switches.iter().find(|switch| switch.id == under.switch);
        let switch = switch.unwrap_or_else(|| panic!("{} runs under {}, which no fake has", case.id, under.switch));
        for value in under.values {
            assert!(switch.values.iter().any(|known| known.name == *value), "{} {value}", case.id);
        }
    }
}
