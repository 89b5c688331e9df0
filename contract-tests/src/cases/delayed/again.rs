//! A buyer who does not know whether they have paid: R-A05.

use futures_util::FutureExt as _;

use crate::buyer::{End, Means};
use crate::cases::notification::shared::{pay_by_debit, sale_by_debit};
use crate::check::http::Outcome;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// The debit is on its way, the registration is not confirmed, and the mail with the link is still there: people pay twice.
pub static A05: Case = Case {
    id: "R-A05",
    title: "the buyer follows the link again while the debit is on its way",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "there is no second payment link or session, or it is the same one and takes no second payment",
    sources: &["I10 (1216)", "INV-4"],
    needs: Needs::NOTHING,
    run: |ctx| once_more(ctx).boxed(),
};

async fn once_more(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(sale_by_debit(&ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    pay_by_debit(&ctx, &purchase, &Means::debit()).await?;
    let before = ctx.settled(&purchase).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let new: Vec<String> = seen
        .ledger
        .payables
        .iter()
        .filter(|payable| payable.active && !before.ledger.payables.iter().any(|known| known.id == payable.id))
        .map(ToString::to_string)
        .collect();
    ctx.check(
        "no second payment link or session is made while a payment is on its way",
        "none, or one that cannot be paid",
        if new.is_empty() { "none".to_owned() } else { new.join("; ") },
        new.is_empty(),
    );
    if answer.outcome() == Outcome::Redirect && answer.location() != answer.return_url.as_deref() {
        let mut buyer = ctx.buyer();
        let page = ctx.open(&mut buyer, &answer).await?;
        if page.takes_payment() {
            let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
            ctx.check(
                "the page takes no second payment",
                "a page that is closed",
                bought.page.says(),
                bought.end != End::Paid,
            );
        }
    } else {
        ctx.report("what the buyer is told", &answer);
    }
    // Now the money of the first payment comes, and INV-4 is judged with all of it.
    ctx.bank_answers(&purchase, true).await?;
    ctx.settle().await
}
