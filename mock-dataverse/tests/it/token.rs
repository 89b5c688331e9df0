//! The token endpoints: both generations, every refusal, discovery.

use insta::{assert_snapshot, with_settings};
use mock_dataverse::{ClientSecret, Config, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_TENANT_ID};

use crate::support::{Answer, ENTRA, ORG, Org, org, org_with, send};

const ID: &str = "1f3c9a52-6d07-4e1b-8a5e-0c7d2b914f60";

fn masked(answer: &Answer) -> String {
    let json = answer.json();
    let mut text = answer.whole();
    for name in ["timestamp", "trace_id", "correlation_id", "access_token"] {
        if let Some(value) = json[name].as_str() {
            text = text.replace(value, &format!("[{name}]"));
        }
    }
    text
}

#[tokio::test]
async fn version_two_answers_numbers() {
    let org = org().await;
    let form = format!(
        "grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope={ORG}/.default"
    );
    let answer = org.post_token("oauth2/v2.0/token", &form).await;
    assert_snapshot!(masked(&answer));
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(token.split('.').count(), 3);
}

#[tokio::test]
async fn version_one_answers_texts() {
    let org = org().await;
    let form =
        format!("grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&resource={ORG}/");
    let json = org.post_token("oauth2/token", &form).await.json();
    assert_eq!(json["expires_in"], "3599");
    assert_eq!(json["resource"], format!("{ORG}/"));
    let number = |name: &str| json[name].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number("expires_on") - number("not_before"), 3900);
}

#[tokio::test]
async fn the_claims_of_a_token() {
    use base64::Engine as _;
    let org = org().await;
    let token = org.token.clone().unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let mut claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 3900);
    for name in ["iat", "nbf", "exp", "uti"] {
        claims[name] = "[…]".into();
    }
    assert_snapshot!(claims.to_string());
}

#[tokio::test]
async fn a_token_opens_the_web_api_until_it_is_ended() {
    let org = org().await;
    assert_eq!(org.get("WhoAmI").await.status, 200);
    let wall = org.world.clock().wall();
    assert_eq!(org.dataverse.tokens().expire(Some(DEFAULT_CLIENT_ID), wall), 1);
    assert_eq!(org.get("WhoAmI").await.status, 401);
    org.dataverse.tokens().set_lifetime(Some(0));
    let form = format!(
        "grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope={ORG}/.default"
    );
    assert_eq!(org.post_token("oauth2/v2.0/token", &form).await.json()["expires_in"], 0);
}

#[tokio::test]
async fn the_world_may_run_ahead_without_ending_tokens() {
    let org = org().await;
    org.world.advance(mock_core::SignedDuration::from_hours(5)).await;
    assert_eq!(org.get("WhoAmI").await.status, 200, "a service renews by its own clock");
}

async fn refusal(org: &Org, path: &str, form: &str) -> String {
    format!("{path} {form}\n{}\n\n", masked(&org.post_token(path, form).await))
}

#[tokio::test]
async fn every_refusal_as_a_whole_answer() {
    let mut config = Config::default();
    config.tenants[0].apps[0]
        .secrets
        .push(ClientSecret { value: "old".into(), expires: Some("2020-01-01T00:00:00Z".parse().unwrap()) });
    let org = org_with(config);
    let v2 = "oauth2/v2.0/token";
    let scope = format!("scope={ORG}/.default");
    let mut text = String::new();
    for (path, form) in [
        (v2, String::new()),
        (v2, "grant_type=password".into()),
        (v2, "grant_type=client_credentials".into()),
        (v2, format!("grant_type=client_credentials&client_id={ID}")),
        ("oauth2/token", format!("grant_type=client_credentials&client_id={ID}")),
        (v2, format!("grant_type=client_credentials&client_id={DEFAULT_TENANT_ID}&client_secret=x&{scope}")),
        (v2, format!("grant_type=client_credentials&client_id={ID}&{scope}")),
        (v2, format!("grant_type=client_credentials&client_id={ID}&client_secret=wrong&{scope}")),
        (v2, format!("grant_type=client_credentials&client_id={ID}&client_secret=old&{scope}")),
        (
            v2,
            format!(
                "grant_type=client_credentials&client_id={ID}&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=x&{scope}"
            ),
        ),
        (
            v2,
            format!(
                "grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope={ORG}/user_impersonation"
            ),
        ),
        (
            v2,
            format!("grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope=openid"),
        ),
        (
            v2,
            format!(
                "grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope=https://other.test/.default"
            ),
        ),
    ] {
        text.push_str(&refusal(&org, path, &form).await);
    }
    let form = "grant_type=client_credentials";
    for (method, uri) in [
        ("POST", "/other.test/oauth2/v2.0/token"),
        ("POST", "/not%20a%20tenant/oauth2/v2.0/token"),
        ("POST", "/common/oauth2/v2.0/token"),
        ("GET", "/payloop.onmicrosoft.com/oauth2/v2.0/token"),
        ("GET", "/other.test/v2.0/.well-known/openid-configuration"),
        (
            "GET",
            "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://other.test/x/oauth2/v2.0/authorize",
        ),
    ] {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = org.checked(&org.entra, method, uri, &headers, form).await;
        text.extend([format!("{method} {uri}\n{}\n\n", masked(&answer))]);
    }
    // Each number that the documents tell for these endpoints, and those of ours (facts/dataverse.md 14.3).
    let documented =
        [7_000_215, 7_000_222, 700_016, 90_002, 900_023, 500_011, 1_002_012, 70_011, 900_144, 70_003, 50_027, 50_049];
    for number in documented.into_iter().chain([7_000_218, 50_059, 900_561]) {
        assert!(text.contains(&format!("\"error_codes\":[{number}]")), "no answer has {number}");
    }
    assert_snapshot!(text);
}

#[tokio::test]
async fn tenants_by_id_by_domain_or_not_at_all() {
    let org = org().await;
    let form = format!(
        "grant_type=client_credentials&client_id={ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope={ORG}//.default"
    );
    let mut text = String::new();
    for tenant in [
        "payloop.onmicrosoft.com",
        "PAYLOOP.onmicrosoft.com",
        "dstsv2/payloop.onmicrosoft.com",
        "other.test",
        "00000000-0000-0000-0000-000000000001",
        "not a tenant",
        "common",
    ] {
        let uri = format!("/{}/oauth2/v2.0/token", tenant.replace(' ', "%20"));
        let json = send(&org.entra, "POST", &uri, &[], form.clone()).await.json();
        text.extend([format!("{tenant}: {} {}\n", json["error_codes"], json["token_type"])]);
    }
    assert_snapshot!(text, @r#"
    payloop.onmicrosoft.com: null "Bearer"
    PAYLOOP.onmicrosoft.com: null "Bearer"
    dstsv2/payloop.onmicrosoft.com: null "Bearer"
    other.test: [90002] null
    00000000-0000-0000-0000-000000000001: [90002] null
    not a tenant: [900023] null
    common: [50059] null
    "#);
}

#[tokio::test]
async fn credentials_may_come_as_basic() {
    use base64::Engine as _;
    let org = org().await;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{ID}:{DEFAULT_CLIENT_SECRET}"));
    let header = format!("Basic {basic}");
    let uri = format!("/{DEFAULT_TENANT_ID}/oauth2/v2.0/token");
    let form = format!("grant_type=client_credentials&scope={ORG}/.default");
    assert_eq!(send(&org.entra, "POST", &uri, &[("authorization", &header)], form).await.status, 200);
}

#[tokio::test]
async fn discovery_of_both_flavours() {
    let org = org().await;
    let host = [("host", "127.0.0.1:4403")];
    for path in ["v2.0/.well-known/openid-configuration", ".well-known/openid-configuration", "discovery/v2.0/keys"] {
        let answer = send(&org.entra, "GET", &format!("/{DEFAULT_TENANT_ID}/{path}"), &host, "").await;
        assert_eq!(answer.header("cache-control"), "max-age=86400, private");
        with_settings!({snapshot_suffix => path.replace(['/', '.'], "_")}, {
            assert_snapshot!(serde_json::to_string_pretty(&answer.json()).unwrap());
        });
    }
    let missing = send(&org.entra, "GET", "/other.test/v2.0/.well-known/openid-configuration", &host, "").await;
    assert_eq!((missing.status.as_u16(), missing.json()["error"].as_str()), (400, Some("invalid_tenant")));
    let known = format!(
        "/common/discovery/instance?api-version=1.1&authorization_endpoint={ENTRA}/{DEFAULT_TENANT_ID}/oauth2/v2.0/authorize"
    );
    let instance = send(&org.entra, "GET", &known, &host, "").await.json();
    assert_eq!(instance["metadata"][0]["aliases"][0], "127.0.0.1:4403");
    let unknown =
        send(&org.entra, "GET", "/common/discovery/instance?authorization_endpoint=https://evil.test/x", &host, "")
            .await;
    assert_eq!((unknown.status.as_u16(), unknown.json()["error"].as_str()), (400, Some("invalid_instance")));
}

#[tokio::test]
async fn other_verbs_and_paths_are_refused() {
    let org = org().await;
    let get = send(&org.entra, "GET", &format!("/{DEFAULT_TENANT_ID}/oauth2/v2.0/token"), &[], "").await;
    assert_eq!((get.status.as_u16(), get.json()["error_codes"][0].as_i64()), (405, Some(900_561)));
    let other = send(&org.entra, "GET", &format!("/{DEFAULT_TENANT_ID}/oauth2/v2.0/authorize"), &[], "").await;
    assert_eq!(other.status, 404);
}

#[tokio::test]
async fn a_tenant_that_is_no_text_is_unknown() {
    let org = org_with(Config::default());
    for path in ["oauth2/token", "oauth2/v2.0/token", "v2.0/.well-known/openid-configuration", "discovery/keys"] {
        let method = if path.ends_with("token") { "POST" } else { "GET" };
        let answer = org.checked(&org.entra, method, &format!("/%ff/{path}"), &[], String::new()).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error_codes"][0].as_i64()), (400, Some(900_023)), "{path}");
    }
}

#[tokio::test]
async fn half_a_host_spoils_no_address() {
    let org = org_with(Config::default());
    let path = format!("/{DEFAULT_TENANT_ID}/v2.0/.well-known/openid-configuration");
    let answer = org.checked(&org.entra, "GET", &path, &[("host", "[::1")], String::new()).await;
    assert_eq!(answer.json()["token_endpoint"], format!("{ENTRA}/{DEFAULT_TENANT_ID}/oauth2/v2.0/token"));
}
