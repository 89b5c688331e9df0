//! The organization's own pages: who may sign in, and whose requests a session counts for.

use http::StatusCode;
use mock_dataverse::{ADMINISTRATOR, Config};

use crate::support::{Answer, ORG, Org, guid, org, org_with};

/// A call by a browser without a token.
async fn browse(org: &Org, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut all = vec![("host", "127.0.0.1:4402")];
    if !body.is_empty() {
        all.push(("content-type", "application/json"));
    }
    all.retain(|(name, _)| headers.iter().all(|(own, _)| own != name));
    all.extend_from_slice(headers);
    org.checked(&org.api, method, path, &all, body.to_owned()).await
}

/// Signs in; the session's cookie as it is sent.
async fn signed_in(org: &Org) -> String {
    let answer = browse(org, "POST", "/payloop/sign-in", &[("origin", ORG)], "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/main.aspx"));
    let cookie = answer.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"), "{cookie}");
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_calls_by_its_session() {
    let mut org = org().await;
    org.token = None;
    let id = org.purchase();
    let cookie = signed_in(&org).await;
    let own = [("cookie", cookie.as_str()), ("origin", ORG)];
    let row = format!("/api/data/v9.1/msevtmgt_eventpurchases({id})");
    let answer = browse(&org, "PATCH", &row, &own, r#"{"msevtmgt_name":"by the page"}"#).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let row = org.dataverse.store().get("msevtmgt_eventpurchase", id).unwrap();
    assert_eq!((row.text("msevtmgt_name"), row.lookup("modifiedby")), (Some("by the page"), Some(ADMINISTRATOR)));
    let answer = browse(&org, "GET", "/api/data/v9.2/WhoAmI", &own[..1], "").await;
    assert_eq!(answer.json()["UserId"], ADMINISTRATOR.to_string());
    let shown = browse(&org, "GET", "/main.aspx", &own[..1], "").await;
    assert!(shown.body.contains("Signed in as Administrator"), "{}", shown.body);
    assert!(!org.world.secrets().mask(&cookie).contains(cookie.split_once('=').unwrap().1));
}

#[tokio::test]
async fn a_session_counts_for_own_pages_alone() {
    let mut org = org().await;
    org.token = None;
    let id = org.purchase();
    let cookie = signed_in(&org).await;
    let row = format!("/api/data/v9.1/msevtmgt_eventpurchases({id})");
    for (method, header) in [
        ("PATCH", ("x", "no browser says nothing of itself")),
        ("PATCH", ("sec-fetch-site", "none")),
        ("PATCH", ("origin", "http://127.0.0.1:5000")),
        ("PATCH", ("origin", "null")),
        ("GET", ("origin", "http://127.0.0.1:5000")),
        ("GET", ("sec-fetch-site", "same-site")),
        ("DELETE", ("sec-fetch-site", "cross-site")),
    ] {
        let before = org.dataverse.store().get("msevtmgt_eventpurchase", id).unwrap();
        let answer = browse(&org, method, &row, &[("cookie", &cookie), header], r#"{"msevtmgt_name":"x"}"#).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (401, ""), "{header:?}");
        assert!(answer.header("www-authenticate").starts_with("Bearer authorization_uri="), "{header:?}");
        assert_eq!(org.dataverse.store().get("msevtmgt_eventpurchase", id).unwrap(), before);
    }
    let wrong = "CrmOwinAuth=x; other=y";
    assert_eq!(browse(&org, "GET", &row, &[("cookie", wrong), ("origin", ORG)], "").await.status, 401);
    let among = format!("a=b; {cookie}; c");
    assert_eq!(browse(&org, "GET", &row, &[("cookie", &among)], "").await.status, 200);
}

#[tokio::test]
async fn nobody_is_signed_in_or_out_from_elsewhere() {
    let org = org().await;
    let cookie = signed_in(&org).await;
    let who = [("cookie", cookie.as_str())];
    for (path, headers) in [
        ("/payloop/sign-in", [("host", "127.0.0.1:4402"), ("origin", "http://127.0.0.1:5000")]),
        ("/payloop/sign-in", [("host", "127.0.0.1:4402"), ("x", "y")]),
        ("/payloop/sign-in", [("host", "rebound.example:4402"), ("origin", "http://rebound.example:4402")]),
        ("/payloop/sign-out", [("cookie", &cookie), ("origin", "http://127.0.0.1:5000")]),
    ] {
        let answer = browse(&org, "POST", path, &headers, "").await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (403, ""), "{path} {headers:?}");
    }
    let foreign = browse(&org, "GET", "/payloop/sign-in", &[("host", "rebound.example:4402")], "").await;
    assert_eq!(foreign.status, 403);
    assert_eq!(browse(&org, "GET", "/main.aspx", &who, "").await.status, 200, "still signed in");
    let out = browse(&org, "POST", "/payloop/sign-out", &[who[0], ("origin", ORG)], "").await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/payloop/sign-in"));
    assert_eq!(browse(&org, "GET", "/main.aspx", &who, "").await.header("location"), "/payloop/sign-in");
}

#[tokio::test]
async fn pages_say_what_they_take_and_can_be_switched_off() {
    let org = org().await;
    assert_eq!(browse(&org, "GET", "/", &[], "").await.header("location"), "/main.aspx");
    assert_eq!(browse(&org, "POST", "/main.aspx", &[("origin", ORG)], "").await.status, 405);
    let script = browse(&org, "GET", "/payloop/main.js", &[], "").await;
    assert_eq!((script.status.as_u16(), script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    let org = org_with(Config { sign_in_page: false, ..Config::default() });
    for path in ["/", "/main.aspx", "/payloop/main.js", "/payloop/sign-in"] {
        assert_eq!(browse(&org, "GET", path, &[], "").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_switch_without_a_token_is_not_for_strange_pages() {
    let org = org_with(Config { allow_anonymous: true, ..Config::default() });
    org.contacts();
    let row = format!("/api/data/v9.2/contacts({})", guid(10));
    for (origin, status) in [("http://127.0.0.1:5000", 401), (ORG, 204)] {
        assert_eq!(browse(&org, "DELETE", &row, &[("origin", origin)], "").await.status, status, "{origin}");
    }
}
