//! What is wrong is said at once, with the next step, and with the right exit code.

use std::io::Write as _;
use std::net::TcpListener;

use crate::program::run;

#[track_caller]
fn check(arguments: &[&str], code: i32, needles: &[&str]) {
    let ran = run(arguments);
    assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
    for needle in needles {
        assert!(ran.err.contains(needle), "{arguments:?} does not say {needle:?}: {}", ran.err);
    }
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    check(&["certfy"], 2, &["certify"]);
    check(&["certify", "--sevice", "x"], 2, &["--service"]);
    check(&["certify", "--service", "nowhere"], 2, &["--service"]);
    check(&["certify", "--service", "ftp://127.0.0.1/"], 2, &["http://127.0.0.1:7202"]);
    check(&["certify", "--service", "http://a.test", "--exec", "b"], 2, &["cannot be used with"]);
    check(&["up", "--only", "paypal"], 2, &["event-api, dataverse"]);
    check(&["up", "--port-base", "65533"], 2, &["65529"]);
    check(&["up", "--stripe-api-version", "newest"], 2, &["such as 2026-07-29.dahlia"]);
    check(&["up", "--stripe-rate-limits", "0"], 2, &["off, sandbox (25 a second), live (100)"]);
    check(&["up", "--dataverse-schema", "nothing.toml"], 2, &["cannot read nothing.toml"]);
    check(&["env", "--port-base", "0"], 2, &["--port-base"]);
    check(&["explain", "C-X99"], 2, &["payloop list"]);
    check(&["clock", "advance", "soon"], 2, &["31m"]);
    check(&["fault", "add", "{}"], 2, &["no fault plan", "\"kind\":\"reset\""]);
}

#[test]
fn a_wrong_scenario_is_told_with_its_file() {
    let mut wrong = tempfile::NamedTempFile::new().unwrap();
    wrong.write_all(b"[[event]]\nname = \"Gala\"\nsource_system = \"outbond\"\n").unwrap();
    let file = wrong.path().to_str().unwrap();
    check(&["up", "--port-base", "0", "--scenario", file], 2, &[file, "outbond", "`real-time` or `outbound`"]);
    check(&["up", "--port-base", "0", "--scenario", "nothing.toml"], 2, &["cannot read nothing.toml"]);
    let empty = tempfile::NamedTempFile::new().unwrap();
    let file = empty.path().to_str().unwrap();
    check(&["up", "--port-base", "0", "--scenario", file], 2, &[file, "[[event]]"]);
}

/// Flags and levels of later versions are known, and refused by name.
#[test]
fn what_is_not_there_yet_is_never_accepted_in_silence() {
    for command in ["up", "certify"] {
        for proxy in [&[command, "--proxy", "http://127.0.0.1:8888"][..], &[command, "--proxy"]] {
            check(proxy, 2, &["--proxy is refused", "the real Stripe", "`payloop env`"]);
        }
    }
    check(&["certify", "--level", "hard"], 2, &["core, resilient, secure"]);
}

#[test]
fn https_is_refused_where_it_could_not_work() {
    for command in ["up", "certify", "env"] {
        check(&[command, "--tls-ca", "ca.pem"], 2, &["--tls"]);
    }
    check(&["up", "--tls", "--tls-host", "https://a.test"], 2, &["contoso.crm.dynamics.com"]);
    check(&["up", "--tls", "--tls-ca", "ca.key"], 2, &["the key goes beside it as ca.key"]);
    check(&["up", "--tls", "--tls-ca", "/nowhere/ca.pem"], 2, &["/nowhere/ca.key", "--tls-ca FILE"]);
    check(&["certify", "--tls", "--service", "http://127.0.0.1:9"], 2, &["payloop env --tls --tls-ca ca.pem"]);
    check(&["clock", "advance", "1m", "--ca-cert", "/nowhere/ca.pem"], 2, &["/nowhere/ca.pem"]);
    check(&["clock", "advance", "1m", "--ready-file", "/nowhere/r.json"], 2, &["payloop up --ready-file"]);
    check(&["pay", "http://127.0.0.1:9/", "--ready-file", "/nowhere/r.json"], 2, &["payloop up --ready-file"]);
}

#[test]
fn a_name_that_there_is_not_is_told_with_those_that_are_near() {
    check(&["certify", "--demo-defect", "nosuch"], 2, &["there is no defect \"nosuch\"\n", "`payloop list` shows all"]);
    check(&["certify", "--demo-defect", "redirect301"], 2, &["did you mean redirect-301?", "`payloop list`"]);
    check(
        &["selftest", "--histories", "--defect", "redirect-301"],
        2,
        &["not held to find redirect-301", "counts-debits"],
    );
    check(&["selftest", "--histories", "--switches"], 2, &["cannot be used with"]);
    check(&["selftest", "--defect", "never-finalises"], 2, &["did you mean never-finalizes?", "`payloop list`"]);
    check(&["explain", "doc-sample"], 2, &["did you mean docs-sample?", "`payloop list`"]);
    check(&["explain", "amb1"], 2, &["did you mean AMB-1?"]);
    check(&["certify", "--case", "CR01"], 2, &["no case is called \"CR01\"; did you mean C-R01", "`payloop list`"]);
    check(&["certify", "--case", "C-Z*"], 2, &["no case is called \"C-Z*\"\n`payloop list`"]);
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("payloop.toml");
    std::fs::write(&broken, "[service]\nnmae = \"x\"\n").unwrap();
    let broken = broken.to_str().unwrap();
    check(&["certify", "--profile", broken], 2, &[broken, "nmae"]);
    check(&["up", "--config", broken], 2, &[broken, "nmae"]);
    let version = folder.path().join("version.toml");
    std::fs::write(&version, "[declares]\nstripe_api_version = \"newest\"\n").unwrap();
    let version = version.to_str().unwrap();
    check(&["certify", "--profile", version], 2, &["declares.stripe_api_version", "2026-07-29.dahlia"]);
    check(&["certify", "--profile", "/nowhere/payloop.toml"], 2, &["/nowhere/payloop.toml"]);
    check(&["certify", "--known", "/nowhere/known.toml"], 2, &["/nowhere/known.toml"]);
    check(&["certify", "--junit", "/nowhere/out.xml"], 2, &["/nowhere/out.xml"]);
    check(&["env", "--ready-file", "/nowhere/r.json"], 2, &["payloop up --ready-file"]);
    check(&["env", "--ready-file", broken], 2, &["no ready file"]);
    check(&["fault", "add", "--file", "/nowhere/plan.json"], 2, &["/nowhere/plan.json"]);
    check(&["up", "--port-base", "0", "--ready-file", "/nowhere/r.json"], 2, &["/nowhere/r.json"]);
}

#[test]
fn a_pattern_that_means_no_case_is_an_error() {
    check(&["certify", "--case", "X-*"], 2, &["X-*"]);
}

#[test]
fn where_nobody_runs_the_next_step_is_to_start_it() {
    // Taken and given back: nobody listens there now.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}");
    for arguments in [
        vec!["clock", "advance", "1m", "--control", &nobody],
        vec!["fault", "list", "--control", &nobody],
        vec!["deliveries", "list", "--control", &nobody],
    ] {
        check(&arguments, 3, &["payloop up", &nobody]);
    }
    check(&["pay", &nobody], 3, &["payloop up", &nobody]);
}

/// The whole row that a base stands for is held: what other tests listen on must not decide which port is found taken.
#[test]
fn a_port_that_is_taken_is_named_with_the_cure() {
    let row = hold_a_row();
    let base = row.first().expect("a row").local_addr().unwrap().port();
    let base_text = base.to_string();
    for command in ["up", "certify"] {
        let arguments = [command, "--port-base", &base_text];
        check(&arguments, 3, &["is not free", "ss -ltnp", "--port-base 0"]);
        let said = run(&arguments).err;
        let named = row.iter().filter(|held| said.contains(&format!("port {},", held.local_addr().unwrap().port())));
        assert_eq!(named.count(), 1, "{arguments:?} does not name the port: {said}");
    }
}

/// Listens on as many neighbouring ports as the program takes from a base.
fn hold_a_row() -> Vec<TcpListener> {
    let row = || {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = first.local_addr().unwrap().port();
        let others = (1..6).map_while(|seat| TcpListener::bind(("127.0.0.1", base.checked_add(seat)?)).ok());
        let row: Vec<_> = std::iter::once(first).chain(others).collect();
        (row.len() == 6).then_some(row)
    };
    // Some neighbours may be taken; a few tries find six that are free.
    (0..100).find_map(|_| row()).unwrap()
}
