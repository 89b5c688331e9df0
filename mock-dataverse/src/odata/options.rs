//! System query options: read from the URL and from inside `$expand`, what is not supported refused by name.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::apply::{Apply, parse_apply};
use super::grammar::{parse_filter, parse_order};
use super::lexer::split;
use super::syntax::{Expr, Literal, OrderKey, SyntaxError};
use super::url::parse_literal;
use crate::fault::{Code, Fault};

/// A question in another language than OData's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OtherLanguage {
    /// `fetchXml`.
    FetchXml(String),
    /// `sql`.
    Sql(String),
    /// `savedQuery`: the id of a view for everyone.
    SavedQuery(Uuid),
    /// `userQuery`: the id of a user's own view.
    UserQuery(Uuid),
}

impl OtherLanguage {
    /// The query option that asks it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::FetchXml(_) => "fetchXml",
            Self::Sql(_) => "sql",
            Self::SavedQuery(_) => "savedQuery",
            Self::UserQuery(_) => "userQuery",
        }
    }
}

/// `$expand` inside `$expand` may go this deep.
const MAX_EXPAND_DEPTH: usize = 8;
/// The longest query of a URL, in bytes; only a batch can carry it.
const MAX_QUERY: usize = 64 * 1024;

/// The options of a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) select: Option<Vec<String>>,
    pub(crate) expand: Vec<ExpandItem>,
    pub(crate) filter: Option<Expr>,
    pub(crate) order: Vec<OrderKey>,
    pub(crate) top: Option<usize>,
    pub(crate) count: bool,
    pub(crate) apply: Option<Apply>,
    /// The whole question, where it is asked in another language.
    pub(crate) other: Option<OtherLanguage>,
    /// `$id`: the row that a link to be taken away leads to.
    pub(crate) id: Option<String>,
    pub(crate) skip_token: Option<String>,
    /// `$format`.
    pub(crate) format: Option<String>,
    pub(crate) aliases: BTreeMap<String, Literal>,
    /// Options as given, decoded, without `$skiptoken`, for the link to the next page.
    pub(crate) given: Vec<(String, String)>,
}

/// One item of `$expand`.
#[derive(Debug, Clone)]
pub(crate) struct ExpandItem {
    pub(crate) name: String,
    pub(crate) options: Options,
}

fn bad(message: impl Into<String>) -> Fault {
    Fault::bad(Code::BAD_QUERY, message)
}

impl From<SyntaxError> for Fault {
    fn from(error: SyntaxError) -> Self {
        match error {
            SyntaxError::Unsupported { what } => Self::unsupported(what),
            error => bad(error.to_string()),
        }
    }
}

impl Options {
    /// Reads the query of a URL.
    pub(crate) fn parse(query: &str) -> Result<Self, Fault> {
        if query.len() > MAX_QUERY {
            return Err(bad(format!("The query is longer than {MAX_QUERY} bytes.")));
        }
        let mut options = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if let Some(alias) = name.strip_prefix('@') {
                let literal = parse_literal(value.trim()).ok_or_else(|| {
                    bad(format!("The value '{value}' of parameter alias '@{alias}' is not a literal."))
                })?;
                options.aliases.insert(alias.to_owned(), literal);
            } else {
                options.take(&name, &value, 0)?;
            }
            if name != "$skiptoken" {
                options.given.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(options)
    }

    fn once(taken: bool, name: &str) -> Result<(), Fault> {
        if taken {
            Err(bad(format!(
                "Query option '{name}' was specified more than once, but it must be specified at most once."
            )))
        } else {
            Ok(())
        }
    }

    fn take(&mut self, name: &str, value: &str, depth: usize) -> Result<(), Fault> {
        match name {
            "$select" => {
                Self::once(self.select.is_some(), name)?;
                let columns = value.split(',').map(|column| column.trim().to_owned()).collect::<Vec<_>>();
                if columns.iter().any(String::is_empty) {
                    return Err(bad(format!("The $select option '{value}' has an empty item.")));
                }
                self.select = Some(columns);
            }
            "$expand" => {
                Self::once(!self.expand.is_empty(), name)?;
                self.expand = parse_expand(value, depth)?;
            }
            "$filter" => {
                Self::once(self.filter.is_some(), name)?;
                self.filter = Some(parse_filter(value)?);
            }
            "$orderby" => {
                Self::once(!self.order.is_empty(), name)?;
                self.order = parse_order(value)?;
            }
            "$top" => {
                Self::once(self.top.is_some(), name)?;
                self.top = Some(value.trim().parse().map_err(|_| {
                    bad(format!(
                        "Invalid value '{value}' for $top query option found. The $top query option requires a non-negative integer value."
                    ))
                })?);
            }
            "$count" => {
                self.count = match value.trim() {
                    "true" => true,
                    "false" => false,
                    _ => {
                        return Err(bad(format!(
                            "Invalid value '{value}' for $count query option found. Valid values are 'false' and 'true'."
                        )));
                    }
                };
            }
            "$id" if depth == 0 => self.id = Some(value.to_owned()),
            "$skiptoken" if depth == 0 => self.skip_token = Some(value.to_owned()),
            "$skip" => return Err(bad("Skip Clause is not supported in CRM")),
            "$format" if depth == 0 && (value == "json" || value.starts_with("application/json")) => {
                self.format = Some(value.to_owned());
            }
            "$apply" if depth == 0 => {
                Self::once(self.apply.is_some(), name)?;
                self.apply = Some(parse_apply(value)?);
            }
            "$apply" | "$search" | "$compute" | "$format" | "$levels" | "$deltatoken" => {
                return Err(Fault::unsupported(format!("the query option {name}")));
            }
            "fetchXml" | "sql" | "savedQuery" | "userQuery" if depth == 0 => {
                Self::once(self.other.is_some(), name)?;
                self.other = Some(match name {
                    "fetchXml" => OtherLanguage::FetchXml(value.to_owned()),
                    "sql" => OtherLanguage::Sql(value.to_owned()),
                    "savedQuery" => OtherLanguage::SavedQuery(view_id(name, value)?),
                    _ => OtherLanguage::UserQuery(view_id(name, value)?),
                });
            }
            unknown if unknown.starts_with('$') => {
                return Err(bad(format!("The query parameter '{unknown}' is not supported.")));
            }
            unknown if depth > 0 => {
                return Err(bad(format!("Term '{unknown}' is not valid in a $select or $expand expression.")));
            }
            // Custom query options are nobody's business.
            _ => {}
        }
        Ok(())
    }

    /// An option that cannot stand beside a question in another language.
    pub(crate) fn beside_other_language(&self) -> Option<&'static str> {
        let others = [
            ("$select", self.select.is_some()),
            ("$expand", !self.expand.is_empty()),
            ("$filter", self.filter.is_some()),
            ("$orderby", !self.order.is_empty()),
            ("$top", self.top.is_some()),
            ("$apply", self.apply.is_some()),
        ];
        others.into_iter().find(|(_, given)| *given).map(|(name, _)| name)
    }

    /// No filter stands in it, at any depth.
    pub(crate) fn is_without_filter(&self) -> bool {
        self.filter.is_none() && self.expand.iter().all(|item| item.options.is_without_filter())
    }

    /// Options that only make sense on collections were given.
    pub(crate) fn collection_only(&self) -> Option<&'static str> {
        if self.filter.is_some() {
            Some("$filter")
        } else if !self.order.is_empty() {
            Some("$orderby")
        } else if self.top.is_some() {
            Some("$top")
        } else if self.count {
            Some("$count")
        } else {
            None
        }
    }
}

/// The id of a view; it may stand in braces.
fn view_id(name: &str, value: &str) -> Result<Uuid, Fault> {
    let bare = value.trim().trim_start_matches('{').trim_end_matches('}');
    let id = Uuid::try_parse(bare).ok().filter(|_| bare.len() == 36);
    id.ok_or_else(|| {
        let value: String = value.chars().take(100).collect();
        bad(format!("Unrecognized literal '{value}' in the query option '{name}': an id is expected."))
    })
}

fn parse_expand(text: &str, depth: usize) -> Result<Vec<ExpandItem>, Fault> {
    if depth >= MAX_EXPAND_DEPTH {
        return Err(bad(format!("$expand is nested more than {MAX_EXPAND_DEPTH} deep.")));
    }
    split(text, ',').into_iter().map(|item| parse_expand_item(item.trim(), depth)).collect()
}

fn parse_expand_item(item: &str, depth: usize) -> Result<ExpandItem, Fault> {
    let unbalanced = || bad(format!("The $expand item '{item}' cannot be parsed."));
    let (name, inner) = match item.split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')').ok_or_else(unbalanced)?)),
        None => (item, None),
    };
    if name.ends_with("/$ref") || name.ends_with("/$count") {
        return Err(Fault::unsupported(format!("'{name}' in $expand")));
    }
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(unbalanced());
    }
    let mut options = Options::default();
    for option in inner.map(|inner| split(inner, ';')).unwrap_or_default() {
        let (key, value) = option.split_once('=').ok_or_else(unbalanced)?;
        options.take(key.trim(), value, depth + 1)?;
    }
    Ok(ExpandItem { name: name.to_owned(), options })
}
