//! The stand-in's outbound ancestor: the purchase details and the older finalize action.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::stub::{EVENT, Finalize, Store, fault};

impl Store {
    pub fn details(&self, body: &[u8]) -> Response {
        let asked: Value = serde_json::from_slice(body).expect("json");
        let Some(row) = self.purchases.get(asked["PurchaseId"].as_str().unwrap_or_default()) else {
            return fault(404, "0x80040217");
        };
        let price = row.price.as_deref().unwrap_or("null");
        let body = format!(
            r#"{{"@odata.context":"x","EventName":"Paid Event","PurchaseAmount":{price},"CurrencyName":"a currency",
               "ISOCurrencyCode":{},"CurrencySymbol":"¤","Attendees":[{{"Name":"Ada"}},{{"Name":"Bo"}},{{"Name":"Cy"}}]}}"#,
            json!(row.currency),
        );
        ([("content-type", "application/json; odata.metadata=minimal")], body).into_response()
    }

    pub fn finalize_outbound(&mut self, body: &[u8]) -> Response {
        let body: Value = serde_json::from_slice(body).expect("json");
        self.finalized.push(body.clone());
        let Some(purchase) = self.purchases.get_mut(body["PurchaseId"].as_str().unwrap_or_default()) else {
            return fault(404, "0x80040217");
        };
        if body["ReadableEventId"] != EVENT || purchase.finalize == Finalize::Refuses {
            return fault(400, "0x80040265");
        }
        if purchase.finalize == Finalize::FailsPolitely {
            return axum::Json(json!({"@odata.context": "x", "status": "Error"})).into_response();
        }
        if purchase.finalize != Finalize::Ignores {
            purchase.paid = true;
        }
        let status = if purchase.finalize == Finalize::WorksInOtherWords { "Finalized" } else { "Success" };
        (StatusCode::OK, axum::Json(json!({"@odata.context": "x", "status": status}))).into_response()
    }
}
