//! What cases about Stripe's faults do and look at.

use mock_core::faults::Effect;

use crate::check::http::Outcome;
use crate::model::{Payable, Stop};
use crate::runner::Ctx;
use crate::steps::{Answer, Fault, Purchase, Seen, Trouble};

/// Where this service makes what it sells with.
pub(crate) fn making(ctx: &Ctx) -> &'static str {
    match ctx.profile().declares.payable {
        Payable::Link => "/v1/payment_links",
        Payable::Session => "/v1/checkout/sessions",
    }
}

/// Trouble for calls that make the payable object of a purchase. They name it: the payment would otherwise belong to nobody (C-R04).
pub(crate) fn on_making(ctx: &Ctx, purchase: &Purchase, effect: Effect) -> Trouble {
    Trouble::stripe(effect).about(purchase.id).at(making(ctx)).on_writes()
}

/// 302, or an error page; and at most one thing that can be paid.
pub(crate) fn redirected_or_told(ctx: &Ctx, answer: &Answer, seen: &Seen, why: &str) {
    ctx.check(
        format!("the visit ends properly {why}"),
        "302 to a page of our Stripe after another try, or an error page",
        answer,
        match answer.outcome() {
            Outcome::Redirect => {
                seen.ledger.payables.iter().any(|payable| Some(payable.url.as_str()) == answer.location())
            }
            Outcome::Refusal | Outcome::Broken => true,
            Outcome::Success | Outcome::Other => false,
        },
    );
    one_at_most(ctx, seen, why);
}

/// At most one thing that can be paid.
pub(crate) fn one_at_most(ctx: &Ctx, seen: &Seen, why: &str) {
    let active = seen.ledger.payables.iter().filter(|payable| payable.active).count();
    ctx.must(
        format!("there is at most one place to pay {why}"),
        "one payment link or session that is active, or none",
        seen.ledger.shown(),
        active <= 1,
    );
}

/// A fault that no call met says nothing about the service.
pub(crate) async fn was_met(ctx: &Ctx, fault: Fault, what: &str) -> Result<bool, Stop> {
    let met = ctx.healed(fault).await? > 0;
    if !met {
        ctx.report(what, "no call of the service met it: nothing that it sends there names the purchase");
    }
    Ok(met)
}
