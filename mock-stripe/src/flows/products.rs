//! Products: made, changed, deleted.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::catalog::Product;
use crate::domain::metadata::Metadata;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, prices};

/// Makes a product, and its default price if one is asked for.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Product>, Error> {
    if let Some(id) = params.text("id")
        && tx.state.products.has(id)
    {
        return Err(Error::invalid("Product already exists.").code("resource_already_exists").param("id"));
    }
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    if let Some(data) = params.object("default_price_data") {
        prices::amount_of(data, "default_price_data")?;
    }
    let mut product = described(tx, params, metadata, belongs);
    if let Some(data) = params.object("default_price_data") {
        let metadata = data.metadata().made().map_err(|fault| Error::metadata(&fault))?;
        let asked = prices::amount_of(data, "default_price_data")?;
        let price = prices::described(tx, data, &product.id, asked, metadata, belongs);
        product.default_price = Some(price.id.clone());
        let product = announce(tx, product);
        prices::announce(tx, price);
        Ok(product)
    } else {
        Ok(announce(tx, product))
    }
}

/// The product that these parameters describe; it is not stored yet.
pub(super) fn described(tx: &Tx<'_>, params: &Params, metadata: Metadata, belongs: &Belonging) -> Product {
    let now = tx.seconds();
    Product {
        id: params.string("id").unwrap_or_else(|| tx.mint.short("prod_", &belongs.scope)),
        active: params.flag("active").unwrap_or(true),
        created: now,
        updated: now,
        name: params.string("name").unwrap_or_default(),
        description: params.string("description"),
        images: params.strings("images").unwrap_or_default(),
        marketing_features: features(params).unwrap_or_default(),
        metadata,
        package_dimensions: dimensions(params),
        shippable: params.flag("shippable"),
        statement_descriptor: params.string("statement_descriptor"),
        tax_code: params.string("tax_code"),
        unit_label: params.string("unit_label"),
        url: params.string("url"),
        default_price: None,
        deleted: false,
        belongs: belongs.clone(),
    }
}

/// Stores a new product and tells of it.
pub(super) fn announce(tx: &mut Tx<'_>, product: Product) -> Arc<Product> {
    let product = tx.state.products.put(product);
    tx.emit("product.created", Arc::clone(&product), &product.belongs);
    product
}

/// Changes a product.
pub(crate) fn update(tx: &mut Tx<'_>, product: &Arc<Product>, params: &Params) -> Result<Arc<Product>, Error> {
    let mut after = product.as_ref().clone();
    if let Some(price) = params.text("default_price") {
        let found = tx.state.prices.get(price);
        if found.is_none_or(|price| price.product != product.id) {
            return Err(Error::no_such_in_body("price", price, "default_price"));
        }
        after.default_price = Some(price.to_owned());
    }
    after.metadata = params.metadata().apply(&product.metadata).map_err(|fault| Error::metadata(&fault))?;
    after.active = params.flag("active").unwrap_or(product.active);
    after.shippable = params.flag("shippable").or(product.shippable);
    if let Some(name) = params.string("name") {
        after.name = name;
    }
    let set = |name: &str, slot: &mut Option<String>| {
        if params.has(name) {
            *slot = params.string(name);
        }
    };
    set("description", &mut after.description);
    set("statement_descriptor", &mut after.statement_descriptor);
    set("tax_code", &mut after.tax_code);
    set("unit_label", &mut after.unit_label);
    set("url", &mut after.url);
    if let Some(images) = params.strings("images") {
        after.images = images;
    }
    if let Some(features) = features(params) {
        after.marketing_features = features;
    }
    if params.has("package_dimensions") {
        after.package_dimensions = dimensions(params);
    }
    if after == **product {
        return Ok(Arc::clone(product));
    }
    after.updated = tx.seconds();
    let after = tx.state.products.put(after);
    tx.emit_change("product.updated", Arc::clone(product), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

/// Deletes a product; one with prices stays.
pub(crate) fn delete(tx: &mut Tx<'_>, product: &Arc<Product>) -> Result<Arc<Product>, Error> {
    if tx.state.prices.by("product", &product.id).next().is_some() {
        let message = "This product cannot be deleted because it has one or more user-created prices.";
        return Err(Error::invalid(message).executed());
    }
    tx.emit("product.deleted", Arc::clone(product), &product.belongs);
    let deleted = Product { deleted: true, active: false, ..product.as_ref().clone() };
    Ok(tx.state.products.put(deleted))
}

fn features(params: &Params) -> Option<Vec<String>> {
    let rows = params.objects("marketing_features")?;
    Some(rows.iter().filter_map(|row| row.string("name")).collect())
}

fn dimensions(params: &Params) -> Option<[String; 4]> {
    let given = params.object("package_dimensions")?;
    Some([given.string("height")?, given.string("length")?, given.string("weight")?, given.string("width")?])
}
