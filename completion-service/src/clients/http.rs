//! The one outgoing HTTP client: own roots or the system's, no redirects, bounded time and bounded answers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, NoProxy, Proxy, RequestBuilder};
use url::Url;

use super::retry::Passing;
use crate::clock::Deadline;
use crate::config::Config;
use crate::error::Error;

/// Largest answer that is read from another service, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// A shared client with the limits that go with it.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client,
    call: Duration,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// A header as text, if it is there once and readable.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After`, if it can be read.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        super::retry::parse_retry_after(self.header("retry-after")?, crate::clock::unix_now())
    }
}

impl Http {
    /// Builds the client for this configuration.
    ///
    /// `SSL_CERT_FILE` replaces the system's authorities, as it does for OpenSSL. If nothing speaks TLS none are loaded, so
    /// that the service also runs where there are none.
    #[expect(clippy::disallowed_methods, reason = "the one place that builds a client")]
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        // An error only says that the process has a provider already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut builder = Client::builder()
            .user_agent(concat!("completion-service/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(config.limits.call.min(Duration::from_secs(5)));
        for proxy in proxies(config)? {
            builder = builder.proxy(proxy);
        }
        if let Some(roots) = roots(config)? {
            builder = builder.tls_certs_only(roots);
        }
        #[cfg(feature = "defects")]
        if crate::defects::Hooks::takes_any_certificate(config) {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        let client = builder.build().map_err(|error| Error::Client(root_cause(&error)))?;
        Ok(Self { client, call: config.limits.call })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    #[cfg(feature = "defects")]
    pub(crate) fn patch(&self, url: Url) -> RequestBuilder {
        self.client.patch(url)
    }

    /// Sends and reads the whole answer, whatever its status.
    pub(crate) async fn exchange(&self, request: RequestBuilder, deadline: Deadline) -> Result<Answer, Passing> {
        let left = deadline.left().min(self.call);
        if left.is_zero() {
            return Err(Passing::late());
        }
        let mut response = request.timeout(left).send().await.map_err(|error| passing(&error))?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| passing(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(Passing::unreachable("the answer is too large".into()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

fn roots(config: &Config) -> Result<Option<Vec<Certificate>>, Error> {
    let Some(path) = &config.ssl_cert_file else {
        let targets = [&config.dataverse_url, &config.token_url, &config.stripe_api_base];
        let proxies = [config.proxies.http.as_ref(), config.proxies.https.as_ref()];
        let all = targets.into_iter().chain(proxies.into_iter().flatten());
        let plain = all.into_iter().all(|url| url.scheme() == "http");
        return Ok(plain.then(Vec::new));
    };
    let fail = |reason: String| Error::Certificates { path: path.clone(), reason };
    let pem = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
    let roots = Certificate::from_pem_bundle(&pem).map_err(|error| fail(root_cause(&error)))?;
    if roots.is_empty() {
        return Err(fail("it holds no certificate".into()));
    }
    Ok(Some(roots))
}

fn proxies(config: &Config) -> Result<Vec<Proxy>, Error> {
    let direct = config.proxies.none.as_deref().and_then(NoProxy::from_string);
    let http = config.proxies.http.as_ref().map(|url| Proxy::http(url.as_str()));
    let https = config.proxies.https.as_ref().map(|url| Proxy::https(url.as_str()));
    http.into_iter()
        .chain(https)
        .map(|proxy| proxy.map(|proxy| proxy.no_proxy(direct.clone())))
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Client(root_cause(&error)))
}

fn passing(error: &reqwest::Error) -> Passing {
    // A slow body is a timeout and a decoding error at once: ask for the timeout first.
    if error.is_timeout() {
        Passing::late()
    } else if is_about_certificates(error) {
        Passing::untrusted(root_cause(error))
    } else {
        Passing::unreachable(root_cause(error))
    }
}

/// Whether a certificate was not taken. The reason hides in I/O errors, one in the other, which do not name what they hold as their source.
fn is_about_certificates(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(told) = error.downcast_ref::<rustls::Error>() {
        return matches!(told, rustls::Error::InvalidCertificate(_));
    }
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(hidden) => is_about_certificates(hidden),
        None => error.source().is_some_and(is_about_certificates),
    }
}

/// The innermost message; it names no URL and no header.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, std::ptr::from_ref(error)) {
        return "the exchange failed".into();
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::is_about_certificates;

    #[test]
    fn a_certificate_that_was_not_taken_is_found_where_it_hides() {
        let expired = || rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
        assert!(is_about_certificates(&expired()));
        assert!(is_about_certificates(&io::Error::other(io::Error::new(io::ErrorKind::InvalidData, expired()))));
        assert!(!is_about_certificates(&io::Error::other(rustls::Error::HandshakeNotComplete)));
        assert!(!is_about_certificates(&io::Error::from(io::ErrorKind::ConnectionReset)));
    }
}
