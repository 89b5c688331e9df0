//! One request with everything a handler needs of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};
use mock_core::Exchange;

use super::batch::resolve;
use super::caller::Caller;
use crate::config::ErrorCodes;
use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::{Prefer, Terms};
use crate::schema::Schema;
use crate::store::{Data, Tx};
use crate::switches;

/// A request whose caller is known.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) dataverse: &'a Dataverse,
    pub(super) exchange: &'a Exchange,
    pub(super) method: Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    pub(super) prefer: &'a Prefer,
    pub(super) caller: Caller,
    /// `https://host`, as the caller sees it.
    pub(super) base: String,
    /// The transaction of the change set that the request is part of.
    pub(super) change_set: Option<&'a dyn ChangeSet>,
    /// Inside a batch: the addresses of rows that requests of the same change set wrote, by content id.
    pub(super) addresses: Option<&'a BTreeMap<String, String>>,
}

/// The open transaction of a change set, which its requests share.
pub(super) trait ChangeSet: Debug {
    fn read(&self, look: &mut dyn FnMut(&Data));
    fn write(&self, change: &mut dyn FnMut(&mut Tx<'_>));
}

impl ChangeSet for RefCell<&mut Tx<'_>> {
    fn read(&self, look: &mut dyn FnMut(&Data)) {
        look(&self.borrow());
    }

    fn write(&self, change: &mut dyn FnMut(&mut Tx<'_>)) {
        change(&mut self.borrow_mut());
    }
}

impl Request<'_> {
    /// Whether it is part of a batch.
    pub(super) fn in_batch(&self) -> bool {
        self.addresses.is_some()
    }

    /// The generation of error codes.
    pub(super) fn codes(&self) -> ErrorCodes {
        switches::codes(self.dataverse.world())
    }

    /// What the meaning of its query depends on.
    pub(super) fn terms(&self) -> Terms {
        let config = self.dataverse.config();
        Terms {
            codes: self.codes(),
            now: self.dataverse.world().clock().now(),
            user: self.caller.user,
            business_unit: config.organization.business_unit,
        }
    }

    /// The tables.
    pub(super) fn schema(&self) -> &Arc<Schema> {
        self.dataverse.store().schema()
    }

    /// Reads rows: as they are, or as the change set has left them so far. The closure must not read or write again.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Data) -> T) -> T {
        let Some(change_set) = self.change_set else { return self.dataverse.store().read(look) };
        let (mut look, mut seen) = (Some(look), None);
        change_set.read(&mut |data| seen = look.take().map(|look| look(data)));
        #[expect(clippy::expect_used, reason = "the transaction calls what it is handed, once")]
        seen.expect("an answer")
    }

    /// Changes rows in the caller's name: as one transaction, or as a part of the change set's.
    pub(super) fn write<T>(&self, change: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let Some(change_set) = self.change_set else {
            return self.dataverse.write_rows(self.caller.user, self.caller.on_behalf, change);
        };
        let (mut change, mut done) = (Some(change), None);
        change_set.write(&mut |tx| done = change.take().map(|change| change(tx)));
        #[expect(clippy::expect_used, reason = "the transaction calls what it is handed, once")]
        done.expect("an answer")
    }

    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// The JSON body; an empty one counts as an object without members if `may_be_empty`.
    pub(super) fn json(&self, may_be_empty: bool) -> Result<Json, Fault> {
        if self.body.trim_ascii().is_empty() && may_be_empty {
            return Ok(Json::Object(Vec::new()));
        }
        let payload = |message: String| Fault::bad(Code::BAD_PAYLOAD, message);
        if self.body.trim_ascii().is_empty() {
            return Err(payload("The request has no body, but one is needed.".to_owned()));
        }
        let kind = self.header(header::CONTENT_TYPE.as_str()).ok_or_else(|| {
            payload("A missing or empty content type header was found when trying to read a message. The content type header is required.".to_owned())
        })?;
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(payload(format!(
                "A supported MIME type could not be found that matches the content type of the message. None of the supported type(s) 'application/json' matches the content type '{}'.",
                essence.chars().take(100).collect::<String>()
            )));
        }
        let mut json = Json::parse(self.body)
            .map_err(|error| payload(format!("An error occurred while reading the JSON body: {error}.")))?;
        if let Some(addresses) = self.addresses {
            refer(&mut json, addresses)?;
        }
        Ok(json)
    }

    /// 404 for a verb that the operation does not take.
    pub(super) fn no_resource(&self) -> Fault {
        let uri = format!("{}{}", self.base, self.uri.path());
        Fault::uncoded(
            http::StatusCode::NOT_FOUND,
            format!("No HTTP resource was found that matches the request URI '{uri}'."),
        )
    }

    /// 405 for a verb that a resource does not take.
    pub(super) fn wrong_verb(&self) -> Fault {
        let text = format!("The requested resource does not support http method '{}'.", self.method);
        Fault::uncoded(http::StatusCode::METHOD_NOT_ALLOWED, text)
    }
}

/// Puts addresses in place of references in the links of a body.
fn refer(json: &mut Json, addresses: &BTreeMap<String, String>) -> Result<(), Fault> {
    match json {
        Json::Array(items) => items.iter_mut().try_for_each(|item| refer(item, addresses)),
        Json::Object(members) => members.iter_mut().try_for_each(|(name, value)| match value {
            Json::Text(text) if name.ends_with("@odata.bind") || name == "@odata.id" => {
                if let Some(address) = resolve(text, addresses)? {
                    *text = address;
                }
                Ok(())
            }
            value => refer(value, addresses),
        }),
        _ => Ok(()),
    }
}
