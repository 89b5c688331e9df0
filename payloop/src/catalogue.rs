//! Cases, defects and switches as data, for `list` and `explain`.

use completion_service::Defect;
use contract_tests::Case;
use contract_tests::invariants::Invariant;
use contract_tests::model::{Excluded, invariant_cure};
use mock_core::Switch;
use serde_json::{Value, json};

use crate::exit_code::Stop;
use crate::unproven;

/// Generated histories: what stands where a case would, for defects that no case notices.
pub(crate) const HISTORIES: &str = "H-T";

/// Generated histories as JSON.
pub(crate) fn histories() -> Value {
    json!({ "id": HISTORIES, "title": "generated histories", "defects": shown_by(HISTORIES) })
}

/// Every ambiguity switch of the fakes.
pub(crate) fn switches() -> Result<Vec<Switch>, Stop> {
    mock_platform::switches().map_err(|error| Stop::suite(error.to_string()))
}

/// Every defect of the reference service.
pub(crate) fn defects() -> impl Iterator<Item = Defect> {
    Defect::all().iter().copied()
}

/// The defects that a case must notice.
pub(crate) fn shown_by(case: &str) -> Vec<&'static str> {
    defects().filter(|defect| defect.killed_by() == case).map(Defect::name).collect()
}

/// A case as JSON.
pub(crate) fn case(case: &Case) -> Value {
    json!({
        "id": case.id,
        "title": case.title,
        "level": case.level,
        "strength": case.strength,
        "clause": case.clause,
        "sources": case.sources,
        "alone": case.needs.alone,
        "managed": case.needs.managed,
        "payable": case.needs.payable,
        "generation": case.needs.generation,
        "under": case.needs.under.map(|under| json!({"switch": under.switch, "values": under.values})),
        "defects": shown_by(case.id),
        "no_defect": unproven::why(case.id),
    })
}

/// A row that is not run, as JSON.
pub(crate) fn not_run(row: &Excluded) -> Value {
    json!({ "id": row.id, "title": row.title, "reason": row.reason })
}

/// An invariant as JSON.
pub(crate) fn invariant(invariant: &Invariant) -> Value {
    json!({ "id": invariant.id, "title": invariant.title, "cure": invariant_cure(invariant.id) })
}

/// A defect as JSON.
pub(crate) fn defect(defect: Defect) -> Value {
    json!({ "name": defect.name(), "case": defect.killed_by(), "description": defect.description() })
}
