#![doc = include_str!("../README.md")]

mod app;
mod config;
mod dataverse;
mod money;
mod outgoing;
mod queue;
mod return_url;
mod server;
mod signature;
mod store;
mod stripe;
mod time;
mod token;
mod trouble;
mod visit;
mod web;
mod worker;

pub use config::{Config, Secret, Wrong};
pub use server::{Running, StartError, serve, start};
