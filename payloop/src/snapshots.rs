//! `payloop certify --snapshot`: what the service sends and answers, against what it did when the snapshots were taken.

use std::path::Path;

use contract_tests::Ran;
use contract_tests::snapshot::{Outcome, compare, texts};

use crate::exit_code::Stop;

/// Compares a run with the snapshots in a folder, and tells what became of them. Whether something differs that was not accepted.
pub(crate) fn keep(ran: &Ran, folder: &Path, accept: bool, tell: impl Fn(&str)) -> Result<bool, Stop> {
    let shown = folder.display();
    let texts = texts(ran);
    if texts.is_empty() {
        tell(&format!("\nNo canonical scenario was played, so no snapshot in {shown} was looked at."));
        return Ok(false);
    }
    let compared = compare(folder, &texts, accept)
        .map_err(|error| Stop::usage(format!("failed to keep snapshots in {shown}: {error}")))?;
    let (mut same, mut recorded, mut accepted, mut differing) = (0, 0, 0, 0);
    tell("");
    for one in &compared {
        match &one.outcome {
            Outcome::Same => same += 1,
            Outcome::Recorded => recorded += 1,
            Outcome::Accepted { diff } => {
                accepted += 1;
                tell(&format!("accepted {}\n{}", one.scenario, indented(diff)));
            }
            Outcome::Differs { diff } => {
                differing += 1;
                tell(&format!("DIFFERS {}\n{}", one.scenario, indented(diff)));
            }
            Outcome::NotPlayed => tell(&format!("not played by this run: {}", one.scenario)),
        }
    }
    let counts = [(same, "as before"), (recorded, "recorded"), (accepted, "accepted"), (differing, "different")];
    let parts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    tell(&format!("Snapshots in {shown}: {}.", parts.join(", ")));
    if differing > 0 {
        tell("If the service is meant to do that, run it again with --accept.");
    }
    Ok(differing > 0)
}

fn indented(diff: &str) -> String {
    diff.lines().flat_map(|line| ["  ", line, "\n"]).collect::<String>().trim_end().to_owned()
}
