//! Junk on every route: always an answer of the real system, never a server error.

use proptest::prelude::*;

use crate::support::{Org, guid, org};

fn segment() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "contacts",
        "msevtmgt_eventpurchases",
        "transactioncurrencies",
        "WhoAmI",
        "RetrieveCurrentOrganization",
        "msevtmgt_finalizeregistrationpayment",
        "lastname",
        "transactioncurrencyid",
        "TransactionCurrency_msevtmgt_eventpurchase",
        "$count",
        "$value",
        "$ref",
        "$metadata",
        "$batch",
        "Microsoft.Dynamics.CRM.Merge",
        "EntityDefinitions",
        "RelationshipDefinitions",
        "GlobalOptionSetDefinitions",
        "Attributes",
        "Microsoft.Dynamics.CRM.PicklistAttributeMetadata",
        "Microsoft.Dynamics.CRM.CreateMultiple",
        "Microsoft.Dynamics.CRM.UpsertMultiple",
        "OptionSet",
        "BulkDelete",
        "msevtmgt_FinalizeExternalRegistrationRequest",
        "msevtmgt_contact_msevtmgt_eventpurchase",
        "creditlimit",
        "createdon",
    ]);
    let key = prop_oneof![
        3 => (1..4u128).prop_map(|number| guid(number).to_string()),
        1 => Just(String::new()),
        1 => "[a-z']{0,4}=[0-9a-z'@,=]{0,6}",
        1 => "[^/?#\\s]{0,8}",
    ];
    prop_oneof![
        3 => names.clone().prop_map(str::to_owned),
        3 => (names, key).prop_map(|(name, key)| format!("{name}({key})")),
        1 => "[^/?#\\s]{0,10}",
    ]
}

fn query() -> impl Strategy<Value = String> {
    let option = prop::sample::select(vec![
        "$select",
        "$expand",
        "$filter",
        "$orderby",
        "$top",
        "$count",
        "$skiptoken",
        "$apply",
        "$skip",
        "@p1",
        "fetchXml",
        "$id",
        "annotations",
        "x",
    ]);
    let word = prop::sample::select(vec![
        "lastname",
        "creditlimit",
        "eq",
        "and",
        "or",
        "not",
        "(",
        ")",
        "'a'",
        "null",
        "1",
        "2026-09-10T08:00:00Z",
        "/",
        "any(",
        "x:",
        "contains(",
        "groupby((",
        "aggregate(",
        "$count as n",
        "with sum as",
        "Microsoft.Dynamics.CRM.LastXDays(PropertyName=",
        "PropertyValue=",
        "PropertyValues=[",
        "'createdon'",
        "]",
        "9223372036854775807",
        ",",
        ";",
        "$select=",
        "=",
        "transactioncurrencyid",
        "@p1",
        "desc",
        "true",
        "-1",
        "99999999999999999999999999999999",
        "'",
        "1e999",
        "2026-99-99",
        "*",
    ]);
    let sentence = prop::collection::vec(word, 0..10).prop_map(|words| words.join("%20"));
    let value = prop_oneof![3 => sentence, 1 => "[^&#\\s]{0,12}"];
    prop::collection::vec((option, value), 0..3)
        .prop_map(|pairs| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
}

fn body() -> impl Strategy<Value = String> {
    let member = prop::sample::select(vec![
        r#""lastname":"x""#,
        r#""lastname":1"#,
        r#""creditlimit":1e400"#,
        r#""creditlimit":12345678901234567890123456789012345678901234567890"#,
        r#""birthdate":"x""#,
        r#""statuscode":2"#,
        r#""value":null"#,
        r#""msevtmgt_purchaseid":"00000000-0000-0000-0000-000000000000""#,
        r#""msevtmgt_paymentstatus":7"#,
        r#""contactid":"6b1f0c0e-0000-4000-8000-000000000001""#,
        r#""transactioncurrencyid@odata.bind":"/x(1)""#,
        r#""a":{"b":[]}"#,
        r#""@odata.id":"contacts(6b1f0c0e-0000-4000-8000-00000000000a)""#,
        r#""@odata.id":"$1""#,
        r#""Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.contact","lastname":"x"}]"#,
        r#""Targets":[1]"#,
        r#""QuerySet":[{"@odata.type":"QueryExpression","EntityName":"x"}]"#,
        r#""JobName":"x""#,
        r#""PurchaseId":"x""#,
        r#""ReadableEventId":"x""#,
        r#""parentcontactid":{"lastname":"y","parentcontactid":{}}"#,
        r#""msevtmgt_contact_msevtmgt_eventpurchase":[{"msevtmgt_name":"z"},{"x":1}]"#,
        r#""createdon":"-262143-01-01T00:00:00Z""#,
    ]);
    prop_oneof![
        3 => prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))),
        1 => ".{0,20}",
        1 => prop::collection::vec(segment(), 1..3).prop_map(|path| format!("--b\nContent-Type: application/http\n\nPOST {} HTTP/1.1\nContent-Type: application/json\n\n{{}}\n--b--", path.join("/"))),
        1 => Just("[".repeat(200)),
        1 => Just(String::new()),
    ]
}

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"])
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let one = prop::sample::select(vec![
        ("content-type", "application/json"),
        ("content-type", "text/plain"),
        ("content-type", "multipart/mixed; boundary=b"),
        ("prefer", "return=representation"),
        ("prefer", "odata.include-annotations=\"*\",odata.maxpagesize=1"),
        ("prefer", "odata.maxpagesize=x,return"),
        ("if-match", "*"),
        ("if-match", "W/\"1\""),
        ("if-none-match", "*"),
        ("mscrmcallerid", "x"),
    ]);
    prop::collection::vec(one, 0..3)
}

fn ready() -> (tokio::runtime::Runtime, Org) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let org = runtime.block_on(async {
        let org = org().await;
        org.purchase();
        org.contacts();
        org
    });
    (runtime, org)
}

#[test]
fn the_web_api_takes_anything() {
    let (runtime, org) = ready();
    let bearer = format!("Bearer {}", org.token.as_deref().unwrap());
    let path =
        (prop::sample::select(vec!["v9.2", "v9.2", "v9.2", "v8.0", "v7", ""]), prop::collection::vec(segment(), 0..4));
    proptest!(ProptestConfig::with_cases(1500), |(method in method(), (version, segments) in path, query in query(), headers in headers(), body in body())| {
        let uri = format!("/api/data/{version}/{}?{query}", segments.join("/"));
        // What cannot stand in a URL at all cannot be sent.
        prop_assume!(uri.parse::<http::Uri>().is_ok());
        let mut all = vec![("authorization", bearer.as_str()), ("host", "127.0.0.1:4402")];
        all.extend(headers);
        let answer = runtime.block_on(org.checked(&org.api, method, &uri, &all, body));
        prop_assert!(answer.status.as_u16() < 500, "{} {}: {:?}", method, uri, answer);
        if answer.status.as_u16() >= 400 && method != "HEAD" {
            prop_assert!(answer.json()["error"]["message"].is_string(), "{:?}", answer);
        }
    });
}

#[test]
fn the_sign_in_takes_anything() {
    let (runtime, org) = ready();
    let tenant = prop::sample::select(vec![
        "payloop.onmicrosoft.com",
        "common",
        "x",
        "%00",
        "dstsv2",
        "7c0d5a1e-3b48-4c62-9f17-5d2e8a60b3c4",
    ]);
    let tail = prop::sample::select(vec![
        "oauth2/v2.0/token",
        "oauth2/token",
        "v2.0/.well-known/openid-configuration",
        ".well-known/openid-configuration",
        "discovery/keys",
        "discovery/instance",
        "x",
        "",
    ]);
    let pair = (
        prop::sample::select(vec![
            "grant_type",
            "client_id",
            "client_secret",
            "scope",
            "resource",
            "client_assertion",
            "x",
        ]),
        prop::sample::select(vec![
            "client_credentials",
            "1f3c9a52-6d07-4e1b-8a5e-0c7d2b914f60",
            "pay1Q~payloop-local-client-secret-0000000",
            "http://127.0.0.1:4402/.default",
            "/.default",
            "%ff",
            "",
            "é",
        ]),
    );
    let form = prop::collection::vec(pair, 0..5)
        .prop_map(|pairs| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"));
    let headers = prop::sample::select(vec![
        ("authorization", "Basic !!"),
        ("authorization", "Basic QTpC"),
        ("host", "a b"),
        ("client-request-id", "x"),
    ]);
    proptest!(ProptestConfig::with_cases(500), |(method in method(), tenant in tenant, tail in tail, form in form, header in headers)| {
        let uri = format!("/{tenant}/{tail}");
        let answer = runtime.block_on(org.checked(&org.entra, method, &uri, &[header], form));
        prop_assert!(answer.status.as_u16() < 500, "{} {}: {:?}", method, uri, answer);
    });
}
