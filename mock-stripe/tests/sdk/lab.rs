//! A fake on ports of its own for one program, and what the journal must say about the program afterwards.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use mock_core::contract::Side;
use mock_core::journal::{Entry, Filter, Headers};
use mock_core::server::{Server, serve};
use mock_core::{ClockMode, World};
use mock_stripe::{Config, Stripe};

/// The key that the programs are given.
pub(crate) const KEY: &str = "sk_test_51SellerKey0000000000000000";

pub(crate) struct Lab {
    world: World,
    /// Where the API is, without a trailing slash.
    pub(crate) api: String,
    /// Where the control API is, without a trailing slash.
    pub(crate) control: String,
    _servers: (Server, tokio::task::JoinHandle<()>),
}

impl Lab {
    pub(crate) async fn start() -> Self {
        let start = "2026-11-02T12:00:00Z".parse().unwrap();
        let world = World::builder().seed(7).clock(ClockMode::Manual).start_at(start).build();
        let stripe = Stripe::new(&world, Config { api_keys: vec![KEY.to_owned()], ..Config::default() });
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = serve(&world, stripe.face(), here).await.unwrap();
        let router = mock_core::control::router(&world, stripe.control());
        let listener = tokio::net::TcpListener::bind(here).await.unwrap();
        let control = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let api = server.url().as_str().trim_end_matches('/').to_owned();
        Self { world, api, control, _servers: (server, task) }
    }

    /// What a program finds in its environment.
    pub(crate) fn variables(&self) -> Vec<(&str, &str)> {
        vec![("STRIPE_API", &self.api), ("STRIPE_CONTROL", &self.control), ("STRIPE_KEY", KEY)]
    }

    fn entries(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.world.journal().find(filter)
    }

    /// Every call of the library named `user_agent` asked for `version` (`yesterday` and older ones by choice apart) and was answered in
    /// it, and no answer of the fake broke its contract.
    #[track_caller]
    pub(crate) fn spoke(&self, user_agent: &str, version: &str) {
        let said = |headers: &Headers, name: &str| headers.text(name).unwrap_or_default().to_owned();
        let mut calls = 0;
        for entry in self.entries(&Filter { fake: Some("stripe".to_owned()), ..Filter::default() }) {
            let shown = format!("{} {}", entry.request.method, entry.request.target);
            let wrong: Vec<_> = entry.violations.iter().filter(|wrong| wrong.side == Side::Answer).collect();
            assert!(wrong.is_empty() || entry.fault.is_some(), "{shown}: {wrong:#?}");
            if !said(&entry.request.headers, "user-agent").starts_with(user_agent) {
                continue;
            }
            let asked = said(&entry.request.headers, "stripe-version");
            if !["yesterday", "2025-12-15.clover"].contains(&asked.as_str()) {
                calls += 1;
                assert_eq!(asked, version, "{shown}");
                if let Some(answer) = entry.answer.as_ref().filter(|_| entry.fault.is_none()) {
                    assert_eq!(said(&answer.headers, "stripe-version"), version, "{shown}");
                }
            }
        }
        // The list of products alone takes more.
        assert!(calls > 120, "only {calls} calls by {user_agent}");
    }

    /// Each call that met a fault and was made again bore the key of the first; `retried` of them were.
    #[track_caller]
    pub(crate) fn kept_keys(&self, retried: usize) {
        let key = |entry: &Entry| entry.request.headers.text("idempotency-key").map(str::to_owned);
        let prices = self.entries(&Filter { operation: Some("createPrice".to_owned()), ..Filter::default() });
        let mut again = 0;
        for (at, entry) in prices.iter().enumerate().filter(|(_, entry)| entry.fault.is_some()) {
            let Some(next) = prices.get(at + 1).filter(|next| next.request.body == entry.request.body) else {
                continue;
            };
            assert!(key(entry).is_some(), "a retried call without a key");
            assert_eq!(key(entry), key(next));
            again += 1;
        }
        assert_eq!(again, retried, "calls made again after a fault");
    }
}
