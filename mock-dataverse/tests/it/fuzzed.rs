//! The fuzz targets that concern this crate, run over their corpus and its mutations without a fuzzer.

#![expect(unreachable_pub, clippy::expect_used, reason = "the modules are those of the fuzz targets")]

#[path = "../../../fuzz/src/batch.rs"]
mod batch;
#[path = "../../../fuzz/src/fetch_xml.rs"]
mod fetch_xml;
#[path = "../../../fuzz/src/odata.rs"]
mod odata;
#[path = "../../../fuzz/ordinary.rs"]
mod ordinary;
#[path = "../../../fuzz/src/sql.rs"]
mod sql;

#[test]
fn batches() {
    ordinary::run("batch", batch::check);
}

#[test]
fn odata_texts() {
    ordinary::run("odata", odata::check);
}

#[test]
fn fetch_xml_documents() {
    ordinary::run("fetch_xml", fetch_xml::check);
}

#[test]
fn sql_statements() {
    ordinary::run("sql", sql::check);
}
