//! The platform as a process: its greeting, its ready file, its end, and a whole loop through it.

use std::process::Command;

use serde_json::Value;

use crate::program::{Up, json, run};

/// Runs the registration that the greeting prints, as a reader would.
pub(crate) fn register(up: &Up) -> String {
    let start = up.greeting.find("curl -sS").expect("a command");
    let command = up.greeting.get(start..).unwrap().split("\n\n").next().unwrap();
    let output = Command::new("sh").args(["-c", command]).output().expect("a shell");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    answer["redirectUrl"].as_str().expect("the link").to_owned()
}

#[test]
fn the_ready_file_has_the_documented_fields() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    let up = Up::start(&["--ready-file", file.to_str().unwrap()]);
    let ready = json(&file);
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(fields(&ready), "control console event_api dataverse entra stripe registration_page ca_cert sample");
    assert_eq!(fields(&ready["control"]), "url");
    assert_eq!(fields(&ready["console"]), "url");
    assert_eq!(fields(&ready["event_api"]), "base outbound_base token origin");
    assert_eq!(fields(&ready["dataverse"]), "url api_version");
    assert_eq!(fields(&ready["entra"]), "authority tenant_id token_url client_id client_secret");
    assert_eq!(fields(&ready["stripe"]), "api_base api_key webhook_secret");
    assert_eq!(fields(&ready["registration_page"]), "url");
    assert_eq!(ready["registration_page"]["url"], ready["event_api"]["origin"]);
    assert_eq!(fields(&ready["sample"]), "readable_event_id pass_id source_system");
    assert_eq!(ready["ca_cert"], Value::Null);
    assert_eq!(ready["control"]["url"], up.control());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the file itself");
}

#[test]
fn it_stops_when_told_to_and_says_so() {
    for name in ["TERM", "INT"] {
        let ran = Up::start(&[]).signal(name);
        assert_eq!(ran.code, 0, "{name}");
        assert!(ran.out.ends_with("Everything has stopped. Goodbye.\n"), "{}", ran.out);
    }
}

#[test]
fn stripes_version_and_limits_are_chosen_by_flags_or_by_the_profile() {
    let settings = |arguments: &[&str]| {
        let up = Up::start(arguments);
        let url = format!("{}/v1/stripe/settings", up.control().trim_end_matches('/'));
        let output = Command::new("curl").args(["-sS", &url]).output().expect("curl");
        let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (shown["api_version"].as_str().unwrap().to_owned(), shown["rate_limits"]["per_second"].as_u64())
    };
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("payloop.toml");
    std::fs::write(&profile, "[declares]\nstripe_api_version = \"2025-11-17.clover\"\n").unwrap();
    let profile = profile.to_str().unwrap();
    assert_eq!(settings(&["--only", "stripe"]), ("2026-07-29.dahlia".to_owned(), None));
    assert_eq!(
        settings(&["--config", profile, "--stripe-rate-limits", "live"]),
        ("2025-11-17.clover".to_owned(), Some(100))
    );
    assert_eq!(
        settings(&["--config", profile, "--stripe-api-version", "2024-06-20", "--stripe-rate-limits", "7"]),
        ("2024-06-20".to_owned(), Some(7))
    );
}

#[test]
fn a_scenario_of_ones_own_is_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let (ready, wrong) = (folder.path().join("r.json"), folder.path().join("wrong.toml"));
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/scenarios/conference.toml");
    let up = Up::start(&["--scenario", scenario, "--ready-file", ready.to_str().unwrap()]);
    let ready = json(&ready);
    assert_eq!(ready["sample"]["readable_event_id"], "Harbour_Conference2011264417");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let url = format!(
        "{}/events/Harbour_Conference2011264417/sessions?emApplicationtoken={}",
        text(&ready["event_api"]["base"]),
        text(&ready["event_api"]["token"])
    );
    let output = Command::new("curl").args(["-sS", &url]).output().expect("curl");
    let sessions: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(sessions[0]["name"], "Opening");
    assert!(register(&up).contains("purchaseId="));
    drop(up);
    std::fs::write(&wrong, "[[event]]\nnam = 1").unwrap();
    let ran = run(&["up", "--port-base", "0", "--scenario", wrong.to_str().unwrap()]);
    assert!(ran.code != 0 && ran.err.contains("unknown field `nam`"), "{} {}", ran.code, ran.err);
}

#[test]
fn dataverse_takes_tables_operations_and_limits_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let table = file(
        "badge.toml",
        "logical_name = \"new_badge\"\nentity_set = \"new_badges\"\nprimary_id = \"new_badgeid\"\ndisplay_name = \"Badge\"\nownership = \"user\"\nsource = \"our own\"\n",
    );
    let operations = file("custom.toml", "[[operation]]\nname = \"new_Ping\"\n");
    let arguments = [
        "--only",
        "dataverse",
        "--dataverse-schema",
        &table,
        "--dataverse-operations",
        &operations,
        "--dataverse-certificate",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/entra/client-certificate.pem"),
        "--dataverse-limits",
    ];
    let up = Up::start(&arguments);
    let get = |path: &str| {
        let url = format!("{}/v1/dataverse/{path}", up.control().trim_end_matches('/'));
        String::from_utf8(Command::new("curl").args(["-sS", &url]).output().expect("curl").stdout).expect("text")
    };
    assert!(get("tables").contains("\"new_badge\""));
    assert!(get("operations").contains("\"new_Ping\""));
    assert!(get("protection").contains("\"requests\":6000"));
    drop(up);
    let ran = run(&["up", "--port-base", "0", "--dataverse-certificate", &table]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("badge.toml: this is neither a PEM certificate nor"), "{}", ran.err);
    let wrong = file("wrong.toml", "[[operation]]\nname = \"Ping\"\n");
    let ran = run(&["up", "--port-base", "0", "--dataverse-operations", &wrong]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("operation Ping: the name must be"), "{}", ran.err);
}

#[test]
fn one_fake_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    let up = Up::start(&["--only", "stripe", "--ready-file", file.to_str().unwrap()]);
    assert!(up.greeting.contains("Stripe") && !up.greeting.contains("Dataverse"), "{}", up.greeting);
    assert!(!up.greeting.contains("completion service"), "{}", up.greeting);
    let ready = json(&file);
    assert!(ready["stripe"].is_object() && ready["dataverse"].is_null());
    let text = |name: &str| ready["stripe"][name].as_str().expect("text").to_owned();
    let price = Command::new("curl")
        .args(["-sS", "-u", &format!("{}:", text("api_key")), &format!("{}/v1/prices", text("api_base"))])
        .args(["-d", "unit_amount=4950", "-d", "currency=usd", "-d", "product_data[name]=Seat"])
        .output()
        .expect("curl");
    let price: Value = serde_json::from_slice(&price.stdout).expect("JSON");
    assert_eq!((&price["object"], &price["unit_amount"]), (&"price".into(), &4950.into()));
    let ran = run(&["env", "--ready-file", file.to_str().unwrap()]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("without --only"), "{}", ran.err);
}

#[test]
fn a_whole_loop_by_hand() {
    let up = Up::start(&[]);
    let control = up.control();
    let link = register(&up);

    let declined = run(&["pay", &link, "--outcome", "declined"]);
    assert_eq!(declined.code, 0, "{}{}", declined.out, declined.err);
    assert!(declined.out.contains("Not paid with card 4000000000000002"), "{}", declined.out);
    let seen = run(&["pay", &link, "--outcome", "abandon"]);
    assert_eq!(seen.code, 0, "{}{}", seen.out, seen.err);
    let paid = run(&["pay", &link]);
    assert_eq!(paid.code, 0, "{}{}", paid.out, paid.err);
    assert!(paid.out.contains(&format!("the browser was sent to {}", up.page())), "{}", paid.out);

    let listed = run(&["deliveries", "list", "--control", &control]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    let completed =
        listed.out.lines().find(|line| line.contains("checkout.session.completed")).expect("it was delivered");
    assert!(completed.contains("delivered") && completed.contains("last answered 200"), "{completed}");
    let number = completed.split_whitespace().next().unwrap();
    let again = run(&["deliveries", "resend", number, "--control", &control]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("2 tries"), "{}", again.out);

    let again = run(&["pay", &link]);
    assert_ne!(again.code, 0, "nobody pays twice: {}{}", again.out, again.err);
}

#[test]
fn time_and_faults_are_moved_from_outside() {
    let up = Up::start(&["--clock", "manual"]);
    let control = up.control();
    register(&up);
    let moved = run(&["clock", "advance", "31m", "--control", &control]);
    assert_eq!(moved.code, 0, "{}", moved.err);
    assert!(moved.out.contains("1 thing fell due"), "{}", moved.out);

    let plan = r#"{"match":{"fake":"event-api"},"times":1,"effect":{"kind":"answer","status":429}}"#;
    let added = run(&["fault", "add", plan, "--control", &control]);
    assert_eq!((added.code, added.out.starts_with("Fault plan 1 ")), (0, true), "{}{}", added.out, added.err);
    let listed = run(&["fault", "list", "--control", &control]);
    assert!(listed.out.contains("answer 429") && listed.out.contains("0 of 1 used"), "{}", listed.out);
    let removed = run(&["fault", "remove", "1", "--control", &control]);
    assert!(removed.out.contains("met 0 of 0"), "{}", removed.out);
    let unknown = run(&["fault", "remove", "1", "--control", &control]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
}

#[test]
fn a_service_of_ones_own_is_named_by_the_profile() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("payloop.toml");
    std::fs::write(
        &file,
        "[service]\nredirect_url = \"http://127.0.0.1:7202/pay\"\nnotify_url = \"http://127.0.0.1:7202/hook\"\n",
    )
    .unwrap();
    let up = Up::start(&["--config", file.to_str().unwrap()]);
    assert!(up.greeting.contains("your service         http://127.0.0.1:7202/pay"), "{}", up.greeting);
    assert!(register(&up).starts_with("http://127.0.0.1:7202/pay?purchaseId="));
}
