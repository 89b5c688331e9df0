//! Reads the set-up from the rows and hands it to the linter.

use uuid::Uuid;

use super::app::EventManagement;
use super::exposed;
use super::generation::Generation;
use super::linter::{
    self, EventSetUp, Finding, PassSetUp, ProviderSetUp, QuestionSetUp, SessionSetUp, SetUp, WebApplicationSetUp,
    WebsiteTableSetUp,
};
use super::offer;
use super::programme::FieldKind;
use super::tables::{
    CUSTOM_FIELD, EVENT, EVENT_FIELD, PASS, PASS_SESSION, PROVIDER, SESSION, WEB_APPLICATION, WEBSITE_TABLE,
};
use crate::store::{Data, Row};

impl EventManagement {
    /// What is wrong with the whole set-up, or (with a readable event id) with what one event needs.
    pub fn lint(&self, readable_event_id: Option<&str>) -> Vec<Finding> {
        let mut set_up = self.set_up();
        if let Some(readable_id) = readable_event_id {
            set_up.events.retain(|event| event.readable_id == readable_id);
            set_up.sessions.retain(|session| set_up.events.iter().any(|event| session.event == Some(event.id)));
            let asked =
                |question: &QuestionSetUp| set_up.events.iter().any(|event| question.events.contains(&event.id));
            set_up.questions.retain(asked);
            // They are for all events alike.
            set_up.website_tables.clear();
            set_up.passes.retain(|pass| set_up.events.iter().any(|event| pass.event == Some(event.id)));
            set_up
                .web_applications
                .retain(|application| set_up.events.iter().any(|event| event.web_application == Some(application.id)));
            set_up.providers.retain(|provider| set_up.events.iter().any(|event| event.provider == Some(provider.id)));
        }
        linter::lint(&set_up)
    }

    /// What is wrong with using a pass for an event; `None` when either does not exist.
    pub fn lint_pass(&self, readable_event_id: &str, pass: Uuid) -> Option<Vec<Finding>> {
        let set_up = self.set_up();
        let event = set_up.events.iter().find(|event| event.readable_id == readable_event_id)?;
        let pass = set_up.passes.iter().find(|found| found.id == pass)?;
        Some(linter::lint_pair(event, pass).into_iter().collect())
    }

    fn set_up(&self) -> SetUp {
        let payments_enabled = self.ledger().settings.payments_enabled;
        let demo_payments = self.demo_payments_enabled();
        self.store().read(|data| SetUp {
            payments_enabled,
            demo_payments,
            web_applications: data.rows(WEB_APPLICATION).map(|row| web_application_set_up(row)).collect(),
            providers: data.rows(PROVIDER).map(|row| provider_set_up(row)).collect(),
            events: data.rows(EVENT).map(|row| event_set_up(row)).collect(),
            passes: data.rows(PASS).map(|row| pass_set_up(row)).collect(),
            sessions: data.rows(SESSION).map(|row| session_set_up(data, row)).collect(),
            questions: data.rows(CUSTOM_FIELD).map(|row| question_set_up(data, row)).collect(),
            website_tables: data.rows(WEBSITE_TABLE).map(|row| website_table_set_up(data, row)).collect(),
        })
    }
}

fn web_application_set_up(row: &Row) -> WebApplicationSetUp {
    WebApplicationSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        origin: row.text("msevtmgt_origin").unwrap_or_default().to_owned(),
        token: row.text("msevtmgt_token").unwrap_or_default().to_owned(),
    }
}

fn provider_set_up(row: &Row) -> ProviderSetUp {
    ProviderSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        page_url: row.text("payloop_paymentpageurl").unwrap_or_default().to_owned(),
        timeout_minutes: row.int("payloop_paymenttimeoutminutes").map(i64::from),
    }
}

fn event_set_up(row: &Row) -> EventSetUp {
    EventSetUp {
        id: row.id(),
        readable_id: row.text("msevtmgt_readableeventid").unwrap_or_default().to_owned(),
        live: offer::is_live(row),
        published: offer::is_published(row),
        gateway: row.flag("payloop_enablepaymentgateway"),
        provider: row.lookup("payloop_paymentproviderid"),
        web_application: row.lookup("payloop_webapplicationid"),
        capacity: offer::capacity(row),
        currency: row.lookup("transactioncurrencyid"),
        generation: Generation::of(row),
        captcha: row.flag("msevtmgt_enablecaptcha"),
    }
}

fn pass_set_up(row: &Row) -> PassSetUp {
    PassSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        event: row.lookup("msevtmgt_eventid"),
        price: row.money("msevtmgt_passprice"),
        currency: row.lookup("transactioncurrencyid"),
        allocation: offer::allocated(row),
    }
}

fn session_set_up(data: &Data, row: &Row) -> SessionSetUp {
    SessionSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        event: row.lookup("msevtmgt_event"),
        capacity: row.int("msevtmgt_sessionmaxcapacity").and_then(|seats| u64::try_from(seats).ok()),
        passes: data
            .find(PASS_SESSION, "msevtmgt_sessionid", row.id())
            .filter_map(|join| data.get(PASS, join.lookup("msevtmgt_passid")?))
            .map(|pass| (pass.name().unwrap_or_default().to_owned(), pass.lookup("msevtmgt_eventid")))
            .collect(),
    }
}

fn question_set_up(data: &Data, row: &Row) -> QuestionSetUp {
    let kind = row.choice("msevtmgt_type");
    QuestionSetUp {
        id: row.id(),
        text: row.name().unwrap_or_default().to_owned(),
        events: data
            .find(EVENT_FIELD, "msevtmgt_customregistrationfieldid", row.id())
            .filter_map(|join| join.lookup("msevtmgt_eventid"))
            .collect(),
        chooses: [FieldKind::MultipleChoice, FieldKind::SingleChoice]
            .iter()
            .any(|choice| kind == Some(choice.number())),
        choices: row
            .text("msevtmgt_choices")
            .unwrap_or_default()
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count(),
    }
}

fn website_table_set_up(data: &Data, row: &Row) -> WebsiteTableSetUp {
    let asked = exposed::asked(row);
    let columns = asked.columns.as_deref().unwrap_or_default();
    let those = |fits: Option<bool>| -> Vec<String> {
        let Some(table) = asked.table else { return Vec::new() };
        let same = |column: &&String| exposed::showable(data.schema(), table, column) == fits;
        columns.iter().filter(same).cloned().collect()
    };
    WebsiteTableSetUp {
        name: row.name().unwrap_or_default().to_owned(),
        shown: asked.table.is_some(),
        readable: asked.columns.is_some(),
        unknown: those(None),
        unshowable: those(Some(false)),
    }
}
