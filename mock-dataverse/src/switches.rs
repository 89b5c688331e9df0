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

/// Makes the switch known. `codes` is what the organization is set up with.
pub(crate) fn declare(world: &World, codes: ErrorCodes) {
    let default = match codes {
        ErrorCodes::Newer => "newer",
        ErrorCodes::Older => "older",
    };
    world.switches().declare(Switch { default, ..CODES });
}

/// The generation of error codes that is sent now.
pub(crate) fn codes(world: &World) -> ErrorCodes {
    if world.switches().value(CODES.id, "") == "older" { ErrorCodes::Older } else { ErrorCodes::Newer }
}
