//! Every error code that the fake knows, each as a whole answer; and both generations of those that differ.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use mock_dataverse::store::{Fields, StoreError};
use mock_dataverse::{Config, ErrorCodes, ProtectionLimits};

use crate::support::{Answer, BADGE, EURO, Org, guid, org_with};

const CODES: &str = include_str!("../../src/fault.rs");

/// The codes of the source, as they are written on the wire.
fn known() -> BTreeSet<String> {
    let codes = CODES.lines().filter_map(|line| line.trim().strip_prefix("pub const ")?.split_once("Self(0x"));
    codes.map(|(_, code)| format!("0x{}", code.trim_end_matches(");").replace('_', ""))).collect()
}

async fn ready(change: impl FnOnce(&mut Config)) -> Org {
    let mut config =
        Config { schema_files: vec![("new_badge.toml".to_owned(), BADGE.to_owned())], ..Config::default() };
    change(&mut config);
    let mut org = org_with(config);
    org.sign_in().await;
    org.purchase();
    org.contacts();
    org.put("new_badge", guid(40), Fields::new().set("new_name", "a").set("new_number", 1));
    org
}

/// What brings each code, with a name for people.
async fn answers() -> Vec<(&'static str, Answer)> {
    let org = ready(|_| {}).await;
    let purchase = format!("msevtmgt_eventpurchases({})", guid(1));
    let currency = format!("transactioncurrencies({EURO})");
    let none: &[(&str, &str)] = &[];
    let batch: &[(&str, &str)] = &[("content-type", "multipart/mixed; boundary=b")];
    let part = "--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n\r\n";
    let (many, large) = (format!("{}--b--", part.repeat(1001)), " ".repeat(5 * 1024 * 1024));
    let finalize = format!(r#"{{"msevtmgt_purchaseid":"{}","msevtmgt_paymentstatus":7}}"#, guid(1));
    let mut seen = Vec::new();
    for (what, method, path, headers, body) in [
        ("a row that is not there", "GET", "contacts(6b1f0c0e-0000-4000-8000-000000000063)", none, ""),
        ("an argument that does not fit", "POST", "contacts", none, r#"{"statecode":9}"#),
        ("a query that cannot be read", "GET", "contacts?$filter=lastname eq", none, ""),
        ("a payload that cannot be read", "POST", "contacts", none, "{"),
        ("a plug-in that gives up", "POST", "msevtmgt_finalizeregistrationpayment", none, &finalize),
        ("acting for another user", "GET", "WhoAmI", &[("mscrmcallerid", "x")], ""),
        ("a key that names no row", "GET", "new_badges(new_number=7)", none, ""),
        ("columns that are no key", "GET", "new_badges(new_colour=1)", none, ""),
        ("another version", "DELETE", &purchase, &[("if-match", "W/\"1\"")], ""),
        ("a row that is there", "PATCH", &purchase, &[("if-none-match", "*")], "{}"),
        ("a key that is taken", "POST", "new_badges", none, r#"{"new_number":1}"#),
        ("a row that others need", "DELETE", &currency, none, ""),
        ("what is not there", "GET", "contacts?fetchXml=x", none, ""),
        ("a reason of another state", "PATCH", &purchase, none, r#"{"statuscode":2}"#),
        ("a table without a definition", "GET", "EntityDefinitions(LogicalName='x')", none, ""),
        (
            "a column without a definition",
            "GET",
            "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='x')",
            none,
            "",
        ),
        ("too many requests in a batch", "POST", "$batch", batch, &many),
        ("a body that is too large", "POST", "contacts", none, &large),
    ] {
        seen.push((what, org.call(method, path, headers, body).await));
    }
    let add = |from: u128, to: u128| {
        (from..to).map(|number| Fields::new().set("name", format!("role {number}"))).enumerate().collect::<Vec<_>>()
    };
    org.dataverse
        .store()
        .write(jiff::Timestamp::UNIX_EPOCH, |tx| {
            add(0, 50_001)
                .into_iter()
                .try_for_each(|(at, fields)| tx.create("role", guid(1_000 + at as u128), fields).map(drop))
        })
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    seen.push(("too many rows for one answer", org.get("roles?$apply=aggregate($count as n)").await));

    let org = ready(|config| config.tenants[0].apps[0].user = None).await;
    seen.push(("no member", org.get("WhoAmI").await));
    let org = ready(|config| config.tenants[0].apps[0].roles.clear()).await;
    seen.push(("no privilege", org.get("contacts").await));
    let org = ready(|config| config.error_codes = ErrorCodes::Older).await;
    seen.push(("an unknown segment, older", org.get("nothing").await));
    seen.push(("an unknown property, older", org.get("contacts?$select=nothing").await));
    for (what, limits) in [
        ("too many requests", ProtectionLimits { requests: 0, ..ProtectionLimits::default() }),
        ("too much time", ProtectionLimits { execution_seconds: 0, ..ProtectionLimits::default() }),
        ("too many at once", ProtectionLimits { concurrent: 0, ..ProtectionLimits::default() }),
    ] {
        let org = ready(|config| config.protection = Some(limits)).await;
        seen.push((what, org.get("WhoAmI").await));
    }
    seen
}

#[tokio::test]
async fn every_code_has_been_seen() {
    let answers = answers().await;
    let mut text = String::new();
    let mut codes = BTreeSet::new();
    for (what, answer) in &answers {
        codes.insert(answer.json()["error"]["code"].as_str().unwrap().to_owned());
        text.extend([format!("# {what}\n{}\n\n", answer.whole())]);
    }
    assert_snapshot!(text);
    // What has no code is written so, and only an injected fault is unexpected.
    codes.extend(["0".to_owned(), "0x80040216".to_owned()]);
    let missing: Vec<_> = known().into_iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?} of {codes:?}");
}

#[tokio::test]
async fn both_generations_of_codes() {
    let (newer, older) = (ready(|_| {}).await, ready(|config| config.error_codes = ErrorCodes::Older).await);
    let mut text = String::new();
    for path in [
        "nothing",
        "contacts?$select=nothing",
        "contacts?$filter=nothing eq 1",
        &format!("contacts({})/nothing", guid(10)),
    ] {
        text.extend([format!("{path}\n  {}\n  {}\n", newer.get(path).await.error(), older.get(path).await.error())]);
    }
    assert_snapshot!(text);
}
