//! The state machine of disputes under any sequence of commands and any passing of time.

use jiff::{SignedDuration, Timestamp};
use mock_stripe::domain::dispute::{self, Dispute, Evidence, Reason, Verdict};
use mock_stripe::domain::effect::Effect;
use mock_stripe::domain::money::Currency;
use proptest::prelude::*;

fn new_dispute(status: dispute::Status) -> Dispute {
    Dispute {
        id: "du_1".into(),
        created: 0,
        amount: 500,
        currency: Currency::parse("usd").unwrap(),
        charge: "ch_1".into(),
        intent: "pi_1".into(),
        brand: "visa",
        reason: Reason::Fraudulent,
        status,
        evidence: Evidence::default(),
        submissions: 0,
        due_by: dispute::due_by(0),
        metadata: Default::default(),
        transactions: Vec::new(),
        belongs: Default::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_dispute_never_leaves_its_table(inquiry in any::<bool>(), steps in prop::collection::vec((0_u8..7, 0_i64..40), 0..12)) {
        use dispute::{Command, Status, opening};
        let mut dispute = new_dispute(if inquiry { Status::WarningNeedsResponse } else { Status::NeedsResponse });
        let count = |effects: &[Effect], wanted: Effect| effects.iter().filter(|effect| **effect == wanted).count();
        let first = opening(dispute.status);
        let mut now = Timestamp::UNIX_EPOCH;
        let (mut taken, mut returned, mut closed) = (count(&first, Effect::WithdrawFunds), 0, 0);
        for (which, days) in steps {
            now += SignedDuration::from_hours(24 * days);
            let mut said = Evidence::default();
            said.set("customer_name", Some("Ada"));
            let command = match which {
                0 => Command::Stage(said),
                1 => Command::Submit(said),
                2 => Command::Close,
                3 => Command::Decide(Verdict::Won),
                4 => Command::Decide(Verdict::Lost),
                5 => Command::Decide(Verdict::Escalated),
                _ => Command::TimeOut,
            };
            let Ok((after, effects)) = dispute.apply(command.clone(), now) else { continue };
            prop_assert!(!dispute.status.is_final(), "{:?} is final, yet took {command:?}", dispute.status);
            // What was handed in stays as it was, and nothing is handed in late.
            if after.evidence != dispute.evidence || after.submissions != dispute.submissions {
                prop_assert!(dispute.status.takes_evidence() && !dispute.is_past_due(now.as_second()));
            }
            prop_assert!(after.submissions <= dispute.submissions + 1);
            prop_assert!(!(3..=5).contains(&which) || matches!(dispute.status, Status::UnderReview | Status::WarningUnderReview));
            if which == 6 {
                prop_assert!(after.status.is_final() && dispute.is_past_due(now.as_second()));
            }
            taken += count(&effects, Effect::WithdrawFunds);
            returned += count(&effects, Effect::ReinstateFunds);
            closed += count(&effects, Effect::Emit("charge.dispute.closed"));
            // Money is taken once when it is no inquiry any more, and comes back when it is won.
            prop_assert_eq!(taken, usize::from(!after.status.is_inquiry()));
            prop_assert_eq!(returned, usize::from(after.status == Status::Won));
            prop_assert_eq!(closed, usize::from(after.status.is_final()));
            prop_assert!(inquiry || !after.status.is_inquiry());
            dispute = after;
        }
    }
}
