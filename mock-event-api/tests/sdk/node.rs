//! A client generated from the document, for Node.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use mock_core::contract::Side;
use mock_core::journal::Filter;
use mock_core::server::{serve, serve_router};
use mock_core::{ClockMode, World};
use mock_dataverse::event_management::Scenario;
use mock_dataverse::{Config as DataverseConfig, Dataverse};
use mock_event_api::http::OPERATIONS;
use mock_event_api::{Config, EventApi};
use serde_json::Value;

use crate::program;

const SCENARIO: &str = include_str!("../../../fixtures/scenarios/conference.toml");
const EVENT: &str = "Harbour_Conference2011264417";
const TOKEN: &str = "sample-web-application-token-7Hq2vXo4LcT9bKwZ";
const ORIGIN: &str = "http://localhost:8080";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn node() {
    let modules = program::tool("PAYLOOP_EVENT_API_NODE_MODULES", "event-api-node/node_modules");
    let installed = |name: &str| modules.join(name).join("package.json");
    if !installed("@hey-api/openapi-ts").is_file() {
        program::skip(&installed("@hey-api/openapi-ts"), "PAYLOOP_EVENT_API_NODE_MODULES", "event_api_node");
        return;
    }
    let modules = modules.canonicalize().unwrap();
    let read = |path: &std::path::Path| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let wanted = read(&program::here().join("node/package.json"));
    for (name, version) in wanted["dependencies"].as_object().unwrap() {
        assert_eq!(read(&installed(name))["version"], *version, "{name}: run `.ci/tools event_api_node`");
    }

    let start = "2026-11-02T12:00:00Z".parse().unwrap();
    let world = World::builder().seed(7).clock(ClockMode::Manual).start_at(start).build();
    let dataverse = Dataverse::new(&world, DataverseConfig::default()).unwrap();
    dataverse.events().load(&Scenario::parse(SCENARIO).unwrap()).unwrap();
    let api = EventApi::new(&world, &dataverse, Config::default());
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let face = serve(&world, api.face(), any).await.unwrap();
    let routes = axum::Router::new().nest("/v1/event-api", api.control());
    let door = serve_router(&world, "control", mock_core::control::router(&world, routes), any).await.unwrap();
    let control = door.url().as_str().trim_end_matches('/').to_owned();

    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().display().to_string();
    let variables = [
        ("DOCUMENT", format!("{}/doc/public-api.json", api.endpoint())),
        ("FOLDER", at.clone()),
        // The generator keeps what it keeps in a folder of the test's own.
        ("HOME", at),
        ("MODULES", modules.display().to_string()),
        ("ORGANIZATION", api.base_path().split('/').nth(4).unwrap().to_owned()),
        ("EVENT", EVENT.to_owned()),
        ("TOKEN", TOKEN.to_owned()),
        ("ORIGIN", ORIGIN.to_owned()),
        ("REGISTRATIONS_URL", format!("{control}/v1/event-api/events/{EVENT}/registrations")),
        ("CONTROL", control),
    ];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let program = program::here().join("node/generate.mjs");
    let mut printed = program::run("node".as_ref(), &[program], &variables).await;
    printed += &program::run("node".as_ref(), &[folder.path().join("built/flow.js")], &variables).await;

    let made: BTreeSet<_> = printed.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    let operations = OPERATIONS.iter().map(|(.., id)| *id).filter(|id| *id != "publicApiGetDocument");
    assert_eq!(made, operations.chain(["generated", "refusals"]).collect(), "{printed}");
    assert_eq!(made.len(), 21, "the 19 operations, the making and the refusals");
    for entry in world.journal().find(&Filter::default()) {
        let wrong: Vec<_> = entry.violations.iter().filter(|wrong| wrong.side == Side::Answer).collect();
        assert!(wrong.is_empty(), "{} {}: {wrong:#?}", entry.request.method, entry.request.target);
        assert!(entry.unsupported.is_empty(), "{}: {:?}", entry.request.target, entry.unsupported);
    }
    drop(face);
}
