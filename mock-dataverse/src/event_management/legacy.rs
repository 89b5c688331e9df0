//! The actions of the outbound ancestor: finalize by the purchase's and the event's ids, and the purchase's details (`facts/dataverse.md` 1.3).
//!
//! Inputs are documented by name, answers only by meaning: names that begin with `payloop_` are stand-ins.

use mock_core::{Switch, SwitchValue};
use uuid::Uuid;

use super::app::EventManagement;
use super::generation::Generation;
use super::tables::{CONTACT, CURRENCY, EVENT, PASS, PURCHASE, PURCHASE_ATTENDEE, PURCHASE_CONTACT, PURCHASE_PASS};
use crate::operations::{Arguments, Operation, OperationError, Output, Parameter, ParameterType, Registry};
use crate::schema::Table;
use crate::store::{Data, Row, Value};

/// What a finalize that fails answers.
pub(super) const REFUSAL: Switch = Switch {
    id: "DV-LEGACY",
    question: "What does the legacy finalize action answer when it does not finalize?",
    values: &[
        SwitchValue { name: "fault", meaning: "400 with code 0x80040265, as a plug-in would fail" },
        SwitchValue { name: "status", meaning: "200 with status Error and the reason in payloop_message" },
    ],
    default: "fault",
    source: "the documents say that the answer's status tells whether it worked, and no value of it",
};

/// Both names of the action: the second is that of versions before 1.13.
const FINALIZE: [&str; 2] = ["msevtmgt_FinalizeExternalRegistrationRequest", "adx_FinalizeExternalRegistrationRequest"];
const COMPLETED: i64 = 100_000_001;

/// Adds the actions.
pub(super) fn register(app: &EventManagement, registry: &mut Registry) {
    for name in FINALIZE {
        let app = app.clone();
        let parameters = vec![
            Parameter::required("PurchaseId", ParameterType::String),
            Parameter::required("ReadableEventId", ParameterType::String),
            Parameter::optional("UserId", ParameterType::String),
        ];
        let action = Operation::action(name, parameters, move |_, arguments| finalize(&app, arguments).map(Some));
        registry.register(action.answering(&[("status", "Edm.String")]));
    }
    let money = [
        ("payloop_eventname", "Edm.String"),
        ("payloop_amount", "Edm.Decimal"),
        ("payloop_currencyname", "Edm.String"),
        ("payloop_isocurrencycode", "Edm.String"),
        ("payloop_currencysymbol", "Edm.String"),
    ];
    let purchase = || vec![Parameter::required("PurchaseId", ParameterType::String)];
    let details = app.clone();
    let action = Operation::action("msevtmgt_GetPurchaseDetailsAction", purchase(), move |_, arguments| {
        with_purchase(&details, arguments, details_of).map(Some)
    });
    registry.register(action.answering(&money));
    let listed = app.clone();
    let action = Operation::action("msevtmgt_ListDetailedPurchaseInfo", purchase(), move |_, arguments| {
        with_purchase(&listed, arguments, |data, purchase| {
            let mut members = details_of(data, purchase);
            members.push(("payloop_attendees".to_owned(), attendees(data, purchase)));
            members
        })
        .map(Some)
    });
    registry
        .register(action.answering(&[money.as_slice(), &[("payloop_attendees", "mscrm.payloop_attendees")]].concat()));
}

fn text<'a>(arguments: &'a Arguments, name: &str) -> &'a str {
    match arguments.get(name) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// Ids come as texts.
fn id(arguments: &Arguments, name: &str) -> Result<Uuid, String> {
    let given = text(arguments, name);
    let shown: String = given.chars().take(60).collect();
    given.trim().parse().map_err(|_| format!("'{shown}' in {name} is not an id."))
}

fn purchase_id(arguments: &Arguments) -> Result<Uuid, OperationError> {
    let id = id(arguments, "PurchaseId").map_err(OperationError::Plugin)?;
    if id.is_nil() { Err(OperationError::EmptyGuid) } else { Ok(id) }
}

fn finalize(app: &EventManagement, arguments: &Arguments) -> Result<Vec<(String, Output)>, OperationError> {
    let purchase = purchase_id(arguments)?;
    let known = app.store().read(|data| data.get(PURCHASE, purchase).map(|row| event_of(data, row)));
    let Some(readable) = known else { return Err(unknown(app, purchase)) };
    let outcome = check(app, arguments, readable.as_deref()).and_then(|user| {
        let finalized = app.finalize_by(Some(Generation::Outbound), purchase, COMPLETED, user);
        finalized.map_err(|refusal| refusal.to_string())
    });
    let status = |status: &str| ("status".to_owned(), Output::from(status));
    match outcome {
        Ok(()) => Ok(vec![status("Success")]),
        Err(reason) if app.switch_for(purchase, REFUSAL.id) == "status" => {
            Ok(vec![status("Error"), ("payloop_message".to_owned(), Output::from(reason))])
        }
        Err(reason) => Err(OperationError::Plugin(reason)),
    }
}

/// The event must be the purchase's, and the user a contact. A blank user is none.
fn check(app: &EventManagement, arguments: &Arguments, readable: Option<&str>) -> Result<Option<Uuid>, String> {
    let given = text(arguments, "ReadableEventId");
    if readable != Some(given) {
        let shown: String = given.chars().take(60).collect();
        return Err(format!("The purchase does not belong to the event '{shown}'."));
    }
    if text(arguments, "UserId").is_empty() {
        return Ok(None);
    }
    let user = id(arguments, "UserId")?;
    match app.store().get(CONTACT, user) {
        Some(_) => Ok(Some(user)),
        None => Err(format!("There is no contact {user}.")),
    }
}

fn event_of(data: &Data, purchase: &Row) -> Option<String> {
    let event = purchase.lookup("msevtmgt_eventid").and_then(|id| data.get(EVENT, id))?;
    event.text("msevtmgt_readableeventid").map(str::to_owned)
}

fn unknown(app: &EventManagement, id: Uuid) -> OperationError {
    if app.switch_for(id, "AMB-4") == "400" {
        return OperationError::Plugin(format!("{PURCHASE} With Id = {id} Does Not Exist"));
    }
    OperationError::MissingRow { table: PURCHASE.to_owned(), id }
}

fn with_purchase(
    app: &EventManagement,
    arguments: &Arguments,
    answer: impl FnOnce(&Data, &Row) -> Vec<(String, Output)>,
) -> Result<Vec<(String, Output)>, OperationError> {
    let id = purchase_id(arguments)?;
    let found = app.store().read(|data| data.get(PURCHASE, id).map(|row| answer(data, row)));
    found.ok_or_else(|| unknown(app, id))
}

fn text_of(row: Option<&std::sync::Arc<Row>>, column: &str) -> Output {
    Output::Value(row.map_or(Value::Null, |row| row.get(column).clone()))
}

fn details_of(data: &Data, purchase: &Row) -> Vec<(String, Output)> {
    let event = purchase.lookup("msevtmgt_eventid").and_then(|id| data.get(EVENT, id));
    let currency = purchase.lookup("transactioncurrencyid").and_then(|id| data.get(CURRENCY, id));
    vec![
        ("payloop_eventname".to_owned(), text_of(event, "msevtmgt_name")),
        ("payloop_amount".to_owned(), Output::Value(purchase.get("msevtmgt_totalprice").clone())),
        ("payloop_currencyname".to_owned(), text_of(currency, "currencyname")),
        ("payloop_isocurrencycode".to_owned(), text_of(currency, "isocurrencycode")),
        ("payloop_currencysymbol".to_owned(), text_of(currency, "currencysymbol")),
    ]
}

fn attendees(data: &Data, purchase: &Row) -> Output {
    let of = |table: &str, column: &str, row: &Row| -> Vec<std::sync::Arc<Row>> {
        let here = Value::Lookup { table: row.table().id, id: row.id() };
        let position = data
            .schema()
            .table(table)
            .and_then(|table: &std::sync::Arc<Table>| table.position(column).map(|position| (table.id, position)));
        position.map(|(table, position)| data.find_at(table, position, here).cloned().collect()).unwrap_or_default()
    };
    let one = |attendee: &std::sync::Arc<Row>| {
        let contact = attendee.lookup("msevtmgt_eventpurchasecontactid").and_then(|id| data.get(PURCHASE_CONTACT, id));
        let bought = of(PURCHASE_PASS, "msevtmgt_attendeeid", attendee);
        let pass = bought.first().and_then(|row| row.lookup("msevtmgt_passid")).and_then(|id| data.get(PASS, id));
        Output::Object(vec![
            ("payloop_firstname".to_owned(), text_of(contact, "msevtmgt_firstname")),
            ("payloop_lastname".to_owned(), text_of(contact, "msevtmgt_lastname")),
            ("payloop_email".to_owned(), text_of(contact, "msevtmgt_emailaddress1")),
            ("payloop_passname".to_owned(), text_of(pass, "msevtmgt_name")),
        ])
    };
    Output::List(of(PURCHASE_ATTENDEE, "msevtmgt_purchaseid", purchase).iter().map(one).collect())
}
