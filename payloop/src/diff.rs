//! `payloop diff`: what changed between two reports.

use contract_tests::report::diff;
use serde_json::to_value;

use crate::args::Diff;
use crate::exit_code::{Exit, Stop};
use crate::{output, screen};

pub(crate) fn run(args: &Diff) -> Result<Exit, Stop> {
    let difference = diff(&output::read(&args.old)?, &output::read(&args.new)?);
    if args.json {
        let json = to_value(&difference).map_err(|error| Stop::suite(error.to_string()))?;
        screen::text(&format!("{json:#}\n"));
    } else {
        screen::text(&difference.to_string());
    }
    Ok(if difference.is_worse() { Exit::NotConformant } else { Exit::Done })
}
