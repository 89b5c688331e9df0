//! Histories as text: one step a line, for people to read, keep and edit. `parse(print(h)) == h`.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::as_text;
use super::data::{
    Again, Edge, Foreign, Forgery, History, MOST_MINUTES, MOST_PURCHASES, MOST_STEPS, Op, Order, SWITCHES, Tab, Times,
    Trouble, Who, setting,
};

/// The most bytes of a file with histories.
pub const MOST_BYTES: usize = 1024 * 1024;
/// The most histories of a file.
const MOST_HISTORIES: usize = 1000;

/// A history with the title that it stands under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Titled {
    /// What it is called; may be empty.
    pub title: String,
    /// What happens.
    #[serde(with = "as_text")]
    pub history: History,
}

/// What is wrong with a script.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {why}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, and what would be right.
    pub why: String,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(b'A' + self.0.min(25)))
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visit(who) => write!(f, "visit {who}"),
            Self::Pay(who, Tab::Newest) => write!(f, "pay {who}"),
            Self::Pay(who, tab) => write!(f, "pay {who} {}", tab.word()),
            Self::Decline(who) => write!(f, "decline {who}"),
            Self::Debit(who) => write!(f, "debit {who}"),
            Self::BankPays(who) => write!(f, "bank-pays {who}"),
            Self::BankRefuses(who) => write!(f, "bank-refuses {who}"),
            Self::Expire(who) => write!(f, "expire {who}"),
            Self::TimeOut(who) => write!(f, "time-out {who}"),
            Self::Refund(who) => write!(f, "refund {who}"),
            Self::Dispute(who) => write!(f, "dispute {who}"),
            Self::Hold(who) => write!(f, "hold {who}"),
            Self::Release(who, Order::OldestFirst) => write!(f, "release {who}"),
            Self::Release(who, order) => write!(f, "release {who} {}", order.word()),
            Self::Drop(who) => write!(f, "drop {who}"),
            Self::AtOnce(who) => write!(f, "at-once {who}"),
            Self::Resend(who, Again::Last) => write!(f, "resend {who}"),
            Self::Resend(who, again) => write!(f, "resend {who} {}", again.word()),
            Self::Stale(who) => write!(f, "stale {who}"),
            Self::Forge(who, how) => write!(f, "forge {who} {}", how.word()),
            Self::Foreign(what) => write!(f, "foreign {}", what.word()),
            Self::Break(who, edge, trouble, times) => {
                write!(f, "break {who} {} {} {}", edge.word(), trouble.word(), times.word())
            }
            Self::Heal(who) => write!(f, "heal {who}"),
            Self::Restart => f.write_str("restart"),
            Self::Advance(minutes) => write!(f, "advance {minutes}m"),
        }
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, value) in &self.under {
            writeln!(f, "under {id}={value}")?;
        }
        for op in &self.steps {
            writeln!(f, "{op}")?;
        }
        Ok(())
    }
}

/// One history as a whole file: a heading, its title, its steps.
pub fn print(titled: &Titled) -> String {
    // A title is one line, whatever it came from.
    let title: Vec<&str> = titled.title.split_whitespace().collect();
    let title = if title.is_empty() { "history".to_owned() } else { format!("history {}", title.join(" ")) };
    format!("{HEADING}\n\n{title}\n{}", titled.history)
}

/// What every file with histories begins with.
pub const HEADING: &str = "# Histories of payloop; play them again with: payloop certify --history FILE";

/// Reads a file with one or more histories. Each begins with a line `history TITLE`; for the first one that line may be missing.
pub fn parse(text: &str) -> Result<Vec<Titled>, ScriptError> {
    if text.len() > MOST_BYTES {
        return Err(ScriptError { line: 1, why: format!("the file is longer than {MOST_BYTES} bytes") });
    }
    let mut all: Vec<Titled> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let wrong = |why: String| ScriptError { line: number + 1, why };
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((first, rest)) = words.split_first() else { continue };
        if *first == "history" {
            if all.len() == MOST_HISTORIES {
                return Err(wrong(format!("a file holds at most {MOST_HISTORIES} histories")));
            }
            all.push(Titled { title: rest.join(" "), history: History::default() });
            continue;
        }
        if all.is_empty() {
            all.push(Titled { title: String::new(), history: History::default() });
        }
        let Some(last) = all.last_mut() else { continue };
        if *first == "under" {
            let (id, value) = switch(rest).map_err(wrong)?;
            if last.history.under.contains_key(id) {
                return Err(wrong(format!("{id} is set twice")));
            }
            // What stands at its default anyway needs no word.
            if setting(id, value).is_some_and(|(_, place)| place > 0) {
                last.history.under.insert(id.to_owned(), value.to_owned());
            }
            continue;
        }
        if last.history.steps.len() == MOST_STEPS {
            return Err(wrong(format!("a history has at most {MOST_STEPS} steps")));
        }
        last.history.steps.push(step(first, rest).map_err(wrong)?);
    }
    if all.is_empty() {
        return Err(ScriptError {
            line: 1,
            why: "there is no history in it; a step is a line such as `pay A`".to_owned(),
        });
    }
    Ok(all)
}

fn switch<'w>(words: &[&'w str]) -> Result<(&'w str, &'w str), String> {
    let known = || {
        let all: Vec<String> = SWITCHES.iter().map(|(id, values)| format!("{id}={}", values.join("|"))).collect();
        format!("`under` takes one switch: {}", all.join(", "))
    };
    let [pair] = words else { return Err(known()) };
    let (id, value) = pair.split_once('=').ok_or_else(known)?;
    setting(id, value).map(|_| (id, value)).ok_or_else(known)
}

/// Reads the words of one step.
fn step(first: &str, rest: &[&str]) -> Result<Op, String> {
    let mut words = Words { first, rest, taken: 0 };
    let op = match first {
        "visit" => Op::Visit(words.who()?),
        "pay" => Op::Pay(words.who()?, words.or(Tab::of, Tab::ALL, Tab::word, Tab::Newest)?),
        "decline" => Op::Decline(words.who()?),
        "debit" => Op::Debit(words.who()?),
        "bank-pays" => Op::BankPays(words.who()?),
        "bank-refuses" => Op::BankRefuses(words.who()?),
        "expire" => Op::Expire(words.who()?),
        "time-out" => Op::TimeOut(words.who()?),
        "refund" => Op::Refund(words.who()?),
        "dispute" => Op::Dispute(words.who()?),
        "hold" => Op::Hold(words.who()?),
        "release" => Op::Release(words.who()?, words.or(Order::of, Order::ALL, Order::word, Order::OldestFirst)?),
        "drop" => Op::Drop(words.who()?),
        "at-once" => Op::AtOnce(words.who()?),
        "resend" => Op::Resend(words.who()?, words.or(Again::of, Again::ALL, Again::word, Again::Last)?),
        "stale" => Op::Stale(words.who()?),
        "forge" => Op::Forge(words.who()?, words.one(Forgery::of, Forgery::ALL, Forgery::word)?),
        "foreign" => Op::Foreign(words.one(Foreign::of, Foreign::ALL, Foreign::word)?),
        "break" => Op::Break(
            words.who()?,
            words.one(Edge::of, Edge::ALL, Edge::word)?,
            words.one(Trouble::of, Trouble::ALL, Trouble::word)?,
            words.or(Times::of, Times::ALL, Times::word, Times::Once)?,
        ),
        "heal" => Op::Heal(words.who()?),
        "restart" => Op::Restart,
        "advance" => Op::Advance(words.minutes()?),
        _ => return Err(format!("{first:?} is no step; there are {STEPS}")),
    };
    match rest.get(words.taken) {
        None => Ok(op),
        Some(more) => Err(format!("{more:?} is too much for `{first}`")),
    }
}

const STEPS: &str = "visit, pay, decline, debit, bank-pays, bank-refuses, expire, time-out, refund, dispute, hold, release, drop, at-once, resend, stale, forge, foreign, break, heal, restart, advance";

struct Words<'w> {
    first: &'w str,
    rest: &'w [&'w str],
    taken: usize,
}

impl<'w> Words<'w> {
    fn next(&mut self) -> Option<&'w str> {
        let word = self.rest.get(self.taken).copied()?;
        self.taken += 1;
        Some(word)
    }

    fn who(&mut self) -> Result<Who, String> {
        let word = self.next().unwrap_or_default();
        let who = (0..MOST_PURCHASES).map(Who).find(|who| who.to_string() == word);
        who.ok_or_else(|| format!("`{}` is about a purchase: A, B or C", self.first))
    }

    fn one<T: Copy>(
        &mut self,
        of: impl Fn(&str) -> Option<T>,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Result<T, String> {
        let found = self.next().unwrap_or_default();
        of(found).ok_or_else(|| {
            let all: Vec<&str> = all.iter().map(|one| word(*one)).collect();
            format!("`{}` wants one of {}, not {found:?}", self.first, all.join(", "))
        })
    }

    fn or<T: Copy>(
        &mut self,
        of: impl Fn(&str) -> Option<T>,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        otherwise: T,
    ) -> Result<T, String> {
        if self.rest.len() > self.taken { self.one(of, all, word) } else { Ok(otherwise) }
    }

    fn minutes(&mut self) -> Result<u32, String> {
        let word = self.next().unwrap_or_default();
        let minutes = word.strip_suffix('m').and_then(|number| number.parse().ok());
        minutes
            .filter(|minutes| (1..=MOST_MINUTES).contains(minutes))
            .ok_or_else(|| format!("`advance` wants minutes from 1m to {MOST_MINUTES}m, not {word:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expect: &str) {
        assert_eq!(parse(text).unwrap_err().to_string(), expect);
    }

    #[test]
    fn a_script_is_read_with_its_comments_and_shortcuts() {
        let all = parse("# two\nvisit A # a tab\n\nhistory second one\nunder AMB-1=fault\nunder AMB-2=fault\nbreak B finalize 503\nadvance 31m\n").unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(
            all[0],
            Titled { title: String::new(), history: History { steps: vec![Op::Visit(Who(0))], ..History::default() } }
        );
        assert_eq!(all[1].title, "second one");
        assert_eq!(all[1].history.under.len(), 1, "a default is no news");
        let steps = [Op::Break(Who(1), Edge::Finalize, Trouble::Unavailable, Times::Once), Op::Advance(31)];
        assert_eq!(all[1].history.steps, steps);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        refused("", "line 1: there is no history in it; a step is a line such as `pay A`");
        refused("visit A\nvisit D", "line 2: `visit` is about a purchase: A, B or C");
        refused("pay A sideways", "line 1: `pay` wants one of newest-tab, oldest-tab, not \"sideways\"");
        refused("visit A B", "line 1: \"B\" is too much for `visit`");
        refused("advance 31", "line 1: `advance` wants minutes from 1m to 2880m, not \"31\"");
        refused(
            "under AMB-9=x",
            "line 1: `under` takes one switch: AMB-1=success|fault, AMB-2=fault|ignored|accepted-if-room, AMB-5=refused|last-wins",
        );
        refused("under AMB-1=fault\nunder AMB-1=fault", "line 2: AMB-1 is set twice");
        assert!(parse("fly A").unwrap_err().why.starts_with("\"fly\" is no step; there are visit, pay,"));
    }
}
