//! TLS: the authority, the names, both protocols, and what happens to clients that do not fit.

use std::sync::Arc;

use http::{Method, Version};
use mock_core::faults::Plan;
use mock_core::journal::{Entry, Filter};
use mock_core::server::{self, Listen};
use mock_core::tls::{Authority, HostName, TlsError, certificates, http_client_trusting};
use mock_core::{ClockMode, SignedDuration, World};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::bench::{Bench, LOOPBACK};

struct Secure {
    bench: Bench,
    authority: Authority,
}

impl Secure {
    async fn start() -> Self {
        Self::with(ClockMode::Real, &["*.crm.dynamics.com"]).await
    }

    async fn with(mode: ClockMode, names: &[&str]) -> Self {
        let wall = World::builder().build().clock().wall();
        let authority = Authority::new(wall).unwrap();
        let names: Vec<HostName> = names.iter().map(|name| name.parse().unwrap()).collect();
        let tls = Some(authority.acceptor(&names, wall).unwrap());
        let bench = Bench::listening(mode, Listen { addr: LOOPBACK, tls }).await;
        Self { bench, authority }
    }

    fn client(&self) -> reqwest::Client {
        http_client_trusting(certificates(self.authority.certificate_pem()).unwrap())
    }

    fn port(&self) -> u16 {
        self.bench.base.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Opens TLS as a client that asks for `name` and speaks `protocol`.
    async fn open(&self, name: &str, protocol: &[u8]) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.certificate_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TcpStream::connect(("127.0.0.1", self.port())).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// The one entry about a connection that was not opened, once it is there.
    async fn refused(&self) -> Arc<Entry> {
        refusal(&self.bench.world).await
    }
}

async fn refusal(world: &World) -> Arc<Entry> {
    let mut changes = world.journal().changes();
    loop {
        changes.borrow_and_update();
        let entries = world.journal().find(&Filter::default());
        let refused = |entry: &&Arc<Entry>| entry.request.method == Method::CONNECT && !entry.is_open();
        if let Some(entry) = entries.iter().find(refused) {
            return Arc::clone(entry);
        }
        changes.changed().await.unwrap();
    }
}

async fn said(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn both_protocols_are_spoken() {
    let secure = Secure::start().await;
    assert!(secure.bench.base.starts_with("https://127.0.0.1:"));
    assert_eq!(secure.bench.world.places().base("stripe").as_deref(), Some(secure.bench.base.as_str()));
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("https://{host}:{}/echo?a=1", secure.port());
        let answer = secure.client().post(url).body("over h2").send().await.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        assert_eq!(answer.text().await.unwrap(), "over h2");
    }
    let entry = secure.bench.world.journal().get(1).unwrap();
    assert_eq!(entry.request.target, "/echo?a=1", "the target is a path in both protocols");

    let mut stream = secure.open("127.0.0.1", b"http/1.1").await.unwrap();
    stream
        .write_all(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\nConnection: close\r\n\r\nover h1")
        .await
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("over h1"), "{text}");
}

#[tokio::test]
async fn a_client_finds_the_name_that_it_asked_for() {
    let secure = Secure::with(ClockMode::Real, &["*.crm.dynamics.com", "api.stripe.com", "10.0.0.5"]).await;
    for name in ["localhost", "127.0.0.1", "::1", "contoso.crm.dynamics.com", "api.stripe.com", "10.0.0.5"] {
        secure.open(name, b"http/1.1").await.unwrap();
    }
    for name in ["crm.dynamics.com", "a.b.crm.dynamics.com", "login.microsoftonline.com", "127.0.0.2"] {
        let error = secure.open(name, b"http/1.1").await.unwrap_err().to_string();
        assert!(error.contains("not valid for name"), "{error}");
    }
}

/// Dates are real time: wherever the world's clock stands, clients take the certificate by their own.
#[tokio::test]
async fn the_worlds_clock_does_not_spoil_a_certificate() {
    let secure = Secure::with(ClockMode::Manual, &[]).await;
    secure.bench.world.advance(SignedDuration::from_hours(24 * 365 * 30)).await;
    let url = format!("{}/echo", secure.bench.base);
    assert_eq!(secure.client().post(url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn who_does_not_trust_us_stands_in_the_journal() {
    let secure = Secure::start().await;
    secure.bench.get("/echo").await.unwrap_err();
    let entry = secure.refused().await;
    assert_eq!(entry.fake, "stripe");
    let why = entry.failure.as_deref().unwrap_or_default();
    assert!(why.contains("does not trust our certificate") && why.contains("UnknownCA"), "{why}");
    assert!(entry.peer.starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn plain_http_at_a_tls_port_is_told_so() {
    let secure = Secure::start().await;
    let url = format!("http://127.0.0.1:{}/echo", secure.port());
    // More than fits into one packet, so that an answer over unread bytes would be lost.
    let answer = mock_core::separate_http_client().post(url).body("x".repeat(20_000)).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let text = answer.text().await.unwrap();
    assert!(text.contains("https://"), "{text}");
    let why = secure.refused().await.failure.clone().unwrap();
    assert!(why.contains("plain http") && why.contains("https://"), "{why}");
}

#[tokio::test]
async fn tls_at_a_plain_port_stands_in_the_journal() {
    let bench = Bench::start().await;
    let url = format!("{}/echo", bench.base.replace("http://", "https://"));
    mock_core::separate_http_client().get(url).send().await.unwrap_err();
    let why = refusal(&bench.world).await.failure.clone().unwrap();
    assert!(why.contains("speaks plain http") && why.contains("http://"), "{why}");
    assert_eq!(bench.post("/echo", "x").await.unwrap().status(), 200);
}

/// Handshakes go on beside each other: whoever says nothing holds up nobody, and whoever says nonsense breaks nothing.
#[tokio::test]
async fn a_silent_or_broken_client_holds_up_nobody() {
    let secure = Secure::start().await;
    let place = ("127.0.0.1", secure.port());
    let silent = TcpStream::connect(place).await.unwrap();
    let mut half = TcpStream::connect(place).await.unwrap();
    half.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    let mut nonsense = TcpStream::connect(place).await.unwrap();
    nonsense.write_all(&[0x16, 0x03, 0x01, 0x00, 0x04, 1, 2, 3, 4]).await.unwrap();
    said(&mut nonsense).await;
    let mut noise = TcpStream::connect(place).await.unwrap();
    noise.write_all(&[0xff, 0x00, 0x17]).await.unwrap();
    noise.shutdown().await.unwrap();
    said(&mut noise).await;
    let url = format!("{}/echo", secure.bench.base);
    assert_eq!(secure.client().post(url).send().await.unwrap().status(), 200);
    drop((silent, half));
}

#[tokio::test]
async fn faults_strike_behind_tls_too() {
    let secure = Secure::start().await;
    let client = secure.client();
    for (effect, kept) in [(r#"{"kind":"reset"}"#, false), (r#"{"kind":"cut-body","after":2}"#, true)] {
        let plan = serde_json::from_str(&format!(r#"{{"match":{{"fake":"stripe"}},"effect":{effect}}}"#)).unwrap();
        secure.bench.world.faults().add(plan);
        let answer = client.post(format!("{}/echo", secure.bench.base)).body("abcdef").send().await;
        match answer {
            Ok(answer) => assert!(kept && answer.bytes().await.is_err()),
            Err(_) => assert!(!kept),
        }
    }
    let answer = client.post(format!("{}/echo", secure.bench.base)).body("whole").send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "whole");
}

fn certificate_plan(flaw: &str, times: &str) -> Plan {
    let plan =
        format!(r#"{{"match":{{"fake":"stripe"}},"times":{times},"effect":{{"kind":"certificate","flaw":"{flaw}"}}}}"#);
    serde_json::from_str(&plan).unwrap()
}

/// Each flaw is the one that it says, and the only one of its certificate.
#[tokio::test]
async fn a_planned_certificate_has_one_flaw() {
    for (flaw, expect, told) in [
        ("wrong-name", "NotValidForName", "certificate with a wrong name"),
        ("expired", "Expired", "expired certificate"),
        ("self-made", "UnknownIssuer", "self-made certificate"),
    ] {
        let secure = Secure::with(ClockMode::Manual, &["api.stripe.com"]).await;
        secure.bench.world.faults().add(certificate_plan(flaw, "2"));
        for name in ["localhost", "api.stripe.com"] {
            let error = secure.open(name, b"http/1.1").await.unwrap_err();
            let error = format!("{:?}", error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap());
            assert!(error.contains(expect), "{flaw}: {error}");
        }
        let entry = secure.refused().await;
        assert_eq!(entry.fault.as_deref(), Some(told));
        let why = entry.failure.as_deref().unwrap_or_default();
        assert!(why.contains("as it should not") && why.contains(told), "{why}");
        // The plan is spent.
        secure.open("api.stripe.com", b"http/1.1").await.unwrap();
    }
}

#[tokio::test]
async fn an_open_connection_does_not_spare_a_client_the_flawed_certificate() {
    let secure = Secure::start().await;
    let (client, url) = (secure.client(), format!("{}/echo", secure.bench.base));
    for protocol in [Version::HTTP_2, Version::HTTP_11] {
        let client = if protocol == Version::HTTP_2 {
            client.clone()
        } else {
            let roots = certificates(secure.authority.certificate_pem()).unwrap();
            another_client(|builder| builder.http1_only().tls_certs_only(roots))
        };
        let answer = client.post(&url).body("before").send().await.unwrap();
        assert_eq!(answer.version(), protocol);
        answer.bytes().await.unwrap();
        let before = secure.bench.done.load(std::sync::atomic::Ordering::Relaxed);
        let id = secure.bench.world.faults().add(certificate_plan("expired", "null"));
        // The first may still be on its way when the connection is closed; the second needs a new one at the latest.
        for _ in 0..2 {
            client.post(&url).body("secret").send().await.unwrap_err();
        }
        assert_eq!(secure.bench.done.load(std::sync::atomic::Ordering::Relaxed), before, "nothing was sent");
        assert!(secure.bench.world.faults().remove(id).unwrap().applied >= 1);
        assert_eq!(client.post(&url).body("after").send().await.unwrap().status(), 200, "it heals");
    }
    let shown = secure.bench.world.journal().find(&Filter::default());
    assert!(shown.iter().all(|entry| &*entry.request.body != b"secret"));
}

/// A client that is set up otherwise than ours are.
#[expect(clippy::disallowed_methods, reason = "what it does, no client of ours should")]
fn another_client(set: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> reqwest::Client {
    // Ours bring the provider of TLS along.
    drop(mock_core::http_client());
    set(reqwest::Client::builder()).build().unwrap()
}

/// A client that takes anything is seen to.
#[tokio::test]
async fn what_comes_over_a_flawed_connection_is_marked() {
    let secure = Secure::start().await;
    let careless = another_client(|builder| builder.tls_danger_accept_invalid_certs(true));
    secure.bench.world.faults().add(certificate_plan("self-made", "1"));
    let url = format!("{}/echo", secure.bench.base);
    for body in ["one", "two"] {
        assert_eq!(careless.post(&url).body(body).send().await.unwrap().text().await.unwrap(), body);
    }
    let faults: Vec<_> =
        secure.bench.world.journal().find(&Filter::default()).iter().map(|entry| entry.fault.clone()).collect();
    assert_eq!(faults, [Some("self-made certificate".to_owned()), Some("self-made certificate".to_owned())]);
    // Others find the right one.
    assert_eq!(secure.client().post(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn plans_about_certificates_that_meet_nothing_are_refused() {
    let secure = Secure::start().await;
    let plain = Bench::start().await;
    let refused = async |bench: &Bench, plan: &str| {
        let router = mock_core::control::router(&bench.world, axum::Router::new());
        let request: http::Request<axum::body::Body> =
            http::Request::post("/v1/faults").header("host", "localhost").body(plan.to_owned().into()).unwrap();
        let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        format!("{status} {}", String::from_utf8_lossy(&body))
    };
    let expired = r#""effect":{"kind":"certificate","flaw":"expired"}"#;
    assert!(refused(&secure.bench, &format!("{{{expired}}}")).await.starts_with("201"));
    for (matcher, said) in [
        (r#""match":{"fake":"stripe","method":"POST"}"#, "before there is a request"),
        (r#""when":"after-commit""#, "cannot be after-commit"),
        (r#""match":{"fake":"dataverse"}"#, "speaks https"),
    ] {
        let answer = refused(&secure.bench, &format!("{{{matcher},{expired}}}")).await;
        assert!(answer.starts_with("400") && answer.contains(said), "{answer}");
    }
    let answer = refused(&plain, &format!("{{{expired}}}")).await;
    assert!(answer.starts_with("400") && answer.contains("--tls"), "{answer}");
}

/// A connection of HTTP/2 carries the exchanges of many: a reset must not meet them all.
#[tokio::test]
async fn a_reset_meets_one_exchange_of_a_shared_connection() {
    let secure = Secure::start().await;
    let client = secure.client();
    let url = format!("{}/echo", secure.bench.base);
    // One connection is open from here on.
    client.post(&url).send().await.unwrap();
    for plan in [
        r#"{"match":{"text":"slow"},"effect":{"kind":"delay","millis":300}}"#,
        r#"{"match":{"text":"broken"},"times":null,"effect":{"kind":"reset"}}"#,
    ] {
        secure.bench.world.faults().add(serde_json::from_str(plan).unwrap());
    }
    let slow = tokio::spawn(client.post(&url).body("slow").send());
    // The slow one is under way once the journal has it.
    let mut changes = secure.bench.world.journal().changes();
    let under_way = || secure.bench.world.journal().find(&Filter::default()).iter().any(|entry| entry.is_open());
    while !under_way() {
        changes.changed().await.unwrap();
    }
    let broken = client.post(&url).body("broken").send().await;
    assert!(broken.is_err(), "{broken:?}");
    let slow = slow.await.unwrap().unwrap();
    assert_eq!((slow.version(), slow.text().await.unwrap().as_str()), (Version::HTTP_2, "slow"));
    let peers: std::collections::BTreeSet<_> =
        secure.bench.world.journal().find(&Filter::default()).iter().map(|entry| Arc::clone(&entry.peer)).collect();
    assert_eq!(peers.len(), 1, "all went over one connection");
}

#[tokio::test]
async fn the_control_api_is_served_too_and_knows_strangers_in_both_protocols() {
    let wall = World::builder().build().clock().wall();
    let authority = Authority::new(wall).unwrap();
    let world = World::builder().build();
    let tls = Some(authority.acceptor(&["evil.test".parse().unwrap()], wall).unwrap());
    let router = mock_core::control::router(&world, axum::Router::new());
    let server = server::serve_router(&world, "control", router, Listen { addr: LOOPBACK, tls }).await.unwrap();
    let client = http_client_trusting(certificates(authority.certificate_pem()).unwrap());
    let control = mock_core::control::Control::over(client.clone(), &server.url());
    assert_eq!(control.world().await.unwrap().journal.last_seq, 0);
    let url = server.url().join("/v1/world").unwrap();
    assert_eq!(client.get(url.clone()).header("host", "evil.test").send().await.unwrap().status(), 403);
    // With HTTP/2 the name is the authority of the request.
    let mut named = url.clone();
    named.set_host(Some("localhost")).unwrap();
    assert_eq!(client.get(named).send().await.unwrap().status(), 200);
}

#[test]
fn a_kept_authority_goes_on() {
    let wall = World::builder().build().clock().wall();
    let first = Authority::new(wall).unwrap();
    let again = Authority::kept(first.certificate_pem(), &first.key_pem(), wall).unwrap();
    assert_eq!((again.certificate_pem(), again.key_pem()), (first.certificate_pem(), first.key_pem()));

    let other = Authority::new(wall).unwrap();
    assert_ne!(other.key_pem(), first.key_pem(), "keys do not come from the seed");
    let mixed = Authority::kept(first.certificate_pem(), &other.key_pem(), wall);
    assert!(matches!(mixed, Err(TlsError::Unfit(_))), "{mixed:?}");
    let late = wall.saturating_add(SignedDuration::from_hours(24 * 3651)).unwrap();
    let expired = Authority::kept(first.certificate_pem(), &first.key_pem(), late);
    assert!(matches!(expired, Err(TlsError::Unfit(_))), "{expired:?}");
    assert!(matches!(Authority::kept("nothing", &first.key_pem(), wall), Err(TlsError::Certificate(_))));
    assert!(matches!(Authority::kept(first.certificate_pem(), "nothing", wall), Err(TlsError::Key(_))));
}

#[test]
fn what_is_to_be_trusted_must_be_certificates() {
    let wall = World::builder().build().clock().wall();
    let (one, two) = (Authority::new(wall).unwrap(), Authority::new(wall).unwrap());
    let both = format!("# a remark\n{}{}", one.certificate_pem(), two.certificate_pem());
    assert_eq!(certificates(&both).unwrap().len(), 2);
    for wrong in ["", "nothing", &one.key_pem()] {
        assert_eq!(certificates(wrong).unwrap_err().to_string(), "it holds no certificate");
    }
    let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(certificates(cut).unwrap_err().to_string().starts_with("this is no PEM file of certificates"));
}
