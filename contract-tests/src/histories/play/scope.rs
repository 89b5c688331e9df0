//! What a history is to the steps that cases share: a case of its own kind, alone or beside others.

use futures_util::FutureExt as _;

use crate::model::{Case, Level, Needs, Strength};

/// What histories that run beside others are, for the steps that ask.
pub(in super::super) static TOGETHER: Case = case(Needs::NOTHING);
/// What histories that restart the service or move the clock are.
pub(in super::super) static ALONE: Case = case(Needs { managed: true, ..Needs::ALONE });

const fn case(needs: Needs) -> Case {
    Case {
        id: "H-T",
        title: "a generated history",
        level: Level::Resilient,
        strength: Strength::Must,
        clause: "whatever happens in whatever order, the invariants hold in the end",
        sources: &["INV-1 to INV-8"],
        needs,
        run: |_| async { Ok(()) }.boxed(),
    }
}
