//! Filters with their conditions and the links inside them.

use std::sync::Arc;

use super::ast::{Condition, Group, Link, LinkKind, Part};
use super::condition::{Place, against, tested};
use super::source::{Sources, column, ends, table};
use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::query::{Filter, Operand, Path, all_of, any_of, not, values_of};
use crate::schema::Table;

/// Whose columns a filter sees.
#[derive(Clone, Copy)]
enum Scope<'a> {
    /// One table, whose rows are looked at before they are joined; with the alias that it has.
    Alone(&'a Arc<Table>, Option<&'a str>),
    /// All sources; names without an entity are those of the table asked.
    Joined,
}

impl<'a> Sources<'a> {
    /// What rows of one table must pass on their own.
    pub(super) fn alone(
        &mut self,
        groups: &'a [Group],
        table: &'a Arc<Table>,
        alias: Option<&'a str>,
    ) -> Result<Option<Filter>, Fault> {
        let mut filters = Vec::new();
        for group in groups {
            filters.extend(self.group(group, Scope::Alone(table, alias))?);
        }
        Ok(all_of(filters))
    }

    /// What rows of the table asked must pass on their own, and what they must pass together with those joined.
    pub(super) fn of_entity(&mut self, groups: &'a [Group]) -> Result<(Option<Filter>, Option<Filter>), Fault> {
        let (mut own, mut joined) = (std::mem::take(&mut self.own), Vec::new());
        for group in groups {
            if let Some(filter) = self.group(group, Scope::Joined)? {
                if sees_joined(&filter) { joined.push(filter) } else { own.push(filter) }
            }
        }
        Ok((all_of(own), all_of(joined)))
    }

    /// A filter without conditions asks for nothing.
    fn group(&mut self, group: &'a Group, scope: Scope<'a>) -> Result<Option<Filter>, Fault> {
        let mut filters = Vec::new();
        for part in &group.parts {
            match part {
                Part::Group(inner) => filters.extend(self.group(inner, scope)?),
                Part::Condition(condition) => filters.push(self.condition(condition, scope)?),
                Part::Link(link) => {
                    let Some(table) = self.first(scope) else { continue };
                    filters.push(self.linked(link, table)?);
                }
                Part::Never => filters.push(Filter::Always(false)),
            }
        }
        Ok(if group.any { any_of(filters) } else { all_of(filters) })
    }

    /// The table whose columns need no entity before them.
    fn first(&self, scope: Scope<'a>) -> Option<&'a Arc<Table>> {
        match scope {
            Scope::Alone(table, _) => Some(table),
            Scope::Joined => self.list.first().map(|source| source.table),
        }
    }

    /// A column with the table that it is of.
    fn place(&self, entity: Option<&str>, name: &str, scope: Scope<'a>) -> Result<(Path, &'a Arc<Table>), Fault> {
        let own = |table: &'a Arc<Table>| Ok((Path::own(column(table, name)?.0), table));
        match (scope, entity) {
            (Scope::Alone(table, _), None) => own(table),
            (Scope::Alone(table, alias), Some(entity)) if alias == Some(entity) || table.logical_name == entity => {
                own(table)
            }
            (Scope::Alone(..), Some(entity)) => {
                let entity = clipped(entity);
                Err(Fault::unsupported(format!("a condition on '{entity}' inside the filter of another link-entity")))
            }
            (Scope::Joined, entity) => {
                let found = entity.map_or(Some(0), |entity| self.named(entity));
                let source = found.and_then(|at| self.list.get(at).map(|source| (at, source.table)));
                let Some((at, table)) = source else {
                    let entity = clipped(entity.unwrap_or_default());
                    let text = format!("LinkEntity with name or alias '{entity}' is not found.");
                    return Err(Fault::bad(Code::NO_SUCH_ALIAS, text));
                };
                Ok((Path::at(at, column(table, name)?.0), table))
            }
        }
    }

    fn condition(&self, condition: &Condition, scope: Scope<'a>) -> Result<Filter, Fault> {
        let (path, table) = self.place(condition.entity.as_deref(), &condition.attribute, scope)?;
        let place = Place { path: &path, table, column: column(table, &condition.attribute)?.1 };
        let Some(other) = &condition.other else {
            return tested(self.terms, condition.operator, place, &condition.values);
        };
        let (entity, name) =
            other.rsplit_once('.').map_or((None, other.as_str()), |(entity, name)| (Some(entity), name));
        let entity = entity.or(condition.entity.as_deref());
        let (path, table) = self.place(entity, name, scope)?;
        against(condition.operator, place, Place { path: &path, table, column: column(table, name)?.1 })
    }

    /// Whether there are rows of another table, as a filter on rows of the one that the link stands in.
    ///
    /// `all` and `not all` mean what the documentation says of them, which is not what their names say.
    pub(super) fn linked(&mut self, link: &'a Link, parent: &'a Arc<Table>) -> Result<Filter, Fault> {
        let node = &link.node;
        if !node.attributes.is_empty() || node.all || !node.orders.is_empty() {
            let text = "A link of this type cannot return columns, and rows cannot be ordered by it.";
            return Err(Fault::bad(Code::INVALID_LINK_TYPE, text));
        }
        let child = table(self.data, &node.name)?;
        let (own, theirs) = ends(link, parent, child)?;
        self.others.push(Arc::clone(child));
        let mut filters: Vec<Filter> = self.alone(&node.filters, child, link.alias.as_deref())?.into_iter().collect();
        for inner in &node.links {
            if inner.kind.filters() {
                let text = "The link types any, not any, all and not all stand inside a filter.";
                return Err(Fault::bad(Code::INVALID_LINK_TYPE, text));
            }
            let filter = self.linked(inner, child)?;
            // The others are there without rows, too.
            if matches!(inner.kind, LinkKind::Inner | LinkKind::Exists | LinkKind::In) {
                filters.push(filter);
            }
        }
        let passing = all_of(filters);
        let found = Filter::Among(Path::own(own), values_of(self.data, child.id, theirs, passing.as_ref()));
        Ok(match link.kind {
            LinkKind::NotAny => not(found),
            LinkKind::All => {
                let any = Filter::Among(Path::own(own), values_of(self.data, child.id, theirs, None));
                Filter::And(Box::new(any), Box::new(not(found)))
            }
            _ => found,
        })
    }
}

/// Whether a filter looks at rows that are joined.
fn sees_joined(filter: &Filter) -> bool {
    let joined = |operand: &Operand| matches!(operand, Operand::Column(path) if path.source > 0);
    match filter {
        Filter::Compare(left, _, right) | Filter::Text(_, left, right) => joined(left) || joined(right),
        Filter::And(left, right) | Filter::Or(left, right) => sees_joined(left) || sees_joined(right),
        Filter::Not(inner) => sees_joined(inner),
        Filter::Among(path, _) => path.source > 0,
        Filter::Always(_) | Filter::Any { .. } | Filter::All { .. } => false,
    }
}
