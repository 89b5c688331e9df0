//! The transcript as lines of JSON: each names the hash of the line before it, so that no line can be changed, added, moved or taken out
//! unnoticed. The hash of the last line is the seal of the whole.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use mock_core::control::dto::EntryView;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::redact::redact;
use crate::histories::{FamilyRecord, Generated, Shortened, StoryRecord, ValueRecord};
use crate::report::CaseReport;
use crate::runner::{Head, Ran, Record, Tail};

/// The shape of the lines; it changes when an older reader would misread them.
const SCHEMA: u32 = 2;
/// What the first line names as the hash of the line before it.
const FIRST: &str = "payloop transcript";

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
enum Line {
    /// The first: what is known of the run before its first case.
    Run {
        schema: u32,
        #[serde(flatten)]
        head: Box<Head>,
    },
    /// An exchange of the journal.
    Exchange { entry: Arc<EntryView> },
    /// What a case did and saw.
    Case { record: Box<Record> },
    /// A case that was not judged.
    NotJudged { case: Box<CaseReport> },
    /// What was to be generated. What became of it follows.
    Generated { generated: Box<Generated> },
    /// What a generated history did and saw, with its exchanges: their numbers are those of its own world.
    Story { story: Box<StoryRecord> },
    /// What became of one that was made shorter.
    Shortened { shortened: Box<Shortened> },
    /// A family of generated values. Its values follow.
    Family { family: Box<FamilyRecord> },
    /// What became of a value.
    Value { value: Box<ValueRecord> },
    /// The last: what is known of the run after its last case.
    End { tail: Box<Tail> },
}

/// A line in its envelope.
#[derive(Debug, Serialize, Deserialize)]
struct Linked<T> {
    /// The hash of the line before it.
    previous: String,
    #[serde(flatten)]
    line: T,
}

/// A transcript, read.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// What is known of the run before its first case.
    pub head: Head,
    /// What its cases did and saw.
    pub records: Vec<Record>,
    /// The cases that were not judged.
    pub left_out: Vec<CaseReport>,
    /// What was generated did and saw.
    pub generated: Option<Generated>,
    /// What is known of the run after its last case.
    pub tail: Tail,
    /// How many lines it has.
    pub lines: usize,
    /// The hash of the last line.
    pub seal: String,
}

/// Why a transcript tells nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TranscriptError {
    /// A line does not follow from the one before it.
    #[error(
        "line {line} was changed, or something before it was changed, added or taken out: it names another line before it"
    )]
    Broken {
        /// Its number, from 1.
        line: usize,
    },
    /// A line is no line of a transcript.
    #[error("line {line} is no line of a transcript: {why}")]
    Shape {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// It does not begin or end as it must.
    #[error("the transcript is not whole: {0}")]
    Incomplete(&'static str),
}

/// Writes the transcript of a run, and gives its seal.
pub fn write(ran: &Ran, to: &mut impl Write) -> io::Result<String> {
    let mut chain = Chain { previous: hash(FIRST.as_bytes()), to, secrets: &ran.secrets };
    chain.add(Line::Run { schema: SCHEMA, head: Box::new(ran.head.clone()) })?;
    let mut written = std::collections::BTreeSet::new();
    for record in &ran.records {
        for (seq, entry) in &record.entries {
            if written.insert(*seq) {
                chain.add(Line::Exchange { entry: Arc::clone(entry) })?;
            }
        }
        chain.add(Line::Case { record: Box::new(record.clone()) })?;
    }
    for case in &ran.left_out {
        chain.add(Line::NotJudged { case: Box::new(case.clone()) })?;
    }
    if let Some(generated) = &ran.generated {
        add_generated(&mut chain, generated)?;
    }
    chain.add(Line::End { tail: Box::new(ran.tail.clone()) })?;
    chain.to.flush()?;
    Ok(chain.previous)
}

fn add_generated<W: Write>(chain: &mut Chain<'_, W>, generated: &Generated) -> io::Result<()> {
    chain.add(Line::Generated { generated: Box::new(generated.head()) })?;
    for story in &generated.stories {
        chain.add(Line::Story { story: Box::new(story.clone()) })?;
    }
    for shortened in &generated.shortened {
        chain.add(Line::Shortened { shortened: Box::new(shortened.clone()) })?;
    }
    for family in &generated.families {
        chain.add(Line::Family { family: Box::new(family.head()) })?;
        for value in &family.values {
            chain.add(Line::Value { value: Box::new(value.clone()) })?;
        }
    }
    Ok(())
}

struct Chain<'a, W> {
    previous: String,
    to: &'a mut W,
    secrets: &'a [(&'static str, String)],
}

impl<W: Write> Chain<'_, W> {
    fn add(&mut self, line: Line) -> io::Result<()> {
        let text =
            serde_json::to_string(&Linked { previous: self.previous.clone(), line }).map_err(io::Error::other)?;
        let text = redact(text, self.secrets);
        self.previous = hash(text.as_bytes());
        writeln!(self.to, "{text}")
    }
}

fn hash(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, bytes).as_ref() {
        // Writing to a `String` cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}

impl Transcript {
    /// Reads a transcript, and checks that every line follows from the one before it.
    pub fn read(text: &str) -> Result<Self, TranscriptError> {
        let mut previous = hash(FIRST.as_bytes());
        let mut entries = std::collections::BTreeMap::new();
        let (mut head, mut tail) = (None, None);
        let (mut records, mut left_out): (Vec<Record>, Vec<CaseReport>) = (Vec::new(), Vec::new());
        let mut generated: Option<Generated> = None;
        let mut count = 0;
        for line in text.lines() {
            count += 1;
            let shape = |why: String| TranscriptError::Shape { line: count, why };
            let linked: Linked<serde_json::Value> =
                serde_json::from_str(line).map_err(|error| shape(error.to_string()))?;
            if linked.previous != previous {
                return Err(TranscriptError::Broken { line: count });
            }
            previous = hash(line.as_bytes());
            if tail.is_some() {
                return Err(TranscriptError::Incomplete("there are lines behind its end"));
            }
            let read: Line = serde_json::from_value(linked.line).map_err(|error| shape(error.to_string()))?;
            match read {
                Line::Run { schema, .. } if schema != SCHEMA => {
                    return Err(shape(format!("its shape is {schema}, and this version reads {SCHEMA}")));
                }
                Line::Run { head: read, .. } => head = Some(*read),
                Line::Exchange { entry } => drop(entries.insert(entry.seq, entry)),
                Line::Case { mut record } => {
                    for seq in &record.exchanges {
                        let entry = entries.get(seq).cloned();
                        let entry = entry.ok_or_else(|| shape(format!("exchange #{seq} is missing before it")))?;
                        record.entries.insert(*seq, entry);
                    }
                    records.push(*record);
                }
                Line::NotJudged { case } => left_out.push(*case),
                Line::Generated { generated: read } if generated.is_none() => generated = Some(*read),
                Line::Generated { .. } => return Err(shape("there is such a line before it".to_owned())),
                line @ (Line::Story { .. } | Line::Shortened { .. } | Line::Family { .. } | Line::Value { .. }) => {
                    let taken = generated.as_mut().and_then(|generated| take(generated, line));
                    taken.ok_or_else(|| shape("the line that it belongs to is not before it".to_owned()))?;
                }
                Line::End { tail: read } => tail = Some(*read),
            }
        }
        Ok(Self {
            head: head.ok_or(TranscriptError::Incomplete("its first line is missing"))?,
            records,
            left_out,
            generated,
            tail: tail.ok_or(TranscriptError::Incomplete("its last line is missing"))?,
            lines: count,
            seal: previous,
        })
    }
}

/// Puts a line of what was generated where it belongs; nothing where the line before it is missing.
fn take(generated: &mut Generated, line: Line) -> Option<()> {
    match line {
        Line::Story { story } => generated.stories.push(*story),
        Line::Shortened { shortened } => generated.shortened.push(*shortened),
        Line::Family { family } => generated.families.push(*family),
        Line::Value { value } => generated.families.last_mut()?.values.push(*value),
        _ => return None,
    }
    Some(())
}
