//! Customers: made by a caller or by a checkout, changed, deleted.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::collection::Names;
use crate::domain::payer::{Customer, Payer, PaymentMethod};
use crate::domain::session::{Keeps, Session};
use crate::error::Error;
use crate::params::Params;

use super::{Tx, addresses, methods};

/// The customer that an id in a body names.
pub(crate) fn named(tx: &Tx<'_>, id: &str, param: &str) -> Result<Arc<Customer>, Error> {
    let found = tx.state.customers.get(id).filter(|customer| !customer.deleted);
    found.ok_or_else(|| Error::no_such_in_body("customer", id, param))
}

fn fresh(tx: &Tx<'_>, belongs: &Belonging) -> Customer {
    let scope = &belongs.scope;
    let prefix = tx.mint.draw("invoice prefix", scope, 8).to_ascii_uppercase();
    Customer::new(tx.mint.short("cus_", scope), tx.seconds(), prefix, belongs.clone())
}

/// The customer that a checkout makes of its buyer.
pub(super) fn of_buyer(tx: &mut Tx<'_>, payer: &Payer, names: Option<&Names>, belongs: &Belonging) -> String {
    let mut nameless = Customer { email: payer.email.clone(), ..fresh(tx, belongs) };
    if let Some(names) = names {
        nameless.business_name.clone_from(&names.business);
        nameless.individual_name.clone_from(&names.individual);
    }
    let nameless = tx.state.customers.put(nameless);
    tx.emit("customer.created", Arc::clone(&nameless), belongs);
    let name = names.and_then(Names::calling).or(payer.name.as_ref()).cloned();
    let customer = Customer { name, ..nameless.as_ref().clone() };
    let customer = tx.state.customers.put(customer);
    tx.emit_change("customer.updated", nameless, Arc::clone(&customer), belongs, None);
    customer.id.clone()
}

/// A customer that was there before keeps what the session says of what its buyer said.
pub(super) fn learn(tx: &mut Tx<'_>, session: &Session) {
    let (Some(id), Some(payer)) = (session.customer.as_deref(), session.payer.as_ref()) else { return };
    let keeps = session.keeps;
    let Some(before) = tx.state.customers.get(id).filter(|_| keeps != Keeps::default()) else { return };
    let mut after = before.as_ref().clone();
    if keeps.name && payer.name.is_some() {
        after.name.clone_from(&payer.name);
    }
    if let Some(names) = session.names.as_deref().filter(|_| keeps.name) {
        after.business_name = names.business.clone().or(after.business_name);
        after.individual_name = names.individual.clone().or(after.individual_name);
        after.name = names.calling().cloned().or(after.name);
    }
    if let Some(address) = payer.address.as_deref().filter(|_| keeps.address) {
        after.address = Some(address.clone());
    }
    if let Some(delivery) = session.delivery.as_deref().filter(|_| keeps.shipping) {
        after.shipping = Some(delivery.clone());
    }
    let after = tx.state.customers.put(after);
    tx.emit_change("customer.updated", before, Arc::clone(&after), &after.belongs, None);
}

/// Makes a customer, with a first method if one is named.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Customer>, Error> {
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let mut customer = fresh(tx, belongs);
    customer.metadata = metadata;
    describe(&mut customer, params);
    if customer.name.is_none() {
        customer.name = customer.business_name.clone().or_else(|| customer.individual_name.clone());
    }
    let method = match params.text("payment_method") {
        Some(id) => Some(methods::named(tx, id, "payment_method", belongs)?),
        None => None,
    };
    // Attaching may be refused, and then there is no customer.
    let attached = method.map(|method| methods::attach(tx, &method, &customer)).transpose()?;
    if let Some(id) = default_method(params) {
        let known =
            attached.as_ref().is_some_and(|method| method.id == id || params.text("payment_method") == Some(&id));
        if !known {
            return Err(Error::no_such_in_body("PaymentMethod", &id, DEFAULT_METHOD));
        }
        customer.default_payment_method = attached.map(|method| method.id.clone());
    }
    let customer = tx.state.customers.put(customer);
    tx.emit("customer.created", Arc::clone(&customer), &customer.belongs);
    Ok(customer)
}

const DEFAULT_METHOD: &str = "invoice_settings[default_payment_method]";

fn default_method(params: &Params) -> Option<String> {
    params.object("invoice_settings")?.string("default_payment_method")
}

/// Changes a customer.
pub(crate) fn update(tx: &mut Tx<'_>, customer: &Arc<Customer>, params: &Params) -> Result<Arc<Customer>, Error> {
    let mut after = customer.as_ref().clone();
    after.metadata = params.metadata().apply(&customer.metadata).map_err(|fault| Error::metadata(&fault))?;
    describe(&mut after, params);
    if params.object("invoice_settings").is_some_and(|settings| settings.has("default_payment_method")) {
        after.default_payment_method = default_method(params);
    }
    if let Some(id) = default_method(params) {
        let owner = tx.state.methods.get(&id).and_then(|method| method.customer.clone());
        if owner.as_ref() != Some(&customer.id) {
            return Err(Error::no_such_in_body("PaymentMethod", &id, DEFAULT_METHOD));
        }
    }
    let after = tx.state.customers.put(after);
    tx.emit_change("customer.updated", Arc::clone(customer), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

fn describe(customer: &mut Customer, params: &Params) {
    for (name, slot) in [
        ("email", &mut customer.email),
        ("business_name", &mut customer.business_name),
        ("individual_name", &mut customer.individual_name),
        ("name", &mut customer.name),
        ("phone", &mut customer.phone),
        ("description", &mut customer.description),
    ] {
        if params.has(name) {
            *slot = params.string(name);
        }
    }
    if params.has("address") {
        customer.address = params.object("address").map(addresses::address);
    }
    if params.has("shipping") {
        customer.shipping = params.object("shipping").map(addresses::shipping);
    }
    if params.has("preferred_locales") {
        customer.preferred_locales = params.strings("preferred_locales").unwrap_or_default();
    }
    if params.has("tax_exempt") {
        customer.tax_exempt = params.string("tax_exempt").unwrap_or_else(|| "none".to_owned());
    }
    if let Some(prefix) = params.string("invoice_prefix") {
        customer.invoice_prefix = prefix;
    }
}

/// Deletes a customer; its methods are nobody's then, and cannot be used again.
pub(crate) fn delete(tx: &mut Tx<'_>, customer: &Arc<Customer>) -> Arc<Customer> {
    let kept: Vec<_> = tx
        .state
        .methods
        .by("customer", &customer.id)
        .filter(|method| method.customer.as_ref() == Some(&customer.id))
        .collect();
    for method in kept {
        tx.state.methods.put(PaymentMethod { customer: None, spent: true, ..method.as_ref().clone() });
    }
    tx.emit("customer.deleted", Arc::clone(customer), &customer.belongs);
    tx.state.customers.put(Customer { deleted: true, ..customer.as_ref().clone() })
}
