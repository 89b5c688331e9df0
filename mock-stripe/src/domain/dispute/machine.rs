//! How a dispute goes on.

use jiff::Timestamp;

use super::{Dispute, Evidence, INQUIRY_LIFE, Status, Verdict, due_by};
use crate::domain::effect::Effect;

/// What can be done to a dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The seller keeps this in store.
    Stage(Evidence),
    /// The seller hands this in; it can be done once.
    Submit(Evidence),
    /// The seller gives in.
    Close,
    /// The bank decides.
    Decide(Verdict),
    /// The time for an answer, or for the whole inquiry, is over.
    TimeOut,
}

/// Why a dispute does not do that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Its status forbids it.
    Status(Status),
    /// The seller's time is over.
    PastDue,
    /// There is nothing to hand in.
    NoEvidence,
    /// Its time is not over yet.
    NotYet,
}

/// What happens when a dispute comes.
pub fn opening(status: Status) -> Vec<Effect> {
    if status.is_inquiry() {
        vec![Effect::Emit("charge.dispute.created")]
    } else {
        vec![
            Effect::WithdrawFunds,
            Effect::Emit("charge.dispute.created"),
            Effect::Emit("charge.dispute.funds_withdrawn"),
        ]
    }
}

impl Dispute {
    /// The dispute after `command`.
    pub fn apply(&self, command: Command, now: Timestamp) -> Result<(Self, Vec<Effect>), Refusal> {
        const CLOSED: Effect = Effect::Emit("charge.dispute.closed");
        const UPDATED: Effect = Effect::Emit("charge.dispute.updated");
        let mut after = self.clone();
        let late = self.is_past_due(now.as_second());
        let effects = match (command, self.status) {
            (Command::Stage(_) | Command::Submit(_), status) if !status.takes_evidence() => {
                return Err(Refusal::Status(status));
            }
            (Command::Stage(_) | Command::Submit(_), _) if late => return Err(Refusal::PastDue),
            (Command::Stage(evidence), _) => {
                after.evidence = evidence;
                vec![UPDATED]
            }
            (Command::Submit(evidence), _) if evidence.is_empty() => return Err(Refusal::NoEvidence),
            (Command::Submit(evidence), status) => {
                after.evidence = evidence;
                after.submissions += 1;
                after.status = if status.is_inquiry() { Status::WarningUnderReview } else { Status::UnderReview };
                vec![UPDATED]
            }
            (Command::Close, Status::NeedsResponse) | (Command::Decide(Verdict::Lost), Status::UnderReview) => {
                after.status = Status::Lost;
                vec![CLOSED]
            }
            (Command::Close, Status::WarningNeedsResponse)
            | (Command::Decide(Verdict::Won | Verdict::Lost), Status::WarningUnderReview) => {
                after.status = Status::WarningClosed;
                vec![CLOSED]
            }
            (Command::Decide(Verdict::Won), Status::UnderReview) => {
                after.status = Status::Won;
                vec![Effect::ReinstateFunds, Effect::Emit("charge.dispute.funds_reinstated"), CLOSED]
            }
            (Command::Decide(Verdict::Escalated), Status::WarningUnderReview) => {
                after.status = Status::NeedsResponse;
                after.due_by = due_by(now.as_second());
                vec![UPDATED, Effect::WithdrawFunds, Effect::Emit("charge.dispute.funds_withdrawn")]
            }
            (Command::TimeOut, Status::NeedsResponse) if late => {
                after.status = Status::Lost;
                vec![CLOSED]
            }
            (Command::TimeOut, Status::WarningNeedsResponse | Status::WarningUnderReview)
                if now.as_second() >= self.created.saturating_add(INQUIRY_LIFE.as_secs()) =>
            {
                after.status = Status::WarningClosed;
                vec![CLOSED]
            }
            (Command::TimeOut, status) if !status.is_final() => return Err(Refusal::NotYet),
            (Command::Close | Command::Decide(_) | Command::TimeOut, status) => return Err(Refusal::Status(status)),
        };
        Ok((after, effects))
    }
}
