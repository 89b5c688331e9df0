//! Queries of URLs that were asked before: a client asks the same few over and over, so they are parsed and bound once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;

use crate::fault::Fault;
use crate::odata::{Binder, Options, Terms};
use crate::query::Selection;
use crate::schema::{Schema, Table, TableId};

/// How many queries are kept. When there are more they do not repeat, and all are forgotten.
const MOST: usize = 64;
/// The longest query that is kept, in bytes.
const LONGEST: usize = 1024;

/// The queries of one organization. Its tables never change, so neither does what a query means.
#[derive(Debug, Default)]
pub(crate) struct Queries(RwLock<BTreeMap<Box<str>, Arc<Query>>>);

/// The query of a URL, parsed.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) options: Options,
    /// What it selects is the same whenever and by whomever it is asked.
    timeless: bool,
    /// What it selects of the table that it was first asked of.
    bound: OnceLock<(TableId, Arc<Selection>)>,
}

impl Queries {
    /// Reads the query of a URL.
    pub(super) fn read(&self, text: &str) -> Result<Arc<Query>, Fault> {
        if let Some(known) = self.0.read().get(text) {
            return Ok(Arc::clone(known));
        }
        let options = Options::parse(text)?;
        // Filters, pages and aliases carry values, which are different each time.
        let repeats = options.filter.is_none()
            && options.apply.is_none()
            && options.other.is_none()
            && options.skip_token.is_none()
            && options.aliases.is_empty();
        let timeless = options.expand.iter().all(|item| item.options.is_without_filter());
        let query = Arc::new(Query { options, timeless, bound: OnceLock::new() });
        if repeats && text.len() <= LONGEST {
            let mut known = self.0.write();
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.into(), Arc::clone(&query));
        }
        Ok(query)
    }
}

impl Query {
    /// What is shown of a row of a table: `$select` and `$expand`.
    pub(super) fn selection(&self, schema: &Schema, table: &Arc<Table>, terms: Terms) -> Result<Arc<Selection>, Fault> {
        if let Some((_, selection)) = self.bound.get().filter(|(of, _)| *of == table.id) {
            return Ok(Arc::clone(selection));
        }
        let selection = Arc::new(Binder::new(schema, table, terms, &self.options).selection()?);
        if !self.timeless {
            return Ok(selection);
        }
        // It may be bound to another table already, which is then asked more often.
        drop(self.bound.set((table.id, Arc::clone(&selection))));
        Ok(selection)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Queries};
    use crate::config::ErrorCodes;
    use crate::odata::Terms;
    use crate::schema::Schema;

    fn terms() -> Terms {
        let (now, user) = (jiff::Timestamp::UNIX_EPOCH, uuid::Uuid::nil());
        Terms { codes: ErrorCodes::Newer, now, user, business_unit: user }
    }

    #[test]
    fn one_text_asked_of_two_tables_selects_from_each() {
        let schema = Schema::standard().unwrap();
        let queries = Queries::default();
        for set in ["contacts", "systemusers", "contacts"] {
            let table = schema.entity_set(set).unwrap();
            let query = queries.read("$select=fullname").unwrap();
            let selection = query.selection(&schema, table, terms()).unwrap();
            assert_eq!(selection.columns, Some(vec![table.position("fullname").unwrap()]));
        }
        let pass = schema.table("msevtmgt_pass").unwrap();
        assert!(queries.read("$select=fullname").unwrap().selection(&schema, pass, terms()).is_err());
    }

    #[test]
    fn memory_is_bounded_and_values_are_not_kept() {
        let queries = Queries::default();
        for number in 0..=MOST {
            queries.read(&format!("$select=fullname&x={number}")).unwrap();
        }
        queries.read("$filter=fullname eq 'x'").unwrap();
        queries.read("$top=1&@p=1").unwrap();
        queries.read(&format!("$select={}", "a".repeat(2000))).unwrap();
        assert!(queries.read("$top=x").is_err());
        assert_eq!(
            queries.0.read().keys().map(AsRef::as_ref).collect::<Vec<_>>(),
            [format!("$select=fullname&x={MOST}")]
        );
    }
}
