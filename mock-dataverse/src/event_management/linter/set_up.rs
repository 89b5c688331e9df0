//! The set-up as the linter sees it: plain values, however they are kept.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::event_management::generation::Generation;

/// The set-up as the linter sees it: plain values, read from the rows.
#[derive(Clone, Debug, Default)]
pub struct SetUp {
    /// The feature switch for payments.
    pub payments_enabled: bool,
    /// The setting that lets anybody finalize without a payment.
    pub demo_payments: bool,
    /// Web applications.
    pub web_applications: Vec<WebApplicationSetUp>,
    /// Payment providers.
    pub providers: Vec<ProviderSetUp>,
    /// Events.
    pub events: Vec<EventSetUp>,
    /// Passes.
    pub passes: Vec<PassSetUp>,
    /// Sessions.
    pub sessions: Vec<SessionSetUp>,
    /// Questions of registrations.
    pub questions: Vec<QuestionSetUp>,
    /// Website table configurations.
    pub website_tables: Vec<WebsiteTableSetUp>,
}

/// One website table configuration.
#[derive(Clone, Debug)]
pub struct WebsiteTableSetUp {
    /// Its name.
    pub name: String,
    /// Whether it is for a table whose rows the API shows.
    pub shown: bool,
    /// Whether its fields are a JSON array of names.
    pub readable: bool,
    /// Names that are no columns of the table.
    pub unknown: Vec<String>,
    /// Columns that cannot be shown.
    pub unshowable: Vec<String>,
}

/// One web application.
#[derive(Clone, Debug)]
pub struct WebApplicationSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its registered origin.
    pub origin: String,
    /// Its token.
    pub token: String,
}

/// One payment provider.
#[derive(Clone, Debug)]
pub struct ProviderSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its payment page URL.
    pub page_url: String,
    /// Its payment timeout in minutes.
    pub timeout_minutes: Option<i64>,
}

/// One event.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no column of the table")]
pub struct EventSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its readable id.
    pub readable_id: String,
    /// Whether it is live.
    pub live: bool,
    /// Whether it is published through the Event API.
    pub published: bool,
    /// Whether the payment gateway is on.
    pub gateway: bool,
    /// Its provider.
    pub provider: Option<Uuid>,
    /// The web application that it is shown on.
    pub web_application: Option<Uuid>,
    /// Its capacity.
    pub capacity: Option<u64>,
    /// Its currency.
    pub currency: Option<Uuid>,
    /// What it belongs to.
    pub generation: Generation,
    /// Whether it asks for a captcha.
    pub captcha: bool,
}

/// One pass.
#[derive(Clone, Debug)]
pub struct PassSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its event.
    pub event: Option<Uuid>,
    /// Its price in the main unit.
    pub price: Option<Decimal>,
    /// Its currency.
    pub currency: Option<Uuid>,
    /// How many there are.
    pub allocation: u64,
}

/// One session.
#[derive(Clone, Debug)]
pub struct SessionSetUp {
    /// Its row.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its event.
    pub event: Option<Uuid>,
    /// Its capacity.
    pub capacity: Option<u64>,
    /// The passes that admit to it: name and event.
    pub passes: Vec<(String, Option<Uuid>)>,
}

/// One question of registrations.
#[derive(Clone, Debug)]
pub struct QuestionSetUp {
    /// Its row.
    pub id: Uuid,
    /// What is asked.
    pub text: String,
    /// The events that ask it.
    pub events: Vec<Uuid>,
    /// Whether it asks for one or several of its choices.
    pub chooses: bool,
    /// How many choices it offers.
    pub choices: usize,
}
