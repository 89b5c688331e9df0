//! The rows of the bare handlers that write: structs with the fake's columns, so that a row costs no more than it has to.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::drive::Driver;

/// The name of an entity set, and those of its columns.
pub(crate) type Table = (&'static str, &'static [&'static str]);

/// Holds the columns of the fake's rows, of which there is one in each table, against those of the bare handler's.
pub(crate) async fn compare(fake: &Driver, tables: &[Table]) {
    for (set, columns) in tables {
        let rows = fake.read_dataverse(set).await;
        let rows = rows["value"].as_array().expect("rows");
        assert_eq!(rows.len(), 1, "{set}: one registration makes one");
        let row = rows[0].as_object().expect("a row");
        let there: BTreeSet<_> = row.keys().filter(|name| !name.contains('@')).map(|name| logical(name)).collect();
        let ours: BTreeSet<_> = columns.iter().chain(System::TABLE.1).map(|name| (*name).to_owned()).collect();
        assert_eq!(there, ours, "{set}: the bare handler's rows have the fake's columns");
    }
}

/// A column's logical name; the Web API shows a lookup as `_name_value`.
fn logical(name: &str) -> String {
    let bare = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
    bare.unwrap_or(name).to_owned()
}

/// Tables as structs, with the name of their entity set and those of their columns.
macro_rules! tables {
    ($($name:ident $set:literal { $($column:ident: $kind:ty,)* } $(+ $system:ident)?)*) => { $(
        #[derive(Clone)]
        #[expect(dead_code, reason = "rows are kept for what keeping costs; nobody reads them")]
        pub(crate) struct $name { $(pub(crate) $column: $kind,)* $(pub(crate) $system: System,)? }

        impl $name {
            pub(crate) const TABLE: (&'static str, &'static [&'static str]) = ($set, &[$(stringify!($column)),*]);
        }
    )* };
}

tables! {
    Purchase "msevtmgt_eventpurchases" {
        msevtmgt_eventpurchaseid: Uuid,
        msevtmgt_name: String,
        msevtmgt_eventid: Uuid,
        msevtmgt_purchasingcontactid: Option<Uuid>,
        msevtmgt_paid: bool,
        msevtmgt_processed: bool,
        msevtmgt_area: Option<i32>,
        msevtmgt_companysize: Option<i32>,
        msevtmgt_industry: Option<i32>,
        msevtmgt_yearsinindustry: Option<i32>,
        msevtmgt_totalprice: Decimal,
        msevtmgt_totalprice_base: Decimal,
        msevtmgt_paymentstatus: Option<i32>,
        payloop_reservedon: Timestamp,
        payloop_expireson: Timestamp,
        exchangerate: Decimal,
        transactioncurrencyid: Uuid,
    } + system
    Contact "msevtmgt_eventpurchasecontacts" {
        msevtmgt_eventpurchasecontactid: Uuid,
        msevtmgt_firstname: String,
        msevtmgt_lastname: String,
        msevtmgt_emailaddress1: String,
        msevtmgt_fullname: String,
    } + system
    Attendee "msevtmgt_eventpurchaseattendees" {
        msevtmgt_eventpurchaseattendeeid: Uuid,
        msevtmgt_name: String,
        msevtmgt_purchaseid: Uuid,
        msevtmgt_eventpurchasecontactid: Uuid,
        msevtmgt_attendeecontactid: Option<Uuid>,
        msevtmgt_eventregistrationid: Option<Uuid>,
    } + system
    Pass "msevtmgt_eventpurchasepasses" {
        msevtmgt_eventpurchasepassid: Uuid,
        msevtmgt_name: String,
        msevtmgt_attendeeid: Uuid,
        msevtmgt_passid: Uuid,
        msevtmgt_attendeepassid: Option<Uuid>,
    } + system
    Registration "msevtmgt_eventregistrations" {
        msevtmgt_eventregistrationid: Uuid,
        msevtmgt_name: String,
        msevtmgt_eventid: Uuid,
        msevtmgt_contactid: Uuid,
        msevtmgt_registeredby: Option<Uuid>,
        msevtmgt_iscanceled: bool,
        msevtmgt_registrationstatus: String,
        msevtmgt_createdfromapi: bool,
        msevtmgt_eventregistrationticketid: Option<String>,
        msevtmgt_originaltimestamp: Timestamp,
        msevtmgt_correlationid: Option<String>,
        msevtmgt_qrcode: String,
        msevtmgt_primaryrole: i32,
        msevtmgt_internalregistrationstatus: i32,
    } + system
    AttendeePass "msevtmgt_attendeepasses" {
        msevtmgt_attendeepassid: Uuid,
        msevtmgt_name: String,
        msevtmgt_pass: Uuid,
        msevtmgt_eventregistrationid: Uuid,
        msevtmgt_eventid: Uuid,
        msevtmgt_contact: Uuid,
        msevtmgt_passprice: Decimal,
        msevtmgt_passprice_base: Decimal,
        exchangerate: Decimal,
        transactioncurrencyid: Uuid,
    } + system
    System "what every table has" {
        createdby: Uuid,
        createdon: Timestamp,
        createdonbehalfby: Option<Uuid>,
        modifiedby: Uuid,
        modifiedon: Timestamp,
        modifiedonbehalfby: Option<Uuid>,
        versionnumber: u64,
        importsequencenumber: Option<i32>,
        overriddencreatedon: Option<Timestamp>,
        timezoneruleversionnumber: Option<i32>,
        utcconversiontimezonecode: Option<i32>,
        statecode: i32,
        statuscode: i32,
        ownerid: Uuid,
        owningbusinessunit: Uuid,
        owningteam: Option<Uuid>,
        owninguser: Uuid,
    }
}
