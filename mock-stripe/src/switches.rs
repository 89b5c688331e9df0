//! What public documents leave open about Stripe, as named switches.

use mock_core::{Switch, SwitchValue, World};

const SWITCHES: &[Switch] = &[
    Switch {
        id: "STRIPE-RETRY",
        question: "after which pauses is a failed webhook delivery tried again",
        values: &[
            SwitchValue { name: "sandbox", meaning: "three tries: 1 h and 3 h after the attempt before" },
            SwitchValue {
                name: "live",
                meaning: "5 min, 30 min, 2 h, 5 h, 10 h, then every 12 h, for three days after the first attempt",
            },
        ],
        default: "sandbox",
        source: "facts/stripe.md 15: three tries over a few hours (sandbox), up to three days (live); intervals are not published",
    },
    Switch {
        id: "STRIPE-LIMIT-ACTIVE",
        question: "does `active` of a payment link turn false when its limit of completed sessions is reached",
        values: &[
            SwitchValue { name: "turns-false", meaning: "it does" },
            SwitchValue {
                name: "stays-true",
                meaning: "it stays true, and visitors are turned away by the limit alone",
            },
        ],
        default: "turns-false",
        source: "facts/stripe.md 10, 20: inferred",
    },
    Switch {
        id: "STRIPE-LIMIT-REACTIVATE",
        question: "can a payment link whose limit of completed sessions is used up be set active again",
        values: &[
            SwitchValue {
                name: "taken",
                meaning: "`active` turns true, and visitors are turned away until the limit is raised or lifted",
            },
            SwitchValue { name: "refused", meaning: "400, unless the same call raises or lifts the limit" },
        ],
        default: "taken",
        source: "https://docs.stripe.com/api/payment-link/update says of `active` and `restrictions` nothing that would join them",
    },
    Switch {
        id: "STRIPE-LIMIT-OTHERS",
        question: "when do the other open sessions of a link end whose limit was reached",
        values: &[
            SwitchValue { name: "on-attempt", meaning: "when their buyer tries to pay" },
            SwitchValue { name: "at-limit", meaning: "at once, each with checkout.session.expired" },
        ],
        default: "on-attempt",
        source: "facts/stripe.md 10, 20: what a concurrent second payer meets is not documented",
    },
    Switch {
        id: "STRIPE-HELD-STATUS",
        question: "what does a completed Checkout Session say whose payment is authorised and not captured yet",
        values: &[
            SwitchValue { name: "unpaid", meaning: "payment_status is unpaid until the seller captures" },
            SwitchValue { name: "paid", meaning: "payment_status is paid from the buyer's confirmation on" },
        ],
        default: "unpaid",
        source: "https://docs.stripe.com/api/checkout/sessions/object says of unpaid that the funds are not in the account yet; nothing says it of manual capture",
    },
    Switch {
        id: "STRIPE-DISPUTE-FEE",
        question: "does the account get the fee of a dispute back that it wins",
        values: &[
            SwitchValue { name: "returned", meaning: "it does, with the disputed amount" },
            SwitchValue { name: "kept", meaning: "it does not" },
        ],
        default: "kept",
        source: "https://docs.stripe.com/testing#evidence says amount and related fees; terms since mid-2025 keep the fee, and sandboxes of 2026 do",
    },
];

/// Makes the switches known.
pub(crate) fn declare(world: &World) {
    world.switches().declare_all(SWITCHES);
}
