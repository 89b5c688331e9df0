//! `payloop merge`: the reports of a run's shares as one.

use std::path::Path;

use contract_tests::report::{console, merge};

use crate::args::Merge;
use crate::certify::exit_of;
use crate::exit_code::{Exit, Stop};
use crate::{output, screen};

pub(crate) fn run(args: &Merge) -> Result<Exit, Stop> {
    output::writable([&args.json, &args.junit].into_iter().flatten().map(AsRef::as_ref))?;
    let mut reports = Vec::new();
    for path in &args.reports {
        reports.push((path.display().to_string(), output::read(path)?));
    }
    let report = merge(&reports).map_err(|error| Stop::usage(error.to_string()))?;
    output::write(&report, args.json.as_deref(), args.junit.as_deref())?;
    let summary = console::summary(&report);
    if args.json.as_deref() == Some(Path::new("-")) {
        screen::remark(summary.trim_end());
    } else {
        screen::text(&summary);
    }
    Ok(exit_of(&report))
}
