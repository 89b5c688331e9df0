//! `payloop selftest --histories`: whether generated histories find what they should, with nothing but the generator.

use std::cell::Cell;
use std::sync::Arc;

use completion_service::{Defect, STORIES, Story};
use contract_tests::histories::{ENOUGH, FEW_STEPS, hunt_for};
use contract_tests::{Level, Options, Report};
use futures_util::StreamExt as _;
use futures_util::stream;
use mock_platform::Ports;
use owo_colors::OwoColorize as _;

use crate::certify::certify;
use crate::embedded::{Build, Embedded};
use crate::exit_code::Stop;
use crate::hunted::{Proof, Row};
use crate::near::did_you_mean;
use crate::selftest::profile_of;

/// Wrong services hunted at once: each has a few worlds, and most of a history is waiting. A right one is alone: nobody may starve it, or it looks slow.
const AT_ONCE: usize = 2;

/// The stories of these defects; all of them when none is named.
pub(crate) fn stories_of(defects: &[Defect]) -> Result<Vec<Story>, Stop> {
    if defects.is_empty() {
        return Ok(STORIES.to_vec());
    }
    let story = |defect: &Defect| {
        Story::of(*defect).ok_or_else(|| {
            let names: Vec<&str> = STORIES.iter().map(|story| story.defect.name()).collect();
            let near = did_you_mean(defect.name(), names.iter().copied());
            Stop::usage(format!(
                "histories are not held to find {}, since it does not show in the order of things{near}\nThose that they must find: {}",
                defect.name(),
                names.join(", ")
            ))
        })
    };
    defects.iter().map(story).collect()
}

/// Hunts each, and tells each as it is over.
pub(crate) async fn hunt(stories: &[Story], seed: u64, say: impl Fn(&str)) -> Result<Proof, Stop> {
    say(&format!(
        "Two right services before {ENOUGH} generated histories each, and the first of them with each of {} defects: found by nothing else, in at most \
         {FEW_STEPS} steps.\n",
        stories.len()
    ));
    let right = vec![Build::Synchronous(None), Build::Queued];
    let wrong: Vec<Build> = stories.iter().map(|story| Build::Synchronous(Some(story.defect))).collect();
    let all = right.len() + wrong.len();
    let mut rows: Vec<Row> = Vec::new();
    for (at_once, builds) in [(1, right), (AT_ONCE, wrong)] {
        let running = builds.iter().enumerate().map(|(number, build)| async move { (number, row(*build, seed).await) });
        let mut running = stream::iter(running).buffer_unordered(at_once);
        let mut group = Vec::new();
        while let Some((number, row)) = running.next().await {
            let row = row?;
            let mark = if row.ok { "ok  ".green().to_string() } else { "FAIL".red().to_string() };
            say(&format!("{:>4}/{all} {mark} {}", rows.len() + group.len() + 1, row.line()));
            if let Some(explained) = &row.explained {
                say(explained);
            }
            group.push((number, row));
        }
        group.sort_by_key(|(number, _)| *number);
        rows.extend(group.into_iter().map(|(_, row)| row));
    }
    Ok(Proof::of(seed, rows))
}

async fn row(build: Build, seed: u64) -> Result<Row, Stop> {
    let millis = Cell::new(0);
    let play = async |options: Options| -> Result<Report, Stop> {
        let launcher = Embedded::new(build).await.map_err(|error| Stop::configuration(error.to_string()))?;
        let profile = profile_of(build, false, Level::Core)?;
        let report = certify(profile, Arc::new(launcher), Ports::Free, options, None, |_| {}).await?;
        millis.set(millis.get() + report.summary.millis);
        Ok(report)
    };
    if build.defect().is_some() {
        let hunted = hunt_for(seed, play).await?;
        return Ok(Row::of_wrong(build, hunted, millis.get()));
    }
    let options = Options { seed, examples: ENOUGH, only_histories: true, strict: true, ..Options::default() };
    let report = play(options).await?;
    Ok(Row::of_right(build, &report, millis.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_shows_in_the_order_of_things_is_hunted() {
        let named = |defects: &[Defect]| stories_of(defects).map(|stories| stories.len());
        assert_eq!(named(&[]).ok(), Some(STORIES.len()));
        assert_eq!(named(&[Defect::CountsDebits]).ok(), Some(1));
        let refused = named(&[Defect::Redirect301]).expect_err("it has no story").message;
        assert!(refused.contains("redirect-301") && refused.contains("counts-debits"), "{refused}");
    }
}
