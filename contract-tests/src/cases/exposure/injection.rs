//! Values that would be more than values: S-X02, S-X03, S-X04.

use futures_util::FutureExt as _;
use mock_core::control::dto::EntryView;
use uuid::Uuid;

use crate::check::http::{Outcome, outcome};
use crate::check::text::{CANARY_HEADER, control_byte};
use crate::check::url::{encoded, with_parameter};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, Asked, Purchase, Sale, Visit};

/// A word that stands in every injected piece and nowhere else.
const MARK: &str = "payloopx";

/// What is put raw into a path or a filter is read as path or filter.
pub static X02: Case = Case {
    id: "S-X02",
    title: "purchaseId with OData and URL parts: )/Microsoft…, )?$expand=, ../, quotes, braces",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a refusal, and Dataverse sees no call, or only the canonical one of this purchase: parse the id as a GUID and format it anew",
    sources: &["AV 1.2.2", "AV 2.2.1", "RFC 3986 3.3"],
    needs: Needs::NOTHING,
    run: |ctx| odata(ctx).boxed(),
};

async fn odata(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let shapes: [fn(Uuid) -> String; 9] = [
        |id| format!("{id})/Microsoft.Dynamics.CRM.{MARK}"),
        |id| format!("{id})?$expand={MARK}"),
        |id| format!("{id}),{MARK}(x"),
        |id| format!("../{MARK}({id})"),
        |id| format!("%2e%2e%2f{MARK}({id})"),
        |id| format!("{id}' or {MARK} eq '1"),
        |id| format!("\"{id}\" {MARK}"),
        |id| format!("{id}\\..\\{MARK}"),
        |id| format!("{{{id}}}#{MARK}"),
    ];
    let mut visited = Vec::new();
    for shape in shapes {
        let purchase = ctx.register(&seller).await?;
        let id = shape(purchase.id);
        let answer = ctx.visit(with_id(&purchase, &id)).await?;
        visited.push((purchase, id, answer));
    }
    // Braces alone are another spelling of the same GUID; whoever takes it asks for the canonical one.
    let braced = ctx.register(&seller).await?;
    let id = format!("{{{}}}", braced.id);
    let answer = ctx.visit(with_id(&braced, &id)).await?;
    ctx.settle().await?;
    for (purchase, id, answer) in visited {
        ctx.check(
            format!("a visit with the purchase id {id} is refused"),
            "a refusal (4xx): it is no GUID",
            &answer,
            answer.outcome() == Outcome::Refusal,
        );
        untouched(&ctx, &purchase, &id).await?;
    }
    ctx.check(
        format!("a visit with the purchase id {id} is refused, or taken for the same purchase"),
        "a refusal (4xx), or 302",
        &answer,
        answer.outcome() == Outcome::Refusal || answer.status == 302,
    );
    untouched(&ctx, &braced, &id).await
}

fn with_id(purchase: &Purchase, id: &str) -> Visit {
    Visit::to(with_parameter(&purchase.link, "purchaseId", Some(id)))
}

/// Nothing of what came with the id has reached Dataverse.
async fn untouched(ctx: &Ctx, purchase: &Purchase, id: &str) -> Result<(), Stop> {
    let entries = ctx.journal(purchase.id).await?;
    let call = entries.iter().filter(|entry| entry.fake == "dataverse").find(|entry| injected(entry));
    ctx.check(
        format!("Dataverse sees nothing of the purchase id {id}"),
        format!("no call, or only that of {} as it stands", purchase.id),
        call.map_or_else(
            || "nothing of it".to_owned(),
            |entry| format!("#{} asks for {}", entry.seq, entry.request.target.as_deref().unwrap_or_default()),
        ),
        call.is_none(),
    );
    Ok(())
}

fn injected(entry: &EntryView) -> bool {
    let target = entry.request.target.as_deref().unwrap_or_default();
    let decoded = percent_encoding::percent_decode_str(target).decode_utf8_lossy();
    [target, &decoded, &entry.request.body].into_iter().any(|text| text.contains(MARK) || text.contains("({"))
}

/// Whoever repeats a value in a header repeats its line breaks.
pub static X03: Case = Case {
    id: "S-X03",
    title: "line breaks and headers in purchaseId, in other parameters and in paths",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no injected header, neither in answers nor in outgoing requests",
    sources: &["RFC 9110 5.5", "AV 4.2.4", "AV 4.2.5"],
    needs: Needs::NOTHING,
    run: |ctx| line_breaks(ctx).boxed(),
};

async fn line_breaks(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut visited = Vec::new();
    for end in ["\r\n", "\n", "\r", "\u{2028}"] {
        let purchase = ctx.register(&seller).await?;
        let value = format!("{}{end}{CANARY_HEADER}: 1", purchase.id);
        let name = format!("purchaseId with {}", end.escape_default());
        visited.push((name, purchase.clone(), ctx.visit(with_id(&purchase, &value)).await?));
        let url = with_parameter(&purchase.link, "lang", Some(&format!("en{end}{CANARY_HEADER}: 1")));
        let name = format!("a parameter with {}", end.escape_default());
        visited.push((name, purchase.clone(), ctx.visit(Visit::to(url)).await?));
        let (page, query) = purchase.link.split_once('?').unwrap_or((&purchase.link, ""));
        let url = format!("{page}{}?{query}", encoded(&format!("{end}{CANARY_HEADER}: 1")));
        let name = format!("a path with {}", end.escape_default());
        // To hang up on a strange path is an answer too.
        if let Ok(answer) = ctx.probe(Visit::to(url)).await {
            visited.push((name, purchase, answer));
        }
    }
    ctx.settle().await?;
    for (name, purchase, answer) in visited {
        let header = answer.header(CANARY_HEADER).map(|value| format!("the answer has {CANARY_HEADER}: {value}"));
        let raw = control_byte(&answer).map(|place| format!("a raw control byte {place}"));
        let entries = ctx.journal(purchase.id).await?;
        let outgoing = entries
            .iter()
            .find(|entry| entry.request.header(CANARY_HEADER).is_some())
            .map(|entry| format!("the call #{} to {} has it", entry.seq, entry.fake));
        let wrong = header.or(raw).or(outgoing);
        ctx.check(
            format!("{name} begins no header"),
            "nothing of it in headers: refuse what is malformed, and repeat no value in a header as it came",
            wrong.as_deref().unwrap_or("nothing"),
            wrong.is_none(),
        );
    }
    Ok(())
}

/// A page that repeats a value as it came runs what the value says, in the organizer's name.
pub static X04: Case = Case {
    id: "S-X04",
    title: "script text in purchaseId, returnUrl, other parameters and paths",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "no value is repeated raw in HTML, and pages name their charset",
    sources: &["AV 1.2.1", "AV 4.1.1", "AV 3.4.4"],
    needs: Needs::NOTHING,
    run: |ctx| scripts(ctx).boxed(),
};

async fn scripts(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let (page, _) = purchase.link.split_once('?').unwrap_or((&purchase.link, ""));
    for script in [
        format!("<script>{MARK}(1)</script>"),
        format!("\"><img src=x onerror={MARK}(1)>"),
        format!("'-{MARK}(1)-'<b>"),
    ] {
        let with = |name: &str| Visit::to(with_parameter(&purchase.link, name, Some(&script)));
        let visits = [
            ("purchaseId", with("purchaseId")),
            ("returnUrl", Visit::of(&purchase, Asked::Url(&script))),
            (
                "the path of an allowed returnUrl",
                Visit::of(&purchase, Asked::Url(&format!("{}/{script}", ctx.profile().return_origin()))),
            ),
            ("another parameter", with("error")),
            ("the name of a parameter", Visit::to(format!("{}&{}=1", purchase.link, encoded(&script)))),
            ("an unknown path", Visit::to(format!("{page}/{}", encoded(&script)))),
            ("the webhook's path", Visit::to(format!("{}/{}", ctx.urls().notify, encoded(&script)))),
        ];
        for (place, visit) in visits {
            let answer = ctx.visit(visit).await?;
            let raw = is_html(&answer) && answer.body.contains(&script);
            ctx.check(
                format!("{script} in {place} is not repeated raw in a page"),
                "escaped, or not repeated at all",
                if raw { format!("{answer}; the page has it as it came") } else { answer.to_string() },
                !raw,
            );
            names_its_charset(&ctx, &answer, place);
        }
    }
    Ok(())
}

/// What no header says is guessed by the browser.
fn is_html(answer: &Answer) -> bool {
    answer.header("content-type").is_none_or(|kind| kind.contains("html") || kind.contains("xml"))
}

fn names_its_charset(ctx: &Ctx, answer: &Answer, place: &str) {
    let kind = answer.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let needs = !answer.body.is_empty()
        && (kind.is_empty() || kind.contains("html"))
        && outcome(answer.status) != Outcome::Redirect;
    if needs {
        ctx.should(
            format!("the page about {place} names its type and its charset"),
            "Content-Type: text/html; charset=utf-8",
            if kind.is_empty() { "no Content-Type".to_owned() } else { kind.clone() },
            kind.contains("charset="),
        );
    }
}
