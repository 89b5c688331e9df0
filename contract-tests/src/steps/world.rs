//! What an operator does to the world: time, faults, silence.

use mock_core::faults::{Effect, Matcher, Plan};

use crate::model::Stop;
use crate::runner::Ctx;

impl Ctx {
    /// Moves the world's clock. Only cases that run alone may do this.
    pub async fn advance(&self, by: &str) -> Result<(), Stop> {
        if !self.item().case.needs.alone {
            return Err(Stop::suite("the case moves the clock but does not say that it runs alone"));
        }
        self.step(format!("moved the clock by {by}"));
        self.control().advance(by).await?;
        Ok(())
    }

    /// Waits until nothing about this case's purchases is open and nothing has happened for the profile's settle time.
    pub async fn settle(&self) -> Result<(), Stop> {
        let subjects = self.subjects();
        if subjects.is_empty() {
            return Ok(());
        }
        let budgets = &self.profile().budgets;
        let limit = budgets.webhook.0 * 2 + budgets.settle.0;
        let quiet = self.control().quiet(&subjects, budgets.settle.0, limit).await?;
        if !quiet {
            self.should(
                "the service comes to rest",
                format!("nothing open, and silence for {}", budgets.settle),
                format!("still busy after {} s", limit.as_secs()),
                false,
            );
        }
        Ok(())
    }

    /// Makes every answer of Dataverse about one text (a purchase id) late by so many milliseconds. The number takes it away again.
    pub async fn slow_dataverse(&self, text: &str, millis: u64) -> Result<u64, Stop> {
        self.step(format!("made Dataverse answer {millis} ms late"));
        let matcher = Matcher { fake: Some("dataverse".to_owned()), text: Some(text.to_owned()), ..Matcher::default() };
        let plan = Plan {
            matcher,
            skip: 0,
            times: None,
            when: mock_core::faults::When::BeforeCommit,
            effect: Effect::Delay { millis },
        };
        Ok(self.control().add_fault(&plan).await?)
    }

    /// Takes a fault away.
    pub async fn heal(&self, fault: u64) -> Result<(), Stop> {
        self.control().remove_fault(fault).await?;
        Ok(())
    }
}

impl Ctx {
    /// Stops the service and starts it again. Only managed cases that run alone may do this.
    pub async fn restart(&self) -> Result<(), Stop> {
        let needs = self.item().case.needs;
        if !(needs.alone && needs.managed) {
            return Err(Stop::suite("the case restarts the service but does not say that it runs alone and managed"));
        }
        self.step("restarted the service");
        let restarted = self.bench().launcher.restart().await;
        let seen = restarted.as_ref().err().map_or_else(|| "it did".to_owned(), ToString::to_string);
        self.require("the service comes up again", "ready after a restart", seen, restarted.is_ok())
    }
}
