//! A statement as a query in the shape of FetchXML: joins become links, conditions become filters.

use jiff::Timestamp;

use super::ast::{Column, Expr, Select, SqlError, TableRef, What};
use super::parse::parse;
use crate::fault::{Code, Fault};
use crate::fetch_xml::ast::{Aggregate, Attribute, Condition, Fetch, Group, Link, LinkKind, Node, OrderBy, Part};
use crate::fetch_xml::{MAX_LINKS, MAX_ROWS, checked_alias};
use crate::schema::Schema;

/// Reads a statement. `windows` says whether `TOP` and `OFFSET` are taken.
pub(crate) fn translate(text: &str, schema: &Schema, now: Timestamp, windows: bool) -> Result<Fetch, Fault> {
    let select = parse(text, now)?;
    if select.joins.len() > MAX_LINKS {
        return Err(Fault::bad(Code::TOO_MANY_LINKS, "Number of link entities in query exceeded maximum limit."));
    }
    if !windows && (select.top.is_some() || select.offset.is_some()) {
        let what = "TOP and OFFSET aren't supported: prefer odata.maxpagesize";
        return Err(SqlError::new(what, 0).into());
    }
    Translation::of(&select, schema)?.fetch(&select)
}

/// A table of the statement.
struct Source<'a> {
    /// The name that stands for it.
    alias: String,
    /// Logical name.
    table: &'a str,
    /// The source that it is joined with, and how.
    join: Option<Joined>,
    attributes: Vec<Attribute>,
}

struct Joined {
    parent: usize,
    kind: LinkKind,
    from: String,
    to: String,
    filters: Vec<Group>,
}

struct Translation<'a> {
    schema: &'a Schema,
    sources: Vec<Source<'a>>,
}

impl<'a> Translation<'a> {
    fn of(select: &'a Select, schema: &'a Schema) -> Result<Self, Fault> {
        let mut translation = Self { schema, sources: Vec::new() };
        translation.add(&select.from)?;
        for join in &select.joins {
            translation.add(&join.table)?;
            translation.joined(&join.on, join.left, join.table.at)?;
        }
        Ok(translation)
    }

    fn add(&mut self, table: &'a TableRef) -> Result<(), Fault> {
        let alias = table.alias.clone().unwrap_or_else(|| table.name.clone());
        let alias = checked_alias(alias)?;
        if self.sources.iter().any(|source| source.alias.eq_ignore_ascii_case(&alias)) {
            return Err(SqlError::new(format!("the name '{alias}' stands for more than one table"), table.at).into());
        }
        self.sources.push(Source { alias, table: &table.name, join: None, attributes: Vec::new() });
        Ok(())
    }

    /// The source that a column is of: by the name before it, or the only one that has such a column.
    fn source(&self, column: &Column) -> Result<usize, SqlError> {
        if let Some(name) = &column.table {
            let found = self.sources.iter().position(|source| source.alias.eq_ignore_ascii_case(name));
            return found.ok_or_else(|| SqlError::new(format!("'{name}' is no table of the query"), column.at));
        }
        let has = |source: &Source<'_>| {
            self.schema.table(source.table).is_some_and(|table| table.position(&column.name).is_some())
        };
        let mut found = self.sources.iter().enumerate().filter(|(_, source)| has(source)).map(|(place, _)| place);
        // What no table has is told to be missing from the first.
        let first = found.next().unwrap_or(0);
        match found.next() {
            Some(_) => Err(SqlError::new(format!("the column '{}' is of more than one table", column.name), column.at)),
            None => Ok(first),
        }
    }

    /// `ON`: the newest table is joined by one equality, everything else is about that table alone.
    fn joined(&mut self, on: &Expr, left: bool, at: usize) -> Result<(), Fault> {
        let newest = self.sources.len().saturating_sub(1);
        let parts = match on {
            Expr::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let (mut ends, mut filters) = (None, Vec::new());
        for part in parts {
            let Expr::Same(one, other) = part else {
                filters.push(self.part(part, Some(newest))?);
                continue;
            };
            let (first, second) = (self.source(one)?, self.source(other)?);
            let found = match (first == newest, second == newest) {
                (true, false) => (second, one.name.clone(), other.name.clone()),
                (false, true) => (first, other.name.clone(), one.name.clone()),
                _ => {
                    let what = "ON must compare a column of the joined table with one of a table before it";
                    return Err(SqlError::new(what, one.at).into());
                }
            };
            if ends.replace(found).is_some() {
                return Err(SqlError::new("ON takes one equality of columns", one.at).into());
            }
        }
        let Some((parent, from, to)) = ends else {
            let what = "ON needs an equality of columns, which other conditions can only be added to by AND";
            return Err(SqlError::new(what, at).into());
        };
        let kind = if left { LinkKind::Outer } else { LinkKind::Inner };
        let filters = if filters.is_empty() { Vec::new() } else { vec![Group { any: false, parts: filters }] };
        if let Some(source) = self.sources.get_mut(newest) {
            source.join = Some(Joined { parent, kind, from, to, filters });
        }
        Ok(())
    }

    /// A condition; `alone` is the only source that it may be about.
    fn part(&self, expr: &Expr, alone: Option<usize>) -> Result<Part, Fault> {
        let all = |parts: &[Expr]| parts.iter().map(|part| self.part(part, alone)).collect::<Result<Vec<_>, _>>();
        Ok(match expr {
            Expr::And(parts) => Part::Group(Group { any: false, parts: all(parts)? }),
            Expr::Or(parts) => Part::Group(Group { any: true, parts: all(parts)? }),
            Expr::Never => Part::Never,
            Expr::Same(one, _) => {
                return Err(
                    SqlError::new("columns aren't compared with each other, only with constants", one.at).into()
                );
            }
            Expr::Test { column, operator, values } => {
                let source = self.source(column)?;
                if alone.is_some_and(|alone| alone != source) {
                    let what = "more conditions of ON must be about the joined table";
                    return Err(SqlError::new(what, column.at).into());
                }
                let entity = if alone.is_some() { None } else { self.entity(source) };
                let (attribute, values) = (column.name.clone(), values.clone());
                Part::Condition(Condition { entity, attribute, operator: *operator, values, other: None })
            }
        })
    }

    /// The name of a source in conditions and orders; the first one has none.
    fn entity(&self, source: usize) -> Option<String> {
        self.sources.get(source).filter(|_| source > 0).map(|source| source.alias.clone())
    }

    fn fetch(mut self, select: &Select) -> Result<Fetch, Fault> {
        let counted = |what: &What| !matches!(what, What::Column(_));
        let aggregate = !select.groups.is_empty() || select.items.iter().any(|item| counted(&item.what));
        self.items(select, aggregate)?;
        let orders =
            select.orders.iter().map(|(column, descending)| self.order(select, aggregate, column, *descending));
        let orders = orders.collect::<Result<Vec<_>, Fault>>()?;
        let condition = select.condition.as_ref().map(|condition| self.part(condition, None)).transpose()?;
        let most = [select.top, select.fetch].into_iter().flatten().min();
        if most.is_some_and(|most| most > MAX_ROWS) {
            return Err(SqlError::new(format!("no more than {MAX_ROWS} rows can be asked for"), 0).into());
        }
        let mut entity = self.node(0);
        entity.orders = orders;
        entity.filters.extend(condition.map(|part| Group { any: false, parts: vec![part] }));
        Ok(Fetch {
            top: most,
            distinct: select.distinct && !aggregate,
            aggregate,
            raw_order: true,
            offset: select.offset.unwrap_or(0),
            entity,
            ..Fetch::default()
        })
    }

    /// The table of a source with what is joined to it.
    fn node(&mut self, place: usize) -> Node {
        let inside: Vec<usize> = (place + 1..self.sources.len())
            .filter(|other| {
                self.sources
                    .get(*other)
                    .and_then(|source| source.join.as_ref())
                    .is_some_and(|join| join.parent == place)
            })
            .collect();
        let mut node = Node::default();
        if let Some(source) = self.sources.get_mut(place) {
            source.table.clone_into(&mut node.name);
            node.attributes = std::mem::take(&mut source.attributes);
            node.none = node.attributes.is_empty();
        }
        for other in inside {
            let inner = self.node(other);
            let Some(source) = self.sources.get_mut(other) else { continue };
            let Some(join) = source.join.take() else { continue };
            let alias = Some(source.alias.clone());
            let node_of_link = Node { filters: join.filters, ..inner };
            node.links.push(Link {
                node: node_of_link,
                from: Some(join.from),
                to: Some(join.to),
                alias,
                kind: join.kind,
            });
        }
        node
    }

    /// What is selected, at the tables that it is of.
    fn items(&mut self, select: &Select, aggregate: bool) -> Result<(), Fault> {
        for item in &select.items {
            let alias = item.alias.clone().map(checked_alias).transpose()?;
            let (source, attribute) = match &item.what {
                What::Column(column) => {
                    let source = self.source(column)?;
                    let grouped = self.grouped(select, column)?;
                    if aggregate && !grouped {
                        let what = format!("the column '{}' is neither aggregated nor in GROUP BY", column.name);
                        return Err(SqlError::new(what, item.at).into());
                    }
                    let alias = if aggregate { alias.or_else(|| Some(column.name.clone())) } else { alias };
                    (source, Attribute { name: column.name.clone(), alias, group: aggregate, ..Attribute::default() })
                }
                What::Rows => {
                    let table = self.sources.first().and_then(|source| self.schema.table(source.table));
                    let name = table.map(|table| table.primary_id.clone()).unwrap_or_default();
                    let aggregate = Some(Aggregate::Count);
                    (0, Attribute { name, alias: needed(alias, item.at)?, aggregate, ..Attribute::default() })
                }
                What::Aggregate { function, distinct, column } => {
                    let (name, aggregate) = (column.name.clone(), Some(*function));
                    let alias = needed(alias, item.at)?;
                    let attribute = Attribute { name, alias, aggregate, distinct: *distinct, ..Attribute::default() };
                    (self.source(column)?, attribute)
                }
            };
            if let Some(source) = self.sources.get_mut(source) {
                source.attributes.push(attribute);
            }
        }
        for column in &select.groups {
            let shown = |item: &What| match item {
                What::Column(other) => self.same(other, column),
                _ => Ok(false),
            };
            let mut found = false;
            for item in &select.items {
                found |= shown(&item.what)?;
            }
            if !found {
                let what = format!("the column '{}' of GROUP BY must be selected", column.name);
                return Err(SqlError::new(what, column.at).into());
            }
        }
        Ok(())
    }

    /// Whether two columns are one.
    fn same(&self, one: &Column, other: &Column) -> Result<bool, SqlError> {
        Ok(one.name == other.name && self.source(one)? == self.source(other)?)
    }

    fn grouped(&self, select: &Select, column: &Column) -> Result<bool, SqlError> {
        for group in &select.groups {
            if self.same(group, column)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn order(&self, select: &Select, aggregate: bool, column: &Column, descending: bool) -> Result<OrderBy, Fault> {
        let by_alias = |alias: &str| OrderBy { alias: Some(alias.to_owned()), descending, ..OrderBy::default() };
        if column.table.is_none() {
            let aliases = select.items.iter().filter_map(|item| item.alias.as_deref());
            if let Some(alias) = aliases.into_iter().find(|alias| alias.eq_ignore_ascii_case(&column.name)) {
                return Ok(by_alias(alias));
            }
        }
        if !aggregate {
            let (attribute, entity) = (Some(column.name.clone()), self.entity(self.source(column)?));
            return Ok(OrderBy { attribute, entity, descending, alias: None });
        }
        for item in &select.items {
            if let What::Column(other) = &item.what
                && self.same(other, column)?
            {
                return Ok(by_alias(item.alias.as_deref().unwrap_or(&other.name)));
            }
        }
        let what = format!("groups cannot be ordered by '{}', which is not selected", column.name);
        Err(SqlError::new(what, column.at).into())
    }
}

fn needed(alias: Option<String>, at: usize) -> Result<Option<String>, SqlError> {
    if alias.is_some() { Ok(alias) } else { Err(SqlError::new("an aggregate needs a name (AS name)", at)) }
}
