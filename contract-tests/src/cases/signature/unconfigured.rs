//! A service that was not told its secret: S-W12.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, Waiting, is_refused, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// "Verify if a secret is set" makes a forgotten variable an open door. Whoever cannot tell Stripe from strangers must believe nobody.
pub static W12: Case = Case {
    id: "S-W12",
    title: "no secret configured at start",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "without a webhook secret (variable missing, or empty) the service refuses to start, or refuses every event and does nothing",
    sources: &["I3", "ASVS 16.5.3 fail closed"],
    needs: Needs { managed: true, ..Needs::ALONE },
    run: |ctx| no_secret(ctx).boxed(),
};

async fn no_secret(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let mut trouble = Ok(());
    for blank in [false, true] {
        let how = if blank { "with an empty webhook secret" } else { "without a webhook secret" };
        match ctx.start_without_secret(blank).await? {
            Some(_) => {
                ctx.report(format!("the service {how}"), "refuses to start");
            }
            // Whatever goes wrong now, the cases that follow need the service as it was.
            None => trouble = trouble.and(believes_nobody(&ctx, &paid, how).await),
        }
    }
    ctx.start_as_before().await?;
    trouble?;
    paid.genuine_completes(&ctx).await
}

async fn believes_nobody(ctx: &Ctx, paid: &Waiting, how: &str) -> Result<(), Stop> {
    let with = |secret: &str| Compose { secret: Some(secret.to_owned()), ..Compose::default() };
    for forgery in [
        Forgery::signing(format!("without Stripe-Signature to a service {how}"), Signing::None),
        Forgery::signing(format!("signed with the empty key to a service {how}"), Signing::EmptySecret),
        Forgery::signing(format!("signed with a secret that is not its own to a service {how}"), Signing::WrongSecret),
        Forgery::new(format!("signed with the word \"undefined\" to a service {how}"), with("undefined")),
        Forgery::new(format!("signed with the word \"None\" to a service {how}"), with("None")),
    ] {
        let what = forgery.what.clone();
        let delivered = paid.deliver(ctx, forgery).await?;
        is_refused(ctx, &what, &delivered);
    }
    paid.untouched(ctx, &format!("by a service {how}, which cannot know who sends events")).await
}
