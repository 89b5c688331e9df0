//! The service's own calls, broken and healed.

use mock_core::faults::Effect;

use super::super::data::{Edge, Times, Trouble};
use super::player::Player;
use crate::model::Stop;
use crate::steps::{Trouble as Plan, status, with_header};

impl Player<'_> {
    pub(super) async fn trouble(
        &mut self,
        place: usize,
        edge: Edge,
        trouble: Trouble,
        times: Times,
    ) -> Result<bool, Stop> {
        let sold = &mut self.sold[place];
        let protocol = self.ctx.profile().declares.protocol;
        let effect = match trouble {
            Trouble::Throttled => with_header(status(429), "Retry-After", "1"),
            Trouble::Unavailable => status(503),
            Trouble::Broken => status(500),
            Trouble::Reset | Trouble::Lost => Effect::Reset,
        };
        let plan = match edge {
            Edge::Read => Plan::dataverse(effect).on_reads(protocol),
            Edge::Finalize => Plan::dataverse(effect).on_finalize(protocol),
            Edge::Create => Plan::stripe(effect).on_writes(),
            Edge::Refund => Plan::stripe(effect).at("/v1/refunds"),
        };
        let plan = plan.about(sold.purchase.id);
        let plan = match times {
            Times::Once => plan.times(1),
            Times::Twice => plan.times(2),
            Times::Always => plan,
        };
        let plan = if trouble == Trouble::Lost { plan.losing_the_answer() } else { plan };
        sold.faults.push(self.ctx.trouble(plan).await?);
        Ok(true)
    }

    pub(super) async fn heal(&mut self, place: usize) -> Result<bool, Stop> {
        let faults = std::mem::take(&mut self.sold[place].faults);
        for fault in &faults {
            self.ctx.healed(*fault).await?;
        }
        Ok(!faults.is_empty())
    }
}
