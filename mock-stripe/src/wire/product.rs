//! `product`

use serde_json::{Value, json};

use super::View;
use crate::domain::catalog::Product;

/// A product.
pub fn product(product: &Product, view: &View) -> Value {
    let features: Vec<_> = product.marketing_features.iter().map(|name| json!({ "name": name })).collect();
    let dimensions = product.package_dimensions.as_ref().map(|[height, length, weight, width]| {
        let number = |text: &str| text.parse::<f64>().unwrap_or_default();
        json!({ "height": number(height), "length": number(length), "weight": number(weight), "width": number(width) })
    });
    json!({
        "id": product.id,
        "object": "product",
        "active": product.active,
        "created": product.created,
        "default_price": product.default_price,
        "description": product.description,
        "images": product.images,
        "livemode": view.livemode,
        "marketing_features": features,
        "metadata": product.metadata,
        "name": product.name,
        "package_dimensions": dimensions,
        "shippable": product.shippable,
        "statement_descriptor": product.statement_descriptor,
        "tax_code": product.tax_code,
        "type": "service",
        "unit_label": product.unit_label,
        "updated": product.updated,
        "url": product.url,
    })
}
