//! The documented errors, one line for each that the fake can reach: its status, its code in either generation, and its whole answer. Those
//! that it cannot reach stand in a list with the reason.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use insta::assert_snapshot;
use mock_dataverse::store::{Fields, StoreError};
use mock_dataverse::{Config, ErrorCodes, ProtectionLimits};

use crate::support::{Answer, BADGE, EURO, Org, guid, org_with};

const CODES: &str = include_str!("../../src/fault.rs");

/// The organization that an error is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum In {
    /// With a purchase, contacts and badges.
    Any,
    /// Whose app has no user.
    NoMember,
    /// Whose app has no role.
    NoRole,
    /// That takes no request, no execution time, no request beside another.
    Requests,
    Time,
    Concurrent,
    /// With more rows than an aggregation looks at.
    Full,
}

/// An error and what brings it: status, code, code of the older generation where it is another.
struct Documented {
    what: &'static str,
    within: In,
    request: (&'static str, String),
    headers: &'static [(&'static str, &'static str)],
    body: String,
    status: u16,
    code: &'static str,
    older: Option<&'static str>,
}

fn case(what: &'static str, method: &'static str, path: &str, status: u16, code: &'static str) -> Documented {
    let request = (method, path.to_owned());
    Documented { what, within: In::Any, request, headers: &[], body: String::new(), status, code, older: None }
}

impl Documented {
    fn sent(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    fn with(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    fn of(mut self, within: In) -> Self {
        self.within = within;
        self
    }

    fn older(mut self, code: &'static str) -> Self {
        self.older = Some(code);
        self
    }
}

const OLD_TAG: &[(&str, &str)] = &[("if-match", "W/\"1\"")];
const ANY_TAG: &[(&str, &str)] = &[("if-match", "*")];
const NO_TAG: &[(&str, &str)] = &[("if-none-match", "*")];
const BATCH: &[(&str, &str)] = &[("content-type", "multipart/mixed; boundary=b")];
const NONE: &str = "6b1f0c0e-0000-4000-8000-000000000063";
const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";

/// A mistake in FetchXML, in what stands inside its entity.
fn entity(what: &'static str, inside: &str, code: &'static str) -> Documented {
    fetched(what, "contacts", &format!("<fetch><entity name='contact'>{inside}</entity></fetch>"), code)
}

fn fetched(what: &'static str, set: &str, xml: &str, code: &'static str) -> Documented {
    // Only what an address cannot have, so that long ones still fit.
    let escaped = xml.replace('<', "%3C").replace('>', "%3E");
    case(what, "GET", &format!("{set}?fetchXml={escaped}"), 400, code)
}

/// Mistakes in FetchXML, by the names that the platform's query builder has for them.
fn of_fetch_xml() -> Vec<Documented> {
    let condition = |condition: &str| format!("<filter><condition {condition}/></filter>");
    let groups = |inside: &str| format!("<fetch aggregate='true'><entity name='contact'>{inside}</entity></fetch>");
    let all = "<fetch><entity name='role'><link-entity name='role' from='createdon' to='createdon'/></entity></fetch>";
    vec![
        case("FetchXML that is empty", "GET", "contacts?fetchXml=", 400, "0x80041124"),
        fetched("XML that cannot be read", "contacts", "<fetch>", "0x80040201"),
        fetched("an element that is missing", "contacts", "<fetch/>", "0x80041123"),
        fetched("a table that is unknown to FetchXML", "contacts", "<fetch><entity name='x'/></fetch>", "0x80041102"),
        fetched("another table than the set's", "contacts", "<fetch><entity name='role'/></fetch>", "0x80060888"),
        fetched("no rows at the top", "contacts", "<fetch top='0'><entity name='contact'/></fetch>", "0x80041127"),
        fetched("no rows in a page", "contacts", "<fetch count='0'><entity name='contact'/></fetch>", "0x8004110c"),
        fetched(
            "a truth that is none",
            "contacts",
            "<fetch distinct='x'><entity name='contact'/></fetch>",
            "0x80041115",
        ),
        fetched("another mapping", "contacts", "<fetch mapping='x'><entity name='contact'/></fetch>", "0x80041116"),
        fetched(
            "a column beside aggregates",
            "contacts",
            &groups("<attribute name='lastname' alias='x'/>"),
            "0x80041107",
        ),
        fetched(
            "an aggregate without alias",
            "contacts",
            &groups("<attribute name='lastname' aggregate='count'/>"),
            "0x8004110b",
        ),
        fetched(
            "an aggregate that is unknown",
            "contacts",
            &groups("<attribute name='lastname' alias='x' aggregate='x'/>"),
            "0x8004111a",
        ),
        entity("an element at the wrong place", "<x/>", "0x8004111c"),
        entity("a column that is unknown to FetchXML", "<attribute name='x'/>", "0x80041103"),
        entity("an alias that is none", "<attribute name='lastname' alias='1'/>", "0x80041109"),
        entity("an order by no alias", "<order alias='x'/>", "0x8004110a"),
        entity("an order by no link", "<order attribute='lastname' entityname='x'/>", "0x80041126"),
        entity("an order that is neither up nor down", "<order attribute='lastname' descending='x'/>", "0x80041119"),
        entity("a filter of another type", "<filter type='x'/>", "0x80041122"),
        entity("an operator that is unknown", &condition("attribute='lastname' operator='x'"), "0x80041120"),
        entity("a condition without its value", &condition("attribute='lastname' operator='eq'"), "0x80041106"),
        entity("a value of another kind", &condition("attribute='contactid' operator='eq' value='x'"), "0x80041108"),
        entity(
            "a link of another type",
            "<link-entity name='role' from='name' to='lastname' link-type='x'/>",
            "0x80041117",
        ),
        entity("a link that nothing tells", "<link-entity name='role'/>", "0x80041118"),
        entity("too many links", &"<link-entity name='role' from='name' to='lastname'/>".repeat(16), "0x8004430d"),
        entity(
            "too many conditions",
            &format!("<filter>{}</filter>", "<condition attribute='lastname' operator='null'/>".repeat(501)),
            "0x8004430c",
        ),
        fetched("joins of too many rows", "roles", all, "0x80044151").of(In::Full),
    ]
}

/// The documents' errors (facts/dataverse.md 2, 5, 7, 8, 9, 10, 11, 12, 13).
fn documented() -> Vec<Documented> {
    let purchase = format!("msevtmgt_eventpurchases({})", guid(1));
    let contact = format!("contacts({})", guid(10));
    let none = format!("contacts({NONE})");
    let status =
        |id: &str, status: &str| format!(r#"{{"msevtmgt_purchaseid":"{id}","msevtmgt_paymentstatus":{status}}}"#);
    let (id, zero) = (guid(1).to_string(), "00000000-0000-0000-0000-000000000000");
    let part = "--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n\r\n";
    let reference = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nPATCH $9 HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n--c--\r\n--b--";
    let mut documented = vec![
        case("a version that there is not", "GET", "/api/data/v7.0/contacts", 400, "0x80060888"),
        case("a segment that is unknown", "GET", "nothing", 404, "0x80060888").older("0x8006088a"),
        case("a property of a row that is unknown", "GET", &format!("{contact}/nothing"), 404, "0x80060888")
            .older("0x8006088a"),
        case("an operation that is unknown", "POST", "new_Nothing", 404, "0x80060888").older("0x8006088a").sent("{}"),
        case("a verb that an action does not take", "GET", FINALIZE, 404, ""),
        case("a verb that a function does not take", "POST", "WhoAmI", 404, "").sent("{}"),
        case("a row that is not there", "GET", &none, 404, "0x80040217"),
        case("an id that is none", "GET", "contacts(123)", 400, "0x80060888"),
        case("a key that names no row", "GET", "new_badges(new_number=7)", 404, "0x80060891"),
        case("columns that are no key", "GET", "new_badges(new_colour=1)", 400, "0x8006088f"),
        case("a query that cannot be read", "GET", "contacts?$filter=lastname eq", 400, "0x80060888"),
        case("a property in a query that is unknown", "GET", "contacts?$select=nothing", 400, "0x80060888")
            .older("0x0"),
        case("a property in a filter that is unknown", "GET", "contacts?$filter=nothing eq 1", 400, "0x80060888")
            .older("0x0"),
        case("skipping rows", "GET", "contacts?$skip=5", 400, "0x80060888"),
        case("too many rows for one answer", "GET", "roles?$apply=aggregate($count as n)", 400, "0x8004e023")
            .of(In::Full),
        case("a property in a body that is unknown", "POST", "contacts", 400, "0x80048d19").sent(r#"{"nothing":1}"#),
        case("a way to a row sent as a column", "POST", "contacts", 400, "0x80048d19")
            .sent(r#"{"transactioncurrencyid":"x"}"#),
        case("a value of another type", "POST", "contacts", 400, "0x80048d19").sent(r#"{"lastname":1}"#),
        case("a payload that cannot be read", "POST", "contacts", 400, "0x80048d19").sent("{"),
        case("a value that is no option", "POST", "contacts", 400, "0x80040203").sent(r#"{"statecode":9}"#),
        case("a reason of another state", "PATCH", &purchase, 400, "0x80048408").sent(r#"{"statuscode":2}"#),
        case("an id that is taken", "POST", "contacts", 412, "0x80040237")
            .sent(format!(r#"{{"contactid":"{}"}}"#, guid(10))),
        case("a key that is taken", "POST", "new_badges", 412, "0x80060892").sent(r#"{"new_number":1}"#),
        case("changing a row that is not there", "PATCH", &none, 404, "0x80040217").with(ANY_TAG).sent("{}"),
        case("making a row that is there", "PATCH", &purchase, 412, "0x80040237").with(NO_TAG).sent("{}"),
        case("changing another version", "PATCH", &purchase, 412, "0x80060882").with(OLD_TAG).sent("{}"),
        case("deleting another version", "DELETE", &purchase, 412, "0x80060882").with(OLD_TAG),
        case("deleting a row that is not there", "DELETE", &none, 404, "0x80040217"),
        case("deleting a row that others need", "DELETE", &format!("transactioncurrencies({EURO})"), 405, "0x80040227"),
        case("a parameter that is unknown", "POST", FINALIZE, 400, "0x80048d19").sent(r#"{"nothing":1}"#),
        case("a parameter that is missing", "POST", FINALIZE, 400, "0x80040203").sent("{}"),
        case("a parameter of another type", "POST", FINALIZE, 400, "0x80048d19").sent(status("x", "100000001")),
        case("an id that is empty", "POST", FINALIZE, 400, "0x80040203").sent(status(zero, "100000001")),
        case("a purchase that is not there", "POST", FINALIZE, 404, "0x80040217").sent(status(NONE, "100000001")),
        case("a plug-in that gives up", "POST", FINALIZE, 400, "0x80040265").sent(status(&id, "7")),
        case("a reference to no content", "POST", "$batch", 400, "0x80048d19").with(BATCH).sent(reference),
        case("a batch that cannot be read", "POST", "$batch", 400, "0x80048d19").with(BATCH).sent("x"),
        case("too many requests in a batch", "POST", "$batch", 400, "0x80044331")
            .with(BATCH)
            .sent(format!("{}--b--", part.repeat(1001))),
        case("a table without a definition", "GET", "EntityDefinitions(LogicalName='x')", 404, "0x80041102"),
        case(
            "a column without a definition",
            "GET",
            "EntityDefinitions(LogicalName='contact')/Attributes(LogicalName='x')",
            404,
            "0x80041103",
        ),
        case("what is not supported", "GET", "contacts?$search=x", 405, "0x80040315"),
        case("a body that is too large", "POST", "contacts", 413, "0x8004418a").sent(" ".repeat(5 * 1024 * 1024)),
        case("no member", "GET", "WhoAmI", 403, "0x80072560").of(In::NoMember),
        case("no privilege for a table", "GET", "contacts", 403, "0x80040220").of(In::NoRole),
        case("no privilege for an action", "POST", FINALIZE, 403, "0x80040220")
            .of(In::NoRole)
            .sent(status(&id, "100000001")),
        case("acting for another user", "GET", "WhoAmI", 403, "0x8004a110").with(&[("mscrmcallerid", "x")]),
        case("too many requests", "GET", "WhoAmI", 429, "0x80072322").of(In::Requests),
        case("too much time", "GET", "WhoAmI", 429, "0x80072321").of(In::Time),
        case("too many at once", "GET", "WhoAmI", 429, "0x80072326").of(In::Concurrent),
    ];
    documented.extend(of_fetch_xml());
    documented
}

/// Documented codes that no request brings, and why.
const UNREACHABLE: &[(&str, &str)] = &[
    ("0x80040216", "the fake does not fail; a fault plan injects it"),
    ("0x80040204", "a 401 has no body"),
    ("0x80040224", "no plug-in runs that could fail unexpectedly"),
    ("0x8004023b", "no message of the fake is invalid in a state"),
    ("0x8004416b", "an SDK message's property, which only SOAP names"),
    ("0x80040800", "every table takes every message that is here"),
    ("0x80040277", "privileges are all or nothing here"),
    ("0x8004f504", "there is no column security"),
    ("0x80040333", "there are no duplicate detection rules"),
    ("0x8006088d", "every table has optimistic concurrency"),
];

/// The codes of the source, as they are written on the wire.
fn known() -> BTreeSet<String> {
    let codes = CODES.lines().filter_map(|line| line.trim().strip_prefix("pub const ")?.split_once("Self(0x"));
    let codes = codes.map(|(_, code)| format!("0x{}", code.trim_end_matches(");").replace('_', "")));
    // What has no code is a number without digits in the source.
    codes.chain(["0x0".to_owned()]).collect()
}

async fn ready(within: In, codes: ErrorCodes) -> Org {
    let mut config =
        Config { schema_files: vec![("new_badge.toml".to_owned(), BADGE.to_owned())], ..Config::default() };
    config.error_codes = codes;
    let limits = ProtectionLimits::default();
    match within {
        In::NoMember => config.tenants[0].apps[0].user = None,
        In::NoRole => config.tenants[0].apps[0].roles.clear(),
        In::Requests => config.protection = Some(ProtectionLimits { requests: 0, ..limits }),
        In::Time => config.protection = Some(ProtectionLimits { execution_seconds: 0, ..limits }),
        In::Concurrent => config.protection = Some(ProtectionLimits { concurrent: 0, ..limits }),
        In::Any | In::Full => {}
    }
    let mut org = org_with(config);
    org.sign_in().await;
    org.purchase();
    org.contacts();
    org.put("new_badge", guid(40), Fields::new().set("new_name", "a").set("new_number", 1));
    if within == In::Full {
        org.dataverse
            .store()
            .write(jiff::Timestamp::UNIX_EPOCH, |tx| {
                (0..50_001_u128).try_for_each(|number| {
                    let fields = Fields::new().set("name", format!("role {number}"));
                    tx.create("role", guid(1_000 + number), fields).map(drop)
                })
            })
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
    }
    org
}

/// Every documented error in one generation of codes.
async fn answers(codes: ErrorCodes) -> Vec<(Documented, Answer)> {
    let mut organizations = BTreeMap::new();
    let mut answers = Vec::new();
    for error in documented() {
        if let Entry::Vacant(place) = organizations.entry(error.within) {
            place.insert(ready(error.within, codes).await);
        }
        let (method, path) = &error.request;
        let answer = organizations[&error.within].call(method, path, error.headers, &error.body).await;
        answers.push((error, answer));
    }
    answers
}

/// Holds every answer against its line, and gives them as one text.
fn held(answers: &[(Documented, Answer)], code: impl Fn(&Documented) -> &'static str) -> String {
    let mut text = String::new();
    for (error, answer) in answers {
        let json = if answer.header("content-type").starts_with("multipart/") {
            let start = answer.body.find('{').unwrap_or_default();
            let end = answer.body.rfind('}').map_or(start, |end| end + 1);
            serde_json::from_str(answer.body.get(start..end).unwrap_or_default()).unwrap_or_default()
        } else {
            answer.json()
        };
        let seen = (answer.status.as_u16(), json["error"]["code"].as_str().unwrap_or("?"));
        assert_eq!(seen, (error.status, code(error)), "{}: {}", error.what, answer.body);
        text.extend([format!("# {}\n{}\n\n", error.what, without_ids(&answer.whole()))]);
    }
    text
}

/// Without the ids that are drawn for each answer of a batch.
fn without_ids(text: &str) -> String {
    let mut text = text.to_owned();
    for marker in ["batchresponse_", "changesetresponse_", "REQ_ID: "] {
        let parts: Vec<&str> = text.split(marker).collect();
        let kept: Vec<&str> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| if at == 0 { *part } else { part.get(36..).unwrap_or_default() })
            .collect();
        text = kept.join(&format!("{marker}[id]"));
    }
    text
}

#[tokio::test]
async fn every_documented_error_as_a_whole_answer() {
    let answers = answers(ErrorCodes::Newer).await;
    assert_snapshot!(held(&answers, |error| error.code));
}

#[tokio::test]
async fn every_documented_error_in_the_older_codes() {
    let answers = answers(ErrorCodes::Older).await;
    assert_snapshot!(held(&answers, |error| error.older.unwrap_or(error.code)));
}

#[test]
fn every_code_is_reached_or_has_a_reason() {
    let documented = documented();
    let reached: BTreeSet<_> =
        documented.iter().flat_map(|error| [Some(error.code), error.older]).flatten().map(str::to_owned).collect();
    let unreachable: BTreeSet<_> = UNREACHABLE.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert!(reached.is_disjoint(&unreachable), "{:?}", reached.intersection(&unreachable));
    let missing: Vec<_> =
        known().into_iter().filter(|code| !reached.contains(code) && !unreachable.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?} have no line");
    // And no line is about a code that the source does not have.
    let strange: Vec<_> = reached.iter().filter(|code| !code.is_empty() && !known().contains(*code)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let names: BTreeSet<_> = documented.iter().map(|error| error.what).collect();
    assert_eq!(names.len(), documented.len(), "two errors have one name");
}
