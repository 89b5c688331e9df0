//! Which payment statuses the service wrote, wherever it wrote them.

use mock_core::control::dto::EntryView;
use serde_json::Value;

use super::journal::{finalize_of, is_call_to};
use super::outbound::legacy_finalize_of;

/// Every payment status in a call to Dataverse that writes: the parameter of finalize, and any member with such a name in a body.
pub fn payment_statuses(entry: &EntryView) -> Vec<String> {
    if !is_call_to(entry, "dataverse") || entry.request.method.as_deref().is_none_or(|method| method == "GET") {
        return Vec::new();
    }
    if legacy_finalize_of(entry).is_some() {
        // It says by its name what it is told elsewhere by a number.
        return Vec::new();
    }
    if let Some(call) = finalize_of(entry) {
        return vec![call.status];
    }
    let mut found = Vec::new();
    if let Ok(body) = serde_json::from_str(&entry.request.body) {
        collect(&body, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if name.to_ascii_lowercase().ends_with("paymentstatus") {
                    found.push(value.to_string());
                }
                collect(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::collect;

    #[test]
    fn statuses_are_found_wherever_they_stand() {
        let body = serde_json::json!({
            "msevtmgt_paymentstatus": 100_000_002,
            "rows": [{"new_PaymentStatus": "paid", "status": 1}],
        });
        let mut found = Vec::new();
        collect(&body, &mut found);
        assert_eq!(found, ["100000002", "\"paid\""]);
    }
}
