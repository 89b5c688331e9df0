//! From elements to a query: which elements stand where, which attributes they have, and what those may be.

use super::ast::{Aggregate, Attribute, Condition, Fetch, Group, Link, LinkKind, Node, OrderBy, Part};
use super::operator::Operator;
use super::xml::{Element, clipped, read};
use crate::fault::{Code, Fault};
use crate::query::DatePart;

/// The most rows that `top` and `count` may ask for.
pub(crate) const MAX_ROWS: usize = 5_000;
/// A query may have this many links.
pub(crate) const MAX_LINKS: usize = 15;
/// A query may have this many conditions.
const MAX_CONDITIONS: usize = 500;

/// Reads FetchXML.
pub(crate) fn parse(text: &str) -> Result<Fetch, Fault> {
    let root = read(text)?;
    if root.name != "fetch" {
        return Err(invalid_node(&root, "fetch"));
    }
    let (links, conditions) = sizes(&root);
    if links > MAX_LINKS {
        return Err(Fault::bad(Code::TOO_MANY_LINKS, "Number of link entities in query exceeded maximum limit."));
    }
    if conditions > MAX_CONDITIONS {
        let text = "Number of conditions in query exceeded maximum limit.";
        return Err(Fault::bad(Code::TOO_MANY_CONDITIONS, text));
    }
    fetch(&root)
}

/// How many links and conditions there are.
fn sizes(element: &Element) -> (usize, usize) {
    let own = (usize::from(element.name == "link-entity"), usize::from(element.name == "condition"));
    element.children.iter().map(sizes).fold(own, |sum, more| (sum.0 + more.0, sum.1 + more.1))
}

fn invalid_node(element: &Element, valid: &str) -> Fault {
    let text = format!("Invalid Child Node, valid nodes are {valid}. NodeName = {}", clipped(&element.name));
    Fault::bad(Code::INVALID_NODE, text)
}

/// Refuses attributes that are not known. Those with a prefix are nobody's business.
fn only(element: &Element, known: &[&str]) -> Result<(), Fault> {
    let other = |name: &&str| !known.contains(name) && *name != "xmlns" && !name.contains(':');
    match element.attributes.iter().map(|(name, _)| name.as_str()).find(other) {
        Some(name) => {
            let (name, of) = (clipped(name), clipped(&element.name));
            Err(Fault::unsupported(format!("the attribute '{name}' of the element '{of}' in FetchXML")))
        }
        None => Ok(()),
    }
}

fn needed<'a>(element: &'a Element, name: &str) -> Result<&'a str, Fault> {
    element.attribute(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let text = format!("The required attribute '{name}' is missing from the element '{}'.", element.name);
        Fault::bad(Code::ELEMENT_NOT_FOUND, text)
    })
}

fn given(element: &Element, name: &str) -> Option<String> {
    element.attribute(name).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// True or false; false when it is not there.
fn flag(element: &Element, name: &str, code: Code) -> Result<bool, Fault> {
    match element.attribute(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("false" | "0" | "") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(other) => {
            let text =
                format!("Invalid value '{}' for the attribute '{name}': true or false is expected.", clipped(other));
            Err(Fault::bad(code, text))
        }
    }
}

/// A whole number above zero.
fn number(element: &Element, name: &str, code: Code) -> Result<Option<usize>, Fault> {
    let Some(text) = element.attribute(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    match text.trim().parse::<u32>().ok().filter(|number| *number > 0) {
        Some(number) => Ok(usize::try_from(number).ok()),
        None => {
            let text =
                format!("The value '{}' of the attribute '{name}' must be a whole number above zero.", clipped(text));
            Err(Fault::bad(code, text))
        }
    }
}

fn fetch(element: &Element) -> Result<Fetch, Fault> {
    only(
        element,
        &[
            "top",
            "count",
            "page",
            "paging-cookie",
            "distinct",
            "aggregate",
            "returntotalrecordcount",
            "aggregatelimit",
            "useraworderby",
            "mapping",
            "no-lock",
            "version",
            "output-format",
            "latematerialize",
            "options",
            "datasource",
            "savedqueryid",
            "userqueryid",
        ],
    )?;
    if let Some(mapping) = element.attribute("mapping").filter(|mapping| !["logical", "internal"].contains(mapping)) {
        let text = format!("Invalid value '{}' for the attribute 'mapping'.", clipped(mapping));
        return Err(Fault::bad(Code::INVALID_MAPPING, text));
    }
    if element.attribute("datasource").is_some_and(|source| !source.is_empty()) {
        return Err(Fault::unsupported("the attribute 'datasource' (long term retention) of FetchXML"));
    }
    let [entity] = element.children.as_slice() else {
        let other = element.children.iter().find(|child| child.name != "entity");
        return Err(other.map_or_else(
            || Fault::bad(Code::ELEMENT_NOT_FOUND, "The element 'fetch' must have one element 'entity'."),
            |other| invalid_node(other, "entity"),
        ));
    };
    if entity.name != "entity" {
        return Err(invalid_node(entity, "entity"));
    }
    only(entity, &["name", "enableprefiltering", "prefilterparametername"])?;
    let argument = Code::INVALID_ARGUMENT;
    let fetch = Fetch {
        top: number(element, "top", Code::TOP_NOT_ABOVE_ZERO)?,
        count: number(element, "count", Code::NOT_ABOVE_ZERO)?.map(|count| count.min(MAX_ROWS)),
        page: number(element, "page", Code::NOT_ABOVE_ZERO)?,
        cookie: given(element, "paging-cookie"),
        distinct: flag(element, "distinct", Code::INVALID_DISTINCT)?,
        aggregate: flag(element, "aggregate", Code::INVALID_AGGREGATE)?,
        total: flag(element, "returntotalrecordcount", argument)?,
        limit: number(element, "aggregatelimit", Code::NOT_ABOVE_ZERO)?,
        raw_order: flag(element, "useraworderby", argument)?,
        offset: 0,
        entity: node(entity)?,
    };
    let refused = |text: &str| Err(Fault::bad(argument, text));
    match fetch.top {
        Some(top) if top > MAX_ROWS => refused("The top attribute can't be more than 5000."),
        Some(_) if fetch.count.is_some() || fetch.page.is_some() || fetch.cookie.is_some() => {
            refused("The top attribute can't be specified with paging attribute page")
        }
        Some(_) if fetch.total => refused("The top attribute can't be specified with returntotalrecordcount"),
        _ => Ok(fetch),
    }
}

/// What stands in an `entity` or a `link-entity`.
fn node(element: &Element) -> Result<Node, Fault> {
    const VALID: &str = "filter, order, link-entity, attribute, all-attributes, no-attrs";
    let mut node = Node { name: needed(element, "name")?.to_owned(), ..Node::default() };
    for child in &element.children {
        match child.name.as_str() {
            "attribute" => node.attributes.push(attribute(child)?),
            "all-attributes" => node.all = true,
            "no-attrs" => node.none = true,
            "order" => node.orders.push(order(child)?),
            "filter" => node.filters.push(group(child)?),
            "link-entity" => node.links.push(link(child)?),
            _ => return Err(invalid_node(child, VALID)),
        }
    }
    Ok(node)
}

fn attribute(element: &Element) -> Result<Attribute, Fault> {
    only(
        element,
        &["name", "alias", "aggregate", "groupby", "dategrouping", "distinct", "usertimezone", "addedby", "build"],
    )?;
    let aggregate = match element.attribute("aggregate").filter(|name| !name.is_empty()) {
        None => None,
        Some("count") => Some(Aggregate::Count),
        Some("countcolumn") => Some(Aggregate::CountColumn),
        Some("sum") => Some(Aggregate::Sum),
        Some("avg") => Some(Aggregate::Avg),
        Some("min") => Some(Aggregate::Min),
        Some("max") => Some(Aggregate::Max),
        Some(other) => {
            let text = format!("Invalid aggregate '{}'.", clipped(other));
            return Err(Fault::bad(Code::INVALID_AGGREGATE, text));
        }
    };
    let part = match element.attribute("dategrouping").filter(|name| !name.is_empty()) {
        None => None,
        Some("day") => Some(DatePart::Day),
        Some("week") => Some(DatePart::Week),
        Some("month") => Some(DatePart::Month),
        Some("quarter") => Some(DatePart::Quarter),
        Some("year") => Some(DatePart::Year),
        Some(fiscal @ ("fiscal-period" | "fiscal-year")) => {
            return Err(Fault::unsupported(format!("the dategrouping '{fiscal}' of FetchXML")));
        }
        Some(other) => {
            let text = format!("Invalid dategrouping '{}'.", clipped(other));
            return Err(Fault::bad(Code::INVALID_ARGUMENT, text));
        }
    };
    Ok(Attribute {
        name: needed(element, "name")?.to_owned(),
        alias: given(element, "alias").map(checked_alias).transpose()?,
        aggregate,
        group: flag(element, "groupby", Code::INVALID_AGGREGATE)?,
        part,
        distinct: flag(element, "distinct", Code::INVALID_DISTINCT)?,
    })
}

/// An alias is a name: a letter or an underscore, and then digits as well.
pub(crate) fn checked_alias(alias: String) -> Result<String, Fault> {
    let mut bytes = alias.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if first && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(alias);
    }
    Err(Fault::bad(Code::INVALID_ALIAS, format!("'{}' is not a valid alias.", clipped(&alias))))
}

fn order(element: &Element) -> Result<OrderBy, Fault> {
    only(element, &["attribute", "alias", "entityname", "descending"])?;
    let order = OrderBy {
        attribute: given(element, "attribute"),
        alias: given(element, "alias"),
        entity: given(element, "entityname"),
        descending: flag(element, "descending", Code::INVALID_DESCENDING)?,
    };
    if order.attribute.is_none() && order.alias.is_none() {
        needed(element, "attribute")?;
    }
    Ok(order)
}

fn link(element: &Element) -> Result<Link, Fault> {
    only(
        element,
        &[
            "name",
            "from",
            "to",
            "alias",
            "link-type",
            "intersect",
            "visible",
            "enableprefiltering",
            "prefilterparametername",
        ],
    )?;
    flag(element, "intersect", Code::INVALID_ARGUMENT)?;
    let kind = match element.attribute("link-type").unwrap_or("inner") {
        "inner" | "natural" | "" => LinkKind::Inner,
        "outer" => LinkKind::Outer,
        "matchfirstrowusingcrossapply" => LinkKind::First,
        "exists" => LinkKind::Exists,
        "in" => LinkKind::In,
        "any" => LinkKind::Any,
        "not any" => LinkKind::NotAny,
        "all" => LinkKind::All,
        "not all" => LinkKind::NotAll,
        other => {
            let text = format!("Invalid link-type '{}'.", clipped(other));
            return Err(Fault::bad(Code::INVALID_LINK_TYPE, text));
        }
    };
    Ok(Link {
        node: node(element)?,
        from: given(element, "from"),
        to: given(element, "to"),
        alias: given(element, "alias").map(checked_alias).transpose()?,
        kind,
    })
}

fn group(element: &Element) -> Result<Group, Fault> {
    // The hint and the marks of quick find change how a query is run, and not what it finds.
    only(
        element,
        &[
            "type",
            "hint",
            "isquickfindfields",
            "overridequickfindrecordlimitenabled",
            "overridequickfindrecordlimitdisabled",
            "bypassquickfind",
        ],
    )?;
    let any = match element.attribute("type").unwrap_or("and") {
        "and" | "" => false,
        "or" => true,
        other => {
            let text = format!("Invalid filter type '{}': it must be 'and' or 'or'.", clipped(other));
            return Err(Fault::bad(Code::INVALID_FILTER_TYPE, text));
        }
    };
    let mut group = Group { any, parts: Vec::new() };
    for child in &element.children {
        group.parts.push(match child.name.as_str() {
            "filter" => Part::Group(self::group(child)?),
            "condition" => Part::Condition(condition(child)?),
            "link-entity" => Part::Link(link(child)?),
            _ => return Err(invalid_node(child, "filter, condition, link-entity")),
        });
    }
    Ok(group)
}

fn condition(element: &Element) -> Result<Condition, Fault> {
    only(element, &["attribute", "operator", "value", "valueof", "entityname", "uiname", "uitype", "uihidden"])?;
    let operator = Operator::named(needed(element, "operator")?)?;
    if let Some(other) = element.children.iter().find(|child| child.name != "value") {
        return Err(invalid_node(other, "value"));
    }
    let mut values: Vec<String> = element.children.iter().map(|child| child.text.clone()).collect();
    if values.is_empty() {
        values.extend(element.attribute("value").map(str::to_owned));
    }
    Ok(Condition {
        entity: given(element, "entityname"),
        attribute: needed(element, "attribute")?.to_owned(),
        operator,
        values,
        other: given(element, "valueof"),
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_CONDITIONS, parse};

    #[test]
    fn conditions_are_bounded() {
        let with = |number: usize| {
            let conditions = "<condition attribute='a' operator='null'/>".repeat(number);
            format!("<fetch><entity name='x'><filter>{conditions}</filter></entity></fetch>")
        };
        assert!(parse(&with(MAX_CONDITIONS)).is_ok());
        assert_eq!(parse(&with(MAX_CONDITIONS + 1)).unwrap_err().code.unwrap().to_string(), "0x8004430c");
    }
}
