//! What is written is read again, and null is told from what is left out.

use super::{ArrangeEvent, ArrangePass, ChangeEvent, ChangePurchase};

#[test]
fn an_arrangement_goes_there_and_back() {
    let arrange = ArrangeEvent {
        scope: "C-R01".into(),
        passes: vec![ArrangePass { price: None, ..ArrangePass::default() }],
        ..ArrangeEvent::default()
    };
    let text = serde_json::to_string(&arrange).unwrap();
    assert_eq!(serde_json::from_str::<ArrangeEvent>(&text).unwrap(), arrange);
    assert_eq!(serde_json::from_str::<ArrangeEvent>("{}").unwrap(), ArrangeEvent::default());
    assert!(serde_json::from_str::<ArrangeEvent>(r#"{"capacty":5}"#).is_err());
}

#[test]
fn null_is_not_the_same_as_left_out() {
    let change: ChangePurchase = serde_json::from_str(r#"{"price":null}"#).unwrap();
    assert_eq!((change.price, change.currency.clone()), (Some(None), None));
    assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"price":null}"#);
    let change: ChangePurchase = serde_json::from_str(r#"{"price":"10.00","currency":"EUR"}"#).unwrap();
    assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"price":"10.00","currency":"EUR"}"#);
    assert!(serde_json::from_str::<ChangePurchase>(r#"{"price":10.5}"#).is_err());
    let change: ChangeEvent = serde_json::from_str(r#"{"capacity":null}"#).unwrap();
    assert_eq!(change.capacity, Some(None));
}
