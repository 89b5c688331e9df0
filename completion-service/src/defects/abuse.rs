//! Defects that let visitors choose what they must not: where people are sent, what an answer holds.

use axum::http::HeaderMap;
use axum::response::Response;
use uuid::Uuid;

use super::hooks::Hooks;
use crate::clients::stripe::Form;
use crate::config::Config;
use crate::domain::return_url::{self, AllowedOrigins, ReturnUrl, ReturnUrlError};

impl Hooks {
    /// A return URL that may be taken.
    #[cfg_attr(
        not(feature = "defects"),
        expect(unused_variables, clippy::unused_self, reason = "the right check looks at the URL alone")
    )]
    pub(crate) fn return_url(
        &self,
        text: &str,
        allowed: &AllowedOrigins,
        headers: &HeaderMap,
    ) -> Result<ReturnUrl, ReturnUrlError> {
        #[cfg(feature = "defects")]
        if let Some(taken) = wrong::taken(self, text, allowed, headers) {
            return Ok(ReturnUrl::unchecked(taken));
        }
        return_url::check(text, allowed)
    }

    /// What Stripe is told beside what it needs.
    #[cfg_attr(
        not(feature = "defects"),
        expect(unused_variables, clippy::unused_self, reason = "the right form is complete already")
    )]
    pub(crate) fn tell_more(&self, config: &Config, purchase: Uuid, form: &mut Form) {
        #[cfg(feature = "defects")]
        wrong::told(self, config, purchase, form);
    }

    /// Whether any certificate is taken for the right one.
    #[cfg(feature = "defects")]
    pub(crate) fn takes_any_certificate(config: &Config) -> bool {
        config.defects.contains(&super::catalogue::Defect::AnyCertificate)
    }

    /// The answer to a visit that was refused for what it asked.
    #[cfg_attr(
        not(feature = "defects"),
        expect(unused_variables, clippy::unused_self, reason = "the right answer repeats nothing of the question")
    )]
    pub(crate) fn refused_page(&self, query: &str, answer: Response) -> Response {
        #[cfg(feature = "defects")]
        let answer = wrong::echoed(self, query, answer);
        answer
    }
}

#[cfg(feature = "defects")]
mod wrong {
    use axum::body::Body;
    use axum::http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use axum::response::Response;
    use url::Url;
    use uuid::Uuid;

    use super::super::catalogue::Defect;
    use super::super::hooks::Hooks;
    use crate::clients::stripe::Form;
    use crate::config::Config;
    use crate::domain::return_url::{AllowedOrigins, ReturnUrl};
    use crate::http::query;

    /// The longest URL that Stripe takes.
    const LONGEST: usize = 2048;

    /// What a defect takes although it must not.
    pub(super) fn taken(hooks: &Hooks, text: &str, allowed: &AllowedOrigins, headers: &HeaderMap) -> Option<String> {
        let first = allowed.all().next()?;
        let host = first.split("://").nth(1)?;
        let web = text.starts_with("https://") || text.starts_with("http://");
        let whole = || Some(text.to_owned());
        if hooks.has(Defect::AnyReturnUrl) && web {
            return whole();
        }
        if hooks.has(Defect::RelativeIsSafe) && !text.contains("://") {
            return Some(Url::parse(first).ok()?.join(text).ok()?.to_string());
        }
        if hooks.has(Defect::ReturnUrlContains) && web && text.contains(host) {
            return whole();
        }
        if hooks.has(Defect::ReturnUrlPrefix) && allowed.all().any(|origin| text.starts_with(origin)) {
            return whole();
        }
        if hooks.has(Defect::ReturnUrlHostOnly)
            && web
            && Url::parse(text).ok()?.host_str() == Url::parse(first).ok()?.host_str()
        {
            return whole();
        }
        if hooks.has(Defect::ReturnUrlCutOff) && text.len() > LONGEST && text.starts_with(first) {
            return text.get(..LONGEST).map(str::to_owned);
        }
        if hooks.has(Defect::RelativeAgainstHost) && text.starts_with('/') && !text.starts_with("//") {
            return Some(format!("http://{}{text}", headers.get("host")?.to_str().ok()?));
        }
        (hooks.has(Defect::PlaceholderUnchecked) && text.contains("{CHECKOUT_SESSION_ID}")).then(|| text.to_owned())
    }

    impl Hooks {
        /// A page to come back to, at the host that the caller claims.
        pub(crate) fn page_of_the_caller(&self, headers: &HeaderMap) -> Option<ReturnUrl> {
            if !self.has(Defect::ForwardedHostBelieved) {
                return None;
            }
            let host = headers.get("x-forwarded-host")?.to_str().ok()?;
            Some(ReturnUrl::unchecked(format!("https://{host}/thanks")))
        }
    }

    /// What a defect makes of the page that refuses a visit.
    pub(super) fn echoed(hooks: &Hooks, text: &str, mut answer: Response) -> Response {
        let given = |name| query::single(text, name).ok().flatten().unwrap_or_default();
        if hooks.has(Defect::SplitsHeaders) {
            split(&mut answer, &given("returnUrl"));
        }
        if hooks.has(Defect::EchoesId) {
            split(&mut answer, &given("purchaseId"));
        }
        if hooks.has(Defect::ReflectsId) {
            return with_page(answer, format!("<h1>Sorry</h1><p>There is no purchase {}.</p>", given("purchaseId")));
        }
        if hooks.has(Defect::LinksBack) {
            let url = given("returnUrl").replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            return with_page(answer, format!("<h1>Sorry</h1><p><a href=\"{url}\">Back to the event</a></p>"));
        }
        answer
    }

    /// What a defect tells Stripe beside what it needs.
    pub(super) fn told(hooks: &Hooks, config: &Config, purchase: Uuid, form: &mut Form) {
        if hooks.has(Defect::SecretAtStripe) {
            form.push(("metadata[config]".into(), format!("client_secret={}", config.client_secret.expose())));
        }
        if let Some((name, mail)) = hooks.memory.lock().attendees.get(&purchase) {
            form.push(("metadata[attendee]".into(), format!("{name} <{mail}>")));
        }
    }

    fn with_page(mut answer: Response, page: String) -> Response {
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer.headers_mut().remove(CONTENT_SECURITY_POLICY);
        *answer.body_mut() = Body::from(format!("<!doctype html><meta charset=\"utf-8\"><title>Sorry</title>{page}"));
        answer
    }

    /// What a server does that writes a value into its header section as it is: each further line is a header.
    fn split(answer: &mut Response, value: &str) {
        for line in value.split(['\r', '\n']).skip(1) {
            let Some((name, value)) = line.split_once(':') else { continue };
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.trim())) {
                answer.headers_mut().append(name, value);
            }
        }
    }
}
