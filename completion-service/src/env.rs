//! Reads the configuration from environment variables, and reports all problems at once.

#[cfg(feature = "defects")]
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use url::Url;

use crate::config::{Config, ConfigError, LateMoney, Limits, Platform, Proxies};
#[cfg(feature = "defects")]
use crate::defects::Defect;
use crate::domain::purchase::MissingCurrency;
use crate::domain::return_url::AllowedOrigins;
use crate::secret::Secret;

const MICROSOFT_LOGIN: &str = "https://login.microsoftonline.com";
const STRIPE_API: &str = "https://api.stripe.com";

impl Config {
    /// Reads the configuration through `get`, which looks up one variable. Empty values count as missing.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem, not only the first.
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut env = Env { get, problems: Vec::new() };
        let config = env.read();
        match config {
            Some(config) if env.problems.is_empty() => Ok(config),
            _ => Err(ConfigError { problems: env.problems }),
        }
    }
}

struct Env<G> {
    get: G,
    problems: Vec<String>,
}

impl<G: Fn(&str) -> Option<String>> Env<G> {
    /// Looks at every variable before it gives up, so that all problems are found.
    fn read(&mut self) -> Option<Config> {
        let host = self.parsed("HOST", "an IP address", IpAddr::V4(Ipv4Addr::LOCALHOST));
        let port = self.parsed("PORT", "a port number (0 picks a free one)", 7202);
        let dataverse_url = self.required("DATAVERSE_URL").and_then(|text| self.base("DATAVERSE_URL", &text));
        let token_url = self.token_url();
        let client_id = self.required("CLIENT_ID");
        let client_secret = self.required("CLIENT_SECRET");
        let stripe_api_base = self.optional("STRIPE_API_BASE").unwrap_or_else(|| STRIPE_API.into());
        let stripe_api_base = self.base("STRIPE_API_BASE", &stripe_api_base);
        let stripe_api_key = self.required("STRIPE_API_KEY").and_then(|key| self.api_key(key));
        #[cfg(feature = "defects")]
        let defects = self.defects();
        #[cfg(feature = "defects")]
        let needs_secret = !defects.contains(&Defect::NoSecretNoCheck);
        #[cfg(not(feature = "defects"))]
        let needs_secret = true;
        let stripe_webhook_secret = self.webhook_secret(needs_secret);
        let allowed_return_origins = self.origins();
        let ssl_cert_file = self.optional("SSL_CERT_FILE").map(PathBuf::from);
        let proxies = Proxies {
            http: self.proxy("HTTP_PROXY"),
            https: self.proxy("HTTPS_PROXY"),
            none: self.optional("NO_PROXY").or_else(|| self.optional("no_proxy")),
        };
        let metadata_key = self.metadata_key();
        let missing_currency =
            self.choice("MISSING_CURRENCY", &[("refuse", MissingCurrency::Refuse), ("usd", MissingCurrency::Usd)]);
        let late_money = self.choice("LATE_MONEY", &[("refund", LateMoney::Refund), ("park", LateMoney::Park)]);
        let platform = self.choice(
            "PLATFORM",
            &[
                ("real-time", Platform::RealTime),
                ("outbound", Platform::Outbound),
                ("outbound-adx", Platform::OutboundAdx),
            ],
        );
        let limits = self.limits();

        Some(Config {
            host,
            port,
            dataverse_url: dataverse_url?,
            token_url: token_url?,
            client_id: client_id?,
            client_secret: Secret::new(client_secret?),
            stripe_api_base: stripe_api_base?,
            stripe_api_key: Secret::new(stripe_api_key?),
            stripe_webhook_secret: Secret::new(stripe_webhook_secret?),
            allowed_return_origins,
            ssl_cert_file,
            proxies,
            metadata_key,
            missing_currency,
            late_money,
            platform,
            limits,
            #[cfg(feature = "defects")]
            defects,
        })
    }

    fn optional(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn required(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            self.problem(name, "is missing");
        }
        value
    }

    fn problem(&mut self, name: &str, what: &str) {
        self.problems.push(format!("{name} {what}"));
    }

    fn parsed<T: FromStr>(&mut self, name: &str, what: &str, default: T) -> T {
        match self.optional(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                self.problem(name, &format!("must be {what}"));
                default
            }
        }
    }

    fn choice<T: Copy + Default>(&mut self, name: &str, choices: &[(&str, T)]) -> T {
        let Some(text) = self.optional(name) else {
            return T::default();
        };
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
        self.problem(name, &format!("must be {}", words.join(" or ")));
        T::default()
    }

    fn base(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = Url::parse(text.trim_end_matches('/')).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        if url.is_none() {
            self.problem(name, "must be an http(s) URL without query and user information");
        }
        url
    }

    /// `ENTRA_TOKEN_URL` wins over `ENTRA_AUTHORITY` and `TENANT_ID`. An authority that already ends with the tenant is
    /// taken as it is.
    fn token_url(&mut self) -> Option<Url> {
        if let Some(text) = self.optional("ENTRA_TOKEN_URL") {
            return self.base("ENTRA_TOKEN_URL", &text);
        }
        let Some(tenant) = self.optional("TENANT_ID") else {
            self.problem("TENANT_ID", "is missing (or give ENTRA_TOKEN_URL)");
            return None;
        };
        if !tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
            self.problem("TENANT_ID", "must be a tenant's id or domain name");
            return None;
        }
        let authority = self.optional("ENTRA_AUTHORITY").unwrap_or_else(|| MICROSOFT_LOGIN.into());
        let authority = self.base("ENTRA_AUTHORITY", &authority)?;
        let authority = authority.as_str().trim_end_matches('/');
        let with_tenant = if authority.ends_with(&format!("/{tenant}")) {
            authority.to_owned()
        } else {
            format!("{authority}/{tenant}")
        };
        Url::parse(&format!("{with_tenant}/oauth2/v2.0/token")).ok()
    }

    fn api_key(&mut self, key: String) -> Option<String> {
        let usable = key.bytes().all(|byte| byte.is_ascii_graphic()) && !key.starts_with("pk_");
        if !usable {
            self.problem("STRIPE_API_KEY", "must be a secret or restricted key (sk_… or rk_…)");
        }
        usable.then_some(key)
    }

    /// Whoever has no secret accepts everybody's events, so this fails closed.
    fn webhook_secret(&mut self, needed: bool) -> Option<String> {
        if !needed && self.optional("STRIPE_WEBHOOK_SECRET").is_none() {
            return Some(String::new());
        }
        let Some(secret) = self.optional("STRIPE_WEBHOOK_SECRET") else {
            self.problem("STRIPE_WEBHOOK_SECRET", "is missing; without it anybody could report payments");
            return None;
        };
        let usable = secret.bytes().all(|byte| byte.is_ascii_graphic());
        if !usable {
            self.problem("STRIPE_WEBHOOK_SECRET", "must be printable ASCII without blanks");
        }
        usable.then_some(secret)
    }

    fn origins(&mut self) -> AllowedOrigins {
        let list = self.optional("ALLOWED_RETURN_ORIGINS").unwrap_or_default();
        AllowedOrigins::parse(&list).unwrap_or_else(|entry| {
            self.problem(
                "ALLOWED_RETURN_ORIGINS",
                &format!("must be a comma list of origins such as https://example.com; got {entry:?}"),
            );
            AllowedOrigins::default()
        })
    }

    fn proxy(&mut self, name: &str) -> Option<Url> {
        let text = self.optional(name).or_else(|| self.optional(&name.to_ascii_lowercase()))?;
        let url = Url::parse(&text).ok().filter(Url::has_host);
        if url.is_none() {
            self.problem(name, "must be a URL");
        }
        url
    }

    fn metadata_key(&mut self) -> String {
        let key = self.optional("METADATA_KEY").unwrap_or_else(|| "order_id".into());
        if key.chars().count() > 40 || key.contains(['[', ']']) {
            self.problem("METADATA_KEY", "must have at most 40 characters and no brackets");
        }
        key
    }

    fn limits(&mut self) -> Limits {
        let default = Limits::default();
        Limits {
            call: self.millis("CALL_TIMEOUT_MS", default.call),
            answer: self.millis("ANSWER_WITHIN_MS", default.answer),
            backoff: self.millis("BACKOFF_MS", default.backoff),
            ..default
        }
    }

    fn millis(&mut self, name: &str, default: Duration) -> Duration {
        match self.optional(name).map(|text| text.parse()) {
            None => default,
            Some(Ok(millis @ 1..=120_000)) => Duration::from_millis(millis),
            Some(_) => {
                self.problem(name, "must be a number of milliseconds from 1 to 120000");
                default
            }
        }
    }

    #[cfg(feature = "defects")]
    fn defects(&mut self) -> BTreeSet<Defect> {
        let mut defects = BTreeSet::new();
        let list = self.optional("DEFECTS").unwrap_or_default();
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match Defect::by_name(name) {
                Some(defect) => drop(defects.insert(defect)),
                None => self.problem("DEFECTS", &format!("names an unknown defect {name:?}")),
            }
        }
        defects
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const GOOD: &[(&str, &str)] = &[
        ("DATAVERSE_URL", "https://contoso.crm.dynamics.com/"),
        ("TENANT_ID", "11111111-2222-3333-4444-555555555555"),
        ("CLIENT_ID", "app"),
        ("CLIENT_SECRET", "hush-client"),
        ("STRIPE_API_KEY", "sk_test_hush"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_hush"),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let mut env: BTreeMap<_, _> = GOOD.iter().copied().collect();
        env.extend(changes.iter().copied());
        Config::from_env(|name| env.get(name).map(ToString::to_string))
    }

    #[track_caller]
    fn problems(changes: &[(&str, &str)], expected: &[&str]) {
        let problems = read(changes).expect_err("problems").problems;
        assert_eq!(problems, expected);
    }

    #[test]
    fn six_variables_are_enough() {
        let config = read(&[]).expect("a configuration");
        assert_eq!((config.host, config.port), (IpAddr::V4(Ipv4Addr::LOCALHOST), 7202));
        assert_eq!(
            config.token_url.as_str(),
            "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token"
        );
        assert_eq!(config.scope(), "https://contoso.crm.dynamics.com/.default");
        assert_eq!(config.stripe_api_base.as_str(), "https://api.stripe.com/");
        assert_eq!(config.metadata_key, "order_id");
        assert_eq!(config.missing_currency, MissingCurrency::Refuse);
        assert_eq!(config.late_money, LateMoney::Refund);
        assert_eq!(config.platform, Platform::RealTime);
        assert!(config.allowed_return_origins.is_empty());
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let nothing = Config::from_env(|_| None).expect_err("problems").problems;
        assert_eq!(
            nothing,
            [
                "DATAVERSE_URL is missing",
                "TENANT_ID is missing (or give ENTRA_TOKEN_URL)",
                "CLIENT_ID is missing",
                "CLIENT_SECRET is missing",
                "STRIPE_API_KEY is missing",
                "STRIPE_WEBHOOK_SECRET is missing; without it anybody could report payments",
            ]
        );
        problems(
            &[
                ("PORT", "70000"),
                ("DATAVERSE_URL", "contoso"),
                ("STRIPE_API_KEY", "pk_test_1"),
                ("ALLOWED_RETURN_ORIGINS", "https://a.test,b"),
                ("LATE_MONEY", "keep"),
                ("PLATFORM", "legacy"),
                ("CALL_TIMEOUT_MS", "0"),
            ],
            &[
                "PORT must be a port number (0 picks a free one)",
                "DATAVERSE_URL must be an http(s) URL without query and user information",
                "STRIPE_API_KEY must be a secret or restricted key (sk_… or rk_…)",
                "ALLOWED_RETURN_ORIGINS must be a comma list of origins such as https://example.com; got \"b\"",
                "LATE_MONEY must be refund or park",
                "PLATFORM must be real-time or outbound or outbound-adx",
                "CALL_TIMEOUT_MS must be a number of milliseconds from 1 to 120000",
            ],
        );
    }

    #[test]
    fn a_blank_webhook_secret_is_none() {
        for secret in ["", "  "] {
            problems(
                &[("STRIPE_WEBHOOK_SECRET", secret)],
                &["STRIPE_WEBHOOK_SECRET is missing; without it anybody could report payments"],
            );
        }
    }

    #[track_caller]
    fn token_url(changes: &[(&str, &str)], expected: &str) {
        assert_eq!(read(changes).expect("a configuration").token_url.as_str(), expected);
    }

    #[test]
    fn the_token_url_wins_over_authority_and_tenant() {
        token_url(&[("ENTRA_TOKEN_URL", "http://e.test/t")], "http://e.test/t");
        token_url(
            &[("ENTRA_AUTHORITY", "http://e.test:4403/"), ("TENANT_ID", "t1")],
            "http://e.test:4403/t1/oauth2/v2.0/token",
        );
        token_url(
            &[("ENTRA_AUTHORITY", "http://e.test:4403/t1"), ("TENANT_ID", "t1")],
            "http://e.test:4403/t1/oauth2/v2.0/token",
        );
    }

    #[test]
    fn the_key_shows_its_mode() {
        for (key, mode) in [("sk_test_1", Some(false)), ("rk_live_1", Some(true)), ("sk_org_1", None), ("odd", None)] {
            assert_eq!(read(&[("STRIPE_API_KEY", key)]).expect("a configuration").livemode(), mode);
        }
    }

    #[test]
    fn proxies_are_read_in_either_case() {
        let config = read(&[("HTTPS_PROXY", "http://p.test:1"), ("no_proxy", "a.test")]).expect("a configuration");
        assert_eq!(config.proxies.https.as_ref().map(Url::as_str), Some("http://p.test:1/"));
        assert_eq!(config.proxies.http, None);
        assert_eq!(config.proxies.none.as_deref(), Some("a.test"));
        problems(&[("http_proxy", "p")], &["HTTP_PROXY must be a URL"]);
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", read(&[]).expect("a configuration"));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
