//! Addresses that the service has no reason to call: S-X01.

use futures_util::FutureExt as _;

use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Canary, Sale, Visit};

/// Where clouds tell their machines their credentials. It cannot be listened on here.
const METADATA: &str = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";

/// A return URL is for the buyer's browser. A service that looks at it can be sent to whatever only it can reach.
pub static X01: Case = Case {
    id: "S-X01",
    title: "returnUrl leads to a listener of ours on this machine, in many spellings, and to a cloud's metadata",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the service calls no address that a visitor gives it",
    sources: &["AV 1.3.6", "AV 13.2.4", "RFC 3986 7.4"],
    needs: Needs::NOTHING,
    run: |ctx| fetched(ctx).boxed(),
};

async fn fetched(ctx: Ctx) -> Result<(), Stop> {
    let canary = Canary::listen().await?;
    let port = canary.port();
    // All of them lead to the same listener: programs that keep a list of forbidden spellings forget some.
    let hosts = [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "localhost.",
    ];
    let six = Canary::listen_six().await;
    if six.is_none() {
        ctx.report("the address [::1]", "not tried: this machine has no IPv6");
    }
    let mut urls: Vec<String> =
        hosts.into_iter().enumerate().map(|(number, host)| format!("http://{host}:{port}/canary-{number}")).collect();
    urls.extend(six.as_ref().map(|six| format!("http://[::1]:{}/canary-six", six.port())));
    urls.push(METADATA.to_owned());
    let seller = ctx.arrange(Sale::default()).await?;
    for url in &urls {
        let purchase = ctx.register(&seller).await?;
        ctx.visit(Visit::of(&purchase, Asked::Url(url))).await?;
    }
    ctx.settle().await?;
    let heard: Vec<String> = canary
        .heard()
        .into_iter()
        .chain(six.iter().flat_map(Canary::heard))
        .map(|heard| heard.line().to_owned())
        .collect();
    ctx.check(
        "nobody calls the listener that the return URLs lead to",
        "no call: a return URL is handed on, or refused, and never fetched",
        if heard.is_empty() { "none".to_owned() } else { heard.join("; ") },
        heard.is_empty(),
    );
    ctx.report(
        "calls to 169.254.169.254",
        "out of sight here; a service that fetches one return URL fetches them all, and the listeners see that",
    );
    Ok(())
}
