//! Tells of the families of values again, from their records; and says where a record cannot be that of this run.

use super::super::record::{FamilyRecord, Generated, ValueRecord};
use super::super::report::{FamilyReport, Finding};
use super::super::terms::Terms;
use super::family::{Family, Played, Smallest, examples, told, unplayed};
use super::{MOST_REPLAYS, Values, money, return_url, signature};

/// What the records of all families come to; `flaws` gets what is wrong with them.
pub(in super::super) fn again(record: &Generated, terms: &Terms<'_>, flaws: &mut Vec<String>) -> Values {
    let mut values = Values::default();
    if terms.asked.examples > 0 && record.no_world.is_none() {
        of::<money::Prices>(record, terms, &mut values, flaws);
        of::<return_url::ReturnUrls>(record, terms, &mut values, flaws);
        of::<signature::Headers>(record, terms, &mut values, flaws);
    }
    for (place, family) in record.families.iter().enumerate() {
        let again = record.families[..place].iter().any(|before| before.id == family.id);
        if again || terms.asked.examples == 0 || !is_known(&family.id) {
            flaws.push(format!("{}: nobody asked for it", family.id));
        }
    }
    values
}

fn is_known(id: &str) -> bool {
    [money::Prices::ID, return_url::ReturnUrls::ID, signature::Headers::ID].contains(&id)
}

fn of<F: Family>(record: &Generated, terms: &Terms<'_>, values: &mut Values, flaws: &mut Vec<String>) {
    let mut wrong = |what: String| flaws.push(format!("{}: {what}", F::ID));
    let Some(family) = record.families.iter().find(|family| family.id == F::ID) else {
        wrong(format!("what became of the {} is missing", F::NAME));
        return;
    };
    if let Some(why) = &family.broke {
        values.findings.push(unplayed::<F>(terms, why));
        return;
    }
    let (report, findings) = retold::<F>(family, terms, &mut wrong);
    values.families.push(report);
    values.findings.extend(findings);
}

fn retold<F: Family>(
    family: &FamilyRecord,
    terms: &Terms<'_>,
    wrong: &mut impl FnMut(String),
) -> (FamilyReport, Vec<Finding>) {
    let expected = examples::<F>(terms);
    if family.values.len() != expected.len() {
        wrong(format!("{} {} were played of the {} that the seed draws", family.values.len(), F::NAME, expected.len()));
    }
    let mut played = Vec::new();
    for ((number, example), value) in expected.into_iter().zip(&family.values) {
        if value.number != number {
            wrong(format!("example {} stands where example {number} belongs", value.number));
        }
        played.extend(read::<F>(example, value, terms, "the seed draws", wrong));
    }
    let first = played.iter().find(|played| played.failed(terms.profile));
    let smallest = first.and_then(|first| smallest_of(family, first, terms, wrong));
    if first.is_none() && (family.smallest.is_some() || !family.way.is_empty()) {
        wrong("no example fails, and yet one was made smaller".to_owned());
    }
    told(terms, &played, smallest.as_ref(), family.millis)
}

/// An example with its record, held against each other; `whence` says how the example is known.
fn read<F: Family>(
    example: F::Example,
    value: &ValueRecord,
    terms: &Terms<'_>,
    whence: &str,
    wrong: &mut impl FnMut(String),
) -> Option<Played<F>> {
    let shown = F::show(&example, terms.profile);
    if value.shown != shown {
        wrong(format!("example {} is {}, and {whence} {shown}", value.number, value.shown));
    }
    let seen = match value.seen.clone().map(serde_json::from_value).transpose() {
        Ok(seen) => seen,
        Err(error) => {
            wrong(format!("what was seen of example {} cannot be read: {error}", value.number));
            return None;
        }
    };
    let ValueRecord { number, ended, told, checks, evidence, .. } = value.clone();
    let played = Played { example, record: ValueRecord { number, shown, ended, told, checks, seen, evidence } };
    if played.record.seen.is_none() && played.suite_error().is_none() && !played.failed(terms.profile) {
        wrong(format!("nothing was seen of example {number}, and nothing kept it from being seen"));
    }
    Some(played)
}

/// The smallest example that fails, found again on the way that the record names.
fn smallest_of<F: Family>(
    family: &FamilyRecord,
    first: &Played<F>,
    terms: &Terms<'_>,
    wrong: &mut impl FnMut(String),
) -> Option<Smallest<F>> {
    let mut example = first.example.clone();
    let mut replays = 0;
    for place in &family.way {
        let smaller = F::smaller(&example, terms.profile);
        replays += smaller.len();
        let Some(next) = smaller.into_iter().nth(*place) else {
            wrong("the way to its smallest example leads nowhere".to_owned());
            return None;
        };
        example = next;
    }
    // After the last one that failed all that are smaller still were played, if any might be.
    if replays < MOST_REPLAYS {
        replays += F::smaller(&example, terms.profile).len();
    }
    let played = match (&family.smallest, family.way.is_empty()) {
        (None, true) => first.clone(),
        (Some(value), false) => read::<F>(example, value, terms, "its way leads to", wrong)?,
        _ => {
            wrong("the play of its smallest example is missing".to_owned());
            return None;
        }
    };
    if !played.failed(terms.profile) {
        wrong("its smallest example does not fail".to_owned());
    }
    Some(Smallest { replays, played })
}
