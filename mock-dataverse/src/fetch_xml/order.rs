//! In which order rows and groups come.

use super::ast::OrderBy;
use super::question::{Cell, Shown};
use super::source::{Sources, column};
use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::query::{Order, Path};
use crate::schema::ColumnType;

impl Sources<'_> {
    /// The order of rows: by the entity's own keys first, then by those of its links. Lookups come by the names of their rows, choices by
    /// their labels unless `raw`.
    pub(super) fn order(&self, shown: &[Shown], raw: bool) -> Result<Vec<Order>, Fault> {
        let mut orders = Vec::new();
        for (place, source) in self.list.iter().enumerate() {
            for key in &source.node.orders {
                let path = self.path(place, key, shown)?;
                let table = self.list.get(path.source).map(|source| source.table);
                let kind = table.and_then(|table| table.columns().get(path.column)).map(|column| &column.kind);
                let seen = match kind {
                    Some(ColumnType::Lookup { .. }) => true,
                    Some(ColumnType::Choice { .. } | ColumnType::State { .. } | ColumnType::Status { .. }) => !raw,
                    _ => false,
                };
                orders.push(Order { shown: seen, ..Order::by(path, key.descending) });
            }
        }
        Ok(orders)
    }

    fn path(&self, place: usize, key: &OrderBy, shown: &[Shown]) -> Result<Path, Fault> {
        let Some(name) = &key.attribute else {
            let alias = key.alias.as_deref().unwrap_or_default();
            let found = shown.iter().find(|shown| shown.name == alias && shown.cell == Cell::Named);
            return found.map(|shown| shown.path.clone()).ok_or_else(|| no_alias(alias));
        };
        let place = match &key.entity {
            None => Some(place),
            Some(entity) => self.named(entity),
        };
        let source = place.and_then(|place| Some((place, self.list.get(place)?)));
        let (place, source) = source.ok_or_else(|| {
            let entity = clipped(key.entity.as_deref().unwrap_or_default());
            Fault::bad(Code::NO_LINK_FOR_ORDER, format!("There is no link-entity '{entity}' to order by."))
        })?;
        Ok(Path::at(place, column(source.table, name)?.0))
    }

    /// The order of groups, by what is shown of them.
    pub(super) fn order_of_groups(&self, shown: &[Shown]) -> Result<Vec<(usize, bool)>, Fault> {
        let mut orders = Vec::new();
        for key in self.list.iter().flat_map(|source| &source.node.orders) {
            let Some(alias) = &key.alias else {
                let text =
                    "An attribute can not be specified for an order by clause for an aggregate Query. Use an alias.";
                return Err(Fault::bad(Code::ATTRIBUTE_WITH_AGGREGATE, text));
            };
            let found = shown.iter().position(|shown| shown.name == *alias);
            orders.push((found.ok_or_else(|| no_alias(alias))?, key.descending));
        }
        Ok(orders)
    }
}

fn no_alias(alias: &str) -> Fault {
    Fault::bad(Code::NO_SUCH_ALIAS, format!("There is no column with the alias '{}' to order by.", clipped(alias)))
}
