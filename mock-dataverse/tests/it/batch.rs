//! `$batch`: what clients send, what comes back, and that a change set happens whole or not at all.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::support::{Answer, Org, guid, org};

const TYPE: &str = "multipart/mixed; boundary=\"batch_x\"";

async fn post(org: &Org, content_type: &str, prefer: &str, body: &str) -> Answer {
    org.call("POST", "$batch", &[("content-type", content_type), ("prefer", prefer)], body).await
}

/// A part with one request; `{n}` lines are separated by CRLF.
fn part(boundary: &str, id: Option<&str>, request: &str, body: &str) -> String {
    let id = id.map(|id| format!("Content-ID: {id}\r\n")).unwrap_or_default();
    let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    format!(
        "--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{id}\r\n{request} HTTP/1.1\r\n{kind}\r\n{body}\r\n"
    )
}

fn change_set(parts: &[(&str, &str, &str)]) -> String {
    let mut text = "--batch_x\r\nContent-Type: multipart/mixed; boundary=set_y\r\n\r\n".to_owned();
    for (id, request, body) in parts {
        text.push_str(&part("set_y", Some(id), request, body));
    }
    text.push_str("--set_y--\r\n");
    text
}

fn closed(parts: &[String]) -> String {
    format!("{}--batch_x--\r\n", parts.concat())
}

/// The answer with what differs from run to run in its place.
fn shown(answer: &Answer) -> String {
    format!("{}\n{}\n\n{}", answer.status, answer.header("content-type"), answer.body.replace("\r\n", "\n"))
}

fn creates() -> String {
    let (contact, event) = (guid(5), guid(6));
    closed(&[
        part(
            "batch_x",
            None,
            "GET /api/data/v9.2/transactioncurrencies?$select=isocurrencycode&$filter=isocurrencycode eq 'EUR'",
            "",
        ),
        change_set(&[
            ("1", "POST /api/data/v9.2/contacts", &format!(r#"{{"contactid":"{contact}","lastname":"Ng"}}"#)),
            (
                "2",
                "POST http://127.0.0.1:4402/api/data/v9.2/msevtmgt_events",
                &format!(r#"{{"msevtmgt_eventid":"{event}","msevtmgt_name":"Fair"}}"#),
            ),
            (
                "3",
                "POST msevtmgt_eventpurchases",
                r#"{"msevtmgt_name":"P","msevtmgt_PurchasingContactId@odata.bind":"$1","msevtmgt_EventId@odata.bind":"$2"}"#,
            ),
            ("4", "PUT $1/firstname", r#"{"value":"Ada"}"#),
            ("5", "PATCH $3", r#"{"msevtmgt_paid":true}"#),
        ]),
        part(
            "batch_x",
            None,
            &format!(
                "GET contacts({contact})?$select=firstname&$expand=msevtmgt_contact_msevtmgt_eventpurchase($select=msevtmgt_name,msevtmgt_paid)"
            ),
            "",
        ),
        part("batch_x", None, "GET contacts/$count", ""),
    ])
}

#[tokio::test]
async fn a_change_set_with_references_between_reads() {
    let org = org().await;
    let answer = post(&org, TYPE, "", &creates()).await;
    assert_snapshot!(shown(&answer));
}

#[tokio::test]
async fn line_ends_make_no_difference() {
    let answers = [creates(), creates().replace("\r\n", "\n")];
    let mut seen = Vec::new();
    for body in answers {
        let org = org().await;
        seen.push(post(&org, TYPE, "", &body).await.body);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].lines().count() > 40 && !seen[0].replace("\r\n", "").contains('\n'), "answers have CRLF only");
}

#[tokio::test]
async fn a_change_set_that_fails_has_changed_nothing() {
    let org = org().await;
    org.contacts();
    let body = closed(&[
        change_set(&[
            ("1", "POST contacts", r#"{"lastname":"New"}"#),
            ("2", &format!("DELETE contacts({})", guid(11)), ""),
            ("3", &format!("PATCH contacts({})", guid(12)), r#"{"lastname":"Changed"}"#),
            ("4", &format!("DELETE contacts({})", guid(99)), ""),
            ("5", "POST contacts", r#"{"lastname":"Never"}"#),
        ]),
        part("batch_x", None, "GET contacts?$select=lastname&$orderby=lastname", ""),
    ]);
    let before = org.get("contacts").await.body;
    let stopped = post(&org, TYPE, "", &body).await;
    let continued = post(&org, TYPE, "odata.continue-on-error", &body).await;
    assert_snapshot!(format!("{}\n\n{}", shown(&stopped), shown(&continued)));
    assert_eq!(org.get("contacts").await.body, before);
    assert_eq!(continued.header("preference-applied"), "odata.continue-on-error");
}

#[tokio::test]
async fn rows_of_a_failed_change_set_are_not_seen_by_indexes_either() {
    let org = org().await;
    let body = closed(&[change_set(&[
        ("1", "POST contacts", &format!(r#"{{"contactid":"{}","lastname":"Ng"}}"#, guid(5))),
        ("2", "POST msevtmgt_eventpurchases", r#"{"msevtmgt_PurchasingContactId@odata.bind":"$1"}"#),
        ("3", "POST contacts", r#"{"nothing":1}"#),
    ])]);
    assert_eq!(post(&org, TYPE, "", &body).await.status, 400);
    let purchases =
        format!("msevtmgt_eventpurchases/$count?$filter=_msevtmgt_purchasingcontactid_value eq {}", guid(5));
    assert_eq!(org.get(&purchases).await.body, "\u{feff}0");
}

/// What `DynamicsWebApi` writes: no space in the content types, an empty line in front of each delimiter, ids from 100001.
#[tokio::test]
async fn the_batch_of_dynamics_web_api() {
    let org = org().await;
    let lines = [
        "",
        "--dwa_batch_1",
        "Content-Type: multipart/mixed;boundary=changeset_2",
        "",
        "--changeset_2",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "Content-ID: 100001",
        "",
        "POST http://127.0.0.1:4402/api/data/v9.2/contacts HTTP/1.1",
        "Content-Type: application/json",
        "",
        r#"{"lastname":"Ng"}"#,
        "",
        "--changeset_2",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "Content-ID: 100002",
        "",
        "PATCH $100001 HTTP/1.1",
        "Content-Type: application/json",
        "If-Match: *",
        "",
        r#"{"firstname":"Ada"}"#,
        "",
        "--changeset_2--",
        "",
        "--dwa_batch_1",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        "GET http://127.0.0.1:4402/api/data/v9.2/contacts?$select=firstname HTTP/1.1",
        "Accept: application/json",
        "",
        "--dwa_batch_1--",
        "",
    ];
    for end in ["\n", "\r\n"] {
        let answer = post(&org, "multipart/mixed;boundary=dwa_batch_1", "", &lines.join(end)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.starts_with("--batchresponse_") && answer.body.contains("--changesetresponse_"));
        assert_eq!(answer.body.matches("HTTP/1.1 204 No Content\r\n").count(), 2);
        assert!(answer.body.contains(r#""firstname":"Ada""#), "{}", answer.body);
    }
}

/// What the Python client writes: another content type for bodies, and no empty line in front of delimiters.
#[tokio::test]
async fn the_batch_of_the_python_client() {
    let org = org().await;
    org.contacts();
    let mut body = "--batch_7\r\nContent-Type: multipart/mixed; boundary=\"changeset_8\"\r\n\r\n".to_owned();
    for (id, line, json) in [
        (1, "POST http://127.0.0.1:4402/api/data/v9.2/contacts", Some(r#"{"lastname":"Ng"}"#)),
        (2, &*format!("DELETE http://127.0.0.1:4402/api/data/v9.2/contacts({})", guid(10)), None),
    ] {
        write!(body, "--changeset_8\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {id}\r\n\r\n{line} HTTP/1.1\r\n").unwrap();
        match json {
            Some(json) => write!(body, "Content-Type: application/json; type=entry\r\n\r\n{json}\r\n").unwrap(),
            None => body.push_str("If-Match: *\r\n\r\n"),
        }
    }
    body.push_str("--changeset_8--\r\n\r\n--batch_7\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET http://127.0.0.1:4402/api/data/v9.2/EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 'role' HTTP/1.1\r\n\r\n--batch_7--\r\n");
    let answer = post(&org, "multipart/mixed; boundary=\"batch_7\"", "", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body.matches("\r\nContent-ID: ").count(), 2);
    assert!(answer.body.contains(r#""LogicalName":"role""#), "{}", answer.body);
    assert!(org.dataverse.store().get("contact", guid(10)).is_none());
}

#[tokio::test]
async fn a_request_in_a_batch_is_answered_as_if_it_came_alone() {
    let org = org().await;
    org.purchase();
    org.contacts();
    for path in [
        "WhoAmI",
        "contacts?$select=lastname&$filter=lastname eq 'ng'",
        "contacts?$select=nothing",
        "contacts(1)",
        "nothing",
        "$metadata",
        "EntityDefinitions(LogicalName='role')",
        &format!("msevtmgt_eventpurchases({})/transactioncurrencyid?$select=isocurrencycode", guid(1)),
    ] {
        let alone = org.get(path).await;
        let body = closed(&[part("batch_x", None, &format!("GET {path}"), "")]);
        let answer = post(&org, TYPE, "odata.continue-on-error", &body).await;
        assert_eq!(answer.status, 200);
        let (_, inner) = answer.body.split_once("HTTP/1.1 ").unwrap();
        assert!(inner.starts_with(alone.status.as_str()), "{path}: {inner}");
        let (_, inner) = inner.split_once("\r\n\r\n").unwrap();
        let (inner, _) = inner.rsplit_once("\r\n--batchresponse_").unwrap();
        assert_eq!(inner, alone.body, "{path}");
    }
}

#[tokio::test]
async fn a_reserved_purchase_can_be_finalized_in_a_change_set_of_its_own() {
    let org = org().await;
    let purchase = org.purchase();
    let finalize = format!(r#"{{"msevtmgt_purchaseid":"{purchase}","msevtmgt_paymentstatus":100000001}}"#);
    let action = ("1", "POST msevtmgt_finalizeregistrationpayment", finalize.as_str());
    // The purchase has no reservation: what answers is the action itself.
    let alone = post(&org, TYPE, "", &closed(&[change_set(&[action])])).await;
    assert!(alone.body.contains("has no reservation"), "{}", alone.body);
    let other = ("2", "POST contacts", r#"{"lastname":"Ng"}"#);
    let both = post(&org, TYPE, "", &closed(&[change_set(&[other, action])])).await;
    assert!(both.body.contains("does not support an action in a change set"), "{}", both.body);
    assert_eq!(org.dataverse.store().read(|data| data.count("contact")), 0);
}

/// Clients put long queries into a batch, where they may be twice as long.
#[tokio::test]
async fn a_long_query_goes_into_a_batch() {
    let org = org().await;
    let long = |bytes: usize| format!("GET contacts?$filter=lastname eq '{}'", "x".repeat(bytes));
    let alone = org.get(long(40_000).trim_start_matches("GET ")).await;
    assert_snapshot!(alone.error(), @"400 0x80060888 The query is longer than 32768 bytes.");
    for (bytes, status) in [(40_000, 200), (70_000, 400)] {
        let answer = post(&org, TYPE, "", &closed(&[part("batch_x", None, &long(bytes), "")])).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
}

#[tokio::test]
async fn the_errors_of_a_batch() {
    let org = org().await;
    let get = part("batch_x", None, "GET contacts", "");
    let one = |request: &str, body: &str| closed(&[part("batch_x", None, request, body)]);
    let mut text = String::new();
    for (what, content_type, body) in [
        ("another content type", "application/json", closed(std::slice::from_ref(&get))),
        ("no boundary", "multipart/mixed", closed(std::slice::from_ref(&get))),
        ("another boundary", "multipart/mixed; boundary=z", closed(std::slice::from_ref(&get))),
        ("no end", TYPE, get.clone()),
        ("a part of another type", TYPE, "--batch_x\r\nContent-Type: text/plain\r\n\r\nGET x HTTP/1.1\r\n--batch_x--".to_owned()),
        ("no request line", TYPE, "--batch_x\r\nContent-Type: application/http\r\n\r\nnonsense\r\n--batch_x--".to_owned()),
        ("broken headers", TYPE, "--batch_x\r\nContent Type: application/http\r\n\r\nGET x HTTP/1.1\r\n--batch_x--".to_owned()),
        ("a name that is no text", TYPE, closed(&[part("batch_x", Some("é"), "GET contacts", "")])),
        ("a read in a change set", TYPE, closed(&[change_set(&[("1", "GET contacts", "")])])),
        ("one id twice", TYPE, closed(&[change_set(&[("1", "POST contacts", "{}"), ("1", "POST contacts", "{}")])])),
        ("a change set in a change set", TYPE, closed(&["--batch_x\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--a--\r\n".to_owned()])),
        ("an unknown reference", TYPE, one("PATCH $7", "{}")),
        ("an unknown reference in a body", TYPE, closed(&[change_set(&[("1", "POST msevtmgt_eventpurchases", r#"{"msevtmgt_EventId@odata.bind":"$7"}"#), ("2", "POST contacts", "{}")])])),
        ("a batch in a batch", TYPE, one("POST $batch", "{}")),
        ("an unknown set", TYPE, one("GET nothing", "")),
        ("another version", TYPE, one("GET /api/data/x/contacts", "")),
        ("another path", TYPE, one("GET /x", "")),
        ("too many", TYPE, closed(&vec![get.clone(); 1001])),
    ] {
        let answer = post(&org, content_type, "", &body).await;
        let json = answer.body.find('{').and_then(|from| answer.body.get(from..)).unwrap_or_default();
        writeln!(text, "{what}: {} {}", answer.status.as_u16(), json.lines().next().unwrap_or_default()).unwrap();
    }
    assert_snapshot!(text);
    let most = post(&org, TYPE, "", &closed(&vec![get; 1000])).await;
    assert_eq!((most.status.as_u16(), most.body.matches("HTTP/1.1 200 OK").count()), (200, 1000));
    let wrong = org.call("GET", "$batch", &[], "").await;
    assert_eq!(wrong.status, 405);
}
