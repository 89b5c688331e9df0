//! Taking somebody's seat by not paying for it: S-T10.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;
use serde_json::json;

use crate::buyer::{End, Means};
use crate::cases::delivery::snapshots::expire;
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, Purchase};

/// A link can be opened by anybody who has it. If a session that nobody pays cancels the reservation, a stranger takes the victim's seat for free.
pub static T10: Case = Case {
    id: "S-T10",
    title: "cancel by abuse: an attacker lets own sessions of the victim's link expire, and an own cheap payment fail",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "expired sessions, and failed payments of another amount, cancel nothing while the victim's session is open: the victim can still pay, and is completed",
    sources: &["R-D08", "R-D09", "ASVS 2.3.2"],
    needs: Needs { payable: Some(Payable::Link), ..Needs::NOTHING },
    run: |ctx| abandoned(ctx).boxed(),
};

async fn abandoned(ctx: Ctx) -> Result<(), Stop> {
    let victim = ctx.purchase().await?;
    let answer = ctx.follow(&victim).await?;
    ctx.open(&mut ctx.buyer(), &answer).await?;
    let before = sessions(&ctx, &victim).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    let with_victim = sessions(&ctx, &victim).await?;
    ctx.open(&mut ctx.buyer(), &answer).await?;
    let all = sessions(&ctx, &victim).await?;
    let strangers: Vec<String> =
        all.into_iter().filter(|id| before.contains(id) || !with_victim.contains(id)).collect();
    for session in &strangers {
        expire(&ctx, &victim, session).await?;
    }
    a_cheap_payment_fails(&ctx, &victim).await?;
    let seen = ctx.settled(&victim).await?;
    ctx.check(
        format!("the reservation of purchase {} stands while its own session is open", victim.id),
        "no finalize call, and still reserved in Dataverse",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        seen.finalizes().is_empty() && seen.state.is_reserved(),
    );
    let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
    ctx.check(
        "the victim's payment page still takes the card",
        "paid",
        if bought.end == End::Paid { "paid".to_owned() } else { bought.page.says() },
        bought.end == End::Paid,
    );
    let seen = ctx.until_completed(&victim).await?;
    ctx.check(
        format!("purchase {} is completed by the victim's payment", victim.id),
        "completed in Dataverse",
        format!("{} ({})", seen.state.word(), seen.shown_finalizes()),
        seen.state.is_completed(),
    );
    Ok(())
}

async fn sessions(ctx: &Ctx, purchase: &Purchase) -> Result<Vec<String>, Stop> {
    Ok(ctx.ledger(purchase.id).await?.sessions.into_iter().map(|session| session.id).collect())
}

/// A link of the attacker's own in the victim's name, whose delayed payment is refused by the bank.
async fn a_cheap_payment_fails(ctx: &Ctx, victim: &Purchase) -> Result<(), Stop> {
    let link = ctx.link_in_the_name_of(victim, 100, &victim.currency).await?;
    let mut attacker = ctx.buyer();
    attacker.open(&link.url).await.map_err(Stop::suite)?;
    let ledger = ctx.ledger(victim.id).await?;
    let session = ledger.sessions.iter().find(|session| session.payment_link.as_deref() == Some(&link.id));
    let session = session.ok_or_else(|| Stop::suite("our Stripe made no session for an opened link"))?;
    let compose = Compose {
        object: Some(session.id.clone()),
        event_type: Some("checkout.session.async_payment_failed".to_owned()),
        set: [("data.object.status", json!("complete")), ("data.object.payment_status", json!("unpaid"))]
            .map(|(path, value)| (path.to_owned(), value))
            .into(),
        subjects: vec![victim.id],
        ..Compose::default()
    };
    let delivered = ctx.deliver(Forged::composed("that the attacker's payment of 1 has failed", compose)).await?;
    ctx.report("the failed payment of the attacker was answered", delivered.told());
    Ok(())
}
