//! The organization's own pages, for a browser: a sign-in without a password, and the page behind it whose scripts call the Web API by
//! the session's cookie.

use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::origin;
use crate::dataverse::{ADMINISTRATOR, Dataverse};
use crate::fault::Fault;
use crate::session::LIFETIME;

/// Where the pages are, but for the start page at `/`.
pub(super) const MAIN: &str = "/main.aspx";
pub(super) const SCRIPT: &str = "/payloop/main.js";
pub(super) const SIGN_IN: &str = "/payloop/sign-in";
pub(super) const SIGN_OUT: &str = "/payloop/sign-out";

/// The session's cookie, under the name that the service gives it.
const COOKIE: &str = "CrmOwinAuth";
/// Letters and digits of a session's secret.
const SECRET: usize = 43;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    organization: &'a str,
    user: &'a str,
}

#[derive(Template)]
#[template(path = "main.html")]
struct Main<'a> {
    organization: &'a str,
    user: &'a str,
}

/// A request for a page.
pub(super) struct Visit<'a> {
    pub(super) dataverse: &'a Dataverse,
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// Scheme and host of the request.
    pub(super) base: String,
}

impl Visit<'_> {
    /// The page at a path; `None` where there is none.
    pub(super) fn answer(&self, path: &str) -> Option<Result<Response<Body>, Fault>> {
        if !self.dataverse.config().sign_in_page {
            return None;
        }
        let reads = matches!(*self.method, Method::GET | Method::HEAD);
        let posts = *self.method == Method::POST;
        Some(match path {
            "/" if reads => Ok(found(StatusCode::FOUND, MAIN)),
            MAIN if reads => Ok(self.main()),
            SCRIPT if reads => Ok(script()),
            SIGN_IN if reads => self.sign_in_page(),
            SIGN_IN if posts => self.sign_in(),
            SIGN_OUT if posts => self.sign_out(),
            "/" | MAIN | SCRIPT | SIGN_IN | SIGN_OUT => Err(Fault::uncoded(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("The requested resource does not support http method '{}'.", self.method),
            )),
            _ => return None,
        })
    }

    /// The page of whoever is signed in; everybody else is sent to sign in.
    fn main(&self) -> Response<Body> {
        let wall = self.dataverse.world().clock().wall();
        let user = secret(self.headers).and_then(|secret| self.dataverse.sessions().user(secret, wall));
        let Some(user) = user else { return found(StatusCode::FOUND, SIGN_IN) };
        let user = self.name_of(user);
        page(&Main { organization: self.organization(), user: &user })
    }

    fn sign_in_page(&self) -> Result<Response<Body>, Fault> {
        self.known_host()?;
        Ok(page(&SignIn { organization: self.organization(), user: &self.name_of(ADMINISTRATOR) }))
    }

    fn sign_in(&self) -> Result<Response<Body>, Fault> {
        self.known_host()?;
        self.own_page()?;
        let world = self.dataverse.world();
        let secret = world.ids().base62("dataverse.session", "", SECRET);
        world.secrets().register("session cookie", &secret);
        self.dataverse.sessions().begin(&secret, ADMINISTRATOR, world.clock().wall());
        Ok(self.with_cookie(found(StatusCode::SEE_OTHER, MAIN), &secret, LIFETIME))
    }

    fn sign_out(&self) -> Result<Response<Body>, Fault> {
        self.own_page()?;
        if let Some(secret) = secret(self.headers) {
            self.dataverse.sessions().end(secret);
        }
        Ok(self.with_cookie(found(StatusCode::SEE_OTHER, SIGN_IN), "", 0))
    }

    /// A host that only this organization has: a page that gave its own name this machine's address must not sign in.
    fn known_host(&self) -> Result<(), Fault> {
        if origin::is_loopback(&self.base) || self.dataverse.is_resource(&self.base) {
            return Ok(());
        }
        let text = format!("Nobody signs in at {}: the organization is not known under this name.", self.base);
        Err(Fault::uncoded(StatusCode::FORBIDDEN, text))
    }

    fn own_page(&self) -> Result<(), Fault> {
        if origin::is_own(self.method, self.headers, &self.base) {
            return Ok(());
        }
        Err(Fault::uncoded(StatusCode::FORBIDDEN, "Only the organization's own pages may ask for this."))
    }

    fn organization(&self) -> &str {
        &self.dataverse.config().organization.friendly_name
    }

    fn name_of(&self, user: uuid::Uuid) -> String {
        let row = self.dataverse.store().get("systemuser", user);
        row.and_then(|row| row.text("fullname").map(str::to_owned)).unwrap_or_else(|| "Administrator".to_owned())
    }

    fn with_cookie(&self, mut response: Response<Body>, secret: &str, seconds: i64) -> Response<Body> {
        let secure = if self.base.starts_with("https:") { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        if let Ok(value) = HeaderValue::try_from(cookie) {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        response
    }
}

/// What the session's cookie holds.
pub(super) fn secret(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// The headers of whatever a browser shows.
fn shown(status: StatusCode, kind: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let fixed = HeaderValue::from_static;
    response.headers_mut().extend([
        (header::CONTENT_TYPE, fixed(kind)),
        (header::CACHE_CONTROL, fixed("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::X_FRAME_OPTIONS, fixed("DENY")),
        (header::REFERRER_POLICY, fixed("same-origin")),
        (
            header::CONTENT_SECURITY_POLICY,
            fixed("default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
        ),
    ]);
    response
}

fn page(template: &impl Template) -> Response<Body> {
    // Writing to memory does not fail, and the templates ask for nothing else.
    shown(StatusCode::OK, "text/html; charset=utf-8", template.render().unwrap_or_default())
}

fn script() -> Response<Body> {
    shown(StatusCode::OK, "text/javascript; charset=utf-8", include_str!("../../templates/main.js").to_owned())
}

fn found(status: StatusCode, place: &'static str) -> Response<Body> {
    let mut response = shown(status, "text/html; charset=utf-8", String::new());
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static(place));
    response
}
