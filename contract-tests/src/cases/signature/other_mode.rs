//! Signed by Stripe, and not for us: S-W13, S-W14.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;
use serde_json::{Value, json};

use super::shared::{Forgery, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// In test mode everybody pays with 4242. An event of the other mode than the key's belongs to another world.
pub static W13: Case = Case {
    id: "S-W13",
    title: "livemode opposite to the key in use, validly signed",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "an event whose livemode is not that of the service's key (sk_test_… or sk_live_…) completes nothing",
    sources: &["Stripe Connect webhooks (check livemode)"],
    needs: Needs::NOTHING,
    run: |ctx| other_mode(ctx).boxed(),
};

async fn other_mode(ctx: Ctx) -> Result<(), Stop> {
    // Our Stripe hands out keys of the test mode.
    let live = [("livemode", json!(true)), ("data.object.livemode", json!(true))];
    strange(&ctx, "of the live mode, rightly signed", &live, "by an event of the other mode than its key").await
}

/// A platform's endpoint hears the events of all accounts that are connected to it. Their money is not ours.
pub static W14: Case = Case {
    id: "S-W14",
    title: "event for an account that is not ours, validly signed",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "an event that names a connected account (its member `account`) completes nothing: what is paid there is paid to somebody else",
    sources: &["Stripe Connect webhooks"],
    needs: Needs::NOTHING,
    run: |ctx| other_account(ctx).boxed(),
};

async fn other_account(ctx: Ctx) -> Result<(), Stop> {
    let account = [("account", json!("acct_1PayloopSomebodyElse"))];
    strange(&ctx, "of a connected account, rightly signed", &account, "by an event of another account").await
}

/// Delivers the paid session's event with these members changed, under an id of its own, and then the genuine one.
async fn strange(ctx: &Ctx, what: &str, members: &[(&str, Value)], why: &str) -> Result<(), Stop> {
    let paid = waiting(ctx).await?;
    let set = members.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
    let delivered =
        paid.deliver(ctx, Forgery::new(what, Compose { set, fresh_id: true, ..Compose::default() })).await?;
    let seen = ctx.settled(&paid.purchase).await?;
    ctx.check(
        format!("purchase {} is not completed {why}", paid.purchase.id),
        "no finalize call, and still reserved in Dataverse",
        format!(
            "{}; {} in Dataverse; the event was answered {}",
            seen.shown_finalizes(),
            seen.state.word(),
            delivered.told()
        ),
        seen.finalizes().is_empty() && seen.state.is_reserved(),
    );
    paid.genuine_completes(ctx).await
}
