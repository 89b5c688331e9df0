//! What can be asked of each kind of object (<https://docs.stripe.com/search#query-fields-for-charges> and the tables after it).

use super::query::{Found, Kind, Member, Searchable};
use crate::domain::catalog::{Price, Product};
use crate::domain::charge::Charge;
use crate::domain::intent::Intent;
use crate::domain::metadata::Metadata;
use crate::domain::payer::{CardSummary, Customer, Instrument};

macro_rules! searchable {
    ($($row:ty { $($name:literal $kind:ident => $of:expr,)* })*) => {$(
        impl Searchable for $row {
            const MEMBERS: &'static [Member<Self>] = &[$(Member { name: $name, kind: Kind::$kind, of: $of }),*];

            fn metadata(&self) -> &Metadata {
                &self.metadata
            }
        }
    )*};
}

searchable! {
    Charge {
        "amount" Number => |row| Found::Number(row.amount),
        "billing_details.address.postal_code" Token =>
            |row| Found::text(row.payer.address.as_ref().and_then(|address| address.postal_code.as_deref())),
        "created" Number => |row| Found::Number(row.created),
        "currency" Token => |row| Found::text(Some(row.currency.code())),
        "customer" Token => |row| Found::text(row.customer.as_deref()),
        "disputed" Token => |row| Found::flag(row.dispute.is_some()),
        "payment_method_details.card.brand" Token => |row| card(row).map_or(Found::Nothing, |card| Found::text(Some(card.brand))),
        "payment_method_details.card.exp_month" Token => |row| card(row).map_or(Found::Nothing, |card| Found::digits(card.exp_month)),
        "payment_method_details.card.exp_year" Token => |row| card(row).map_or(Found::Nothing, |card| Found::digits(card.exp_year)),
        "payment_method_details.card.fingerprint" Token => |row| Found::text(card(row).map(|card| card.fingerprint.as_str())),
        "payment_method_details.card.last4" Token => |row| Found::text(card(row).map(|card| card.last4.as_str())),
        // Nothing given back is null, a part is false.
        "refunded" Token => |row| if row.given_back() > 0 { Found::flag(row.is_refunded()) } else { Found::Nothing },
        "status" Token => |row| Found::text(Some(row.status.as_str())),
    }
    Customer {
        "created" Number => |row| Found::Number(row.created),
        "email" Text => |row| Found::text(row.email.as_deref()),
        "name" Text => |row| Found::text(row.name.as_deref()),
        "phone" Text => |row| Found::text(row.phone.as_deref()),
    }
    Intent {
        "amount" Number => |row| Found::Number(row.amount),
        "created" Number => |row| Found::Number(row.created),
        "currency" Token => |row| Found::text(Some(row.currency.code())),
        "customer" Token => |row| Found::text(row.customer.as_deref()),
        "status" Token => |row| Found::text(Some(row.status.as_str())),
    }
    Price {
        "active" Token => |row| Found::flag(row.active),
        "currency" Token => |row| Found::text(Some(row.currency.code())),
        "lookup_key" Text => |row| Found::text(row.lookup_key.as_deref()),
        "product" Text => |row| Found::text(Some(&row.product)),
        "type" Token => |row| Found::text(Some(if row.recurring.is_some() { "recurring" } else { "one_time" })),
    }
    Product {
        "active" Token => |row| Found::flag(row.active),
        "description" Text => |row| Found::text(row.description.as_deref()),
        "name" Text => |row| Found::text(Some(&row.name)),
        "shippable" Token => |row| row.shippable.map_or(Found::Nothing, Found::flag),
        "url" Text => |row| Found::text(row.url.as_deref()),
    }
}

fn card(charge: &Charge) -> Option<&CardSummary> {
    match &charge.instrument {
        Instrument::Card(card) => Some(card),
        Instrument::SepaDebit { .. } => None,
    }
}
