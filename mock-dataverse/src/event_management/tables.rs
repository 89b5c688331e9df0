//! The names of the tables, and the numbers of the choices that the rules look at (`facts/event-api.md` 7).

pub(super) const EVENT: &str = "msevtmgt_event";
pub(super) const PASS: &str = "msevtmgt_pass";
pub(super) const PURCHASE: &str = "msevtmgt_eventpurchase";
pub(super) const PURCHASE_ATTENDEE: &str = "msevtmgt_eventpurchaseattendee";
pub(super) const PURCHASE_PASS: &str = "msevtmgt_eventpurchasepass";
pub(super) const PURCHASE_CONTACT: &str = "msevtmgt_eventpurchasecontact";
pub(super) const REGISTRATION: &str = "msevtmgt_eventregistration";
pub(super) const ATTENDEE_PASS: &str = "msevtmgt_attendeepass";
pub(super) const TICKET: &str = "msevtmgt_eventregistrationticket";
pub(super) const RESPONSE: &str = "msevtmgt_registrationresponse";
pub(super) const PROVIDER: &str = "msevtmgt_paymentprovider";
pub(super) const WEB_APPLICATION: &str = "msevtmgt_webapplication";
pub(super) const CONTACT: &str = "contact";
pub(super) const CURRENCY: &str = "transactioncurrency";
pub(super) const ORGANIZATION: &str = "organization";

/// `msevtmgt_publishstatus`: Live.
pub(super) const LIVE: i32 = 100_000_003;
/// `msevtmgt_publishstatus`: Draft.
pub(super) const DRAFT: i32 = 100_000_000;
/// `msevtmgt_websitepreference`: the organizer's own website, which registers through the Event API.
pub(super) const OWN_WEBSITE: i32 = 192_350_002;
/// `msevtmgt_internalregistrationstatus`: Ready.
pub(super) const READY: i32 = 100_000_001;

/// Status reasons of a registration: documented by name, their numbers are placeholders of the schema.
pub(super) mod registration_status {
    pub(in super::super) const REGISTERED: (i32, &str) = (100_000_001, "Registered");
    pub(in super::super) const WAITLISTED: (i32, &str) = (100_000_002, "Waitlisted");
    pub(in super::super) const CANCELED: (i32, &str) = (100_000_003, "Canceled");
}
