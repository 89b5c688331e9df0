//! What answers tell when things go wrong: S-X05.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use http::Method;
use mock_core::faults::Effect;
use mock_stripe::control::dto::Compose;

use crate::check::leaks::leaks;
use crate::check::url::with_parameter;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Forged, Sale, Trouble, Visit, coded, saying, status};

/// What a broken server behind the service says. A service that hands it on shows the inside of two systems.
const UPSTREAM: &str = "{\"error\":{\"code\":\"0x80040216\",\"message\":\"System.Data.SqlClient.SqlException: Invalid object name\\n   at Microsoft.Crm.Platform.Execute(String sql) in D:\\\\crm\\\\platform.cs:line 7\"}}";

/// Errors are for the log. What an answer tells about the inside helps only whoever wants to get in.
pub static X05: Case = Case {
    id: "S-X05",
    title: "provokes errors of every kind, and reads the answers",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no answer holds a stack trace, SQL, a file path, a framework's page for developers, a key, a token or a secret",
    sources: &["AV 16.5.1", "AV 13.4.2", "AV 13.4.6", "PCI 6.2.4"],
    needs: Needs::PATIENT,
    run: |ctx| provoked(ctx).boxed(),
};

/// An answer, by what provoked it.
type Told = (String, String);

async fn provoked(ctx: Ctx) -> Result<(), Stop> {
    let (broken, asked, sent) =
        futures_util::try_join!(broken_systems(&ctx), wrong_questions(&ctx), wrong_events(&ctx))?;
    let sought = &ctx.bench().sought;
    for (what, text) in broken.into_iter().chain(asked).chain(sent) {
        let mut told: Vec<String> =
            leaks(&text).into_iter().map(|leak| format!("{}: \"{}\"", leak.kind, leak.excerpt)).collect();
        told.extend(sought.found_in(&text).map(|what| format!("the {what}")));
        ctx.check(
            format!("the answer to {what} tells nothing about the inside"),
            "a status and a few words for people: details belong into the log",
            if told.is_empty() { "nothing".to_owned() } else { told.join("; ") },
            told.is_empty(),
        );
    }
    Ok(())
}

/// Visits, each while something behind the service is broken in another way.
async fn broken_systems(ctx: &Ctx) -> Result<Vec<Told>, Stop> {
    let json = "application/json";
    let troubles: Vec<(&str, Trouble)> = vec![
        (
            "a visit while Dataverse answers 500 with a trace of its own",
            Trouble::dataverse(saying(500, json, UPSTREAM)),
        ),
        ("a visit while Dataverse answers 403", Trouble::dataverse(status(403))),
        (
            "a visit while Dataverse answers 400 with a trace of its own",
            Trouble::dataverse(saying(400, json, UPSTREAM)),
        ),
        (
            "a visit while Dataverse answers with a page",
            Trouble::dataverse(saying(200, "text/html", "<h1>Sign in</h1>")),
        ),
        ("a visit while Dataverse answers half a document", Trouble::dataverse(Effect::CutBody { after: 40 })),
        ("a visit while Dataverse hangs up", Trouble::dataverse(Effect::Reset)),
        ("a visit while Stripe answers 500", Trouble::stripe(status(500)).on_writes()),
        ("a visit while Stripe refuses the key", Trouble::stripe(coded(401, "api_key_expired")).on_writes()),
        (
            "a visit while Stripe answers with a page",
            Trouble::stripe(saying(200, "text/html", "<h1>Hello</h1>")).on_writes(),
        ),
    ];
    let seller = ctx.arrange(Sale::default()).await?;
    let visits = troubles.into_iter().map(|(what, trouble)| {
        let seller = &seller;
        async move {
            let purchase = ctx.register(seller).await?;
            let fault = ctx.trouble(trouble.about(purchase.id)).await?;
            let answer = ctx.follow(&purchase).await?;
            ctx.healed(fault).await?;
            Ok::<_, Stop>((what.to_owned(), text_of(&answer.headers, &answer.body)))
        }
    });
    try_join_all(visits).await
}

/// Requests that are wrong in themselves.
async fn wrong_questions(ctx: &Ctx) -> Result<Vec<Told>, Stop> {
    let purchase = ctx.purchase_named("questions").await?;
    let link = &purchase.link;
    let (page, _) = link.split_once('?').unwrap_or((link, ""));
    let notify = ctx.urls().notify.as_str();
    let id = |text: &str| Visit::to(with_parameter(link, "purchaseId", Some(text)));
    let unsigned =
        |body: &str| Visit::to(notify).method(Method::POST).header("content-type", "application/json").body(body);
    let visits = vec![
        ("a visit without a purchase id", Visit::to(page)),
        ("a visit with half a GUID", id("0d5e6f70-")),
        ("a visit with an unknown purchase id", id("0d5e6f70-0000-4000-8000-00000000dead")),
        ("a visit with a quote as the purchase id", id("'")),
        ("a visit with a purchase id of 5 kB", id(&"9".repeat(5 * 1024))),
        ("a visit with broken percent signs", Visit::to(format!("{page}?purchaseId=%zz%ff%"))),
        ("a visit with the id twice", Visit::to(format!("{link}&purchaseId=1"))),
        ("a visit with purchaseId[]", Visit::to(format!("{page}?purchaseId[]=1&purchaseId[x]=2"))),
        ("a visit with a broken returnUrl", Visit::of(&purchase, Asked::Url("https://[::1"))),
        ("POST to the page", Visit::to(link).method(Method::POST).header("content-type", "application/json").body("{")),
        ("DELETE of the page", Visit::to(link).method(Method::DELETE)),
        ("an unknown path", Visit::to(format!("{page}/nothing/here"))),
        ("GET of the webhook", Visit::to(notify)),
        ("an unsigned event that is broken JSON", unsigned("{\"id\":")),
        (
            "an unsigned event with a signature header of nonsense",
            unsigned("{}").header("stripe-signature", "t=x,v1=y"),
        ),
        ("an unsigned event that is a list", unsigned("[1,2]").header("stripe-signature", "t=1,v1=00")),
        (
            "an unsigned event in XML",
            Visit::to(notify).method(Method::POST).header("content-type", "application/xml").body("<a"),
        ),
    ];
    let mut told = Vec::new();
    for (what, visit) in visits {
        // Whoever hangs up tells nothing.
        if let Ok(answer) = ctx.attempt(visit).await {
            told.push((what.to_owned(), text_of(&answer.headers, &answer.body)));
        }
    }
    Ok(told)
}

/// Events that are signed rightly and wrong otherwise.
async fn wrong_events(ctx: &Ctx) -> Result<Vec<Told>, Stop> {
    // They belong to no purchase: none of them could be acknowledged for one.
    let subject = ctx.ids().uuid("wrong events", &ctx.scope());
    let payloads = [
        (
            "a signed event without an object",
            "{\"id\":\"evt_1payloop\",\"object\":\"event\",\"type\":\"checkout.session.completed\"}",
        ),
        ("a signed event that is broken JSON", "{\"id\":\"evt_1payloop\",\"type\":"),
        (
            "a signed event of wrong types",
            "{\"id\":7,\"object\":\"event\",\"type\":[],\"data\":{\"object\":\"x\"},\"livemode\":\"no\"}",
        ),
    ];
    let mut told = Vec::new();
    for (what, payload) in payloads {
        let compose = Compose { payload: Some(payload.to_owned()), subjects: vec![subject], ..Compose::default() };
        let delivered = ctx.deliver(Forged::composed(what, compose)).await?;
        let answer = delivered.entry.as_ref().and_then(|entry| entry.answer.as_ref());
        if let Some(answer) = answer {
            told.push((what.to_owned(), text_of(&answer.headers, &answer.body)));
        }
    }
    Ok(told)
}

/// All that an answer tells.
fn text_of(headers: &[(String, String)], body: &str) -> String {
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{}\n\n{body}", headers.join("\n"))
}
