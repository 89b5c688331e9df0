//! Https from end to end: the platform, the environment that it hands out, its own clients, and a certification.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{Ran, Up, ended, json, payloop, run};
use crate::up::register;

fn ok(ran: &Ran) -> &str {
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    &ran.out
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file")
}

#[test]
fn a_whole_loop_over_https() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    let shown = file.to_str().unwrap();
    let up = Up::start(&["--tls", "--ready-file", shown]);
    let ready = json(&file);
    for url in [
        &ready["control"]["url"],
        &ready["console"]["url"],
        &ready["event_api"]["base"],
        &ready["dataverse"]["url"],
        &ready["entra"]["authority"],
        &ready["entra"]["token_url"],
        &ready["stripe"]["api_base"],
    ] {
        assert!(url.as_str().unwrap().starts_with("https://127.0.0.1:"), "{url}");
    }
    let certificate = Path::new(ready["ca_cert"].as_str().unwrap()).to_owned();
    assert!(certificate.is_absolute() && text(&certificate).starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(!text(&certificate).contains("KEY"), "the key stays in memory");
    assert!(up.greeting.contains(&format!("SSL_CERT_FILE='{}'", certificate.display())), "{}", up.greeting);

    // The greeting's own command, then our own clients: by the ready file, by the certificate, and by themselves.
    let link = register(&up);
    let bought = run(&["pay", &link, "--ready-file", shown]);
    assert!(ok(&bought).contains("Opened https://127.0.0.1:"), "{}", bought.out);
    assert!(bought.out.contains("Paid with"), "{}", bought.out);
    assert!(ok(&run(&["deliveries", "list", "--ready-file", shown])).contains("last answered 2"));
    let control = up.control();
    let certificate_shown = certificate.to_str().unwrap();
    assert!(
        ok(&run(&["clock", "advance", "1m", "--control", &control, "--ca-cert", certificate_shown]))
            .contains("fell due")
    );
    assert!(ok(&run(&["fault", "list", "--control", &control])).contains("No fault plan"));
    let other = ended(payloop().args(["fault", "list", "--control", &control]).env("XDG_STATE_HOME", folder.path()));
    assert_eq!(other.code, 3, "{}", other.out);
    assert!(other.err.contains("--ca-cert FILE") && other.err.contains("invalid peer certificate"), "{}", other.err);
    let given = ended(
        payloop()
            .args(["fault", "list", "--control", &control])
            .env("XDG_STATE_HOME", folder.path())
            .env("SSL_CERT_FILE", &certificate),
    );
    ok(&given);

    // A certificate that no client should take, and one that they should.
    let asked = || {
        let url = ready["dataverse"]["url"].as_str().unwrap();
        Command::new("curl").args(["-sS", "--cacert", certificate_shown, url]).output().expect("curl")
    };
    let plan = r#"{"match":{"fake":"dataverse"},"times":1,"effect":{"kind":"certificate","flaw":"expired"}}"#;
    ok(&run(&["fault", "add", plan, "--control", &control]));
    let refused = asked();
    assert_eq!(refused.status.code(), Some(60), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(ok(&run(&["fault", "list", "--control", &control])).contains("expired certificate"));
    assert_eq!(asked().status.code(), Some(0), "once and no more");

    // Plain http there is told what is wrong.
    let plain = run(&["clock", "advance", "1m", "--control", &control.replace("https://", "http://")]);
    assert_eq!(plain.code, 2, "{}", plain.err);
    assert!(plain.err.contains("This port speaks https"), "{}", plain.err);

    let stopped = up.signal("TERM");
    assert_eq!(stopped.code, 0, "{}", stopped.out);
    assert!(!certificate.exists(), "what was written for the run goes with it");
}

#[test]
fn every_form_of_the_environment_names_the_certificate() {
    let planned = |form: &str, more: &[&str]| {
        let ran = run(&[&["env", "--tls", "--port-base", "5500", "--format", form], more].concat());
        ok(&ran).to_owned()
    };
    let object: Value = serde_json::from_str(&planned("json", &[])).unwrap();
    let path = format!("{}/payloop/ca-5500.pem", env!("CARGO_TARGET_TMPDIR"));
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"] {
        assert_eq!(object[name], path.as_str());
    }
    assert_eq!(object["DATAVERSE_URL"], "https://127.0.0.1:5502");
    assert_eq!(object["ALLOWED_RETURN_ORIGINS"], "https://allowed.test,https://127.0.0.1:5500,http://127.0.0.1:5506");
    let settings: Value = serde_json::from_str(&planned("appsettings", &[])).unwrap();
    assert_eq!(settings["SSL_CERT_FILE"], path.as_str());
    assert_eq!(settings["Stripe"]["ApiBase"], "https://127.0.0.1:5504");
    for form in ["dotenv", "shell"] {
        let text = planned(form, &[]);
        assert!(text.contains("SSL_CERT_FILE=") && text.contains(&path), "{text}");
        assert!(text.contains("\n# Java") && text.contains("\n# .NET"), "{text}");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.contains('='), "{line}");
        }
    }
    // A shell takes the remarks for what they are.
    let script = format!(
        "eval \"$({} env --tls --format shell)\"; printf %s \"$SSL_CERT_FILE\"",
        payloop().get_program().display()
    );
    let output = Command::new("sh").args(["-c", &script]).env("XDG_STATE_HOME", "/state").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "/state/payloop/ca-4400.pem");
    assert!(output.stderr.is_empty());
}

/// Trusted once, an authority stays trusted, and its key is its owner's alone.
#[test]
fn an_authority_is_kept_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("ca.pem"), folder.path().join("ca.key"));
    let shown = certificate.to_str().unwrap();
    let env: Value = serde_json::from_str(ok(&run(&["env", "--tls", "--tls-ca", shown, "--format", "json"]))).unwrap();
    assert_eq!(env["SSL_CERT_FILE"], shown);
    let (first, secret) = (text(&certificate), text(&key));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let up = Up::start(&["--tls", "--tls-ca", shown, "--tls-host", "contoso.crm4.dynamics.com"]);
    let port = up.control().rsplit(':').next().unwrap().to_owned();
    let asked = |host: &str| {
        let place = format!("{host}:{port}");
        let connect = format!("{place}:127.0.0.1:{port}");
        Command::new("curl")
            .args(["-sS", "--cacert", shown, "--connect-to", &connect, "-o", "-", "-w", "%{http_code}"])
            .arg(format!("https://{place}/v1/world"))
            .output()
            .expect("curl")
    };
    // The door of the control API refuses the name; TLS does not.
    assert!(String::from_utf8(asked("contoso.crm4.dynamics.com").stdout).unwrap().ends_with("403"));
    assert!(String::from_utf8(asked("localhost").stdout).unwrap().ends_with("200"));
    assert_eq!(asked("contoso.crm5.dynamics.com").status.code(), Some(60), "curl's code for a name that does not fit");
    assert_eq!(up.signal("TERM").code, 0);
    assert_eq!((text(&certificate), text(&key)), (first, secret), "it is as it was");

    std::fs::remove_file(&certificate).unwrap();
    let half = run(&["up", "--port-base", "0", "--tls", "--tls-ca", shown]);
    assert_eq!(half.code, 2, "{}", half.out);
    assert!(half.err.contains("ca.key is there, but") && half.err.contains("ca.pem is not"), "{}", half.err);
    std::fs::write(&certificate, "nonsense").unwrap();
    let broken = run(&["up", "--port-base", "0", "--tls", "--tls-ca", shown]);
    assert_eq!(broken.code, 2, "{}", broken.out);
    assert!(broken.err.contains("no authority to use"), "{}", broken.err);
}

#[test]
fn the_service_that_comes_along_is_conformant_over_https() {
    let ran = run(&["certify", "--tls", "--json", "-"]);
    let report: Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(report["summary"]["verdict"], "conformant");
    for case in report["cases"].as_array().unwrap() {
        let outbound = case["id"].as_str().unwrap().starts_with("C-L");
        assert_eq!(case["verdict"], if outbound { "not-applicable" } else { "pass" }, "{case}");
        assert!(case["rerun"].as_str().unwrap().contains(" --tls"), "{case}");
    }
    for invariant in report["invariants"].as_array().unwrap() {
        assert_eq!(invariant["verdict"], "pass", "{invariant}");
    }
}
