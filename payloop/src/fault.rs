//! `payloop fault`: breaking exchanges on purpose.

use mock_core::control::dto::FaultsView;
use mock_core::faults::{Plan, PlanStatus};

use crate::args::Fault;
use crate::exit_code::{Exit, Stop};
use crate::{door, screen};

pub(crate) async fn run(args: &Fault) -> Result<Exit, Stop> {
    match args {
        Fault::List { door } => {
            let faults: FaultsView = door::control(door)?.get("/v1/faults").await.map_err(door::stop)?;
            if faults.plans.is_empty() {
                screen::line("No fault plan is in force.");
            }
            for status in &faults.plans {
                screen::line(told(status));
            }
        }
        Fault::Add { plan, file, door } => {
            let plan = read(plan.as_deref(), file.as_deref())?;
            let id = door::control(door)?.add_fault(&plan).await.map_err(door::stop)?;
            screen::line(format_args!("Fault plan {id} is in force. `payloop fault remove {id}` takes it away."));
        }
        Fault::Remove { id, door } => {
            let status = door::control(door)?.remove_fault(*id).await.map_err(door::stop)?;
            screen::line(format_args!(
                "Fault plan {id} is gone; it met {} of {} matching exchanges.",
                status.applied, status.matched
            ));
        }
    }
    Ok(Exit::Done)
}

fn told(status: &PlanStatus) -> String {
    // A plan is plain data; turning it into JSON does not fail.
    let matcher = serde_json::to_string(&status.plan.matcher).unwrap_or_default();
    let left = match status.plan.times {
        None => "until removed".to_owned(),
        Some(times) => format!("{} of {times} used", status.applied),
    };
    format!("{:>3}  {:<28}  {left:<14}  {matcher}", status.id, status.plan.effect.describe())
}

fn read(plan: Option<&str>, file: Option<&std::path::Path>) -> Result<Plan, Stop> {
    let text = match (plan, file) {
        (Some(plan), _) => plan.to_owned(),
        (None, Some(path)) => std::fs::read_to_string(path)
            .map_err(|error| Stop::usage(format!("failed to read the fault plan {}: {error}", path.display())))?,
        (None, None) => return Err(Stop::usage("give the fault plan as JSON or with --file")),
    };
    parse(&text)
}

fn parse(text: &str) -> Result<Plan, Stop> {
    serde_json::from_str(text).map_err(|error| {
        Stop::usage(format!(
            "this is no fault plan: {error}; one looks like {{\"match\":{{\"fake\":\"stripe\"}},\"times\":1,\"effect\":{{\"kind\":\"reset\"}}}}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_examples_in_the_help_are_plans() {
        let plan = parse(
            r#"{"match":{"fake":"dataverse","method":"POST"},"times":3,"effect":{"kind":"answer","status":429}}"#,
        )
        .unwrap();
        assert_eq!(plan.times, Some(3));
        assert!(parse(r#"{"match":{"fake":"stripe"},"times":1,"effect":{"kind":"reset"}}"#).is_ok());
        assert!(parse("{}").unwrap_err().message.contains("no fault plan"));
    }
}
