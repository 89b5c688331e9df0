//! Finds the path template that a path belongs to; the most literal template wins.

use std::{borrow::Cow, collections::BTreeMap};

use smallvec::SmallVec;

/// A parsed template: text and variables, segment by segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Mixed(Vec<Piece>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
}

impl Template {
    /// Parses `/api/data/{version}/{set}({key})`. Errors are fragments such as "`{` without `}`".
    pub(super) fn parse(template: &str) -> Result<Self, String> {
        let rest = template.strip_prefix('/').ok_or("the path does not start with `/`")?;
        let segments = rest.split('/').map(parse_segment).collect::<Result<Vec<_>, _>>()?;
        let parsed = Self { segments };
        let mut names: Vec<_> = parsed.variables().collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("the variable `{{{}}}` stands twice in the path", pair[0])),
            None => Ok(parsed),
        }
    }

    /// The names of the variables from left to right.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.segments
            .iter()
            .flat_map(|segment| match segment {
                Segment::Literal(_) => &[][..],
                Segment::Mixed(pieces) => pieces,
            })
            .filter_map(|piece| match piece {
                Piece::Variable(name) => Some(name.as_str()),
                Piece::Text(_) => None,
            })
    }

    /// Equal for templates that differ only in the names of their variables.
    pub(super) fn shape(&self) -> String {
        let mut shape = String::new();
        for segment in &self.segments {
            shape.push('/');
            match segment {
                Segment::Literal(text) => shape.push_str(text),
                Segment::Mixed(pieces) => pieces.iter().for_each(|piece| match piece {
                    Piece::Text(text) => shape.push_str(text),
                    Piece::Variable(_) => shape.push_str("{}"),
                }),
            }
        }
        shape
    }

    /// The values of the variables in a path that matches.
    fn bind(&self, segments: &[Cow<'_, str>]) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for (segment, text) in self.segments.iter().zip(segments) {
            if let Segment::Mixed(pieces) = segment {
                match_pieces(pieces, text, &mut |name, value| {
                    values.push((name.to_owned(), value.to_owned()));
                });
            }
        }
        values
    }
}

fn parse_segment(segment: &str) -> Result<Segment, String> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while !rest.is_empty() {
        let (text, after) = rest.split_once('{').map_or((rest, None), |(text, after)| (text, Some(after)));
        if text.contains('}') {
            return Err(format!("`}}` without `{{` in `{segment}`"));
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let Some(after) = after else { break };
        let (name, after) = after.split_once('}').ok_or_else(|| format!("`{{` without `}}` in `{segment}`"))?;
        if name.is_empty() || name.contains('{') {
            return Err(format!("`{{{name}}}` is no variable name"));
        }
        if matches!(pieces.last(), Some(Piece::Variable(_))) {
            return Err(format!("two variables with nothing between them in `{segment}`"));
        }
        pieces.push(Piece::Variable(name.to_owned()));
        rest = after;
    }
    match pieces.as_slice() {
        [] => Ok(Segment::Literal(String::new())),
        [Piece::Text(text)] => Ok(Segment::Literal(text.clone())),
        _ => Ok(Segment::Mixed(pieces)),
    }
}

/// Matches text against pieces; a variable takes at least one character, and as few as the text after it allows,
/// save the last one, which takes all up to the text at the end.
fn match_pieces<'t>(pieces: &[Piece], text: &'t str, bind: &mut dyn FnMut(&str, &'t str)) -> bool {
    let mut rest = text;
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Text(literal) => match rest.strip_prefix(literal.as_str()) {
                Some(after) => rest = after,
                None => return false,
            },
            Piece::Variable(name) => {
                let follows = match pieces.next() {
                    Some(Piece::Text(literal)) => literal.as_str(),
                    _ => "",
                };
                let split = if pieces.peek().is_none() {
                    rest.strip_suffix(follows).map(|value| (value, ""))
                } else {
                    split_after_first(rest, follows)
                };
                match split {
                    Some((value, after)) if !value.is_empty() => {
                        bind(name, value);
                        rest = after;
                    }
                    _ => return false,
                }
            }
        }
    }
    rest.is_empty()
}

/// Splits at the first `literal` behind the first character.
fn split_after_first<'t>(text: &'t str, literal: &str) -> Option<(&'t str, &'t str)> {
    let first = text.chars().next()?.len_utf8();
    let at = first + text.get(first..)?.find(literal)?;
    Some((text.get(..at)?, text.get(at + literal.len()..)?))
}

/// Templates as a tree of segments; walking literal branches first finds the most literal template first.
#[derive(Debug, Default)]
pub(super) struct Router {
    templates: Vec<(Template, usize)>,
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    literal: BTreeMap<String, Node>,
    /// Those with more text first.
    mixed: Vec<(Vec<Piece>, Node)>,
    /// The template that ends here.
    end: Option<usize>,
}

impl Router {
    /// Builds the tree; the number with each template is what [`Self::find`] answers.
    pub(super) fn new(templates: Vec<(Template, usize)>) -> Self {
        let mut root = Node::default();
        for (index, (template, _)) in templates.iter().enumerate() {
            root.insert(&template.segments, index);
        }
        Self { templates, root }
    }

    /// The numbers of all templates that fit, the most literal first, each with a way to read its variables.
    pub(super) fn find<'r, 'p>(&'r self, path: &'r Path<'p>) -> impl Iterator<Item = (usize, Binding<'r, 'p>)> {
        let mut found = Vec::new();
        self.root.walk::<()>(&path.segments, &mut |index| {
            found.push(index);
            None
        });
        found.into_iter().filter_map(move |index| {
            let (template, number) = self.templates.get(index)?;
            Some((*number, Binding { template, path }))
        })
    }
}

impl Router {
    /// What `take` makes of the first number that it wants, the most literal template first.
    pub(super) fn first<T>(&self, path: &Path<'_>, mut take: impl FnMut(usize) -> Option<T>) -> Option<T> {
        self.root.walk(&path.segments, &mut |index| self.templates.get(index).and_then(|(_, number)| take(*number)))
    }
}

impl Node {
    fn insert(&mut self, segments: &[Segment], index: usize) {
        let Some((segment, rest)) = segments.split_first() else {
            self.end = Some(index);
            return;
        };
        let next = match segment {
            Segment::Literal(text) => self.literal.entry(text.clone()).or_default(),
            Segment::Mixed(pieces) => {
                let at = self.mixed.iter().position(|(known, _)| known == pieces).unwrap_or_else(|| {
                    let at = self.mixed.partition_point(|(known, _)| text_in(known) >= text_in(pieces));
                    self.mixed.insert(at, (pieces.clone(), Self::default()));
                    at
                });
                &mut self.mixed[at].1
            }
        };
        next.insert(rest, index);
    }

    /// Shows `visit` every template that fits, the most literal first, until it has what it wants.
    fn walk<T>(&self, segments: &[Cow<'_, str>], visit: &mut dyn FnMut(usize) -> Option<T>) -> Option<T> {
        let Some((segment, rest)) = segments.split_first() else { return self.end.and_then(visit) };
        if let Some(next) = self.literal.get(segment.as_ref())
            && let Some(found) = next.walk(rest, visit)
        {
            return Some(found);
        }
        self.mixed
            .iter()
            .filter(|(pieces, _)| match_pieces(pieces, segment, &mut |_, _| ()))
            .find_map(|(_, next)| next.walk(rest, visit))
    }
}

fn text_in(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 0 }).sum()
}

/// A path cut at its slashes, each segment percent-decoded.
#[derive(Debug)]
pub(super) struct Path<'p> {
    segments: SmallVec<[Cow<'p, str>; 8]>,
}

impl<'p> Path<'p> {
    pub(super) fn new(path: &'p str) -> Self {
        let rest = path.strip_prefix('/').unwrap_or(path);
        let segments =
            rest.split('/').map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy()).collect();
        Self { segments }
    }
}

/// A template together with a path that fits it.
#[derive(Debug)]
pub(super) struct Binding<'r, 'p> {
    template: &'r Template,
    path: &'r Path<'p>,
}

impl Binding<'_, '_> {
    pub(super) fn values(&self) -> Vec<(String, String)> {
        self.template.bind(&self.path.segments)
    }
}
