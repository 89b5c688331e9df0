//! `$metadata` and the entity sets of definitions.

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use uuid::Uuid;

use super::answer;
use super::caller::Privilege;
use super::dispatch::{NAMESPACE, Place, unknown_segment};
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::json::{Json, object};
use crate::metadata::{self, Key, Node, Related, Set, Sift, property_of};
use crate::odata::{Literal, Segment, named_values, parse_literal};

/// `$metadata`: the CSDL document.
pub(super) fn document(request: &Request<'_>, place: &Place<'_>, rest: &[Segment]) -> Result<Response<Body>, Fault> {
    if let Some(segment) = rest.first() {
        return Err(unknown_segment(request, segment));
    }
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    let annotated = place.options.given.iter().any(|(name, value)| name == "annotations" && value == "true");
    let schema = request.schema();
    let custom = request.dataverse.custom().all();
    let operations: Vec<_> = request.dataverse.operations().iter().chain(custom.iter().map(AsRef::as_ref)).collect();
    let text = metadata::document(schema, &operations, annotated)
        .map_err(|error| Fault::new(StatusCode::INTERNAL_SERVER_ERROR, Code::UNEXPECTED, error.to_string()))?;
    let response = answer::text(request.dataverse, text);
    Ok(answer::with(response, "content-type", Some("application/xml".to_owned())))
}

/// Where a path of definitions has come to.
enum At<'a> {
    One(Node<'a>),
    Many(Vec<Node<'a>>),
    /// A relationship that leads nowhere.
    Nothing,
}

/// A path that begins at a set of definitions.
pub(super) fn definitions(
    request: &Request<'_>,
    place: &Place<'_>,
    set: Set,
    first: &Segment,
    rest: &[Segment],
) -> Result<Response<Body>, Fault> {
    if request.method != Method::GET {
        return Err(Fault::unsupported(format!("changing {}", set.name())));
    }
    request.caller.require(Privilege::Read, "entity")?;
    let schema = request.schema();
    let schema = schema.as_ref();
    let mut at = At::Many(set.all(schema));
    let mut context = set.name().to_owned();
    if let Some(inner) = &first.parentheses {
        at = At::One(pick(at, inner, set.name())?);
        // A definition that is the whole answer is shown as one of its set, one on the way by its name.
        if !rest.is_empty() {
            named(&mut context, &at);
        }
    }
    let mut cast = false;
    let mut rest = rest.iter().peekable();
    while let Some(segment) = rest.next() {
        if let Some(kind) = segment.name.strip_prefix(NAMESPACE) {
            at = match at {
                At::One(node) if node.is_a(kind) => At::One(node),
                At::Many(nodes) => At::Many(nodes.into_iter().filter(|node| node.is_a(kind)).collect()),
                _ => return Err(unknown_segment(request, segment)),
            };
            cast = true;
            context.push('/');
            context.push_str(&segment.name);
        } else {
            let At::One(node) = at else { return Err(unknown_segment(request, segment)) };
            match node.navigate(&segment.name, schema) {
                Some(Related::One(related)) => {
                    cast = true;
                    at = related.map_or(At::Nothing, At::One);
                }
                Some(Related::Many(nodes)) => {
                    cast = false;
                    at = At::Many(nodes);
                }
                None => {
                    return match property_of(&node, &segment.name, schema) {
                        Some(value) => match rest.peek() {
                            None => Ok(property(request, place, &format!("{context}/{}", segment.name), value)),
                            Some(further) => Err(unknown_segment(request, further)),
                        },
                        None => Err(unknown_segment(request, segment)),
                    };
                }
            }
            context.push('/');
            context.push_str(&segment.name);
        }
        if let Some(inner) = &segment.parentheses {
            at = At::One(pick(at, inner, &segment.name)?);
            named(&mut context, &at);
        }
    }
    let sift = Sift { schema, options: place.options, cast };
    sift.check()?;
    let mut shown = selected(place);
    let body = match at {
        At::Nothing => return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT)),
        At::One(node) => {
            shown.push_str("/$entity");
            let sift = Sift { cast: cast || matches!(node, Node::Relationship(..)), ..sift };
            Json::Object(with_context(place, &format!("{context}{shown}"), sift.members(node)?))
        }
        At::Many(nodes) => {
            let list = sift.list(nodes)?;
            Json::Object(with_context(place, &format!("{context}{shown}"), vec![("value".to_owned(), list)]))
        }
    };
    Ok(answer::document(request.dataverse, place, body, false))
}

/// The names of `$select` and `$expand` as a context shows them.
fn selected(place: &Place<'_>) -> String {
    let mut names: Vec<String> = place.options.select.clone().unwrap_or_default();
    for item in &place.options.expand {
        let inner = item.options.select.as_ref().map(|names| names.join(",")).unwrap_or_default();
        names.push(format!("{}({inner})", item.name));
    }
    if names.is_empty() { String::new() } else { format!("({})", names.join(",")) }
}

fn with_context(place: &Place<'_>, context: &str, members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let context = format!("{}/$metadata#{context}", place.root);
    std::iter::once(("@odata.context".to_owned(), Json::from(context))).chain(members).collect()
}

fn property(request: &Request<'_>, place: &Place<'_>, context: &str, value: Json) -> Response<Body> {
    if value == Json::Null {
        return answer::empty(request.dataverse, StatusCode::NO_CONTENT);
    }
    let context = format!("{}/$metadata#{context}", place.root);
    let body = object([("@odata.context", context.into()), ("value", value)]);
    answer::document(request.dataverse, place, body, false)
}

/// Adds the name of the one definition that the path has come to.
fn named(context: &mut String, at: &At<'_>) {
    if let At::One(node) = at {
        context.push_str("('");
        context.push_str(&node.name());
        context.push_str("')");
    }
}

/// The definition that a key names.
fn pick<'a>(at: At<'a>, inner: &str, set: &str) -> Result<Node<'a>, Fault> {
    let unreadable =
        || Fault::bad(Code::BAD_QUERY, format!("Unrecognized literal '{inner}' in the key of '{set}({inner})'."));
    let key = key(inner).ok_or_else(unreadable)?;
    let At::Many(nodes) = at else { return Err(unreadable()) };
    let attributes_of = match nodes.first() {
        Some(Node::Attribute(table, _)) => Some(table.logical_name.clone()),
        _ => None,
    };
    nodes.into_iter().find(|node| node.answers_to(&key)).ok_or_else(|| {
        let (code, message) = match (&key, attributes_of) {
            (Key::Id(id), _) => {
                (Code::MISSING_ROW, format!("Could not find a definition with MetadataId {id} in {set}."))
            }
            (Key::Name(_, name), Some(table)) => (
                Code::NO_ATTRIBUTE,
                format!("'{table}' entity doesn't contain attribute with Name = '{name}' and NameMapping = 'Logical'."),
            ),
            (Key::Name(_, name), None) if set == "EntityDefinitions" => (
                Code::NO_ENTITY,
                format!(
                    "The entity with a name = '{name}' with namemapping = 'Logical' was not found in the MetadataCache."
                ),
            ),
            (Key::Name(_, name), None) => (Code::MISSING_ROW, format!("Could not find '{name}' in {set}.")),
        };
        Fault::new(StatusCode::NOT_FOUND, code, message)
    })
}

fn key(inner: &str) -> Option<Key> {
    if inner.len() == 36
        && let Ok(id) = Uuid::try_parse(inner)
    {
        return Some(Key::Id(id));
    }
    let pairs = named_values(inner)?;
    let [(name, text)] = pairs.as_slice() else { return None };
    match parse_literal(text)? {
        Literal::Guid(id) if *name == "MetadataId" => Some(Key::Id(id)),
        Literal::Text(value) => Some(Key::Name((*name).to_owned(), value)),
        _ => None,
    }
}
