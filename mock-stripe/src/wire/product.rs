//! `product`

use serde::Serialize;

use super::View;
use super::shape::{Each, shape};
use crate::domain::catalog::Product;

/// A product.
pub fn product<'a>(product: &'a Product, view: &View) -> impl Serialize + use<'a> {
    let dimensions = product.package_dimensions.as_ref().map(|[height, length, weight, width]| {
        let number = |text: &str| text.parse::<f64>().unwrap_or_default();
        shape!({ "height": number(height), "length": number(length), "weight": number(weight), "width": number(width) })
    });
    shape!({
        "id": &product.id,
        "object": "product",
        "active": product.active,
        "created": product.created,
        "default_price": &product.default_price,
        "description": &product.description,
        "images": &product.images,
        "livemode": view.livemode,
        "marketing_features": Each(product.marketing_features.iter().map(|name| shape!({ "name": name }))),
        "metadata": &product.metadata,
        "name": &product.name,
        "package_dimensions": dimensions,
        "shippable": product.shippable,
        "statement_descriptor": &product.statement_descriptor,
        "tax_code": &product.tax_code,
        "type": "service",
        "unit_label": &product.unit_label,
        "updated": product.updated,
        "url": &product.url,
    })
}
