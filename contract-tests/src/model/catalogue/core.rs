//! Level core: what the published contract says or plainly implies.

use super::Excluded;
use crate::cases::{notification as n, redirect as r, reservation as t};
use crate::model::Case;

pub(super) const CASES: &[&Case] = &[
    &r::contract::R01,
    &r::contract::R02,
    &r::money::R03,
    &r::identity::R04,
    &r::return_url::R05,
    &r::return_url::R06,
    &r::return_url::R07,
    &r::contract::R08,
    &r::contract::R09,
    &r::refusals::R10,
    &r::refusals::R11,
    &r::money::R12,
    &r::money::R13,
    &r::reading::R14,
    &r::head::R15,
    &r::money::R16,
    &n::completed::N01,
    &n::completed::N02,
    &n::delayed::N03,
    &n::foreign::N04,
    &n::foreign::N05,
    &n::separate::N06,
    &n::delayed::N07,
    &n::refused::N08,
    &n::refused::N09,
    &n::completed::N10,
    &n::returning::N11,
    &n::returning::N12,
    &n::payload::N13,
    &n::payload::N14,
    &n::slow::N15,
    &t::timeout::T01,
    &t::timeout::T02,
    &t::timeout::T03,
    &t::several::T04,
    &t::several::T05,
    &t::field_name::T06,
];

const LEGACY: &str = "the outbound-marketing event API that it is about was removed from the product on 30 June 2025; off unless a later \
    edition brings the legacy profile";

pub(super) const EXCLUDED: &[Excluded] = &[
    Excluded { id: "C-L01", title: "finalizes a temporary registration with the legacy action", reason: LEGACY },
    Excluded {
        id: "C-L02",
        title: "calls the legacy action later than 50 minutes after the registration",
        reason: LEGACY,
    },
    Excluded { id: "C-L03", title: "checks the amount before the legacy action", reason: LEGACY },
    Excluded { id: "C-L04", title: "finalizes three attendees with one legacy action", reason: LEGACY },
];
