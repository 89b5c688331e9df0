//! One kind of object by id, in the order of making, with secondary keys: what a request costs does not grow with what is stored.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::{Equivalent, IndexMap, IndexSet};
use smallvec::{SmallVec, smallvec};
use uuid::Uuid;

use crate::domain::belonging::Belonging;
use crate::domain::catalog::{Price, Product};
use crate::domain::charge::Charge;
use crate::domain::discount::{Coupon, PromotionCode};
use crate::domain::dispute::Dispute;
use crate::domain::event::{Endpoint, Event};
use crate::domain::file::StoredFile;
use crate::domain::fraud_warning::FraudWarning;
use crate::domain::intent::Intent;
use crate::domain::link::PaymentLink;
use crate::domain::payer::{Customer, PaymentMethod};
use crate::domain::refund::Refund;
use crate::domain::session::Session;
use crate::domain::shipping::ShippingRate;
use crate::domain::transaction::BalanceTransaction;

/// An object that can be kept in a [`Table`].
pub(crate) trait Row {
    /// Its id.
    fn id(&self) -> &str;
    /// What it belongs to.
    fn belongs(&self) -> &Belonging;
    /// Other keys that it is found by, beside the GUIDs that it belongs to. A key once given stays.
    fn keys(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }
}

/// Where a page of a list begins and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Most objects.
    pub(crate) limit: usize,
    /// The object before the first.
    pub(crate) after: Option<String>,
    /// The object after the last.
    pub(crate) before: Option<String>,
}

/// A page of a list, newest first.
#[derive(Clone, Debug)]
pub(crate) struct Page<T> {
    /// The objects.
    pub(crate) rows: Vec<Arc<T>>,
    /// Whether there are more in the direction of paging.
    pub(crate) has_more: bool,
}

/// A cursor that names nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownCursor {
    /// `starting_after` or `ending_before`.
    pub(crate) param: &'static str,
    /// What it named.
    pub(crate) id: String,
}

/// Rows of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rows: IndexSet<Kept<T>, RandomState>,
    /// The places of the rows that belong to a GUID.
    subjects: IndexMap<Uuid, Places, RandomState>,
    /// The places of the rows with a key, by its name and value.
    keys: IndexMap<(&'static str, Box<str>), Places, RandomState>,
}

/// Places in a table, in order. Most keys have one or two.
type Places = SmallVec<[usize; 2]>;

/// A row where it is kept: told apart by its id.
#[derive(Debug)]
struct Kept<T>(Arc<T>);

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Row> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.id() == other.0.id()
    }
}

impl<T: Row> Eq for Kept<T> {}

impl<T: Row> Hash for Kept<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id().hash(state);
    }
}

/// An id to find a row by.
#[derive(Hash)]
struct Id<'a>(&'a str);

impl<T: Row> Equivalent<Kept<T>> for Id<'_> {
    fn equivalent(&self, row: &Kept<T>) -> bool {
        self.0 == row.0.id()
    }
}

/// A key that need not be owned to be looked up.
#[derive(Hash)]
struct Key<'a>(&'static str, &'a str);

impl Equivalent<(&'static str, Box<str>)> for Key<'_> {
    fn equivalent(&self, key: &(&'static str, Box<str>)) -> bool {
        self.1 == &*key.1 && self.0 == key.0
    }
}

/// Takes a place into an ordered list of places. It mostly is the last.
fn note(places: &mut Places, at: usize) {
    match places.last() {
        Some(last) if *last >= at => {
            if let Err(slot) = places.binary_search(&at) {
                places.insert(slot, at);
            }
        }
        _ => places.push(at),
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { rows: IndexSet::default(), subjects: IndexMap::default(), keys: IndexMap::default() }
    }
}

impl<T: Row> Table<T> {
    /// The row of this id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<T>> {
        self.rows.get(&Id(id)).map(|row| Arc::clone(&row.0))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at this place in the order of making.
    pub(crate) fn at(&self, place: usize) -> Option<Arc<T>> {
        self.rows.get_index(place).map(|row| Arc::clone(&row.0))
    }

    /// Whether there is one.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.rows.contains(&Id(id))
    }

    /// Puts a row in, or in the place of the one with its id.
    pub(crate) fn put(&mut self, row: T) -> Arc<T> {
        let row = Arc::new(row);
        let (at, before) = self.rows.replace_full(Kept(Arc::clone(&row)));
        let before = before.map(|before| before.0);
        // A changed row mostly keeps its keys.
        let known = before.as_ref().map(|before| before.keys()).unwrap_or_default();
        for key in row.keys().into_iter().filter(|key| !known.contains(key)) {
            let (name, value) = key;
            match self.keys.get_mut(&Key(name, value)) {
                Some(places) => note(places, at),
                None => drop(self.keys.insert((name, value.into()), smallvec![at])),
            }
        }
        let known = before.as_ref().map(|before| before.belongs().subjects.as_slice()).unwrap_or_default();
        for subject in row.belongs().subjects.iter().filter(|subject| !known.contains(subject)) {
            note(self.subjects.entry(*subject).or_default(), at);
        }
        row
    }

    /// The rows with a key, oldest first.
    pub(crate) fn by(&self, key: &'static str, value: &str) -> impl DoubleEndedIterator<Item = Arc<T>> + '_ {
        self.rows_at(self.places(key, value))
    }

    /// The rows that belong to a GUID, oldest first.
    pub(crate) fn about(&self, subject: Uuid) -> Vec<Arc<T>> {
        self.rows_at(self.subjects.get(&subject).map(SmallVec::as_slice).unwrap_or_default()).collect()
    }

    fn places(&self, key: &'static str, value: &str) -> &[usize] {
        self.keys.get(&Key(key, value)).map(SmallVec::as_slice).unwrap_or_default()
    }

    fn rows_at<'a>(&'a self, places: &'a [usize]) -> impl DoubleEndedIterator<Item = Arc<T>> + 'a {
        places.iter().filter_map(|at| self.at(*at))
    }

    /// All rows, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<T>> {
        self.rows.iter().map(|row| &row.0)
    }

    /// A page of the rows that `wanted` lets through, newest first; `key` narrows the search to rows that have it.
    pub(crate) fn page(
        &self,
        paging: &Paging,
        key: Option<(&'static str, &str)>,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Page<T>, UnknownCursor> {
        let cursor = |param, id: &Option<String>| match id {
            None => Ok(None),
            Some(id) => match self.rows.get_index_of(&Id(id)) {
                Some(at) => Ok(Some(at)),
                None => Err(UnknownCursor { param, id: id.clone() }),
            },
        };
        let after = cursor("starting_after", &paging.after)?;
        let before = cursor("ending_before", &paging.before)?;
        let places = key.map(|(name, value)| self.places(name, value));
        let row_at = |at: usize| self.rows.get_index(at).map(|row| &row.0).filter(|row| wanted(row)).cloned();
        let most = paging.limit.saturating_add(1);
        let mut rows: Vec<Arc<T>> = match (before, places) {
            // Older than `after`, going back in time.
            (None, None) => (0..after.unwrap_or(self.rows.len())).rev().filter_map(row_at).take(most).collect(),
            (None, Some(places)) => {
                let end = after.map_or(places.len(), |at| places.partition_point(|place| *place < at));
                places.iter().take(end).rev().copied().filter_map(row_at).take(most).collect()
            }
            // Newer than `before`, going forward in time.
            (Some(at), None) => (at + 1..self.rows.len()).filter_map(row_at).take(most).collect(),
            (Some(at), Some(places)) => {
                let start = places.partition_point(|place| *place <= at);
                places.iter().skip(start).copied().filter_map(row_at).take(most).collect()
            }
        };
        let has_more = rows.len() > paging.limit;
        rows.truncate(paging.limit);
        if before.is_some() {
            rows.reverse();
        }
        Ok(Page { rows, has_more })
    }
}

macro_rules! row {
    ($($kind:ty $(, $key:literal => $value:expr)*;)*) => {$(
        impl Row for $kind {
            fn id(&self) -> &str {
                &self.id
            }

            fn belongs(&self) -> &Belonging {
                &self.belongs
            }

            fn keys(&self) -> Vec<(&'static str, &str)> {
                let keys: &[(&'static str, fn(&Self) -> Option<&str>)] = &[$(($key, $value)),*];
                keys.iter().filter_map(|(name, value)| Some((*name, value(self)?))).collect()
            }
        }
    )*};
}

row! {
    Product;
    Price, "product" => |row| Some(&row.product), "lookup_key" => |row| row.lookup_key.as_deref();
    PaymentLink, "slug" => |row| Some(&row.slug);
    Session, "link" => |row| row.link.as_deref(), "intent" => |row| row.intent.as_deref(),
        "customer" => |row| row.customer.as_deref();
    Intent, "customer" => |row| row.customer.as_deref();
    Charge, "intent" => |row| Some(&row.intent), "customer" => |row| row.customer.as_deref();
    Refund, "intent" => |row| Some(&row.intent), "charge" => |row| Some(&row.charge);
    Dispute, "intent" => |row| Some(&row.intent), "charge" => |row| Some(&row.charge);
    Coupon;
    PromotionCode, "coupon" => |row| Some(&row.coupon), "code" => |row| Some(&row.key);
    ShippingRate;
    StoredFile;
    FraudWarning, "intent" => |row| Some(&row.intent), "charge" => |row| Some(&row.charge);
    PaymentMethod, "customer" => |row| row.customer.as_deref(), "kept" => |row| row.customer.is_some().then_some("");
    Customer, "email" => |row| row.email.as_deref();
    BalanceTransaction, "source" => |row| Some(&row.source);
    Endpoint;
    Event, "type" => |row| Some(row.kind);
}

#[cfg(test)]
mod tests {
    use super::{Paging, Table, UnknownCursor};
    use crate::domain::belonging::Belonging;
    use crate::domain::event::Endpoint;
    use crate::domain::metadata::Metadata;

    fn table() -> Table<Endpoint> {
        let mut table = Table::default();
        for n in 1..=5 {
            table.put(Endpoint {
                id: format!("we_{n}"),
                created: n,
                url: String::new(),
                secret: String::new(),
                rolled: None,
                enabled_events: Vec::new(),
                api_version: None,
                description: None,
                metadata: Metadata::new(),
                disabled: n == 3,
                deleted: false,
                belongs: Belonging::default(),
            });
        }
        table
    }

    #[track_caller]
    fn check(limit: usize, after: Option<&str>, before: Option<&str>, expect: &[&str], has_more: bool) {
        let paging = Paging { limit, after: after.map(Into::into), before: before.map(Into::into) };
        let page = table().page(&paging, None, |row| !row.disabled).unwrap();
        assert_eq!(page.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), expect);
        assert_eq!(page.has_more, has_more);
    }

    #[test]
    fn pages_go_from_new_to_old_and_back() {
        check(10, None, None, &["we_5", "we_4", "we_2", "we_1"], false);
        check(2, None, None, &["we_5", "we_4"], true);
        check(2, Some("we_4"), None, &["we_2", "we_1"], false);
        check(1, Some("we_3"), None, &["we_2"], true);
        check(2, None, Some("we_1"), &["we_4", "we_2"], true);
        check(9, None, Some("we_2"), &["we_5", "we_4"], false);
    }

    #[test]
    fn a_cursor_must_name_a_row() {
        let paging = Paging { limit: 1, after: Some("we_9".into()), before: None };
        let error = table().page(&paging, None, |_| true).unwrap_err();
        assert_eq!(error, UnknownCursor { param: "starting_after", id: "we_9".into() });
    }
}
