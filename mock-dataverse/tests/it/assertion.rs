//! Signing in with a certificate: an assertion that the app signed, and everything that can be wrong with one.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insta::{assert_snapshot, with_settings};
use jiff::Timestamp;
use mock_dataverse::{ClientCertificate, Config, DEFAULT_CLIENT_ID, DEFAULT_TENANT_ID};
use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use serde_json::{Value, json};

use crate::support::{Answer, ENTRA, ORG, Org, org_with};

const KEY: &[u8] = include_bytes!("../../../fixtures/entra/client-key.der");
const OTHER_KEY: &[u8] = include_bytes!("../../../fixtures/entra/signing-key.der");
const CERTIFICATE: &str = include_str!("../../../fixtures/entra/client-certificate.pem");
const EXPIRED: &str = include_str!("../../../fixtures/entra/client-certificate-expired.pem");
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const V2: &str = "oauth2/v2.0/token";

fn signed_in_org() -> Org {
    let mut config = Config::default();
    config.tenants[0].apps[0].certificates =
        [CERTIFICATE, EXPIRED].map(|text| ClientCertificate::parse(text).unwrap()).into();
    org_with(config)
}

fn thumbprint(text: &str) -> String {
    let certificate = ClientCertificate::parse(text).unwrap();
    URL_SAFE_NO_PAD.encode(hex::decode(certificate.thumbprint_sha256()).unwrap())
}

fn head() -> Value {
    json!({"alg": "RS256", "typ": "JWT", "x5t#S256": thumbprint(CERTIFICATE)})
}

fn claims(wall: Timestamp) -> Value {
    json!({
        "iss": DEFAULT_CLIENT_ID,
        "sub": DEFAULT_CLIENT_ID,
        "aud": format!("{ENTRA}/{DEFAULT_TENANT_ID}/{V2}"),
        "jti": "1",
        "nbf": wall.as_second(),
        "exp": wall.as_second() + 600,
    })
}

fn sign(head: &Value, claims: &Value, key: &[u8], padding: &'static dyn RsaEncoding) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(head), part(claims));
    let pair = RsaKeyPair::from_der(key).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn form(assertion: &str) -> String {
    format!(
        "grant_type=client_credentials&client_id={DEFAULT_CLIENT_ID}&client_assertion_type={KIND}&client_assertion={assertion}&scope={ORG}/.default"
    )
}

fn changed(value: &Value, changes: &Value) -> Value {
    let mut value = value.clone();
    for (name, change) in changes.as_object().into_iter().flatten() {
        match change {
            Value::Null => drop(value.as_object_mut().unwrap().remove(name)),
            change => value[name] = change.clone(),
        }
    }
    value
}

async fn ask(org: &Org, head: &Value, claims: &Value) -> Answer {
    org.post_token(V2, &form(&sign(head, claims, KEY, &RSA_PKCS1_SHA256))).await
}

#[tokio::test]
async fn a_certificate_signs_in() {
    let mut org = signed_in_org();
    let wall = org.world.clock().wall();
    let certificate = ClientCertificate::parse(CERTIFICATE).unwrap();
    let sha1 = URL_SAFE_NO_PAD.encode(hex::decode(certificate.thumbprint()).unwrap());
    for head in [
        head(),
        json!({"alg": "RS256", "x5t": sha1}),
        json!({"alg": "RS256", "typ": "JWT", "x5t": thumbprint(CERTIFICATE)}),
        json!({"alg": "RS256", "typ": "JWT", "kid": certificate.thumbprint()}),
    ] {
        let answer = ask(&org, &head, &claims(wall)).await;
        assert_eq!(answer.status, 200, "{head}: {}", answer.body);
    }
    let ps256 = sign(&changed(&head(), &json!({"alg": "PS256"})), &claims(wall), KEY, &RSA_PSS_SHA256);
    let answer = org.post_token(V2, &form(&ps256)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // An assertion may come again, and what it was exchanged for opens the Web API.
    let again = org.post_token(V2, &form(&ps256)).await.json();
    let token = again["access_token"].as_str().unwrap().to_owned();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["appidacr"], "2");
    org.token = Some(token);
    assert_eq!(org.get("WhoAmI").await.status, 200);
}

#[tokio::test]
async fn the_first_generation_takes_assertions_too() {
    let org = signed_in_org();
    let wall = org.world.clock().wall();
    let to = |path: &str| changed(&claims(wall), &json!({"aud": format!("{ENTRA}/{DEFAULT_TENANT_ID}/{path}")}));
    let assertion = sign(&head(), &to("oauth2/token"), KEY, &RSA_PKCS1_SHA256);
    let form = form(&assertion).replace("/.default", "").replace("scope=", "resource=");
    let answer = org.post_token("oauth2/token", &form).await;
    assert_eq!((answer.status.as_u16(), answer.json()["expires_in"].as_str()), (200, Some("3599")));
}

#[tokio::test]
async fn an_audience_is_this_tenants_endpoint_or_issuer() {
    let org = signed_in_org();
    let wall = org.world.clock().wall();
    let id = DEFAULT_TENANT_ID;
    let mut text = String::new();
    for audience in [
        format!("{ENTRA}/{id}/oauth2/v2.0/token"),
        format!("{ENTRA}/{id}/oauth2/token"),
        format!("http://localhost:4403/{id}/oauth2/v2.0/token"),
        format!("{ENTRA}/dstsv2/{id}/oauth2/v2.0/token"),
        format!("{ENTRA}/payloop.onmicrosoft.com/v2.0"),
        format!("https://login.microsoftonline.com/{id}/oauth2/v2.0/token"),
        format!("https://login.microsoftonline.com/{id}/v2.0"),
        format!("https://sts.windows.net/{id}/"),
        format!("http://login.microsoftonline.com/{id}/v2.0"),
        format!("{ENTRA}/common/oauth2/v2.0/token"),
        format!("{ENTRA}/{ORG_ID}/oauth2/v2.0/token"),
        format!("{ENTRA}/{id}/oauth2/v2.0/authorize"),
        format!("{ENTRA}/{id}/oauth2/v2.0/token?x=1"),
        format!("http://127.0.0.1:4404/{id}/oauth2/v2.0/token"),
        format!("https://evil.test/{id}/oauth2/v2.0/token"),
        id.to_string(),
        String::new(),
    ] {
        let answer = ask(&org, &head(), &changed(&claims(wall), &json!({"aud": audience}))).await;
        writeln!(text, "{audience}: {}", answer.json()["error_codes"]).unwrap();
    }
    assert_snapshot!(text);
}

/// A tenant that is not there.
const ORG_ID: &str = "5e1b77c0-4a39-4f08-b2d6-91c37e540a18";

#[tokio::test]
async fn every_refusal_as_a_whole_answer() {
    let org = signed_in_org();
    let wall = org.world.clock().wall();
    let now = wall.as_second();
    let good = claims(wall);
    let mut text = String::new();
    let mut tell = |what: &str, answer: Answer| {
        let json = answer.json();
        let mut whole = answer.whole();
        for name in ["timestamp", "trace_id", "correlation_id"] {
            whole = whole.replace(json[name].as_str().unwrap(), &format!("[{name}]"));
        }
        writeln!(text, "{what}\n{whole}\n").unwrap();
    };
    for (what, head_changes, claim_changes) in [
        ("no thumbprint", json!({"x5t#S256": null}), json!({})),
        ("another certificate", json!({"x5t#S256": URL_SAFE_NO_PAD.encode([1; 32])}), json!({})),
        ("no thumbprint at all", json!({"x5t#S256": "C980+8E8/A=="}), json!({})),
        ("certificate of the past", json!({"x5t#S256": thumbprint(EXPIRED)}), json!({})),
        ("a secret's algorithm", json!({"alg": "HS256"}), json!({})),
        ("no algorithm", json!({"alg": "none"}), json!({})),
        ("the other padding", json!({"alg": "PS256"}), json!({})),
        ("no JWT", json!({"typ": "JWS"}), json!({})),
        ("no issuer", json!({}), json!({"iss": null})),
        ("no subject", json!({}), json!({"sub": null})),
        ("no audience", json!({}), json!({"aud": null})),
        ("no end", json!({}), json!({"exp": null})),
        ("another issuer", json!({}), json!({"iss": DEFAULT_TENANT_ID})),
        ("another subject", json!({}), json!({"sub": "completion service"})),
        ("another audience", json!({}), json!({"aud": "https://evil.test/"})),
        ("several audiences", json!({}), json!({"aud": [good["aud"]]})),
        ("over", json!({}), json!({"nbf": null, "exp": now - 3600})),
        ("not yet", json!({}), json!({"nbf": now + 3600, "exp": now + 7200})),
        ("a time that is none", json!({}), json!({"exp": "soon"})),
    ] {
        let answer = ask(&org, &changed(&head(), &head_changes), &changed(&good, &claim_changes)).await;
        tell(what, answer);
    }
    tell("another key", org.post_token(V2, &form(&sign(&head(), &good, OTHER_KEY, &RSA_PKCS1_SHA256))).await);
    tell("two parts", org.post_token(V2, &form("e30.e30")).await);
    tell("no assertion", org.post_token(V2, &form("x")).await);
    let right = form(&sign(&head(), &good, KEY, &RSA_PKCS1_SHA256));
    let kind = format!("client_assertion_type={KIND}");
    tell("no kind", org.post_token(V2, &right.replace(&kind, "")).await);
    tell("another kind", org.post_token(V2, &right.replace("jwt-bearer", "saml2-bearer")).await);
    // Each number that public documents tell for assertions.
    for number in [700_021, 700_023, 700_024, 700_027, 50_027, 5_002_727, 5_002_738, 90_014, 90_011, 900_144] {
        assert!(text.contains(&format!("\"error_codes\":[{number}]")), "no answer has {number}");
    }
    with_settings!({filters => vec![(r"20\d\d-\d\d-\d\dT[\d:.]+Z", "[time]")]}, { assert_snapshot!(text) });
}

#[tokio::test]
async fn five_minutes_are_let_pass() {
    let org = signed_in_org();
    let now = org.world.clock().wall().as_second();
    for (nbf, exp, expect) in [
        (now - 600, now - 240, 200),
        (now - 900, now - 310, 401),
        (now + 240, now + 600, 200),
        (now + 400, now + 600, 401),
        (i64::MIN, i64::MAX, 200),
    ] {
        let times = json!({"nbf": nbf, "exp": exp});
        let answer = ask(&org, &head(), &changed(&claims(org.world.clock().wall()), &times)).await;
        assert_eq!(answer.status.as_u16(), expect, "{times}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_app_without_certificates_signs_in_with_none() {
    let org = org_with(Config::default());
    let answer = ask(&org, &head(), &claims(org.world.clock().wall())).await;
    assert_eq!((answer.status.as_u16(), answer.json()["error_codes"][0].as_i64()), (401, Some(700_027)));
}

#[tokio::test]
async fn the_journal_does_not_show_an_assertion() {
    let org = signed_in_org();
    let assertion = sign(&head(), &claims(org.world.clock().wall()), KEY, &RSA_PKCS1_SHA256);
    assert_eq!(org.post_token(V2, &form(&assertion)).await.status, 200);
    assert!(!org.world.secrets().mask(&assertion).contains(&assertion));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_is_answered(parts in proptest::collection::vec("[ -~]{0,40}", 0..5), json in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let parts: Vec<String> =
            parts.iter().map(|part| if json { URL_SAFE_NO_PAD.encode(part) } else { part.replace(['&', '+', '%'], "") }).collect();
        let answer = runtime.block_on(async { signed_in_org().post_token(V2, &form(&parts.join("."))).await });
        prop_assert!(matches!(answer.status.as_u16(), 400 | 401), "{answer:?}");
    }
}
