//! What callers write into the redirect request: S-T04, S-T05, S-T07.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::check::http::Outcome;
use crate::check::money;
use crate::check::url::{encoded, raw_pairs, with_raw_pairs};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Answer, PayableView, Purchase, Sale, Visit};

/// Two readers of one request, the first value for the price and the last one for the id: then the cheap one pays for the dear one.
pub static T04: Case = Case {
    id: "S-T04",
    title: "purchaseId twice in the query: cheap first, dear second, and reversed",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a request with two purchase ids is refused, or one of them counts for price and metadata alike; the price of one is never sold under the id of the other",
    sources: &["ASVS 15.3.7", "INV-1"],
    needs: Needs::NOTHING,
    run: |ctx| twice(ctx).boxed(),
};

async fn twice(ctx: Ctx) -> Result<(), Stop> {
    let cheap = ctx.arrange(Sale { name: "cheap", price: "15", ..Sale::default() }).await?;
    let dear = ctx.arrange(Sale { name: "dear", price: "1500", ..Sale::default() }).await?;
    for cheap_first in [true, false] {
        let (cheap, dear) = (ctx.register(&cheap).await?, ctx.register(&dear).await?);
        let (first, last) = if cheap_first { (&cheap, &dear) } else { (&dear, &cheap) };
        let order = if cheap_first { "cheap first, dear second" } else { "dear first, cheap second" };
        let mut pairs = raw_pairs(&first.link);
        pairs.push(("purchaseId".to_owned(), last.id.to_string()));
        let answer = ctx.visit(Visit::to(with_raw_pairs(&first.link, &pairs))).await?;
        let mut payables = Vec::new();
        for purchase in [&cheap, &dear] {
            for payable in ctx.ledger(purchase.id).await?.payables {
                if !payables.contains(&payable) {
                    payables.push(payable);
                }
            }
        }
        for payable in &payables {
            one_and_the_same(&ctx, &[&cheap, &dear], payable, order);
        }
        ctx.check(
            format!("the visit with two purchase ids ({order}) is refused, or leads to one payment page"),
            "any 4xx, or 302 to the one payment link or session that was made",
            format!("{answer}; {} made", payables.len()),
            match answer.outcome() {
                Outcome::Refusal => payables.is_empty(),
                Outcome::Redirect => payables.iter().any(|payable| Some(payable.url.as_str()) == answer.location()),
                _ => false,
            },
        );
        // Whatever can be paid is paid: the invariants say what it bought.
        for payable in payables.iter().filter(|payable| payable.active) {
            ctx.pay_at(&payable.url, &Means::card()).await?;
        }
        ctx.settle().await?;
    }
    Ok(())
}

/// The id in the metadata and the amount belong to the same purchase.
fn one_and_the_same(ctx: &Ctx, purchases: &[&Purchase], payable: &PayableView, order: &str) {
    let key = &ctx.profile().declares.metadata_key;
    let named = payable.metadata.get(key).map_or("", String::as_str);
    let owner = purchases.iter().find(|purchase| purchase.is(named));
    ctx.must(
        format!("price and purchase id of {} {} belong together ({order})", payable.kind.name(), payable.id),
        owner.map_or_else(
            || "the id of one of the two purchases, and its price".to_owned(),
            |owner| format!("{} for purchase {}", owner.shown_price(), owner.id),
        ),
        format!("{} with {key} {named:?}", shown_price(payable)),
        owner.is_some_and(|owner| payable.amount == owner.minor()),
    );
}

fn shown_price(payable: &PayableView) -> String {
    payable.amount.map_or_else(|| "no amount".to_owned(), |amount| money::shown(amount, &payable.currency))
}

/// The contract has one place for the purchase id. Whoever looks in more lets others choose.
pub static T05: Case = Case {
    id: "S-T05",
    title: "purchase id hidden in another parameter, header, cookie or body of the GET",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "the purchase id is read from the query parameter purchaseId alone: ids in other parameters, headers, cookies or a body are ignored (a GET with a body may be refused)",
    sources: &["ASVS 15.3.7"],
    needs: Needs::NOTHING,
    run: |ctx| hidden(ctx).boxed(),
};

async fn hidden(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let own = ctx.register(&seller).await?;
    let other = ctx.register(&seller).await?;
    let id = other.id.to_string();
    let visit = || Visit::to(own.link.clone());
    let mut pairs = raw_pairs(&own.link);
    for name in ["purchase_id", "purchase", "id", "order_id", "orderId", "client_reference_id"] {
        pairs.push((name.to_owned(), id.clone()));
    }
    let in_front = [("order_id".to_owned(), id.clone()), ("id".to_owned(), id.clone())];
    let in_front: Vec<_> = in_front.into_iter().chain(raw_pairs(&own.link)).collect();
    let form = format!("purchaseId={id}");
    for (where_to, visit) in [
        ("other parameters", Visit::to(with_raw_pairs(&own.link, &pairs))),
        ("other parameters in front", Visit::to(with_raw_pairs(&own.link, &in_front))),
        ("headers", visit().header("x-purchase-id", &id).header("purchaseId", &id).header("x-order-id", &id)),
        ("cookies", visit().header("cookie", &format!("purchaseId={id}; order_id={id}; session={id}"))),
        ("the referring page", visit().header("referer", &format!("https://allowed.test/?purchaseId={id}"))),
        (BODY, visit().header("content-type", "application/x-www-form-urlencoded").body(form)),
    ] {
        let answer = ctx.visit(visit).await?;
        leads_to_own(
            &ctx,
            &own,
            &answer,
            &format!("although another purchase is named in {where_to}"),
            where_to == BODY,
        )
        .await?;
    }
    ctx.settle().await?;
    let seen = ctx.look(&other).await?;
    ctx.must(
        format!("nothing is made for purchase {}, which stood in the wrong places", other.id),
        "no object at Stripe, no finalize call",
        format!("{}; {}", seen.ledger.shown(), seen.shown_finalizes()),
        seen.ledger.is_empty() && seen.finalizes().is_empty(),
    );
    Ok(())
}

const BODY: &str = "the body";

/// The visit leads to a page for its own purchase, at its own price.
async fn leads_to_own(ctx: &Ctx, own: &Purchase, answer: &Answer, why: &str, may_refuse: bool) -> Result<(), Stop> {
    if may_refuse && answer.outcome() == Outcome::Refusal {
        return Ok(());
    }
    let ledger = ctx.ledger(own.id).await?;
    let key = &ctx.profile().declares.metadata_key;
    let target = ledger.payables.iter().find(|payable| Some(payable.url.as_str()) == answer.location());
    ctx.check(
        format!("the visit leads to a payment page of purchase {} {why}", own.id),
        format!("302 to an object of {} whose {key} is {}", own.shown_price(), own.id),
        target.map_or_else(
            || match answer.location() {
                Some(_) => format!("{answer}, which is no page of this purchase"),
                None => answer.to_string(),
            },
            |payable| {
                let named = payable.metadata.get(key).map_or("", String::as_str);
                format!("302 to {} with {key} {named:?}", shown_price(payable))
            },
        ),
        target.is_some_and(|payable| {
            payable.amount == own.minor()
                && payable.currency.eq_ignore_ascii_case(&own.currency)
                && payable.metadata.get(key).is_some_and(|id| own.is(id))
        }),
    );
    Ok(())
}

/// The price is the organizer's. A caller who can name it pays what they like.
pub static T07: Case = Case {
    id: "S-T07",
    title: "price or amount given by the caller",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "price, amount, currency and quantity in the request are ignored: what is charged is the purchase's price in Dataverse",
    sources: &["SA-A fetch", "ASVS 2.2.2"],
    needs: Needs::NOTHING,
    run: |ctx| own_price(ctx).boxed(),
};

/// What callers may try, by what they hope to change.
const WISHES: [(&str, &[(&str, &str)]); 3] = [
    ("a price", &[("amount", "1"), ("price", "1"), ("total", "1"), ("unit_amount", "1"), ("amount_total", "1")]),
    ("a currency", &[("currency", "jpy"), ("currencyCode", "JPY"), ("isocurrencycode", "JPY")]),
    ("a quantity or a discount", &[("quantity", "0"), ("discount", "100"), ("coupon", "FREE"), ("free", "true")]),
];

async fn own_price(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    for (what, wishes) in WISHES {
        let own = ctx.register(&seller).await?;
        let wishes = wishes.iter().map(|(name, value)| ((*name).to_owned(), encoded(value)));
        let pairs: Vec<_> = raw_pairs(&own.link).into_iter().chain(wishes).collect();
        let answer = ctx.visit(Visit::to(with_raw_pairs(&own.link, &pairs))).await?;
        leads_to_own(&ctx, &own, &answer, &format!("although the caller names {what}"), false).await?;
    }
    Ok(())
}
