//! `payloop up`: the fakes, and a service to go with them, until somebody stops them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use contract_tests::Profile;
use mock_core::ClockMode;
use mock_platform::{ClientCertificate, DEFAULT_PORT_BASE, Fake, Platform, PlatformError, Ports, Seat, ServiceUrls};
use owo_colors::OwoColorize as _;
use url::Url;

use crate::args::{ClockArg, Up};
use crate::authority::{self, Prepared};
use crate::bundled::{self, Reserved};
use crate::certify::seed_argument;
use crate::exit_code::{Exit, Stop};
use crate::{browser, ready_file, screen, signal, trust};

/// Whose service the loop goes through.
enum Service {
    /// The one that comes along.
    Bundled(Reserved),
    /// One that somebody else runs.
    Own,
    /// None: not every fake listens.
    None,
}

pub(crate) async fn run(args: &Up) -> Result<Exit, Stop> {
    if let Some(missing) = args.later.missing() {
        return Err(Stop::usage(missing));
    }
    // Whoever stops us while we start must not find half of it still running.
    let stopped = signal::stop();
    let only: BTreeSet<Fake> = if args.only.is_empty() { Fake::all() } else { args.only.iter().copied().collect() };
    let whole = only == Fake::all();
    let ports = Ports::from_base(args.port_base);
    let too_high = || Stop::usage(PlatformError::PortBase(args.port_base).to_string());
    let seat = ports.address(Seat::Service).ok_or_else(too_high)?;

    let prepared = authority::prepare(&args.secure, &authority::of_ports(args.port_base))?;
    let profile = args.config.as_deref().map(read_profile).transpose()?;
    let own = own_service(profile.as_ref(), args.own_service, seat.port())?;
    let (service, urls) = match own {
        Some(urls) => (Service::Own, Some(urls)),
        None if whole => {
            let reserved = Reserved::port(seat.port())
                .await
                .map_err(|error| busy("the completion service", seat.port(), &error))?;
            let urls = ServiceUrls::at(&bundled::base(reserved.address()));
            (Service::Bundled(reserved), Some(urls))
        }
        None => (Service::None, None),
    };

    let mut builder = Platform::builder()
        .seed(args.seed)
        .clock(match args.clock {
            ClockArg::Real => ClockMode::Real,
            ClockArg::Manual => ClockMode::Manual,
        })
        .ports(ports)
        .only(only.clone());
    let page = if only.contains(&Fake::EventApi) {
        let seat = ports.address(Seat::Page).ok_or_else(too_high)?;
        let reserved =
            Reserved::port(seat.port()).await.map_err(|error| busy("the registration page", seat.port(), &error))?;
        builder = builder.registration_page(format!("http://{}", reserved.address()));
        Some(reserved)
    } else {
        builder = builder.return_to_console();
        None
    };
    if let Some(urls) = &urls {
        builder = builder.service(urls.clone());
    }
    let in_front_of =
        profile.as_ref().map(|profile| profile.declares.platform).filter(|platform| platform.is_outbound());
    let (declared, switches) =
        profile.map(|profile| (profile.declares.stripe_api_version, profile.switches)).unwrap_or_default();
    builder = builder.switches(switches);
    if let Some(version) = args.stripe_api_version.clone().or(declared) {
        builder = builder.stripe_api_version(version);
    }
    if let Some(limits) = args.stripe_rate_limits.limits() {
        builder = builder.stripe_rate_limits(limits);
    }
    if let Some(path) = &args.scenario {
        builder = builder.scenario(read_text(path)?);
    }
    for path in &args.dataverse_schema {
        builder = builder.dataverse_schema(path.display().to_string(), read_text(path)?);
    }
    for path in &args.dataverse_operations {
        builder = builder.dataverse_operations(path.display().to_string(), read_text(path)?);
    }
    for path in &args.dataverse_certificate {
        let certificate = ClientCertificate::parse(&read_text(path)?)
            .map_err(|error| Stop::usage(format!("{}: {error}", path.display())))?;
        builder = builder.dataverse_certificate(certificate);
    }
    if args.dataverse_limits {
        builder = builder.dataverse_limits();
    }
    if let Some(prepared) = &prepared {
        builder = builder.tls(prepared.tls.clone());
    }
    let platform = builder.start().await.map_err(|error| match (&error, &args.scenario) {
        (PlatformError::Scenario(_) | PlatformError::NoSample, Some(path)) => {
            Stop::usage(format!("{}: {error}", path.display()))
        }
        _ => start_failure(error),
    })?;
    // Here as long as we are.
    let _certificate = prepared.as_ref().map(Prepared::publish).transpose()?;

    let running = match service {
        Service::Bundled(reserved) => {
            let mut env: BTreeMap<String, String> = platform
                .endpoints()
                .service_env(reserved.address().port())
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            // The scenario's sample says it too, unless the profile knows better.
            env.extend(in_front_of.map(|platform| ("PLATFORM".to_owned(), platform.name().to_owned())));
            Some(reserved.start(&env).map_err(Stop::suite)?)
        }
        Service::Own | Service::None => None,
    };
    let page = page.map(|reserved| register_page(reserved, &platform)).transpose()?;
    if let Some(path) = &args.ready_file {
        ready_file::write(path, &platform.ready_file())?;
    }
    greet(&platform, urls.as_ref(), running.is_some(), args);
    let world = platform.world().clone();
    drop(tokio::task::spawn_blocking(move || world.warm()));
    if args.open && !browser::open(&platform.endpoints().console.url) {
        screen::remark(format_args!("No browser was found; open {} yourself.", platform.endpoints().console.url));
    }

    stopped.await;
    screen::line("\nStopping.");
    if let Some(running) = running {
        running.shutdown().await;
    }
    if let Some(page) = page {
        page.shutdown().await;
    }
    platform.stop().await;
    screen::line("Everything has stopped. Goodbye.");
    Ok(Exit::Done)
}

/// Serves the registration page for the platform's sample web application.
fn register_page(reserved: Reserved, platform: &Platform) -> Result<registration_page::Running, Stop> {
    let endpoints = platform.endpoints();
    let config = registration_page::Config {
        event_api: endpoints.event_api.base.clone(),
        token: endpoints.event_api.token.clone(),
        client: match &endpoints.ca_cert {
            Some(path) => trust::client(Some(path))?,
            None => mock_core::http_client(),
        },
    };
    registration_page::serve(reserved.into_listener(), config).map_err(|error| Stop::suite(error.to_string()))
}

/// A file that a flag names, as text.
fn read_text(path: &Path) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|error| {
        let shown = path.display();
        Stop::usage(format!(
            "cannot read {shown}: {error}; name a text file by its path from the folder that payloop is started in"
        ))
    })
}

fn read_profile(path: &Path) -> Result<Profile, Stop> {
    Profile::read(path).map_err(|error| Stop::usage(error.to_string()))
}

/// The URLs of the reader's own service, when the profile names one, or `asked` says that there is one at `port`.
fn own_service(profile: Option<&Profile>, asked: bool, port: u16) -> Result<Option<ServiceUrls>, Stop> {
    let default = Profile::default();
    let profile = profile.unwrap_or(&default);
    let usual = profile.service.redirect_url == default.service.redirect_url
        && profile.service.notify_url == default.service.notify_url;
    if usual && !asked {
        return Ok(None);
    }
    if usual && port == 0 {
        return Err(Stop::usage(
            "--own-service with free ports does not say where your service listens: name its redirect_url and notify_url in a profile (--config)",
        ));
    }
    let base = format!("http://127.0.0.1:{port}");
    let base = Url::parse(&base).map_err(|error| Stop::usage(format!("{base} is no URL: {error}")))?;
    let urls = profile.urls(&base).map_err(|error| Stop::usage(error.to_string()))?;
    Ok(Some(ServiceUrls { redirect: urls.redirect, notify: urls.notify }))
}

pub(crate) fn busy(who: &str, port: u16, error: &std::io::Error) -> Stop {
    Stop::configuration(format!(
        "port {port}, which {who} would take, is not free ({error}); stop what listens there (`ss -ltnp 'sport = :{port}'` shows it), or choose \
         other ports with --port-base N, or free ones with --port-base 0"
    ))
}

/// What a platform that did not start means for the shell.
pub(crate) fn start_failure(error: PlatformError) -> Stop {
    match &error {
        PlatformError::Serve(mock_core::server::ServeError::Bind { name, addr, source }) => {
            busy(name, addr.port(), source)
        }
        // The rest of that configuration is our own, so what is wrong with it comes from a file of the user's.
        PlatformError::PortBase(_) | PlatformError::Dataverse(_) | PlatformError::Switch(_) => {
            Stop::usage(error.to_string())
        }
        _ => Stop::suite(error.to_string()),
    }
}

fn greet(platform: &Platform, urls: Option<&ServiceUrls>, bundled: bool, args: &Up) {
    let endpoints = platform.endpoints();
    let row = |name: &str, url: &str| screen::line(format_args!("  {name:<20} {url}"));
    screen::line(format_args!(
        "{} is up (seed {}, {} clock).\n",
        "payloop".bold(),
        args.seed,
        match args.clock {
            ClockArg::Real => "real",
            ClockArg::Manual => "manual",
        }
    ));
    for (name, url) in mock_platform::table(endpoints, platform.listening()) {
        row(name, &url);
    }
    if let Some(urls) = urls {
        row(if bundled { "completion service" } else { "your service" }, urls.redirect.as_str());
        row("  hears of payments", urls.notify.as_str());
    }
    if let Some(path) = &endpoints.ca_cert {
        screen::line(format_args!(
            "\nClients must trust its authority: SSL_CERT_FILE='{0}', NODE_EXTRA_CA_CERTS='{0}', REQUESTS_CA_BUNDLE='{0}'; docs/tls.md tells of others.",
            path.display()
        ));
    }
    if platform.listening().contains(&Fake::EventApi) {
        if let Some(hint) = mock_platform::registration_hint(endpoints) {
            screen::line(format_args!("\n{hint}\n"));
        }
        screen::line(mock_platform::registration_curl(endpoints));
        screen::line(format_args!(
            "\nOpen the redirectUrl of the answer in a browser and pay with 4242 4242 4242 4242, or give it to `payloop pay`."
        ));
    }
    if !bundled {
        let from = match &args.ready_file {
            Some(path) => format!(" --ready-file {}", path.display()),
            None => {
                let base = if args.port_base == DEFAULT_PORT_BASE {
                    String::new()
                } else {
                    format!(" --port-base {}", args.port_base)
                };
                let tls = match &args.secure.tls_ca {
                    Some(path) => format!(" --tls --tls-ca {}", path.display()),
                    None if args.secure.tls => " --tls".to_owned(),
                    None => String::new(),
                };
                format!("{}{base}{tls}", seed_argument(args.seed))
            }
        };
        screen::line(format_args!("\n`payloop env{from}` prints what a service needs."));
    }
    screen::line("\nCtrl-C stops it.");
}
