//! Very long targets: S-O08.

use futures_util::FutureExt as _;

use super::shared::{allowed, is_own_page, shown, targets};
use crate::cases::redirect::leads_to_stripe;
use crate::check::target::is_the_given;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, Sale, Visit};

/// Lengths of return URLs, in characters.
const LENGTHS: [usize; 3] = [2 * 1024, 8 * 1024, 64 * 1024];
/// How many parameters the last one has.
const PARAMETERS: usize = 1_000;

/// Whatever is too long is refused; what is taken is taken whole.
pub static O08: Case = Case {
    id: "S-O08",
    title: "returnUrl of 2 kB, 8 kB and 64 kB; with 1,000 parameters",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "302 or a refusal (414, 400), the target whole or not at all, and the next visitor is served as ever",
    sources: &["RFC 9110 15.5.15", "AV 4.2.5"],
    needs: Needs::NOTHING,
    run: |ctx| long(ctx).boxed(),
};

async fn long(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let origin = allowed(&ctx)?.origin;
    let fill = |length: usize| format!("{origin}/?x={}", "a".repeat(length.saturating_sub(origin.len() + 4)));
    let mut urls: Vec<String> = LENGTHS.into_iter().map(fill).collect();
    let parameters: Vec<String> = (0..PARAMETERS).map(|number| format!("p{number}={number}")).collect();
    urls.push(format!("{origin}/?{}", parameters.join("&")));
    let origins = &ctx.profile().declares.return_origins;
    let mut visited = Vec::new();
    for url in &urls {
        let purchase = ctx.register(&seller).await?;
        let answer = ctx.attempt(Visit::of(&purchase, Asked::Url(url))).await;
        visited.push((url, purchase, answer));
    }
    ctx.settle().await?;
    for (url, purchase, answer) in visited {
        let what = format!("a returnUrl of {} characters", url.len());
        let (seen, ok) = match &answer {
            Ok(answer) => (answer.to_string(), answer.status == 302 || (400..500).contains(&answer.status)),
            // A server may turn a long request line away by closing the connection; to keep silent is another matter.
            Err(why) => (why.clone(), !why.contains("no answer within")),
        };
        let right = "302, a refusal (4xx) such as 414, or a connection that is closed at once";
        ctx.check(format!("{what} is taken or refused"), right, seen, ok);
        let stored = targets(&ctx.look(&purchase).await?);
        // Beside the target a Checkout Session has a page for who turns back, and one for who comes without a target.
        let own = |stored: &str| is_own_page(&ctx, stored);
        let cut = stored.into_iter().find(|(_, stored)| !own(stored) && !is_the_given(stored, url, origins));
        ctx.check(
            format!("{what} is stored whole or not at all"),
            "the URL as it was given, or none: a target that was cut off leads somewhere else",
            cut.as_ref()
                .map_or_else(|| "so it is".to_owned(), |(field, stored)| format!("{field} = {}", shown(stored))),
            cut.is_none(),
        );
    }
    let next = ctx.register(&seller).await?;
    let answer = ctx.follow(&next).await?;
    leads_to_stripe(&ctx, &next, &answer).await?;
    Ok(())
}
