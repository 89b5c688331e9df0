#![doc = include_str!("../README.md")]

mod api;
mod form;
mod http;
mod model;
mod note;
mod server;
mod text;
mod view;

pub use server::{Config, Running, ServeError, serve};
