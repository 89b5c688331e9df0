//! `/v1/customers`

use std::sync::Arc;

use super::addresses::{ADDRESS_OR_UNSET, CUSTOMERS_SHIPPING};
use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use super::methods;
use crate::domain::payer::Customer;
use crate::error::Error;
use crate::flows::{Tx, customers};
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const SETTINGS: Kind = Kind::Object(&[
    later("custom_fields"),
    opt("default_payment_method", Kind::TextOrUnset(5_000)),
    later("footer"),
    later("rendering_options"),
]);
const LOCALES: Kind = Kind::ListOrUnset(&Kind::Text(20), 50);
const TAX: Kind = Kind::OneOf(&["", "exempt", "none", "reverse"]);

/// The name of a business or a person, told apart.
const NAME_APART: Kind = Kind::TextOrUnset(150);

const CREATE: &[Field] = &[
    opt("address", ADDRESS_OR_UNSET),
    later("balance"),
    opt("business_name", NAME_APART),
    later("cash_balance"),
    opt("description", Kind::TextOrUnset(5_000)),
    opt("email", Kind::EmailOrUnset),
    opt("individual_name", NAME_APART),
    opt("invoice_prefix", Kind::Text(12)),
    opt("invoice_settings", SETTINGS),
    opt("metadata", Kind::Metadata),
    opt("name", Kind::TextOrUnset(256)),
    later("next_invoice_sequence"),
    opt("payment_method", Kind::Text(5_000)),
    opt("phone", Kind::TextOrUnset(20)),
    opt("preferred_locales", LOCALES),
    opt("shipping", CUSTOMERS_SHIPPING),
    later("source"),
    later("tax"),
    opt("tax_exempt", TAX),
    later("tax_id_data"),
    later("test_clock"),
    later("validate"),
];
const UPDATE: &[Field] = &[
    opt("address", ADDRESS_OR_UNSET),
    later("balance"),
    opt("business_name", NAME_APART),
    later("cash_balance"),
    later("default_source"),
    opt("description", Kind::TextOrUnset(5_000)),
    opt("email", Kind::EmailOrUnset),
    opt("individual_name", NAME_APART),
    opt("invoice_prefix", Kind::Text(12)),
    opt("invoice_settings", SETTINGS),
    opt("metadata", Kind::Metadata),
    opt("name", Kind::TextOrUnset(256)),
    later("next_invoice_sequence"),
    opt("phone", Kind::TextOrUnset(20)),
    opt("preferred_locales", LOCALES),
    opt("shipping", CUSTOMERS_SHIPPING),
    later("source"),
    later("tax"),
    opt("tax_exempt", TAX),
    later("validate"),
];
const LIST: &[Field] = &[CREATED, opt("email", Kind::Text(512)), BEFORE, LIMIT, AFTER, later("test_clock")];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/customers", id: "createCustomer", fields: CREATE, run: Run::Write(create) },
    Operation { method: "GET", path: "/v1/customers", id: "listCustomers", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/customers/{customer}",
        id: "retrieveCustomer",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/customers/{customer}",
        id: "updateCustomer",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "DELETE",
        path: "/v1/customers/{customer}",
        id: "deleteCustomer",
        fields: &[],
        run: Run::Write(delete),
    },
    Operation {
        method: "GET",
        path: "/v1/customers/{customer}/payment_methods",
        id: "listCustomerPaymentMethods",
        fields: methods::OF_CUSTOMER,
        run: Run::Read(list_methods),
    },
    Operation {
        method: "GET",
        path: "/v1/customers/{customer}/payment_methods/{payment_method}",
        id: "retrieveCustomerPaymentMethod",
        fields: &[],
        run: Run::Read(retrieve_method),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    Ok(customers::create(tx, &call.params, &call.belongs)?.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let email = call.params.text("email");
    let page = shown.state.customers.page(&listing::paging(call)?, email.map(|email| ("email", email)), |row| {
        !row.deleted && created(row.created) && email.is_none_or(|email| row.email.as_deref() == Some(email))
    });
    listing::answer(call, "customer", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shown.state.customers.get(&call.id).ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let customer = find(tx, call)?;
    Ok(customers::update(tx, &customer, &call.params)?.into())
}

fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let customer = find(tx, call)?;
    Ok(customers::delete(tx, &customer).into())
}

fn list_methods(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let found = shown.state.customers.get(&call.id).filter(|customer| !customer.deleted);
    found.ok_or_else(|| missing(call))?;
    methods::page(shown, call, Some(&call.id))
}

fn retrieve_method(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let found = shown.state.customers.get(&call.id).filter(|customer| !customer.deleted);
    let customer = found.ok_or_else(|| missing(call))?;
    let raw = call.path.rsplit('/').next().unwrap_or_default();
    let id = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    let method = shown.state.methods.get(&id).filter(|method| method.customer.as_ref() == Some(&customer.id));
    Ok(method.ok_or_else(|| Error::no_such_at_url("PaymentMethod", &id, "payment_method"))?.into())
}

/// A customer that was not deleted.
fn find(tx: &Tx<'_>, call: &Call) -> Result<Arc<Customer>, Error> {
    let found = tx.state.customers.get(&call.id).filter(|customer| !customer.deleted);
    found.ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> Error {
    // The service names the parameter `id` here, though its path says `customer`.
    Error::no_such_at_url("customer", &call.id, "id")
}
