//! The report as JSON, as `docs/report.schema.json` describes it.

use super::model::Report;

/// The report as JSON text with a closing newline.
pub fn to_json(report: &Report) -> String {
    // The tree is plain data with text keys; turning it into JSON does not fail.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}
