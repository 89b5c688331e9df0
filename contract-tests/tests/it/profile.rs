//! The profile: what it takes, and how its errors point at the place.

use contract_tests::Profile;
use contract_tests::target::{EventPlatform, Scratch};
use url::Url;

#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let error = Profile::parse("payloop.toml", text).unwrap_err().to_string();
    for part in expect {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
}

#[test]
fn the_documented_example_is_taken_and_means_the_defaults() {
    let text = r#"
[service]
name = "acme-completion"
redirect_url = "{base}/GatewayRedirect/PayWithStripe"
notify_url   = "{base}/GatewayEvents/HandleStripeEvent"
ready_path   = "/healthz"

[declares]
payable = "link"
finalize = "synchronous"
protocol = "web-api"
late_money = "refund"
metadata_key = "order_id"
return_origins = ["https://allowed.test"]
currencies = ["USD", "EUR", "JPY", "KWD"]
shares_with_stripe = []
open_paths = []

[budgets]
redirect = "10s"
webhook = "10s"
settle = "300ms"

[env]
RETURN_URL_ORIGINS = "{allowed_return_origins}"
"#;
    let profile = Profile::parse("payloop.toml", text).unwrap();
    let defaults = Profile::default();
    assert_eq!((profile.declares, profile.budgets), (defaults.declares, defaults.budgets));
    assert_eq!(profile.service.redirect_url, defaults.service.redirect_url);
}

/// The page about the profile shows a file that is taken, and every key of it with its default, but for those that have none.
#[test]
fn the_page_about_it_shows_what_is_taken() {
    let page = include_str!("../../../docs/profile.md");
    let text = page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let shown = Profile::parse("docs/profile.md", text).unwrap();
    let defaults = Profile::default();
    assert_eq!((&shown.declares, &shown.budgets), (&defaults.declares, &defaults.budgets));
    for key in toml::Table::try_from(&defaults.declares).unwrap().keys() {
        assert!(text.contains(&format!("\n{key} ")), "{key} is not shown");
    }
}

#[test]
fn the_shipped_profile_of_outbound_marketing_says_so_to_the_service() {
    let profile = crate::world::outbound_profile();
    assert_eq!(profile.declares.platform, EventPlatform::Outbound);
    let endpoints = mock_platform::Endpoints::planned(7, 4400, None).unwrap();
    let base = Url::parse("http://127.0.0.1:7202").unwrap();
    let env = contract_tests::target::environment(&endpoints, &profile, &base).unwrap();
    assert_eq!(env["PLATFORM"], "outbound");
}

#[test]
fn an_empty_profile_is_the_default() {
    assert_eq!(Profile::parse("payloop.toml", "").unwrap(), Profile::default());
}

#[test]
fn mistakes_are_told_with_their_line() {
    check("[service]\nname = \"x\"\nredirekt_url = \"y\"\n", &["line 3", "redirekt_url", "redirect_url"]);
    check("[declares]\npayable = \"invoice\"\n", &["line 2", "link", "session"]);
    check("[declares]\nplatform = \"legacy\"\n", &["line 2", "real-time", "outbound", "outbound-adx"]);
    check("[budgets]\nsettle = \"soon\"\n", &["line 2", "soon", "300ms"]);
    check("[declares]\nfinalize = 7\n", &["line 2"]);
    check("[declares]\nshares_with_stripe = [\"address\"]\n", &["line 2", "address", "name", "email"]);
    check("[service\n", &["line 1"]);
}

#[test]
fn values_without_a_meaning_are_told() {
    check(
        "[declares]\nreturn_origins = [\"https://allowed.test/path\"]\n",
        &["return_origins", "allowed.test/path", "scheme and host"],
    );
    check("[declares]\nreturn_origins = []\n", &["return_origins"]);
    check("[declares]\ncurrencies = [\"usd\"]\n", &["currencies", "usd"]);
    check("[declares]\nmetadata_key = \"\"\n", &["metadata_key"]);
    check("[declares]\nopen_paths = [\"metrics\"]\n", &["open_paths", "metrics", "/metrics"]);
    check("[service]\nlog_files = [\"\"]\n", &["log_files", "name a file"]);
    check("[declares]\nplatform = \"outbound\"\nprotocol = \"sdk\"\n", &["declares.protocol", "web-api"]);
}

#[test]
fn urls_are_worked_out_from_the_base() {
    let profile = Profile::parse(
        "payloop.toml",
        "[service]\nredirect_url = \"{base}/pay?tenant=1&\"\nnotify_url = \"http://other.test:81/hook\"\nready_path = \"/up\"\n",
    )
    .unwrap();
    let urls = profile.urls(&Url::parse("http://127.0.0.1:7202/").unwrap()).unwrap();
    assert_eq!(urls.redirect.as_str(), "http://127.0.0.1:7202/pay?tenant=1&");
    assert_eq!(urls.notify.as_str(), "http://other.test:81/hook");
    assert_eq!(urls.ready.unwrap().as_str(), "http://127.0.0.1:7202/up");

    let profile = Profile::parse("payloop.toml", "[service]\nnotify_url = \"ftp://x/y\"\n").unwrap();
    let error = profile.urls(&Url::parse("http://127.0.0.1:7202").unwrap()).unwrap_err().to_string();
    assert!(error.contains("notify_url") && error.contains("ftp"), "{error}");
}

#[test]
fn the_environment_has_the_documented_names_and_the_profiles_own() {
    let endpoints = mock_platform::Endpoints::planned(7, 4400, Some("/ca.pem".into())).unwrap();
    let profile = Profile::parse(
        "payloop.toml",
        "[env]\nRETURN_URL_ORIGINS = \"{allowed_return_origins}\"\nAzureAd__ClientId = \"{client_id}\"\nWHERE = \"at {stripe.api_base}/v1 of {base}\"\n",
    )
    .unwrap();
    let base = Url::parse("http://127.0.0.1:7202").unwrap();
    let env = contract_tests::target::environment(&endpoints, &profile, &base).unwrap();
    for (name, value) in endpoints.service_env(7202) {
        if name != "ALLOWED_RETURN_ORIGINS" {
            assert_eq!(env.get(name), Some(&value), "{name}");
        }
    }
    assert_eq!(env["ALLOWED_RETURN_ORIGINS"], "https://allowed.test");
    assert_eq!(env["RETURN_URL_ORIGINS"], "https://allowed.test");
    assert_eq!((env["SSL_CERT_FILE"].as_str(), env["NODE_EXTRA_CA_CERTS"].as_str()), ("/ca.pem", "/ca.pem"));
    assert_eq!(env["AzureAd__ClientId"], endpoints.entra.client_id);
    assert_eq!(env["WHERE"], "at https://127.0.0.1:4404/v1 of http://127.0.0.1:7202");

    let check = |text: &str| {
        let profile = Profile::parse("payloop.toml", text).unwrap();
        contract_tests::target::environment(&endpoints, &profile, &base).unwrap_err().to_string()
    };
    assert!(check("[env]\nX = \"{nothing}\"\n").contains("{nothing}, which does not exist; there are: "));
    assert!(check("[env]\nX = \"{base\"\n").contains("brace"));
}

/// Runs of one seed have the same purchases: what an earlier run left must not be there.
#[test]
fn a_service_that_keeps_something_gets_a_new_folder_for_each_run() {
    let endpoints = mock_platform::Endpoints::planned(7, 4400, None).unwrap();
    let base = Url::parse("http://127.0.0.1:7203").unwrap();
    let profile = Profile::parse("payloop.toml", "[env]\nSTATE_FILE = \"{scratch}/state\"\n").unwrap();
    let env = contract_tests::target::environment(&endpoints, &profile, &base).unwrap();
    let file = std::path::Path::new(&env["STATE_FILE"]).to_owned();
    for _ in 0..2 {
        let scratch = Scratch::make(&profile, &base).unwrap();
        assert!(!file.exists());
        std::fs::write(&file, "facts").unwrap();
        drop(scratch);
        assert!(!file.parent().unwrap().exists());
    }
    let scratch = Scratch::make(&Profile::default(), &base).unwrap();
    assert!(!file.parent().unwrap().exists(), "nobody asked for it");
    drop(scratch);
}
