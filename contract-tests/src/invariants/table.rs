//! The list of invariants, and the one function that judges by it.

use super::observed::{Observed, Surroundings};
use crate::model::{Check, Weight};

/// One invariant.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// `INV-1` to `INV-8`.
    pub id: &'static str,
    /// What must hold.
    pub title: &'static str,
    /// How it is judged for one purchase; nothing when there is nothing to judge.
    pub judge: fn(&Observed, &Surroundings<'_>) -> Vec<Finding>,
}

impl std::fmt::Debug for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invariant").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One look of an invariant at a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What must hold here.
    pub what: String,
    /// What right looks like.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// Whether it holds.
    pub ok: bool,
    /// What it means when it does not.
    pub weight: Weight,
}

/// All of them, in the catalogue's order.
pub const ALL: [Invariant; 8] = [
    Invariant {
        id: "INV-1",
        title: "no free ticket: a completed purchase has a paid session of at least its price, in its currency, made for it",
        judge: super::free_ticket::judge,
    },
    Invariant {
        id: "INV-2",
        title: "no lost payment: what is paid is completed or refunded",
        judge: super::lost_payment::judge,
    },
    Invariant {
        id: "INV-3",
        title: "no regress: completed never becomes cancelled, nor the reverse",
        judge: super::regress::judge,
    },
    Invariant {
        id: "INV-4",
        title: "no double charge: paid minus refunded never exceeds the price",
        judge: super::charge::judge,
    },
    Invariant {
        id: "INV-5",
        title: "own hosts only: redirects lead to our Stripe, return URLs are the ones given and allowed",
        judge: super::hosts::judge,
    },
    Invariant {
        id: "INV-6",
        title: "no stray traffic: only the declared Dataverse, token endpoint and Stripe are called",
        judge: super::stray::judge,
    },
    Invariant {
        id: "INV-7",
        title: "no secret out: no secret or token appears in anything the service emits",
        judge: super::secret::judge,
    },
    Invariant { id: "INV-8", title: "it ends: every event is acknowledged in the end", judge: super::ends::judge },
];

/// Judges one purchase by all invariants.
pub fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Check> {
    ALL.iter()
        .flat_map(|invariant| {
            (invariant.judge)(observed, around).into_iter().map(|finding| Check {
                what: finding.what,
                expected: finding.expected,
                seen: finding.seen,
                ok: finding.ok,
                weight: finding.weight,
                invariant: Some(invariant.id.to_owned()),
            })
        })
        .collect()
}
