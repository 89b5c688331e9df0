//! What the service is told, read from environment variables and refused as a whole when anything is wrong.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::return_url::Origins;

/// Text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Everything the service is told. The README has the table.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    /// Where buyers reach this service, without a slash at its end; by default where it listens.
    pub(crate) public_url: Option<String>,
    /// Where events and notes are kept; without one, a folder that ends with the process.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) dataverse: String,
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) stripe: String,
    pub(crate) stripe_key: Secret,
    pub(crate) webhook_secret: Secret,
    pub(crate) metadata_key: String,
    pub(crate) origins: Origins,
    pub(crate) certificates: Option<PathBuf>,
    /// One outgoing call, from connecting to the last byte.
    pub(crate) call: Duration,
    /// Whether `HTTP_PROXY` and its kin count.
    pub(crate) proxies: bool,
}

/// All that is wrong with an environment: one line for each variable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the environment is not right:\n- {}", .0.join("\n- "))]
pub struct Wrong(Vec<String>);

impl Config {
    /// Reads the variables that `get` knows.
    ///
    /// # Errors
    /// [`Wrong`] with every variable that is missing or unusable. No value is repeated in it.
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> Result<Self, Wrong> {
        let mut env = Env { get: &get, wrong: Vec::new() };
        let config = Self {
            host: env.parsed("HOST", "must be an IP address").unwrap_or(Ipv4Addr::LOCALHOST.into()),
            port: env.parsed("PORT", "must be a port from 0 to 65535").unwrap_or(7202),
            public_url: env.optional("PUBLIC_URL").map(|url| env.base("PUBLIC_URL", url)),
            folder: env.optional("QUEUE_DIR").map(PathBuf::from),
            dataverse: env.required_base("DATAVERSE_URL"),
            token_url: env.token_url(),
            client_id: env.required("CLIENT_ID", ""),
            client_secret: Secret(env.required("CLIENT_SECRET", "")),
            stripe: env
                .optional("STRIPE_API_BASE")
                .map_or_else(|| "https://api.stripe.com".to_owned(), |url| env.base("STRIPE_API_BASE", url)),
            stripe_key: Secret(env.stripe_key()),
            webhook_secret: Secret(
                env.printable("STRIPE_WEBHOOK_SECRET", "; without it anybody could report payments"),
            ),
            metadata_key: env.metadata_key(),
            origins: env.origins(),
            certificates: env.optional("SSL_CERT_FILE").map(PathBuf::from),
            call: env
                .parsed("CALL_TIMEOUT_MS", "must be milliseconds")
                .map_or(Duration::from_secs(4), Duration::from_millis),
            proxies: false,
        };
        if config.call.is_zero() {
            env.say("CALL_TIMEOUT_MS", "must be more than 0");
        }
        if env.wrong.is_empty() { Ok(config) } else { Err(Wrong(env.wrong)) }
    }

    /// Goes through the proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` of this very process name: for a process of its own, and
    /// not for a service inside another program.
    #[must_use]
    pub fn with_proxies_of_the_environment(self) -> Self {
        Self { proxies: true, ..self }
    }

    /// Which mode our Stripe key belongs to, if it shows: real money or not.
    pub(crate) fn livemode(&self) -> Option<bool> {
        match self.stripe_key.expose().split('_').nth(1)? {
            "live" => Some(true),
            "test" => Some(false),
            _ => None,
        }
    }
}

/// The variables, and what was found wrong with them so far.
struct Env<'e> {
    get: &'e dyn Fn(&str) -> Option<String>,
    wrong: Vec<String>,
}

impl Env<'_> {
    fn say(&mut self, name: &str, what: &str) {
        self.wrong.push(format!("{name} {what}"));
    }

    /// An empty variable is one that is not set.
    fn optional(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn required(&mut self, name: &str, why: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.say(name, &format!("is missing{why}"));
            String::new()
        })
    }

    fn parsed<T: std::str::FromStr>(&mut self, name: &str, rule: &str) -> Option<T> {
        let parsed = self.optional(name)?.parse().ok();
        if parsed.is_none() {
            self.say(name, rule);
        }
        parsed
    }

    fn printable(&mut self, name: &str, why: &str) -> String {
        let text = self.required(name, why);
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.say(name, "must be printable ASCII without blanks");
        }
        text
    }

    fn required_base(&mut self, name: &str) -> String {
        let text = self.required(name, "");
        if text.is_empty() { text } else { self.base(name, text) }
    }

    /// An http(s) URL to put paths behind.
    fn base(&mut self, name: &str, text: String) -> String {
        let sound = Url::parse(&text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if !sound {
            self.say(name, "must be an http(s) URL without user, query and fragment");
        }
        text.trim_end_matches('/').to_owned()
    }

    fn token_url(&mut self) -> String {
        if let Some(url) = self.optional("ENTRA_TOKEN_URL") {
            return self.base("ENTRA_TOKEN_URL", url);
        }
        let tenant = self.required("TENANT_ID", " (or set ENTRA_TOKEN_URL)");
        if !tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) {
            self.say("TENANT_ID", "must be a tenant's id or domain");
        }
        let authority =
            self.optional("ENTRA_AUTHORITY").unwrap_or_else(|| "https://login.microsoftonline.com".to_owned());
        let authority = self.base("ENTRA_AUTHORITY", authority);
        let authority = authority.strip_suffix(&format!("/{tenant}")).unwrap_or(&authority);
        format!("{authority}/{tenant}/oauth2/v2.0/token")
    }

    fn stripe_key(&mut self) -> String {
        let key = self.printable("STRIPE_API_KEY", "");
        if key.starts_with("pk_") {
            self.say("STRIPE_API_KEY", "is a publishable key; a secret or restricted one is needed");
        }
        key
    }

    fn metadata_key(&mut self) -> String {
        let key = self.optional("METADATA_KEY").unwrap_or_else(|| "order_id".to_owned());
        if key.chars().count() > 40 || key.contains(['[', ']']) {
            self.say("METADATA_KEY", "must have at most 40 characters and no brackets");
        }
        key
    }

    fn origins(&mut self) -> Origins {
        Origins::parse(&self.optional("ALLOWED_RETURN_ORIGINS").unwrap_or_default()).unwrap_or_else(|_| {
            self.say("ALLOWED_RETURN_ORIGINS", "must be a comma list of origins such as https://events.example");
            Origins::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const GOOD: [(&str, &str); 6] = [
        ("DATAVERSE_URL", "https://contoso.crm.dynamics.com/"),
        ("TENANT_ID", "contoso.test"),
        ("CLIENT_ID", "client"),
        ("CLIENT_SECRET", "hush"),
        ("STRIPE_API_KEY", "sk_test_1"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Config, Wrong> {
        let env: BTreeMap<&str, &str> = GOOD.iter().chain(changes).copied().collect();
        Config::from_env(|name| env.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn the_least_that_is_enough() {
        let config = read(&[]).expect("enough");
        assert_eq!(config.dataverse, "https://contoso.crm.dynamics.com");
        assert_eq!(config.token_url, "https://login.microsoftonline.com/contoso.test/oauth2/v2.0/token");
        assert_eq!((config.port, config.livemode()), (7202, Some(false)));
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn an_authority_may_carry_the_tenant() {
        for authority in ["http://127.0.0.1:4403", "http://127.0.0.1:4403/contoso.test/"] {
            let config = read(&[("ENTRA_AUTHORITY", authority)]).expect("right");
            assert_eq!(config.token_url, "http://127.0.0.1:4403/contoso.test/oauth2/v2.0/token");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = Config::from_env(|_| None).expect_err("empty").0;
        let names: Vec<_> = wrong.iter().filter_map(|line| line.split(' ').next()).collect();
        let needed =
            ["DATAVERSE_URL", "TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"];
        assert_eq!(names, needed);
    }

    #[test]
    fn each_variable_is_checked() {
        for (name, value) in [
            ("HOST", "here"),
            ("PORT", "70000"),
            ("PUBLIC_URL", "ftp://x.test"),
            ("DATAVERSE_URL", "contoso"),
            ("ENTRA_TOKEN_URL", "https://u:p@login.test/token"),
            ("TENANT_ID", "a/../b"),
            ("STRIPE_API_BASE", "https://api.stripe.com?x=1"),
            ("STRIPE_API_KEY", "pk_test_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec 1"),
            ("STRIPE_WEBHOOK_SECRET", " "),
            ("METADATA_KEY", "a[b]"),
            ("ALLOWED_RETURN_ORIGINS", "https://x.test/path"),
            ("CALL_TIMEOUT_MS", "0"),
        ] {
            let lines = read(&[(name, value)]).expect_err(name).0;
            assert!(lines.len() == 1 && lines[0].starts_with(name), "{lines:?}");
        }
    }
}
