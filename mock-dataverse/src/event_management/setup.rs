//! What an organizer sets up: web applications, payment providers, events with their passes, the feature switch. The same functions serve
//! scenario files and the control API.

use jiff::{SignedDuration, Unit};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::app::EventManagement;
use super::offer;
use super::readable_id::readable_event_id;
use super::setup_request::{
    CreatedEvent, EventChange, NewEvent, NewPass, NewProvider, NewWebApplication, SetUpError, WebApplication,
};
use super::stage::{self, Stage};
use super::tables::{CURRENCY, DRAFT, EVENT, LIVE, OWN_WEBSITE, PASS, PROVIDER, SESSION, WEB_APPLICATION};
use crate::store::{Fields, Tx};

/// How long a drawn token is: longer than 200 characters, as real ones can be.
const TOKEN_LENGTH: usize = 216;

impl EventManagement {
    /// Switches payments in real-time journeys on or off. Off, no event has a payment gateway.
    pub fn enable_payments(&self, on: bool) {
        self.ledger().settings.payments_enabled = on;
    }

    /// Registers a web application.
    pub fn create_web_application(&self, new: &NewWebApplication) -> Result<WebApplication, SetUpError> {
        let ids = self.world().ids();
        let id = ids.uuid("web application", &new.scope);
        let token = new.token.clone().unwrap_or_else(|| ids.base62("web application token", &new.scope, TOKEN_LENGTH));
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("msevtmgt_origin", new.origin.as_str())
            .set("msevtmgt_token", token.as_str())
            .set("payloop_isdefault", new.default);
        self.store().write(self.now(), |tx| tx.create(WEB_APPLICATION, id, fields).map(drop))?;
        Ok(WebApplication { id, origin: new.origin.clone(), token })
    }

    /// The web application of an origin: the one that exists, else a new one.
    pub fn web_application_of(&self, new: &NewWebApplication) -> Result<WebApplication, SetUpError> {
        // The app's lock keeps two callers from making two.
        let _one_at_a_time = self.ledger();
        let known = self.web_applications().into_iter().find(|application| application.origin == new.origin);
        known.map_or_else(|| self.create_web_application(new), Ok)
    }

    /// Sets up a payment provider.
    pub fn create_provider(&self, new: &NewProvider) -> Result<Uuid, SetUpError> {
        let id = self.world().ids().uuid("payment provider", &new.scope);
        let mut ledger = self.ledger();
        let fields = Fields::new()
            .set("msevtmgt_name", new.name.as_str())
            .set("payloop_paymentpageurl", new.page_url.as_str())
            .set("payloop_paymenttimeoutminutes", i32::try_from(new.timeout_minutes).unwrap_or(i32::MAX));
        self.store().write(self.now(), |tx| tx.create(PROVIDER, id, fields).map(drop))?;
        if new.default || ledger.settings.default_provider.is_none() {
            ledger.settings.default_provider = Some(id);
        }
        Ok(id)
    }

    /// Creates an event and its passes: all of them, or nothing.
    pub fn create_event(&self, new: &NewEvent) -> Result<CreatedEvent, SetUpError> {
        let ids = self.world().ids();
        let now = self.now();
        let default_provider = self.ledger().settings.default_provider;
        let id = ids.uuid("event", &new.scope);
        let readable_id = new
            .readable_id
            .clone()
            .unwrap_or_else(|| readable_event_id(&new.name, &ids.digits("readable event id", &new.scope, 10)));
        let starts = new.starts.unwrap_or_else(|| {
            let day = now.saturating_add(SignedDuration::from_hours(30 * 24)).unwrap_or(now);
            day.round(Unit::Hour).unwrap_or(day)
        });
        let ends = new.ends.unwrap_or_else(|| starts.saturating_add(SignedDuration::from_hours(8)).unwrap_or(starts));
        let passes: Vec<(Uuid, &NewPass)> =
            new.passes.iter().map(|pass| (pass.id.unwrap_or_else(|| ids.uuid("pass", &new.scope)), pass)).collect();
        let staged = self.store().write(now, |tx| {
            if offer::find_event(tx, &readable_id, false).is_some() {
                return Err(SetUpError::TakenReadableId(readable_id.clone()));
            }
            let currency = self.currency(tx, new.currency.as_deref())?;
            let mut fields = Fields::new()
                .set("msevtmgt_name", new.name.as_str())
                .set("msevtmgt_readableeventid", readable_id.as_str())
                .set("msevtmgt_description", new.description.as_deref())
                .set("msevtmgt_publishstatus", if new.live { LIVE } else { DRAFT })
                .set("msevtmgt_websitepreference", new.published.then_some(OWN_WEBSITE))
                .set("msevtmgt_eventstartdate", starts)
                .set("msevtmgt_eventenddate", ends)
                .set(
                    "msevtmgt_maximumeventcapacity",
                    new.capacity.map(|seats| i32::try_from(seats).unwrap_or(i32::MAX)),
                )
                .set("msevtmgt_registrationcount", 0)
                .set("msevtmgt_showwaitlist", new.details.waitlist)
                .set("msevtmgt_autoregisterwaitlistitems", new.details.auto_register)
                .set("msevtmgt_enablemultiattendeeregistration", !new.details.one_at_a_time)
                .set("msevtmgt_setregistrationsenddate", new.closes.is_some())
                .set("msevtmgt_stopwebsiteregistrationson", new.closes)
                .set("msevtmgt_websitemessage", new.closed_message.as_deref())
                .set("transactioncurrencyid", currency)
                .set("payloop_webapplicationid", new.web_application)
                .set("payloop_enablepaymentgateway", new.gateway)
                .set("payloop_paymentproviderid", new.provider.or(default_provider).filter(|_| new.gateway));
            stage::put_details(&mut fields, &new.details)?;
            let stage = Stage { world: self.world(), scope: &new.scope, event: id, starts };
            stage.places(tx, &new.programme, &mut fields)?;
            tx.create(EVENT, id, fields)?;
            let staged = stage.fill(tx, &new.programme)?;
            for (pass_id, pass) in &passes {
                let currency = self.currency(tx, pass.currency.as_deref())?;
                let fields = Fields::new()
                    .set("msevtmgt_name", pass.name.as_str())
                    .set("msevtmgt_eventid", id)
                    .set("msevtmgt_noofpassesallocated", i32::try_from(pass.allocation).unwrap_or(i32::MAX))
                    .set("msevtmgt_noofpassessold", 0)
                    .set("transactioncurrencyid", currency)
                    .set("msevtmgt_passprice", pass.price);
                tx.create(PASS, *pass_id, fields)?;
                stage.admit(tx, *pass_id, &pass.sessions, &new.programme, &staged)?;
            }
            Ok(staged)
        })?;
        Ok(CreatedEvent { id, readable_id, passes: passes.into_iter().map(|(id, _)| id).collect(), staged })
    }

    /// Changes the named columns of an event (by readable id) as an organizer would.
    pub fn change_event(&self, readable_id: &str, change: &EventChange) -> Result<(), SetUpError> {
        let unknown = || SetUpError::Unknown { what: "event", name: readable_id.to_owned() };
        let now = self.now();
        let mut ledger = self.ledger();
        let event = self.store().write(now, |tx| {
            let event = offer::find_event(tx, readable_id, true).map(|row| row.id()).ok_or_else(unknown)?;
            let mut fields = Fields::new();
            if let Some(live) = change.live {
                fields.put("msevtmgt_publishstatus", if live { LIVE } else { DRAFT });
            }
            if let Some(capacity) = change.capacity {
                fields.put(
                    "msevtmgt_maximumeventcapacity",
                    capacity.map(|seats| i32::try_from(seats).unwrap_or(i32::MAX)),
                );
            }
            if let Some(gateway) = change.gateway {
                fields.put("payloop_enablepaymentgateway", gateway);
            }
            if let Some(closes) = change.closes {
                fields.put("msevtmgt_setregistrationsenddate", closes.is_some());
                fields.put("msevtmgt_stopwebsiteregistrationson", closes);
            }
            for (column, value) in [
                ("msevtmgt_showwaitlist", change.waitlist),
                ("msevtmgt_autoregisterwaitlistitems", change.auto_register),
                ("msevtmgt_enablemultiattendeeregistration", change.several),
            ] {
                if let Some(value) = value {
                    fields.put(column, value);
                }
            }
            for (session, capacity) in &change.sessions {
                let unknown = || SetUpError::Unknown { what: "session of this event:", name: session.to_string() };
                tx.get(SESSION, *session)
                    .filter(|row| row.lookup("msevtmgt_event") == Some(event))
                    .ok_or_else(unknown)?;
                let capacity = capacity.map(|seats| i32::try_from(seats).unwrap_or(i32::MAX));
                tx.update(SESSION, *session, Fields::new().set("msevtmgt_sessionmaxcapacity", capacity))?;
            }
            for (pass, allocation) in &change.allocations {
                let unknown = || SetUpError::Unknown { what: "pass of this event:", name: pass.to_string() };
                tx.get(PASS, *pass).filter(|row| row.lookup("msevtmgt_eventid") == Some(event)).ok_or_else(unknown)?;
                let allocation = i32::try_from(*allocation).unwrap_or(i32::MAX);
                tx.update(PASS, *pass, Fields::new().set("msevtmgt_noofpassesallocated", allocation))?;
            }
            if !fields.is_empty() {
                tx.update(EVENT, event, fields)?;
            }
            Ok::<_, SetUpError>(event)
        })?;
        self.refill(&mut ledger, event, now);
        Ok(())
    }

    /// The row of an ISO code; a currency that the organization does not have yet is added with an exchange rate of 1.
    pub(super) fn currency(&self, tx: &mut Tx<'_>, iso: Option<&str>) -> Result<Option<Uuid>, SetUpError> {
        let Some(iso) = iso else { return Ok(None) };
        if iso.len() != 3 || !iso.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(SetUpError::BadCurrency(iso.to_owned()));
        }
        if let Some(id) = offer::currency_of(tx, iso) {
            return Ok(Some(id));
        }
        let id = self.world().ids().uuid("currency", iso);
        let fields = Fields::new()
            .set("currencyname", iso)
            .set("isocurrencycode", iso)
            .set("currencysymbol", iso)
            .set("currencyprecision", 2)
            .set("exchangerate", Decimal::ONE);
        Ok(Some(tx.create(CURRENCY, id, fields)?.id()))
    }
}
