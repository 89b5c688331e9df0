//! Finalize calls that the right service would not make: of any status, or too many.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::clients::dataverse::DataverseError;
use crate::clock::Deadline;
use crate::domain::completion::PaymentStatus;

/// One legacy call for each attendee but the last; the usual work makes that one.
pub(super) async fn finalize_each(app: &App, purchase: Uuid, deadline: Deadline) -> Result<(), DataverseError> {
    let of_purchase = json!({ "PurchaseId": purchase });
    let listed = app.dataverse.operate("msevtmgt_ListDetailedPurchaseInfo", &of_purchase, deadline).await?;
    let listed: BTreeMap<String, Value> = serde_json::from_slice(&listed).unwrap_or_default();
    let attendees = listed.values().find_map(Value::as_array).map_or(1, Vec::len);
    let purchase = app.dataverse.purchase(purchase, deadline).await?;
    for _ in 1..attendees {
        app.dataverse.finalize(&purchase, PaymentStatus::Completed, deadline).await?;
    }
    Ok(())
}

/// Ends a payment with whatever status; says whether Dataverse took it.
pub(super) async fn finalize(app: &App, purchase: Uuid, status: Value, deadline: Deadline) -> bool {
    let body = json!({"msevtmgt_purchaseid": purchase, "msevtmgt_paymentstatus": status});
    app.dataverse.operate("msevtmgt_finalizeregistrationpayment", &body, deadline).await.is_ok()
}
