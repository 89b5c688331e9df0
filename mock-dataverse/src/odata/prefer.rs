//! The `Prefer` header: what the caller would like, and what of it was honoured.

use http::HeaderMap;

use super::annotations::Annotations;

/// Preferences of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prefer {
    /// `return=representation`.
    pub(crate) representation: bool,
    /// `odata.include-annotations`.
    pub(crate) annotations: Annotations,
    /// `odata.maxpagesize`.
    pub(crate) page_size: Option<usize>,
    /// `odata.continue-on-error`.
    pub(crate) continue_on_error: bool,
    /// Preferences that are known but not supported here.
    pub(crate) unsupported: Vec<&'static str>,
}

/// The largest page of the service.
pub(crate) const MAX_PAGE: usize = 5000;

impl Prefer {
    /// Reads all `Prefer` headers; what cannot be read is no preference.
    pub(crate) fn parse(headers: &HeaderMap) -> Self {
        let mut prefer = Self::default();
        for header in headers.get_all("prefer") {
            let Ok(text) = header.to_str() else { continue };
            for item in split_quoted(text) {
                let (name, value) = item.split_once('=').unwrap_or((item, ""));
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "return" => prefer.representation = value.eq_ignore_ascii_case("representation"),
                    "odata.include-annotations" => prefer.annotations = Annotations::parse(value),
                    "odata.maxpagesize" => {
                        prefer.page_size =
                            value.parse::<usize>().ok().filter(|size| *size > 0).map(|size| size.min(MAX_PAGE));
                    }
                    "odata.continue-on-error" => prefer.continue_on_error = !value.eq_ignore_ascii_case("false"),
                    "odata.track-changes" => prefer.unsupported.push("Prefer: odata.track-changes"),
                    _ => {}
                }
            }
        }
        prefer
    }

    /// The value of `Preference-Applied`, if anything was honoured.
    pub(crate) fn applied(&self, representation: bool, page: bool) -> Option<String> {
        let mut applied = Vec::new();
        if representation && self.representation {
            applied.push("return=representation".to_owned());
        }
        if let Some(annotations) = self.annotations.text() {
            applied.push(format!("odata.include-annotations=\"{annotations}\""));
        }
        if let Some(size) = self.page_size.filter(|_| page) {
            applied.push(format!("odata.maxpagesize={size}"));
        }
        (!applied.is_empty()).then(|| applied.join(","))
    }
}

/// Items of a comma list, commas in quotes aside.
fn split_quoted(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |next: char| {
        if next == '"' {
            quoted = !quoted;
        }
        next == ',' && !quoted
    })
    .map(str::trim)
    .filter(|item| !item.is_empty())
}
