//! `payloop explain`: one case, invariant, defect or switch, for somebody who meets it for the first time.

use completion_service::{Defect, Story};
use contract_tests::invariants::{self, Invariant};
use contract_tests::model::{EXCLUDED, Excluded, Generation, cure, invariant_cure, sources_of};
use contract_tests::{CASES, Case, Level};
use mock_core::Switch;

use crate::args::Explain;
use crate::catalogue::HISTORIES;
use crate::exit_code::{Exit, Stop};
use crate::near::did_you_mean;
use crate::{catalogue, screen, unproven};

pub(crate) fn run(args: &Explain) -> Result<Exit, Stop> {
    let id = args.id.trim();
    if let Some(case) = CASES.iter().find(|case| case.id.eq_ignore_ascii_case(id)) {
        show(args.json, || catalogue::case(case), || about_case(case));
        return Ok(Exit::Done);
    }
    if let Some(row) = EXCLUDED.iter().find(|row| row.id.eq_ignore_ascii_case(id)) {
        show(args.json, || catalogue::not_run(row), || about_row(row));
        return Ok(Exit::Done);
    }
    if let Some(defect) = Defect::by_name(&id.to_ascii_lowercase()) {
        show(args.json, || catalogue::defect(defect), || about_defect(defect));
        return Ok(Exit::Done);
    }
    if id.eq_ignore_ascii_case(HISTORIES) {
        show(args.json, catalogue::histories, about_histories);
        return Ok(Exit::Done);
    }
    if let Some(invariant) = invariants::ALL.iter().find(|invariant| invariant.id.eq_ignore_ascii_case(id)) {
        show(args.json, || catalogue::invariant(invariant), || about_invariant(invariant));
        return Ok(Exit::Done);
    }
    let switches = catalogue::switches()?;
    if let Some(switch) = switches.iter().find(|switch| switch.id.eq_ignore_ascii_case(id)) {
        show(args.json, || serde_json::to_value(switch).unwrap_or_default(), || about_switch(switch));
        return Ok(Exit::Done);
    }
    let cases = CASES.iter().map(|case| case.id).chain(EXCLUDED.iter().map(|row| row.id));
    let defects = catalogue::defects().map(Defect::name);
    let others = invariants::ALL.iter().map(|invariant| invariant.id).chain(switches.iter().map(|switch| switch.id));
    let near = did_you_mean(id, cases.chain(defects).chain(others));
    Err(Stop::usage(format!(
        "there is no case, invariant, defect or switch {id:?}{near}\n`payloop list` shows all of them"
    )))
}

fn show(json: bool, data: impl FnOnce() -> serde_json::Value, text: impl FnOnce() -> String) {
    screen::text(&if json { format!("{:#}\n", data()) } else { text() });
}

fn about_case(case: &Case) -> String {
    let mut text = format!("{}: {}\n\n", case.id, case.title);
    text.push_str(&field("level", case.level.name()));
    text.push_str(&field("strength", case.strength.name()));
    text.push_str(&field("right is", case.clause));
    if let Some(cure) = cure(case.id) {
        text.push_str(&field("cure", cure));
    }
    text.push_str(&field("sources", &case.sources.join("; ")));
    for source in sources_of(case.sources) {
        text.push_str(&field(&format!("  {}", source.key), &format!("{} {}", source.title, source.url)));
    }
    let mut needs = Vec::new();
    if case.needs.alone {
        needs.push("runs alone: it moves the clock or breaks a whole fake".to_owned());
    }
    if case.needs.managed {
        needs.push("starts and stops the service, so it needs --exec or the service that comes along".to_owned());
    }
    if let Some(payable) = case.needs.payable {
        needs.push(format!("only for services that declare payable = \"{}\"", payable.name()));
    }
    if let Some(generation) = case.needs.generation {
        needs.push(format!("only for services in front of {}", generation.name()));
    }
    if let Some(under) = case.needs.under {
        needs.push(format!("runs once under each value of {}: {}", under.switch, under.values.join(", ")));
    }
    if needs.is_empty() {
        needs.push("nothing special; it runs beside others".to_owned());
    }
    text.push_str(&field("needs", &needs.join("; ")));
    let level = if case.level == Level::Core { String::new() } else { format!("--level {} ", case.level) };
    let defects = catalogue::shown_by(case.id);
    if !defects.is_empty() {
        text.push_str(&field(
            "shown by",
            &format!("payloop certify {level}--demo-defect {} --case {}", defects[0], case.id),
        ));
    }
    if let Some(why) = unproven::why(case.id) {
        text.push_str(&field("no defect", why));
    }
    let profile = match case.needs.generation {
        Some(Generation::Outbound) => "--profile fixtures/profiles/outbound.toml ",
        Some(Generation::RealTime) | None => "",
    };
    text.push_str(&field("run it", &format!("payloop certify {level}{profile}--case {}", case.id)));
    text
}

fn about_row(row: &Excluded) -> String {
    format!("{}: {}\n\n{}", row.id, row.title, field("not run", row.reason))
}

fn about_histories() -> String {
    format!(
        "{HISTORIES}: generated histories, which play what no single case does\n\n{}{}{}",
        field("defects", &catalogue::shown_by(HISTORIES).join(", ")),
        field("run them", "payloop certify --examples 256"),
        field("more", "docs/histories.md; payloop selftest --histories proves them"),
    )
}

fn about_invariant(invariant: &Invariant) -> String {
    format!(
        "{}: judged for every purchase of every case, once things are quiet\n\n{}{}",
        invariant.id,
        field("right is", invariant.title),
        field("cure", invariant_cure(invariant.id).unwrap_or_default()),
    )
}

fn about_defect(defect: Defect) -> String {
    let more = if defect.is_for_histories() { " --examples 256" } else { "" };
    format!(
        "{}: a defect of the reference service\n\n{}{}{}",
        defect.name(),
        field("what", defect.description()),
        noticed_by(defect),
        field("see it", &format!("payloop certify --demo-defect {}{more}", defect.name())),
    )
}

/// Who notices a defect: a case, or the order of things, which only histories play.
fn noticed_by(defect: Defect) -> String {
    if !defect.is_for_histories() {
        return field("noticed by", defect.killed_by());
    }
    let story = Story::of(defect).map(|story| story.script.trim_end().replace('\n', "; ")).unwrap_or_default();
    field("noticed by", "no case; only generated histories (H-T) find it") + &field("its story", &story)
}

fn about_switch(switch: &Switch) -> String {
    let mut text = format!("{}: {}\n\n", switch.id, switch.question);
    for value in switch.values {
        let default = if value.name == switch.default { " (default)" } else { "" };
        text.push_str(&field(value.name, &format!("{}{default}", value.meaning)));
    }
    text.push_str(&field("source", switch.source));
    text.push_str(&field(
        "start with",
        &format!("[switches] \"{}\" = \"{}\" in payloop.toml, read by payloop up --config", switch.id, switch.default),
    ));
    text.push_str(&field(
        "set it",
        &format!(
            "curl -X PUT http://127.0.0.1:4400/v1/switches/{} -d '{{\"value\":\"{}\"}}'",
            switch.id, switch.default
        ),
    ));
    text
}

/// A labelled paragraph, wrapped at a comfortable width.
fn field(label: &str, body: &str) -> String {
    const LABEL: usize = 12;
    const WIDTH: usize = 86;
    let mut lines = vec![String::new()];
    if label.len() >= LABEL {
        // The label has a line of its own.
        lines.push(String::new());
    }
    for word in body.split_whitespace() {
        let line = lines.last_mut();
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    let lines: Vec<_> = labels.zip(lines).map(|(label, line)| format!("  {label:<LABEL$}{line}")).collect();
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n") + "\n"
}
