//! The tables of a query: the one asked, and those that are joined with it.

use std::sync::Arc;

use super::ast::{Fetch, Link, LinkKind, Node};
use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::odata::Terms;
use crate::query::{Filter, Join, Keep, all_of};
use crate::schema::{Column, Table};
use crate::store::Data;

/// A table whose rows belong together with those of others.
pub(super) struct Source<'a> {
    pub(super) table: &'a Arc<Table>,
    /// What its columns stand under in the answer; the table asked has none.
    pub(super) alias: Option<String>,
    /// The alias was given.
    named: bool,
    pub(super) node: &'a Node,
}

/// The tables of a query with how they are joined.
pub(super) struct Sources<'a> {
    pub(super) data: &'a Data,
    pub(super) terms: Terms,
    pub(super) list: Vec<Source<'a>>,
    pub(super) joins: Vec<Join>,
    /// What rows of the table asked must pass on their own.
    pub(super) own: Vec<Filter>,
    /// Tables that only filters look at.
    pub(super) others: Vec<Arc<Table>>,
    links: usize,
}

/// The table of that name.
pub(super) fn table<'a>(data: &'a Data, name: &str) -> Result<&'a Arc<Table>, Fault> {
    data.schema().table(name).ok_or_else(|| {
        let name = clipped(name);
        let text = format!(
            "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
        );
        Fault::bad(Code::NO_ENTITY, text)
    })
}

/// The column of that logical name.
pub(super) fn column<'a>(table: &'a Table, name: &str) -> Result<(usize, &'a Column), Fault> {
    let found = table.position(name).and_then(|at| Some((at, table.columns().get(at)?)));
    found.ok_or_else(|| {
        let (entity, name) = (&table.logical_name, clipped(name));
        let text =
            format!("'{entity}' entity doesn't contain attribute with Name = '{name}' and NameMapping = 'Logical'.");
        Fault::bad(Code::NO_ATTRIBUTE, text)
    })
}

/// The columns that join a link with the table it stands in: that table's own, and the linked one's.
pub(super) fn ends(link: &Link, parent: &Table, linked: &Table) -> Result<(usize, usize), Fault> {
    let (to, from) = match (&link.to, &link.from) {
        (Some(to), Some(from)) => (to.as_str(), from.as_str()),
        // What is left out is the id of the table that a lookup points at.
        (Some(to), None) => (to.as_str(), linked.primary_id.as_str()),
        (None, Some(from)) => (parent.primary_id.as_str(), from.as_str()),
        (None, None) => {
            let points = |column: &&Column| column.single_target() == Some(linked.logical_name.as_str());
            let mut lookups = parent.columns().iter().filter(points);
            let (Some(one), None) = (lookups.next(), lookups.next()) else {
                let text = format!(
                    "No system many-to-one relationship exists between {} and {}. If attempting to link through a custom many-to-one relationship ensure that you provide the from and to attributes.",
                    parent.logical_name, linked.logical_name
                );
                return Err(Fault::bad(Code::LINK_ATTRIBUTES, text));
            };
            (one.name.as_str(), linked.primary_id.as_str())
        }
    };
    Ok((column(parent, to)?.0, column(linked, from)?.0))
}

impl<'a> Sources<'a> {
    /// Finds all tables and binds the joins.
    pub(super) fn of(data: &'a Data, terms: Terms, asked: &'a Arc<Table>, fetch: &'a Fetch) -> Result<Self, Fault> {
        let first = Source { table: asked, alias: None, named: false, node: &fetch.entity };
        let mut sources =
            Self { data, terms, list: vec![first], joins: Vec::new(), own: Vec::new(), others: Vec::new(), links: 0 };
        sources.links_of(0, &fetch.entity)?;
        Ok(sources)
    }

    /// The links of a source, in their order, each before those inside it.
    fn links_of(&mut self, parent: usize, node: &'a Node) -> Result<(), Fault> {
        for link in &node.links {
            self.links += 1;
            let Some(under) = self.list.get(parent).map(|source| source.table) else { continue };
            if link.kind.filters() {
                let text = "The link types any, not any, all and not all stand inside a filter.";
                return Err(Fault::bad(Code::INVALID_LINK_TYPE, text));
            }
            if matches!(link.kind, LinkKind::Exists | LinkKind::In) {
                let filter = self.linked(link, under)?;
                match parent.checked_sub(1).and_then(|join| self.joins.get_mut(join)) {
                    None => self.own.push(filter),
                    Some(join) => {
                        let before = join.filter.take();
                        join.filter = all_of(before.into_iter().chain([filter]).collect());
                    }
                }
                continue;
            }
            let linked = table(self.data, &link.node.name)?;
            let (own, theirs) = ends(link, under, linked)?;
            let filter = self.alone(&link.node.filters, linked, link.alias.as_deref())?;
            let keep = match link.kind {
                LinkKind::Outer => Keep::All,
                LinkKind::First => Keep::First,
                _ => Keep::Matching,
            };
            self.joins.push(Join { parent, own, table: linked.id, theirs, keep, filter });
            let alias = link.alias.clone().unwrap_or_else(|| format!("{}{}", linked.logical_name, self.links));
            if self.list.iter().any(|source| source.alias.as_ref() == Some(&alias)) {
                let text = format!("The alias '{}' is used for more than one link-entity.", clipped(&alias));
                return Err(Fault::bad(Code::INVALID_ALIAS, text));
            }
            self.list.push(Source { table: linked, alias: Some(alias), named: link.alias.is_some(), node: &link.node });
            let place = self.list.len() - 1;
            self.links_of(place, &link.node)?;
        }
        Ok(())
    }

    /// The source that a name of an entity stands for: an alias, or the name of the only link to a table that has none.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        let by_alias = self.list.iter().position(|source| source.alias.as_deref() == Some(name));
        by_alias.or_else(|| {
            let unnamed = |source: &Source<'_>| !source.named && source.table.logical_name == name;
            let mut found = self.list.iter().enumerate().skip(1).filter(|(_, source)| unnamed(source));
            let first = found.next().map(|(place, _)| place);
            first.filter(|_| found.next().is_none())
        })
    }
}
