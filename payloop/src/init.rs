//! `payloop init`: a first profile, from what a service does.

use std::path::Path;
use std::sync::Arc;

use contract_tests::probe::{ProbeError, Wanted, behaviour, paths, profile_text};
use contract_tests::report::console;
use contract_tests::{Launcher, Options, Profile};
use mock_platform::Ports;

use crate::args::Init;
use crate::certify::{on_platform, other_service, run_failure};
use crate::exit_code::{Exit, Stop};
use crate::{output, screen};

pub(crate) async fn run(args: &Init) -> Result<Exit, Stop> {
    let shown = args.out.display();
    let to_stdout = args.out == Path::new("-");
    if args.out.exists() && !args.force {
        return Err(Stop::usage(format!("{shown} is there already; name another file with --out, or add --force")));
    }
    output::writable([args.out.as_path()])?;
    if let Some(path) = [&args.redirect, &args.notify].into_iter().flatten().find(|path| !path.starts_with('/')) {
        return Err(Stop::usage(format!("{path:?} is no path; write it as the service has it, such as /webhook")));
    }
    let say = |text: &str| if to_stdout { screen::remark(text) } else { screen::line(text) };
    let ports = Ports::from_base(args.port_base);
    let options = || Options { seed: args.seed, ..Options::default() };

    say("Asking the service what it is like.");
    let wanted = Wanted { redirect: args.redirect.clone(), notify: args.notify.clone() };
    let profile = Profile::default();
    let launcher = launcher(args, &profile, ports).await?;
    let asked = on_platform(profile, launcher, ports, options(), None, async |setup| {
        paths(setup, &wanted, |line| say(&format!("  {line}"))).await
    });
    let found = asked.await?.map_err(failure)?;

    let mut profile = Profile::default();
    profile.service.redirect_url = format!("{{base}}{}", found.redirect);
    profile.service.notify_url = format!("{{base}}{}", found.notify);
    profile.service.ready_path.clone_from(&found.ready);
    let launcher = self::launcher(args, &profile, ports).await?;
    let asked = on_platform(profile, launcher, ports, options(), None, async |setup| {
        behaviour(setup, |line| say(&format!("  {line}"))).await
    });
    let behaviour = asked.await?.map_err(failure)?;

    let text = profile_text(&name(args), &found, &behaviour);
    if to_stdout {
        screen::text(&text);
        return Ok(Exit::Done);
    }
    output::file(&args.out, &text)?;
    let target = match (&args.exec, &args.service) {
        (Some(command), _) => format!("--exec '{command}'"),
        (None, Some(url)) => format!("--service {url}"),
        (None, None) => String::new(),
    };
    say(&format!("\n{shown} is written: read it, then run\n  payloop certify {target} --profile {shown}"));
    Ok(Exit::Done)
}

async fn launcher(args: &Init, profile: &Profile, ports: Ports) -> Result<Arc<dyn Launcher>, Stop> {
    let other = other_service(args.service.as_ref(), args.exec.as_deref(), profile, ports).await?;
    other.ok_or_else(|| Stop::usage("name the service with --exec or --service"))
}

/// What it is called in reports when nobody says: the program's file name, or the host.
fn name(args: &Init) -> String {
    let program = args.exec.as_deref().and_then(|command| command.split_whitespace().next());
    let file = program.and_then(|program| Path::new(program).file_name()).and_then(|name| name.to_str());
    let host = args.service.as_ref().and_then(|url| url.host_str());
    args.name.as_deref().or(file).or(host).unwrap_or("service").to_owned()
}

fn failure(error: ProbeError) -> Stop {
    match error {
        ProbeError::Bench(error) => run_failure(error),
        ProbeError::Launch(error) => {
            Stop::configuration(format!("the service did not start: {error}\n{}", error.output()))
        }
        ProbeError::NotFound(_) => Stop::configuration(error.to_string()),
        ProbeError::NotConnected(problems) => {
            let told: Vec<String> = problems.iter().map(console::problem).collect();
            Stop::configuration(format!("the service is not connected to the bench\n{}", told.join("\n")))
        }
        ProbeError::Suite(_) => Stop::suite(error.to_string()),
    }
}
