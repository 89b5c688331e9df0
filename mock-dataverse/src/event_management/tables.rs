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
pub(super) const SESSION: &str = "msevtmgt_session";
pub(super) const SESSION_REGISTRATION: &str = "msevtmgt_sessionregistration";
pub(super) const TRACK: &str = "msevtmgt_sessiontrack";
pub(super) const SPEAKER: &str = "msevtmgt_speaker";
pub(super) const ENGAGEMENT: &str = "msevtmgt_speakerengagement";
pub(super) const SPONSORSHIP: &str = "msevtmgt_sponsorship";
pub(super) const CUSTOM_FIELD: &str = "msevtmgt_customregistrationfield";
pub(super) const EVENT_FIELD: &str = "msevtmgt_customregistrationfield_event";
pub(super) const PASS_SESSION: &str = "msevtmgt_pass_msevtmgt_session";
pub(super) const TRACK_SESSION: &str = "msevtmgt_sessiontrack_msevtmgt_session";
pub(super) const WEBSITE_TABLE: &str = "msevtmgt_websiteentityconfiguration";
pub(super) const BUILDING: &str = "msevtmgt_building";
pub(super) const ROOM: &str = "msevtmgt_room";
pub(super) const CHECK_IN: &str = "msevtmgt_checkin";
pub(super) const ADMINISTRATION: &str = "msevtmgt_eventadministration";
pub(super) const SETTINGS: &str = "msevtmgt_eventregistrationsettings";
pub(super) const ACCOUNT: &str = "account";
pub(super) const CONTACT: &str = "contact";
pub(super) const CURRENCY: &str = "transactioncurrency";
pub(super) const ORGANIZATION: &str = "organization";

/// `msevtmgt_sourcesystem`: outbound marketing.
pub(super) const FROM_OUTBOUND: i32 = 100_000_001;
/// `msevtmgt_sourcesystem`: real-time journeys.
pub(super) const FROM_REAL_TIME: i32 = 100_000_002;
/// `msevtmgt_publishstatus`: Live.
pub(super) const LIVE: i32 = 100_000_003;
/// `msevtmgt_publishstatus`: Draft.
pub(super) const DRAFT: i32 = 100_000_000;
/// `msevtmgt_websitepreference`: the organizer's own website, which registers through the Event API.
pub(super) const OWN_WEBSITE: i32 = 192_350_002;
/// `msevtmgt_paymentstatus` while the payment is awaited, where EAPI-26 asks for one: a placeholder.
pub(super) const PENDING: i32 = 100_000_002;
/// `msevtmgt_internalregistrationstatus`: Ready.
pub(super) const READY: i32 = 100_000_001;
/// `msevtmgt_checkintype`: of the event, not of a session.
pub(super) const EVENT_CHECK_IN: i32 = 100_000_001;
/// Yes, in the choices of buildings, rooms and sessions.
pub(super) const YES: i32 = 100_000_001;
/// No, in the choices of buildings, rooms and sessions.
pub(super) const NO: i32 = 100_000_002;
/// `msevtmgt_waitlistthisevent`: Yes. The numbers are the other way round here.
pub(super) const YES_WAITLIST: i32 = 100_000_002;
/// `msevtmgt_enablefinalizationendpoints`: No. The numbers are the other way round here.
pub(super) const FINALIZATION_NO: i32 = 100_000_001;
/// `msevtmgt_enablefinalizationendpoints`: Yes.
pub(super) const FINALIZATION_YES: i32 = 100_000_002;

/// Status reasons of a registration: documented by name, their numbers are placeholders of the schema.
pub(super) mod registration_status {
    pub(in super::super) const REGISTERED: (i32, &str) = (100_000_001, "Registered");
    pub(in super::super) const WAITLISTED: (i32, &str) = (100_000_002, "Waitlisted");
    pub(in super::super) const CANCELED: (i32, &str) = (100_000_003, "Canceled");
    pub(in super::super) const CHECKED_IN: (i32, &str) = (100_000_004, "Checked in");
    /// Of a session registration only.
    pub(in super::super) const ON_HOLD: (i32, &str) = (100_000_005, "On hold");
}
