//! `payloop verify`: whether a report folder can be believed.

use contract_tests::evidence::verify;
use contract_tests::histories::HistoriesReport;

use crate::args::Verify;
use crate::exit_code::{Exit, Stop};
use crate::screen;

pub(crate) fn run(args: &Verify) -> Result<Exit, Stop> {
    let shown = args.folder.display();
    if !args.folder.is_dir() {
        return Err(Stop::usage(format!(
            "{shown} is no folder; name the one that `payloop certify --report-dir` wrote"
        )));
    }
    let verified = match verify(&args.folder, args.seal.as_deref()) {
        Ok(verified) => verified,
        Err(findings) => {
            for finding in findings {
                screen::line(format_args!("FAIL  {finding}"));
            }
            screen::line(format_args!("\n{shown} proves nothing."));
            return Ok(Exit::NotConformant);
        }
    };
    for finding in &verified.findings {
        screen::line(format_args!("FAIL  {finding}"));
    }
    let judged = verified.report.cases.iter().filter(|case| !case.checks.is_empty()).count();
    screen::line(format_args!("{} lines, chained; seal {}", verified.lines, verified.seal));
    let (name, verdict) = (&verified.report.service.name, verified.report.verdict().name());
    screen::line(format_args!(
        "{judged} cases judged again: {name} at level {} is {verdict}",
        verified.report.suite.level
    ));
    let generated: usize = verified.report.histories.iter().map(HistoriesReport::played).sum();
    if generated > 0 {
        screen::line(format_args!("{generated} generated examples judged again"));
    }
    if args.seal.is_none() {
        screen::line(
            "Compare the seal with the one that the run printed: whoever can write the folder can write all of it anew.",
        );
    }
    if verified.findings.is_empty() {
        screen::line(format_args!("{shown} agrees with its transcript."));
        return Ok(Exit::Done);
    }
    screen::line(format_args!("{shown} does not agree with its transcript."));
    Ok(Exit::NotConformant)
}
