//! Where the buyer goes after paying: C-R05, C-R06, C-R07.

use futures_util::FutureExt as _;

use super::leads_to_stripe;
use crate::buyer::Means;
use crate::check::target::origin_of;
use crate::check::url::same_target;
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Asked, PayableView, Sale, Visit};

/// An allowed return URL is what Stripe holds as the target after payment, and where the buyer's browser ends.
pub static R05: Case = Case {
    id: "C-R05",
    title: "sends an allowed returnUrl, then pays",
    level: Level::Core,
    strength: Strength::Must,
    clause: "Stripe holds exactly the given return URL as the target after payment, and the browser ends there",
    sources: &["SA-A returnUrl", "SA-test"],
    needs: Needs::NOTHING,
    run: |ctx| given(ctx).boxed(),
};

async fn given(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let url = format!("{}/thanks/{}?from=payment", ctx.profile().return_origin(), purchase.event);
    let answer = ctx.visit(Visit::of(&purchase, Asked::Url(&url))).await?;
    let (payable, _) = leads_to_stripe(&ctx, &purchase, &answer).await?;
    check_stored(&ctx, &payable, &url);
    let bought = ctx.pay(&answer, &Means::card()).await?;
    let landed = bought.landed.as_deref();
    ctx.check(
        "after paying, the browser ends at the return URL",
        &url,
        landed.unwrap_or("the payment provider's own page"),
        landed.is_some_and(|landed| same_target(landed, &url)),
    );
    ctx.settle().await
}

/// The return URL is optional: without one, Stripe shows its own closing page.
pub static R06: Case = Case {
    id: "C-R06",
    title: "leaves returnUrl out, then sends it empty",
    level: Level::Core,
    strength: Strength::Must,
    clause: "without a return URL the visit is redirected all the same, and no target after payment is set at Stripe",
    sources: &["SA-A \"optional\""],
    needs: Needs::NOTHING,
    run: |ctx| not_given(ctx).boxed(),
};

async fn not_given(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let mut visited = Vec::new();
    for asked in [Asked::Nothing, Asked::Url("")] {
        let purchase = ctx.register(&seller).await?;
        let answer = ctx.visit(Visit::of(&purchase, asked)).await?;
        visited.push((purchase, answer));
    }
    for (purchase, answer) in visited {
        let (payable, _) = leads_to_stripe(&ctx, &purchase, &answer).await?;
        let stored = payable.return_url.as_deref();
        // A Checkout Session must have some page to go to; the service's own is right.
        let own = Some(ctx.urls().redirect.origin().ascii_serialization());
        let session = payable.kind == Payable::Session && stored.and_then(origin_of) == own;
        ctx.check(
            format!("no target after payment is set at Stripe for purchase {}", purchase.id),
            "Stripe's own closing page",
            stored.unwrap_or("Stripe's own closing page"),
            stored.is_none() || session,
        );
    }
    Ok(())
}

/// Return URLs may carry anything that a URL may carry. They are decoded once, by whoever reads the query, and never again.
pub static R07: Case = Case {
    id: "C-R07",
    title: "sends generated return URLs with query, fragment, escapes and letters of many scripts",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the return URL arrives at Stripe as it was given: decoded exactly once, nothing lost",
    sources: &["RFC 3986 2.1", "RFC 3986 2.4", "RFC 3986 3.4"],
    needs: Needs::NOTHING,
    run: |ctx| generated(ctx).boxed(),
};

/// How many return URLs are generated.
const GENERATED: usize = 6;
/// How many pieces each part of one has at most.
const PIECES: u64 = 6;
/// What is generated from: text that is lost or changed when it is decoded twice, not at all, or taken for the outer query's own.
const PIECES_OF: [&str; 14] = [
    "%2F",
    "%20",
    "+",
    "%25",
    "%252F",
    "&a=1",
    "=",
    "?x",
    "/p",
    "\u{e9}",
    "\u{df}",
    "\u{65e5}\u{672c}",
    "%26b",
    ";v=2",
];

async fn generated(ctx: Ctx) -> Result<(), Stop> {
    ctx.step(format!("generated {GENERATED} return URLs from seed {}", ctx.bench().options.seed));
    let seller = ctx.arrange(Sale::default()).await?;
    let mut visited = Vec::new();
    for number in 0..GENERATED {
        let url = generate(&ctx, number);
        let purchase = ctx.register(&seller).await?;
        let answer = ctx.visit(Visit::of(&purchase, Asked::Url(&url))).await?;
        visited.push((url, purchase, answer));
    }
    ctx.settle().await?;
    for (url, purchase, answer) in visited {
        let asked = format!("the visit with returnUrl {url} is redirected");
        if !ctx.check(asked, "302", &answer, answer.status == 302) {
            continue;
        }
        match ctx.ledger(purchase.id).await?.payables.first() {
            Some(payable) => check_stored(&ctx, payable, &url),
            None => {
                ctx.check(
                    format!("the visit with returnUrl {url} leads to a payment page"),
                    "a payment link or session",
                    "nothing at our Stripe",
                    false,
                );
            }
        }
    }
    Ok(())
}

/// The first one has a bit of everything; the others are drawn.
fn generate(ctx: &Ctx, number: usize) -> String {
    let origin = ctx.profile().return_origin();
    if number == 0 {
        return format!("{origin}/a%2Fb/%20/c?q=1%2B1&plus=a+b&percent=100%25&twice=%252F&name=J\u{fc}rgen#part%20two");
    }
    let draw = || {
        let pieces = 1 + ctx.ids().below("return url length", &ctx.scope(), PIECES);
        (0..pieces)
            .filter_map(|_| {
                let index = ctx.ids().below("return url piece", &ctx.scope(), PIECES_OF.len() as u64);
                usize::try_from(index).ok().and_then(|index| PIECES_OF.get(index)).copied()
            })
            .collect::<String>()
    };
    let (path, query, fragment) = (draw(), draw(), draw());
    format!("{origin}/r{}?q={query}#f{fragment}", path.replace('?', "%3F"))
}

fn check_stored(ctx: &Ctx, payable: &PayableView, url: &str) {
    let stored = payable.return_url.as_deref();
    ctx.check(
        "Stripe holds the return URL as it was given",
        url,
        stored.unwrap_or("none"),
        stored.is_some_and(|stored| same_target(stored, url)),
    );
}
