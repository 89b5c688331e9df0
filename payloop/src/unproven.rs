//! Cases that no defect of the service that comes along shows to be able to fail, and why there can be none.

/// A case without a defect of its own, and the reason.
pub(crate) const UNPROVEN: [(&str, &str); 2] = [
    (
        "C-T06",
        "which field of the registration's answer holds the link is between the Event API and the registration page: the service gets the same \
         request either way, so that one which fails here fails C-R01 too",
    ),
    (
        "R-M07",
        "it judges nothing: no source says what is right for a price of zero, so that it only reports what the service does",
    ),
];

/// Why a case has no defect of its own, if it has none.
pub(crate) fn why(case: &str) -> Option<&'static str> {
    UNPROVEN.iter().find(|(id, _)| *id == case).map(|(_, why)| *why)
}

/// All of it, for the terminal.
pub(crate) fn told() -> String {
    let line = |(case, why): &(&str, &str)| format!("unproven  {case}: {why}\n");
    UNPROVEN.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use contract_tests::CASES;

    use super::{UNPROVEN, why};
    use crate::catalogue::shown_by;

    #[test]
    fn every_case_has_a_defect_or_a_reason() {
        for case in CASES {
            let (defects, reason) = (shown_by(case.id), why(case.id));
            assert_eq!(defects.is_empty(), reason.is_some(), "{}: {defects:?}, {reason:?}", case.id);
        }
    }

    #[test]
    fn reasons_are_about_cases() {
        for (id, _) in UNPROVEN {
            assert!(CASES.iter().any(|case| case.id == id), "{id}");
        }
    }
}
