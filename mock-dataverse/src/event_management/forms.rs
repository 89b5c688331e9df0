//! What the app writes with every sale, as forms that are made once, and the texts that many rows share.

use super::tables::{ATTENDEE_PASS, EVENT, PASS, PURCHASE, PURCHASE_ATTENDEE, PURCHASE_PASS, REGISTRATION};
use crate::schema::Schema;
use crate::store::{Form, StoreError, Value};

/// The forms of the rows that finalizing writes.
#[derive(Debug)]
pub(super) struct Forms {
    pub(super) registration: Form<11>,
    pub(super) attendee_pass: Form<7>,
    /// The contact and the registration that a purchase's attendee became.
    pub(super) attendee_link: Form<2>,
    /// The pass that a purchase's pass became.
    pub(super) pass_link: Form<1>,
    /// That a purchase is paid, and by whom.
    pub(super) paid: Form<4>,
    pub(super) event_count: Form<1>,
    pub(super) pass_counts: Form<2>,
    /// The word of a registration's status.
    pub(super) registered: Value,
}

impl Forms {
    /// The forms for the app's tables.
    pub(super) fn new(schema: &Schema) -> Result<Self, StoreError> {
        let registration = [
            "msevtmgt_name",
            "msevtmgt_eventid",
            "msevtmgt_contactid",
            "msevtmgt_iscanceled",
            "msevtmgt_createdfromapi",
            "msevtmgt_registrationstatus",
            "statuscode",
            "msevtmgt_internalregistrationstatus",
            "msevtmgt_originaltimestamp",
            "msevtmgt_qrcode",
            "msevtmgt_eventregistrationticketid",
        ];
        let attendee_pass = [
            "msevtmgt_name",
            "msevtmgt_pass",
            "msevtmgt_eventregistrationid",
            "msevtmgt_eventid",
            "msevtmgt_contact",
            "transactioncurrencyid",
            "msevtmgt_passprice",
        ];
        let paid = ["msevtmgt_paid", "msevtmgt_processed", "msevtmgt_purchasingcontactid", "msevtmgt_paymentstatus"];
        Ok(Self {
            registration: Form::of(schema, REGISTRATION, registration)?,
            attendee_pass: Form::of(schema, ATTENDEE_PASS, attendee_pass)?,
            attendee_link: Form::of(
                schema,
                PURCHASE_ATTENDEE,
                ["msevtmgt_attendeecontactid", "msevtmgt_eventregistrationid"],
            )?,
            pass_link: Form::of(schema, PURCHASE_PASS, ["msevtmgt_attendeepassid"])?,
            paid: Form::of(schema, PURCHASE, paid)?,
            event_count: Form::of(schema, EVENT, ["msevtmgt_registrationcount"])?,
            pass_counts: Form::of(schema, PASS, ["msevtmgt_noofpassessold", "msevtmgt_noofpassesleft"])?,
            registered: super::tables::registration_status::REGISTERED.1.into(),
        })
    }
}
