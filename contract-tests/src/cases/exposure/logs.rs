//! What the service writes down: S-X07.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;

use crate::buyer::Means;
use crate::check::leaks::leaks;
use crate::check::secrets::holds_jwt;
use crate::check::url::with_parameter;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Forged, Trouble, Visit, coded};

/// What would stand at the beginning of a line of its own if line breaks got into the log.
const FORGED: &str = "payloop-forged-line";
/// How much of each log file is read, in bytes.
const MOST: usize = 16 * 1024 * 1024;

/// Logs are read by many, kept for long, and sent to other systems.
pub static X07: Case = Case {
    id: "S-X07",
    title: "reads what the service wrote to its output and its log files in the whole run",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "no secret, no whole token, no card number in the log; text from outside stays on its line",
    sources: &["AV 16.2.5", "AV 16.4.1", "PCI 3.3.1", "PCI 10.2.1"],
    needs: Needs { managed: true, ..Needs::ALONE },
    run: |ctx| written(ctx).boxed(),
};

async fn written(ctx: Ctx) -> Result<(), Stop> {
    if ctx.bench().launcher.written().is_none() && ctx.profile().service.log_files.is_empty() {
        return Err(Stop::NotTestable(
            "what this service writes cannot be read here: start it with --exec, or name its files in log_files under [service]".to_owned(),
        ));
    }
    // A token that is fetched anew, and one that is refused: both are worth a line in a log.
    ctx.restart().await?;
    let refused = ctx.purchase_named("refused").await?;
    let fault = ctx.trouble(Trouble::tokens(coded(401, "invalid_client"))).await?;
    let answer = ctx.follow(&refused).await?;
    ctx.healed(fault).await?;
    let told: Vec<String> =
        leaks(&answer.body).into_iter().map(|leak| format!("{}: \"{}\"", leak.kind, leak.excerpt)).collect();
    ctx.must(
        "the answer to a visit while the token endpoint refuses tells nothing about the inside",
        "a status and a few words for people",
        if told.is_empty() { "nothing".to_owned() } else { told.join("; ") },
        told.is_empty(),
    );

    let purchase = ctx.purchase().await?;
    let lines = format!("x\r\n{FORGED}: purchase completed\n{FORGED}");
    ctx.visit(Visit::to(with_parameter(&purchase.link, "purchaseId", Some(&lines)))).await?;
    ctx.visit(Visit::of(&purchase, Asked::Url(&format!("https://evil.test/{lines}")))).await?;
    ctx.visit(Visit::of(&purchase, Asked::AsLinked).header("x-request-id", FORGED).header("user-agent", FORGED))
        .await?;
    let payload = serde_json::json!({
        "id": format!("evt_1\n{FORGED}"),
        "object": "event",
        "type": format!("checkout.session.completed\r\n{FORGED}"),
        "data": { "object": { "id": format!("cs_1\n{FORGED}"), "object": "checkout.session" } },
    });
    let compose = Compose {
        payload: Some(payload.to_string()),
        subjects: vec![ctx.ids().uuid("forged event", &ctx.scope())],
        ..Compose::default()
    };
    ctx.deliver(Forged::composed("an event with line breaks in its id and its type", compose)).await?;
    let answer = ctx.follow(&purchase).await?;
    ctx.pay(&answer, &Means::card()).await?;
    ctx.settled(&purchase).await?;
    judge(&ctx)
}

fn judge(ctx: &Ctx) -> Result<(), Stop> {
    let sought = &ctx.bench().sought;
    for (place, text) in texts(ctx)? {
        let secret = text.lines().find_map(|line| Some((sought.found_in(line)?, line)));
        ctx.check(
            format!("{place} holds no secret"),
            "none of the secrets that the run handed out, and no whole token: log ids instead",
            secret.map_or_else(
                || "none".to_owned(),
                |(what, line)| format!("the {what}, {}", place_of(line, sought.secrets())),
            ),
            secret.is_none(),
        );
        let token = text.lines().find(|line| holds_jwt(line));
        ctx.check(
            format!("{place} holds no whole token"),
            "none",
            token.map_or_else(|| "none".to_owned(), |line| format!("one, in a line that begins {}", beginning(line))),
            token.is_none(),
        );
        let card = [Means::card(), Means::declined_card(), Means::debit()].iter().any(|means| match means {
            Means::Card(number) | Means::SepaDebit(number) => text.contains(number.as_str()),
        });
        ctx.must(
            format!("{place} holds no card or account number"),
            "none",
            if card { "a test card's" } else { "none" },
            !card,
        );
        let forged = text.lines().any(|line| line.trim_start().starts_with(FORGED));
        ctx.check(
            format!("{place} keeps text from outside on its line"),
            "line breaks escaped, as in JSON, or taken out",
            if forged {
                format!("a line that begins with {FORGED}, which a visitor sent")
            } else {
                "so it is".to_owned()
            },
            !forged,
        );
    }
    Ok(())
}

/// Everything that was written, by its place.
fn texts(ctx: &Ctx) -> Result<Vec<(String, String)>, Stop> {
    let mut texts: Vec<(String, String)> =
        ctx.bench().launcher.written().map(|text| ("the output of the service".to_owned(), text)).into_iter().collect();
    for path in &ctx.profile().service.log_files {
        let bytes = std::fs::read(path).map_err(|error| {
            Stop::NotTestable(format!("the log file {path} that the profile names cannot be read: {error}"))
        })?;
        let latest = bytes.get(bytes.len().saturating_sub(MOST)..).unwrap_or_default();
        texts.push((format!("the log file {path}"), String::from_utf8_lossy(latest).into_owned()));
    }
    Ok(texts)
}

/// Where in a line a secret stands: what is in front of it, where that can be told.
fn place_of(line: &str, secrets: &[(&'static str, String)]) -> String {
    const MOST: usize = 60;
    let at = secrets.iter().filter_map(|(_, value)| line.find(value.as_str())).min();
    match at.and_then(|at| line.get(..at)) {
        Some(before) => {
            let skip = before.chars().count().saturating_sub(MOST);
            format!("behind \"{}\"", before.chars().skip(skip).filter(|c| !c.is_control()).collect::<String>())
        }
        None => format!("in a line that begins {}", beginning(line)),
    }
}

/// So much of a line that it is found again, and no secret is shown whole.
fn beginning(line: &str) -> String {
    const MOST: usize = 60;
    format!("\"{}…\"", line.chars().filter(|c| !c.is_control()).take(MOST).collect::<String>())
}
