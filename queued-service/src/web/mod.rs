//! What the service answers: buyers at the redirect, Stripe at the notification.

mod events;
mod pages;
mod redirect;
mod routes;

pub(crate) use routes::routes;
