//! One organization in memory, and calls to its faces without a network.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use mock_core::contract::Side;
use mock_core::{ClockMode, Dressed, World};
use mock_dataverse::store::{Fields, StoreError};
use mock_dataverse::{Config, DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, DEFAULT_TENANT_ID, Dataverse};
use rust_decimal::Decimal;
use serde_json::Value;
use tower::{Service, ServiceExt as _};
use url::Url;
use uuid::Uuid;

/// The organization's address in these tests.
pub(crate) const ORG: &str = "http://127.0.0.1:4402";
/// The address of the sign-in.
pub(crate) const ENTRA: &str = "http://127.0.0.1:4403";
/// The euro of the default configuration.
pub(crate) const EURO: Uuid = Uuid::from_u128(0x10d8_4c2e_0a51_4e86_9c3b_7f42_d5a0_8402);

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Code and message of an error, for short expectations.
    pub(crate) fn error(&self) -> String {
        let json = self.json();
        let part = |name: &str| json["error"][name].as_str().unwrap_or("?").to_owned();
        format!("{} {} {}", self.status.as_u16(), part("code"), part("message"))
    }

    /// Status, the headers that carry meaning, and the body; ids and times that differ from run to run are replaced.
    pub(crate) fn whole(&self) -> String {
        use std::fmt::Write as _;
        let mut text = format!("{}\n", self.status);
        for name in [
            "content-type",
            "odata-version",
            "odata-entityid",
            "location",
            "etag",
            "preference-applied",
            "www-authenticate",
            "retry-after",
            "cache-control",
        ] {
            for value in self.headers.get_all(name) {
                writeln!(text, "{name}: {}", value.to_str().unwrap_or("?")).unwrap();
            }
        }
        text.push('\n');
        text.push_str(&self.body);
        text
    }
}

pub(crate) struct Org {
    pub(crate) world: World,
    pub(crate) dataverse: Dataverse,
    pub(crate) api: Dressed,
    pub(crate) entra: Dressed,
    pub(crate) token: Option<String>,
}

/// A table of the user's own, with an alternate key and a lookup to itself.
pub(crate) const BADGE: &str = r#"
logical_name = "new_badge"
entity_set = "new_badges"
primary_id = "new_badgeid"
primary_name = "new_name"
display_name = "Badge"
ownership = "user"
source = "our own"
keys = [["new_number"], ["new_name", "new_contactid"]]

[columns]
new_name = { type = "text", max = 100, required = true }
new_number = { type = "int" }
new_colour = { type = "choice", options = { 1 = "Red", 2 = "Blue" }, default = 1 }
new_tags = { type = "multichoice", options = { 1 = "Sales", 2 = "Press", 12 = "Staff" } }
new_contactid = { type = "lookup", target = "contact", navigation = "new_ContactId", relationship = "new_contact_new_badge" }
new_parentid = { type = "lookup", target = "new_badge", navigation = "new_ParentId", relationship = "new_badge_new_badge" }
"#;

/// An organization with [`BADGE`] and a signed-in service.
pub(crate) async fn org_with_badges() -> Org {
    let config = Config { schema_files: vec![("new_badge.toml".to_owned(), BADGE.to_owned())], ..Config::default() };
    let mut org = org_with(config);
    org.sign_in().await;
    org
}

/// An organization with a signed-in service.
pub(crate) async fn org() -> Org {
    let mut org = org_with(Config::default());
    org.sign_in().await;
    org
}

pub(crate) fn org_with(config: Config) -> Org {
    let world =
        World::builder().seed(7).clock(ClockMode::Manual).start_at("2026-09-10T08:00:00Z".parse().unwrap()).build();
    world.places().set("dataverse", Url::parse(ORG).unwrap());
    world.places().set("entra", Url::parse(ENTRA).unwrap());
    let dataverse = Dataverse::new(&world, config).unwrap();
    let api = dataverse.web_api().dressed(&world);
    let entra = dataverse.entra().dressed(&world);
    Org { world, dataverse, api, entra, token: None }
}

pub(crate) async fn send(
    router: &(impl Service<Request<Body>, Response = Response, Error = Infallible> + Clone),
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    deliver(router, request.body(body.into()).unwrap()).await
}

async fn deliver(
    router: &(impl Service<Request<Body>, Response = Response, Error = Infallible> + Clone),
    request: Request<Body>,
) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

impl Org {
    /// Sends and holds the answer against the contract: whatever was asked, we must answer as documented.
    pub(crate) async fn checked(
        &self,
        router: &Dressed,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.delivered(router, request.body(body.into()).unwrap()).await
    }

    /// As [`Org::checked`], for a request that is built already.
    pub(crate) async fn delivered(&self, router: &Dressed, request: Request<Body>) -> Answer {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let answer = deliver(router, request).await;
        let last = self.world.journal().summary().last_seq;
        let entry = self.world.journal().get(last).unwrap();
        let wrong: Vec<_> = entry.violations.iter().filter(|violation| violation.side == Side::Answer).collect();
        assert!(wrong.is_empty(), "{method} {uri}: {wrong:#?}\n{answer:#?}");
        answer
    }

    /// The first names of the contacts that a filter finds, in their order.
    pub(crate) async fn finds(&self, filter: &str, expect: &[&str]) {
        let answer = self.get(&format!("contacts?$select=firstname&$orderby=firstname&$filter={filter}")).await;
        let json = answer.json();
        let names: Vec<&str> =
            json["value"].as_array().into_iter().flatten().filter_map(|row| row["firstname"].as_str()).collect();
        assert_eq!((answer.status, names.as_slice()), (StatusCode::OK, expect), "{filter}: {}", answer.body);
    }

    pub(crate) async fn sign_in(&mut self) {
        let form = format!(
            "grant_type=client_credentials&client_id={DEFAULT_CLIENT_ID}&client_secret={DEFAULT_CLIENT_SECRET}&scope={ORG}/.default"
        );
        let answer = self.post_token("oauth2/v2.0/token", &form).await;
        self.token = Some(answer.json()["access_token"].as_str().unwrap().to_owned());
    }

    pub(crate) async fn post_token(&self, path: &str, form: &str) -> Answer {
        let uri = format!("/{DEFAULT_TENANT_ID}/{path}");
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", "127.0.0.1:4403")];
        self.checked(&self.entra, "POST", &uri, &headers, form.to_owned()).await
    }

    pub(crate) async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token.as_deref().unwrap_or_default());
        let mut all = vec![("host", "127.0.0.1:4402")];
        if self.token.is_some() {
            all.push((header::AUTHORIZATION.as_str(), bearer.as_str()));
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let uri = if path.starts_with('/') { path.to_owned() } else { format!("/api/data/v9.2/{path}") };
        self.checked(&self.api, method, &uri.replace(' ', "%20").replace('\t', "%09"), &all, body.to_owned()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    pub(crate) fn put(&self, table: &str, id: Uuid, fields: Fields) {
        let now = self.world.clock().now();
        self.dataverse
            .store()
            .write(now, |tx| tx.create(table, id, fields).map(drop))
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
    }

    /// The purchase of most tests: 149.5000 euro.
    pub(crate) fn purchase(&self) -> Uuid {
        let id = guid(1);
        let fields = Fields::new()
            .set("msevtmgt_name", "Purchase 1")
            .set("msevtmgt_totalprice", "149.5000".parse::<Decimal>().unwrap())
            .set("transactioncurrencyid", EURO);
        self.put("msevtmgt_eventpurchase", id, fields);
        id
    }

    /// Contacts A…D with a few columns to ask about.
    pub(crate) fn contacts(&self) {
        for (number, (first, last, limit)) in [
            ("Ada", "Ng", Some("10.5")),
            ("Bo", "O'Hara", None),
            ("Cy", "ng", Some("1200")),
            ("Di", "Zed", Some("10.50")),
        ]
        .into_iter()
        .enumerate()
        {
            let fields = Fields::new()
                .set("firstname", first)
                .set("lastname", last)
                .set("emailaddress1", format!("{}@example.test", first.to_lowercase()))
                .set("creditlimit", limit.map(|limit| limit.parse::<Decimal>().unwrap()));
            self.put("contact", guid(10 + number as u128), fields);
        }
    }
}

pub(crate) fn guid(number: u128) -> Uuid {
    Uuid::from_u128(0x6b1f_0c0e_0000_4000_8000_0000_0000_0000 + number)
}
