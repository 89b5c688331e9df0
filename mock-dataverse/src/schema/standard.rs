//! The schema files that are built into the fake.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../fixtures/dataverse/schema/", $name)))),*]
    };
}

/// `(file name, text)` of each table.
pub(super) const STANDARD: &[(&str, &str)] = files![
    "account.toml",
    "businessunit.toml",
    "contact.toml",
    "msevtmgt_attendeepass.toml",
    "msevtmgt_building.toml",
    "msevtmgt_checkin.toml",
    "msevtmgt_customregistrationfield.toml",
    "msevtmgt_customregistrationfield_event.toml",
    "msevtmgt_event.toml",
    "msevtmgt_eventadministration.toml",
    "msevtmgt_eventpurchase.toml",
    "msevtmgt_eventpurchaseattendee.toml",
    "msevtmgt_eventpurchasecontact.toml",
    "msevtmgt_eventpurchasepass.toml",
    "msevtmgt_eventregistration.toml",
    "msevtmgt_eventregistrationsettings.toml",
    "msevtmgt_eventregistrationticket.toml",
    "msevtmgt_pass.toml",
    "msevtmgt_pass_msevtmgt_session.toml",
    "msevtmgt_paymentprovider.toml",
    "msevtmgt_registrationresponse.toml",
    "msevtmgt_room.toml",
    "msevtmgt_session.toml",
    "msevtmgt_sessionregistration.toml",
    "msevtmgt_sessiontrack.toml",
    "msevtmgt_sessiontrack_msevtmgt_session.toml",
    "msevtmgt_speaker.toml",
    "msevtmgt_speakerengagement.toml",
    "msevtmgt_sponsorship.toml",
    "msevtmgt_waitlistitem.toml",
    "msevtmgt_webapplication.toml",
    "msevtmgt_websiteentityconfiguration.toml",
    "organization.toml",
    "role.toml",
    "savedquery.toml",
    "systemuser.toml",
    "transactioncurrency.toml",
    "userquery.toml",
];
