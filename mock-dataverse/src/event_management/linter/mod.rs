//! The configuration linter: what an organizer's set-up would get wrong on the real product, each with its cause and its cure.

mod outbound;
mod programme;
mod rules;
mod set_up;
#[cfg(test)]
mod tests;

pub use rules::{Finding, check_origin, lint, lint_pair};
pub use set_up::{
    EventSetUp, PassSetUp, ProviderSetUp, QuestionSetUp, SessionSetUp, SetUp, WebApplicationSetUp, WebsiteTableSetUp,
};
