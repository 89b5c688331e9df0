//! What public documents leave open about the platform itself, as a named switch.

use mock_core::{Switch, SwitchValue, World};

use crate::config::ErrorCodes;

/// Which generation of error codes is sent where two are public.
const CODES: Switch = Switch {
    id: "DV-CODES",
    question: "Which codes do unknown segments and properties of a query have?",
    values: &[
        SwitchValue { name: "newer", meaning: "0x80060888 for both, as captured in 2025" },
        SwitchValue { name: "older", meaning: "0x8006088a and 0x0, as documented before" },
    ],
    default: "newer",
    source: "both are public, and which one production sends is not; facts/dataverse.md 17 #4",
};

/// Whether `sql` takes `TOP` and `OFFSET`.
const SQL_WINDOWS: Switch = Switch {
    id: "DV-SQL",
    question: "Does a query by sql take TOP and OFFSET … FETCH?",
    values: &[
        SwitchValue { name: "taken", meaning: "Both, up to 5000 rows, as Microsoft's Python client documents" },
        SwitchValue { name: "refused", meaning: "Neither, as the page on sql of the Web API says" },
    ],
    default: "taken",
    source: "PowerPlatform-Dataverse-Client 1.1.0 and the page 'Use SQL to query data by using the Dataverse Web API' of 2026-06 disagree",
};

/// Makes the switches known. `codes` is what the organization is set up with.
pub(crate) fn declare(world: &World, codes: ErrorCodes) {
    let default = match codes {
        ErrorCodes::Newer => "newer",
        ErrorCodes::Older => "older",
    };
    world.switches().declare(Switch { default, ..CODES });
    world.switches().declare(SQL_WINDOWS);
}

/// Whether `TOP` and `OFFSET` of a query by SQL are taken.
pub(crate) fn sql_windows(world: &World) -> bool {
    world.switches().value(SQL_WINDOWS.id, "") != "refused"
}

/// The generation of error codes that is sent now.
pub(crate) fn codes(world: &World) -> ErrorCodes {
    if world.switches().value(CODES.id, "") == "older" { ErrorCodes::Older } else { ErrorCodes::Newer }
}
