//! `payloop list`: what the suite asks, what the reference service can be made to get wrong, what public documents leave open.

use contract_tests::model::EXCLUDED;
use contract_tests::{CASES, Level};
use serde_json::{Value, json};

use crate::args::List;
use crate::exit_code::{Exit, Stop};
use crate::{catalogue, page, screen};

pub(crate) fn run(args: &List) -> Result<Exit, Stop> {
    if args.markdown {
        screen::text(&page::cases());
        return Ok(Exit::Done);
    }
    let switches = catalogue::switches()?;
    if args.json {
        let list = json!({
            "cases": CASES.iter().map(|case| catalogue::case(case)).collect::<Vec<Value>>(),
            "not_run": EXCLUDED.iter().map(catalogue::not_run).collect::<Vec<Value>>(),
            "defects": catalogue::defects().map(catalogue::defect).collect::<Vec<Value>>(),
            "switches": switches,
        });
        screen::text(&format!("{list:#}\n"));
        return Ok(Exit::Done);
    }
    for level in Level::ALL {
        let mut cases = CASES.iter().filter(|case| case.level == level).peekable();
        if cases.peek().is_none() {
            continue;
        }
        screen::line(format_args!("Cases of level {level}"));
        for case in cases {
            screen::line(format_args!("  {:<7} {:<7} {}", case.id, case.strength.name(), case.title));
        }
    }
    screen::line("\nRows of the catalogue that are not run");
    for row in EXCLUDED {
        screen::line(format_args!("  {:<7} {}: {}", row.id, row.title, row.reason));
    }
    screen::line(
        "\nDefects of the reference service, and the case that must notice (H-T: none does, only generated histories)",
    );
    let width = catalogue::defects().map(|defect| defect.name().len()).max().unwrap_or(0);
    for defect in catalogue::defects() {
        screen::line(format_args!("  {:<width$} {:<7} {}", defect.name(), defect.killed_by(), defect.description()));
    }
    screen::line("\nAmbiguity switches");
    let width = switches.iter().map(|switch| switch.id.len()).max().unwrap_or(0);
    for switch in &switches {
        let values: Vec<_> = switch.values.iter().map(|value| value.name).collect();
        screen::line(format_args!(
            "  {:<width$} {} [{}; default {}]",
            switch.id,
            switch.question,
            values.join(" | "),
            switch.default
        ));
    }
    screen::line("\n`payloop explain ID` tells more about any of them.");
    Ok(Exit::Done)
}
