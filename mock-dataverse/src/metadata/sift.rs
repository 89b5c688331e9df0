//! `$select`, `$expand` and `$filter` over definitions.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::node::{Node, Related};
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::{Expr, Literal, Options, Word};
use crate::schema::Schema;

/// Shows definitions through the options of a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sift<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) options: &'a Options,
    /// The URL has cast the definitions to one type, so they need not say of which they are.
    pub(crate) cast: bool,
}

fn no_property(node: &Node<'_>, name: &str) -> Fault {
    let kind = node.type_name();
    Fault::bad(
        Code::BAD_QUERY,
        format!("Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{kind}'."),
    )
}

/// The value of one property.
pub(crate) fn property_of(node: &Node<'_>, name: &str, schema: &Schema) -> Option<Json> {
    node.properties(schema).into_iter().find(|(property, _)| *property == name).map(|(_, value)| value)
}

impl<'a> Sift<'a> {
    /// Refuses what the service does not take for definitions.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let refused = [
            ("$orderby", !self.options.order.is_empty()),
            ("$top", self.options.top.is_some()),
            ("$count", self.options.count),
            ("$skiptoken", self.options.skip_token.is_some()),
        ];
        match refused.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(Fault::bad(Code::BAD_QUERY, format!("The query parameter {name} is not supported"))),
            None => Ok(()),
        }
    }

    /// The members of one definition.
    pub(crate) fn members(&self, node: Node<'a>) -> Result<Vec<(String, Json)>, Fault> {
        let mut properties = node.properties(self.schema);
        if let Some(wanted) = self.options.select.as_ref().filter(|names| !names.iter().any(|name| name == "*")) {
            for name in wanted {
                let known = properties.iter().any(|(property, _)| property == name);
                if !known && node.navigate(name, self.schema).is_none() && !self.is_of_another_type(node, name) {
                    return Err(no_property(&node, name));
                }
            }
            properties.retain(|(property, _)| *property == "MetadataId" || wanted.iter().any(|name| name == property));
            let place = |name: &str| wanted.iter().position(|wanted| wanted == name).unwrap_or(usize::MAX);
            properties.sort_by_key(|(property, _)| place(property));
        }
        let mut members: Vec<(String, Json)> = Vec::with_capacity(properties.len() + 1);
        if node.is_one_of_many_types() && !self.cast {
            let kind = format!("#Microsoft.Dynamics.CRM.{}", node.type_name());
            members.push(("@odata.type".to_owned(), kind.into()));
        }
        members.extend(properties.into_iter().map(|(name, value)| (name.to_owned(), value)));
        for item in &self.options.expand {
            let related = node.navigate(&item.name, self.schema).ok_or_else(|| no_property(&node, &item.name))?;
            let inner = Sift { schema: self.schema, options: &item.options, cast: matches!(related, Related::One(_)) };
            let shown = match related {
                Related::One(None) => Json::Null,
                Related::One(Some(node)) => Json::Object(inner.members(node)?),
                Related::Many(nodes) => inner.list(nodes)?,
            };
            members.push((item.name.clone(), shown));
        }
        Ok(members)
    }

    /// In a list of several types a name may belong to another type than this one.
    fn is_of_another_type(&self, node: Node<'a>, name: &str) -> bool {
        if self.cast {
            return false;
        }
        let Node::Attribute(table, _) = node else { return false };
        let all = table.columns().iter().map(|column| Node::Attribute(table, column));
        all.into_iter().any(|other| property_of(&other, name, self.schema).is_some())
    }

    /// The definitions that pass the filter, as a list.
    pub(crate) fn list(&self, nodes: Vec<Node<'a>>) -> Result<Json, Fault> {
        let mut shown = Vec::new();
        for node in nodes {
            let passes = match &self.options.filter {
                Some(filter) => self.passes(node, filter)?,
                None => true,
            };
            if passes {
                shown.push(Json::Object(self.members(node)?));
            }
        }
        Ok(Json::Array(shown))
    }

    /// Whether a definition passes a filter. Text is compared as it is written: names of definitions have one form.
    fn passes(&self, node: Node<'a>, expr: &Expr) -> Result<bool, Fault> {
        Ok(match expr {
            Expr::And(left, right) => self.passes(node, left)? && self.passes(node, right)?,
            Expr::Or(left, right) => self.passes(node, left)? || self.passes(node, right)?,
            Expr::Not(inner) => !self.passes(node, inner)?,
            Expr::Compare(left, word, right) => {
                let (left, right) = (self.value(node, left)?, self.value(node, right)?);
                holds(&left, *word, &right)
            }
            Expr::Path(_) => self.value(node, expr)? == Json::Bool(true),
            Expr::Literal(Literal::Bool(answer)) => *answer,
            Expr::Call(name, _) | Expr::Function(_, name, _) => {
                return Err(Fault::bad(
                    Code::BAD_QUERY,
                    format!("The query function {name} is not supported in a filter of definitions."),
                ));
            }
            _ => return Err(Fault::unsupported("this kind of condition in a filter of definitions")),
        })
    }

    fn value(&self, node: Node<'a>, expr: &Expr) -> Result<Json, Fault> {
        match expr {
            Expr::Literal(literal) => Ok(literal_json(literal)),
            Expr::Alias(name) => self.options.aliases.get(name).map(literal_json).ok_or_else(|| {
                Fault::bad(Code::BAD_QUERY, format!("The parameter alias '@{name}' has no value in the query."))
            }),
            Expr::Path(path) => {
                let Some((first, rest)) = path.split_first() else { return Ok(Json::Null) };
                let mut value = match property_of(&node, first, self.schema) {
                    Some(value) => value,
                    None if self.is_of_another_type(node, first) => Json::Null,
                    None => return Err(no_property(&node, first)),
                };
                for name in rest {
                    value = match value {
                        Json::Object(members) => members
                            .into_iter()
                            .find(|(member, _)| member == name)
                            .map(|(_, value)| value)
                            .ok_or_else(|| no_property(&node, &path.join("/")))?,
                        Json::Null => Json::Null,
                        _ => return Err(no_property(&node, &path.join("/"))),
                    };
                }
                Ok(value)
            }
            other => Ok(Json::Bool(self.passes(node, other)?)),
        }
    }
}

fn literal_json(literal: &Literal) -> Json {
    match literal {
        Literal::Null => Json::Null,
        Literal::Bool(value) => Json::Bool(*value),
        Literal::Number(number) => Json::Number(number.to_string()),
        Literal::Text(text) | Literal::Instant(text) | Literal::Date(text) => Json::Text(text.clone()),
        Literal::Guid(id) => Json::Text(id.to_string()),
        Literal::List(items) => Json::Array(items.iter().map(literal_json).collect()),
    }
}

fn holds(left: &Json, word: Word, right: &Json) -> bool {
    let order = match (left, right) {
        (Json::Number(left), Json::Number(right)) => left
            .parse::<Decimal>()
            .ok()
            .zip(right.parse().ok())
            .map(|(left, right): (Decimal, Decimal)| left.cmp(&right)),
        (Json::Text(left), Json::Text(right)) => Some(left.cmp(right)),
        (Json::Bool(left), Json::Bool(right)) => Some(left.cmp(right)),
        (Json::Null, Json::Null) => Some(Ordering::Equal),
        _ => None,
    };
    match word {
        Word::Eq => order == Some(Ordering::Equal),
        Word::Ne => order != Some(Ordering::Equal),
        Word::Gt => order == Some(Ordering::Greater),
        Word::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Word::Lt => order == Some(Ordering::Less),
        Word::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}
