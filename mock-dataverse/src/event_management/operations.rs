//! The app's operations by name, as OData and SOAP find them in the registry.

use super::app::EventManagement;
use super::finalize::FinalizeRefusal;
use super::legacy;
use super::tables::PURCHASE;
use crate::operations::{Operation, OperationError, Output, Parameter, ParameterType, Registry};
use crate::store::Value;

/// The custom API that ends a reservation.
pub const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";

const PURCHASE_ID: &str = "msevtmgt_purchaseid";
const PAYMENT_STATUS: &str = "msevtmgt_paymentstatus";

/// Adds the app's operations.
pub fn register(app: &EventManagement, registry: &mut Registry) {
    legacy::register(app, registry);
    let app = app.clone();
    let parameters = vec![
        Parameter::required(PURCHASE_ID, ParameterType::Guid),
        Parameter::required(PAYMENT_STATUS, ParameterType::Picklist),
    ];
    registry.register(Operation::action(FINALIZE, parameters, move |_, arguments| {
        // The registry has checked that both are there and of their types.
        let purchase = arguments.get(PURCHASE_ID).and_then(Value::guid).unwrap_or_default();
        let status = match arguments.get(PAYMENT_STATUS) {
            Some(Value::Choice(status) | Value::Int(status)) => i64::from(*status),
            _ => -1,
        };
        app.finalize(purchase, status).map_err(|refusal| refused(&app, refusal))?;
        let body = vec![("payloop_finalized".to_owned(), Output::from(true))];
        Ok((app.switch_for(purchase, "AMB-7") == "200").then_some(body))
    }));
}

/// The platform's words for a refusal. All of the app's own are what a plug-in's exception becomes.
fn refused(app: &EventManagement, refusal: FinalizeRefusal) -> OperationError {
    match refusal {
        FinalizeRefusal::Unknown(id) if app.switch_for(id, "AMB-4") != "400" => {
            OperationError::MissingRow { table: PURCHASE.to_owned(), id }
        }
        refusal => OperationError::Plugin(refusal.to_string()),
    }
}
