#![doc = include_str!("../README.md")]

mod api;
mod fault;
mod form;
mod http;
mod model;
mod note;
mod offer;
mod registration;
mod server;
mod text;
mod view;

pub use server::{Config, Running, ServeError, serve};
