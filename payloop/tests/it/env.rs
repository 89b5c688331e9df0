//! The environment of a service, in every form.

use serde_json::Value;

use crate::program::{Up, json, payloop, run};

const NAMES: [&str; 11] = [
    "PORT",
    "DATAVERSE_URL",
    "ENTRA_AUTHORITY",
    "ENTRA_TOKEN_URL",
    "TENANT_ID",
    "CLIENT_ID",
    "CLIENT_SECRET",
    "STRIPE_API_BASE",
    "STRIPE_API_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "ALLOWED_RETURN_ORIGINS",
];

fn env(format: &str, more: &[&str]) -> String {
    let ran = run(&[&["env", "--format", format], more].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    ran.out
}

fn as_json(more: &[&str]) -> Value {
    serde_json::from_str(&env("json", more)).unwrap()
}

#[test]
fn all_forms_say_the_same() {
    let object = as_json(&[]);
    let names: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, NAMES);
    let dotenv: String =
        NAMES.iter().map(|name| format!("{name}={}\n", object[name].as_str().unwrap())).collect::<Vec<_>>().concat();
    assert_eq!(run(&["env"]).out, dotenv, "dotenv is what comes without --format");
    let shell = env("shell", &[]);
    assert_eq!(shell.replace("export ", "").replace('\'', ""), dotenv);

    let settings: Value = serde_json::from_str(&env("appsettings", &[])).unwrap();
    assert_eq!(settings["Stripe"]["WebhookSecret"], object["STRIPE_WEBHOOK_SECRET"]);
    assert_eq!(settings["Entra"]["TokenUrl"], object["ENTRA_TOKEN_URL"]);
    assert_eq!(settings["Urls"], "http://127.0.0.1:4405");
    for name in NAMES {
        assert_eq!(settings[name], object[name], "{name} is there by its plain name as well");
    }
}

/// What is in somebody's .env must stay valid, whatever else changes.
#[test]
fn the_values_for_the_defaults_never_change() {
    let object = as_json(&[]);
    assert_eq!(object["DATAVERSE_URL"], "http://127.0.0.1:4402");
    assert_eq!(object["STRIPE_API_BASE"], "http://127.0.0.1:4404");
    assert_eq!(object["PORT"], "4405");
    assert_eq!(object["ALLOWED_RETURN_ORIGINS"], "https://allowed.test,http://127.0.0.1:4400,http://127.0.0.1:4406");
    assert_eq!(object["CLIENT_SECRET"], "Swr8Q~UbIq4zXmvCX3HAt1rKV2XkvJRznlrEtw0o");
    assert_eq!(object["STRIPE_WEBHOOK_SECRET"], "whsec_LF5aaPfUQ3rFO8qeCUteQFgDAMm11d9O");
    assert_eq!(object["TENANT_ID"], "e3a1de4a-fd5e-4bdf-a47b-87e0030d8a0f");
}

#[test]
fn seed_and_ports_are_heeded() {
    let (one, other) = (as_json(&[]), as_json(&["--seed", "2", "--port-base", "5500", "--port", "7202"]));
    assert_ne!(one["CLIENT_SECRET"], other["CLIENT_SECRET"]);
    assert_eq!(other["ENTRA_AUTHORITY"], "http://127.0.0.1:5503");
    assert_eq!(other["PORT"], "7202");
}

#[test]
fn a_ready_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    let shown = file.to_str().unwrap();
    let _up = Up::start(&["--seed", "5", "--ready-file", shown]);
    let (ready, env) = (json(&file), as_json(&["--ready-file", shown]));
    for (name, value) in [
        ("DATAVERSE_URL", &ready["dataverse"]["url"]),
        ("ENTRA_AUTHORITY", &ready["entra"]["authority"]),
        ("ENTRA_TOKEN_URL", &ready["entra"]["token_url"]),
        ("TENANT_ID", &ready["entra"]["tenant_id"]),
        ("CLIENT_ID", &ready["entra"]["client_id"]),
        ("CLIENT_SECRET", &ready["entra"]["client_secret"]),
        ("STRIPE_API_BASE", &ready["stripe"]["api_base"]),
        ("STRIPE_API_KEY", &ready["stripe"]["api_key"]),
        ("STRIPE_WEBHOOK_SECRET", &ready["stripe"]["webhook_secret"]),
    ] {
        assert_eq!(&env[name], value, "{name}");
    }
}

/// A POSIX shell reads the shell form without a fight.
#[test]
fn a_shell_can_source_it() {
    let script = format!(
        "eval \"$({} env --format shell)\"; printf %s \"$STRIPE_WEBHOOK_SECRET\"",
        payloop().get_program().display()
    );
    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), as_json(&[])["STRIPE_WEBHOOK_SECRET"].as_str().unwrap());
}
