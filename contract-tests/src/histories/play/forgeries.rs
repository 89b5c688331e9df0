//! Events that the suite makes up: old snapshots, forged ones, and those about something else.

use mock_stripe::control::dto::{Compose, Signing};
use serde_json::json;

use super::super::data::Forgery;
use super::super::model::{Fact, News};
use super::player::Player;
use crate::model::Stop;
use crate::steps::Forged;

impl Player<'_> {
    pub(super) async fn stale(&mut self, place: usize) -> Result<bool, Stop> {
        let completed = Some("checkout.session.completed");
        let found = self.ctx.deliveries(self.sold[place].purchase.id, completed).await?;
        let Some(event) = found.into_iter().next() else { return Ok(false) };
        let set = [("data.object.payment_status", json!("unpaid")), ("created", json!(1_700_000_000))];
        let compose = Compose {
            event: Some(event.event),
            fresh_id: true,
            set: set.map(|(path, value)| (path.to_owned(), value)).into(),
            subjects: vec![self.sold[place].purchase.id],
            ..Compose::default()
        };
        let forged = Forged::composed("an older snapshot of the same session, unpaid", compose);
        let answer = self.ctx.deliver(forged).await?;
        let disturbed = !self.sold[place].faults.is_empty();
        let taken = answer.is_success();
        self.sold[place].facts.push(Fact::Told { news: News::Promised, taken, disturbed });
        if disturbed && !taken {
            // It asks for another delivery, and there is none of a composed event.
            self.sold[place].strangers.extend(answer.entry.map(|entry| entry.seq));
        }
        self.rest().await?;
        Ok(true)
    }

    pub(super) async fn forge(&mut self, place: usize, how: Forgery) -> Result<bool, Stop> {
        let purchase = self.sold[place].purchase.id;
        let ledger = self.ctx.ledger(purchase).await?;
        let Some(open) = ledger.sessions.iter().find(|session| session.status == "open") else { return Ok(false) };
        let set = [("data.object.status", json!("complete")), ("data.object.payment_status", json!("paid"))];
        let compose = Compose {
            object: Some(open.id.clone()),
            event_type: Some("checkout.session.completed".to_owned()),
            set: set.map(|(path, value)| (path.to_owned(), value)).into(),
            signing: match how {
                Forgery::Unsigned => Signing::None,
                Forgery::WrongSecret => Signing::WrongSecret,
                Forgery::Old => Signing::Old,
            },
            subjects: vec![purchase],
            ..Compose::default()
        };
        let what = format!("a forged event ({}) that says that session {} is paid", how.word(), open.id);
        let answer = self.ctx.deliver(Forged::composed(what, compose)).await?;
        let fact = Fact::Forged { answer: answer.shown(), taken: answer.is_success() };
        self.sold[place].facts.push(fact);
        self.sold[place].strangers.extend(answer.entry.map(|entry| entry.seq));
        self.rest().await?;
        Ok(true)
    }
}
