//! Every row of the catalogue's core is a case, or is listed with a reason.

use std::collections::BTreeSet;

use contract_tests::model::{CASES, EXCLUDED, Level, Strength, find};

/// The core rows of the catalogue, with their strength: `!` is MUST, `~` is SHOULD.
const CORE: [&str; 37] = [
    "C-R01!", "C-R02!", "C-R03!", "C-R04!", "C-R05!", "C-R06!", "C-R07!", "C-R08!", "C-R09!", "C-R10!", "C-R11!",
    "C-R12!", "C-R13~", "C-R14!", "C-R15~", "C-R16~", "C-N01!", "C-N02!", "C-N03!", "C-N04!", "C-N05!", "C-N06!",
    "C-N07~", "C-N08!", "C-N09!", "C-N10!", "C-N11!", "C-N12!", "C-N13!", "C-N14~", "C-N15~", "C-T01!", "C-T02!",
    "C-T03~", "C-T04!", "C-T05!", "C-T06~",
];

#[test]
fn every_core_row_is_a_case_of_its_strength() {
    for row in CORE {
        let (id, mark) = row.split_at(row.len() - 1);
        let case = find(id).unwrap_or_else(|| panic!("{id} has neither a case nor a reason"));
        let strength = if mark == "!" { Strength::Must } else { Strength::Should };
        assert_eq!((case.level, case.strength), (Level::Core, strength), "{id}");
    }
    assert_eq!(CASES.iter().filter(|case| case.level == Level::Core).count(), CORE.len());
}

#[test]
fn the_legacy_rows_have_a_reason() {
    let ids: Vec<&str> = EXCLUDED.iter().map(|row| row.id).collect();
    assert_eq!(ids, ["C-L01", "C-L02", "C-L03", "C-L04"]);
    assert!(EXCLUDED.iter().all(|row| !row.reason.is_empty() && find(row.id).is_none()));
}

#[test]
fn ids_are_unique_and_in_the_catalogues_order() {
    let ids: Vec<&str> = CASES.iter().map(|case| case.id).collect();
    let rows: Vec<&str> = CORE.iter().map(|row| row.trim_end_matches(['!', '~'])).collect();
    let in_order: Vec<&str> = rows.into_iter().filter(|row| ids.contains(row)).collect();
    assert_eq!(ids, in_order);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
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
