//! What must hold for any bytes, one module for each parser. The fuzz targets call these with what the fuzzer thinks of; ordinary tests of
//! the crates concerned call the same ones with the corpus and with mutations of it.

pub mod batch;
pub mod cli_frame;
pub mod fetch_xml;
pub mod form;
pub mod odata;
pub mod search;
pub mod signature;
pub mod sql;
