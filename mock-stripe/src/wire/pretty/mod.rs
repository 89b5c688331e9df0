//! JSON as the service writes it.

mod level;
mod page;

pub use page::pretty;

#[cfg(test)]
mod tests;
