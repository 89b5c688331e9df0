//! Starts a platform and one of the programs below `pages/`, and reads what it printed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use mock_core::ClockMode;
use mock_core::contract::Side;
use mock_core::journal::Filter;
use mock_platform::{Builder, Platform, ServiceUrls};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::Command;

/// How long a program may take: a bound against hanging, far above the seconds that it needs.
const LIMIT: Duration = Duration::from_secs(300);

/// Where `.ci/tools browser` puts what is needed.
struct Tools {
    /// The npm packages.
    modules: PathBuf,
    /// The browser.
    chromium: PathBuf,
}

/// The programs' own folder.
fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

impl Tools {
    /// Everything, or what is missing.
    fn find() -> Result<Self, PathBuf> {
        let folder = |variable: &str, default: &str| {
            std::env::var_os(variable).map_or_else(|| target().join("tools/browser").join(default), PathBuf::from)
        };
        let modules = folder("PAYLOOP_BROWSER_MODULES", "node_modules");
        let chromium = folder("PAYLOOP_CHROMIUM", "chromium");
        let wanted = json(&here().join("package.json"));
        for (package, version) in wanted["dependencies"].as_object().unwrap() {
            let installed = modules.join(package).join("package.json");
            if !installed.is_file() {
                return Err(installed);
            }
            assert_eq!(&json(&installed)["version"], version, "{package}: run `.ci/tools browser`");
        }
        if chromium.exists() { Ok(Self { modules, chromium }) } else { Err(chromium) }
    }
}

/// Runs `pages/<program>.mjs` over a platform whose clock stands still, and holds what it printed against `checks`. Skips, and says so,
/// on a machine without the browser.
pub(crate) async fn check(program: &str, checks: &[&str]) {
    let Some(tools) = tools() else { return };
    let platform = start().start().await.unwrap();
    let ready = platform.ready_file();
    judge(program, checks, &tools, platform, &ready).await;
}

/// The same with a registration page and the completion service that comes along, and with the page once more where no web application is
/// registered for it: the program finds that one as `stranger` among the addresses.
pub(crate) async fn check_with_page(program: &str, checks: &[&str]) {
    let Some(tools) = tools() else { return };
    let [page, stranger, service] = [bind().await, bind().await, bind().await];
    let base = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
    let urls = ServiceUrls::at(&base(&service).parse().unwrap());
    let platform = start().registration_page(base(&page)).service(urls).start().await.unwrap();

    let at = platform.endpoints();
    let env: BTreeMap<_, _> = at.service_env(service.local_addr().unwrap().port()).into_iter().collect();
    let config = completion_service::Config::from_env(|name| env.get(name).cloned()).unwrap();
    let service = completion_service::serve(config, service).unwrap();
    let config = registration_page::Config {
        event_api: at.event_api.base.clone(),
        token: at.event_api.token.clone(),
        client: mock_core::http_client(),
    };
    let strange = base(&stranger);
    let pages = [page, stranger].map(|listener| registration_page::serve(listener, config.clone()).unwrap());
    let mut ready = platform.ready_file();
    ready["stranger"] = serde_json::json!({ "url": strange });
    judge(program, checks, &tools, platform, &ready).await;
    drop(pages);
    service.shutdown().await;
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// The browser and what drives it; says what is missing.
fn tools() -> Option<Tools> {
    Tools::find()
        .map_err(|missing| {
            println!("skipped: {} is not there; install it with `.ci/tools browser`", missing.display());
        })
        .ok()
}

fn start() -> Builder {
    Platform::builder().seed(7).clock(ClockMode::Manual)
}

/// Runs the program over a platform at these addresses, and holds what came of it against what is expected.
async fn judge(program: &str, checks: &[&str], tools: &Tools, platform: Platform, ready: &Value) {
    let pictures = target().join("browser").join(program);
    // Those of the run before say nothing about this one.
    drop(std::fs::remove_dir_all(&pictures));
    std::fs::create_dir_all(&pictures).unwrap();

    let printed = run(program, tools, ready, &pictures).await;
    let made: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    assert_eq!(made, checks, "{printed}");
    for entry in platform.world().journal().find(&Filter::default()) {
        let wrong: Vec<_> = entry.violations.iter().filter(|wrong| wrong.side == Side::Answer).collect();
        assert!(wrong.is_empty(), "{} {}: {wrong:#?}", entry.request.method, entry.request.target);
    }
    platform.stop().await;
}

/// Runs it to its end, and shows all it said when it fails.
async fn run(program: &str, tools: &Tools, endpoints: &Value, pictures: &Path) -> String {
    let mut command = Command::new("node");
    command.arg(here().join("pages").join(format!("{program}.mjs"))).env_clear();
    for kept in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.env("PAYLOOP_ENDPOINTS", endpoints.to_string());
    command.env("PAYLOOP_BROWSER_MODULES", &tools.modules);
    command.env("PAYLOOP_CHROMIUM", &tools.chromium);
    command.env("PAYLOOP_PICTURES", pictures);
    command.kill_on_drop(true).stdin(Stdio::null());
    let output = tokio::time::timeout(LIMIT, command.output())
        .await
        .unwrap_or_else(|_| panic!("{program} did not end within {} s", LIMIT.as_secs()))
        .unwrap_or_else(|error| panic!("failed to start node: {error}"));
    let (printed, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} ended with {}\n{printed}\n{complained}", output.status);
    printed.into_owned()
}
