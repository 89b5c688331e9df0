//! The one outgoing HTTP client: bounded in time and size, following nobody, trusting only who it should.

use std::time::Duration;

use bytes::BytesMut;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder};

use crate::config::Config;
use crate::time;
use crate::trouble::Trouble;

/// No answer that this service asks for is nearly as large.
const LARGEST: usize = 512 * 1024;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: reqwest::header::HeaderMap,
    pub(crate) body: BytesMut,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// How long it asks to be left alone.
    pub(crate) fn wait(&self) -> Option<Duration> {
        time::retry_after(self.header("retry-after")?, time::now())
    }
}

/// Builds the client. `SSL_CERT_FILE` stands in for the system's authorities; where no URL is https, none are needed.
#[expect(clippy::disallowed_methods, reason = "the one place that builds a client")]
pub(crate) fn client(config: &Config) -> Result<Client, String> {
    // Fails only when another part of the process has chosen already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut builder = Client::builder()
        .user_agent(concat!("queued-service/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(config.call);
    if !config.proxies {
        builder = builder.no_proxy();
    }
    let urls = [&config.dataverse, &config.token_url, &config.stripe];
    if let Some(path) = &config.certificates {
        let shown = path.display();
        let pem = std::fs::read(path).map_err(|error| format!("failed to read SSL_CERT_FILE {shown}: {error}"))?;
        let roots = Certificate::from_pem_bundle(&pem).unwrap_or_default();
        if roots.is_empty() {
            return Err(format!("SSL_CERT_FILE {shown} holds no certificate in PEM"));
        }
        builder = builder.tls_certs_only(roots);
    } else if !config.proxies && urls.iter().all(|url| url.starts_with("http:")) {
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| cause(&error))
}

/// Sends, and reads the answer to its end. `whom` is only for messages.
pub(crate) async fn send(whom: &'static str, request: RequestBuilder) -> Result<Answer, Trouble> {
    let trouble = |error: reqwest::Error| {
        if error.is_timeout() {
            Trouble::Late(whom)
        } else {
            Trouble::passing(format!("{whom} cannot be reached: {}", cause(&error)), None)
        }
    };
    let mut response = request.send().await.map_err(trouble)?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(trouble)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Trouble::broken(format!("{whom} sends too much")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
}

/// The innermost reason, which names neither URL nor header.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let whole = std::ptr::addr_eq(cause, std::ptr::from_ref(error));
    if whole { "the exchange failed".to_owned() } else { cause.to_string() }
}
