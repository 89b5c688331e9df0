//! The catalogue of cases as a page of Markdown, for people who read before they run: `docs/cases.md`.

use std::fmt::Write as _;

use contract_tests::model::{EXCLUDED, Excluded, SOURCES};
use contract_tests::{CASES, Case, Level};

use crate::{catalogue, unproven};

const HEAD: &str = "\
# The cases

Made by `payloop list --markdown > docs/cases.md`; do not edit. `payloop explain ID` tells the same of one case.

**must**: breaking it fails. **should**: breaking it warns, and fails with `--strict`. **info**: it is only reported. A level includes the ones
before it. \"Shown by\" names defects of the service that comes along: `payloop certify --demo-defect NAME --case ID` shows what the case says.
";

/// The whole page.
pub(crate) fn cases() -> String {
    let mut page = HEAD.to_owned();
    for level in Level::ALL {
        let of_it: Vec<&Case> = CASES.iter().copied().filter(|case| case.level == level).collect();
        if of_it.is_empty() {
            continue;
        }
        put(&mut page, format_args!("\n## Level {level} ({} cases)\n", of_it.len()));
        put(
            &mut page,
            format_args!("\n| Case | Strength | The suite | A right service | Sources | Needs | Shown by |\n"),
        );
        put(&mut page, format_args!("|---|---|---|---|---|---|---|\n"));
        for case in of_it {
            put(
                &mut page,
                format_args!(
                    "| {} | {} | {} | {} | {} | {} | {} |\n",
                    case.id,
                    case.strength,
                    cell(case.title),
                    cell(case.clause),
                    cell(&case.sources.join("; ")),
                    cell(&needs(case)),
                    cell(&shown_by(case)),
                ),
            );
        }
    }
    put(&mut page, format_args!("\n## Rows that are not run\n\n| Row | What | Why not |\n|---|---|---|\n"));
    for Excluded { id, title, reason } in EXCLUDED {
        put(&mut page, format_args!("| {id} | {} | {} |\n", cell(title), cell(reason)));
    }
    put(&mut page, format_args!("\n## Sources\n\n| Short name | What | Where |\n|---|---|---|\n"));
    for source in SOURCES {
        let place = if source.url.is_empty() { String::new() } else { format!("<{}>", source.url) };
        put(&mut page, format_args!("| {} | {} | {place} |\n", source.key, cell(source.title)));
    }
    page
}

/// The defects that show what the case says, or why there is none.
fn shown_by(case: &Case) -> String {
    unproven::why(case.id).map_or_else(|| catalogue::shown_by(case.id).join(", "), |why| format!("no defect: {why}"))
}

fn needs(case: &Case) -> String {
    let needs = case.needs;
    let words = [
        needs.alone.then(|| "runs alone".to_owned()),
        needs.managed.then(|| "starts and stops the service".to_owned()),
        needs.payable.map(|payable| format!("payable = \"{}\"", payable.name())),
        needs.generation.map(|generation| format!("{} only", generation.name())),
        needs.under.map(|under| format!("{}: {}", under.switch, under.values.join(", "))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Writing to a `String` cannot fail.
fn put(page: &mut String, arguments: std::fmt::Arguments<'_>) {
    page.write_fmt(arguments).unwrap_or_default();
}
