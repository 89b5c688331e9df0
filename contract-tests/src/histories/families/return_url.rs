//! H-U: return URLs of any shape at an allowed origin arrive at Stripe as they were given, decoded exactly once.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use proptest::collection::vec;
use proptest::prelude::Strategy as _;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;

use super::family::{Family, Offered};
use crate::check::url::same_target;
use crate::model::{Check, Stop, Weight};
use crate::runner::Ctx;
use crate::steps::{Asked, Seller, Visit};
use crate::target::Profile;

/// What paths, queries and fragments are made of: whatever is decoded twice, not at all, or taken for the outer query's own.
const PIECES: [&str; 16] = [
    "a",
    "/p",
    "%2F",
    "%20",
    "+",
    "%25",
    "%252F",
    "%26b",
    "&a=1",
    "=",
    ";v=2",
    ":80",
    "@x",
    "\u{e9}",
    "\u{65e5}\u{672c}",
    "~-._",
];

/// Path, query and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Back {
    parts: [Vec<&'static str>; 3],
}

impl Back {
    fn url(&self, origin: &str) -> String {
        let [path, query, fragment] = self.parts.each_ref().map(|pieces| pieces.concat());
        let query = if query.is_empty() { String::new() } else { format!("?q={query}") };
        let fragment = if fragment.is_empty() { String::new() } else { format!("#f{fragment}") };
        format!("{origin}/r{path}{query}{fragment}")
    }
}

/// The family.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReturnUrls;

impl Family for ReturnUrls {
    type Example = Back;
    type Seen = Offered;
    const ID: &'static str = "H-U";
    const NAME: &'static str = "return URLs";

    fn strategy(_: &Profile) -> BoxedStrategy<Back> {
        let pieces = || vec(select(&PIECES[..]), 0..=5);
        [pieces(), pieces(), pieces()].prop_map(|parts| Back { parts }).boxed()
    }

    fn smaller(back: &Back, _: &Profile) -> Vec<Back> {
        let mut all = Vec::new();
        for part in 0..back.parts.len() {
            if back.parts[part].len() > 1 {
                let mut smaller = back.clone();
                smaller.parts[part].clear();
                all.push(smaller);
            }
            for piece in 0..back.parts[part].len() {
                let mut smaller = back.clone();
                smaller.parts[part].remove(piece);
                all.push(smaller);
            }
        }
        all
    }

    fn show(back: &Back, profile: &Profile) -> String {
        format!("the return URL {}", back.url(profile.return_origin()))
    }

    fn play(ctx: Ctx, seller: Seller, back: Back) -> BoxFuture<'static, Result<Offered, Stop>> {
        async move {
            let url = back.url(ctx.profile().return_origin());
            let purchase = ctx.register(&seller).await?;
            let answer = ctx.visit(Visit::of(&purchase, Asked::Url(&url))).await?;
            let ledger = ctx.ledger(purchase.id).await?;
            Ok(Offered { answer: answer.to_string(), ledger })
        }
        .boxed()
    }

    fn check(back: &Back, Offered { answer, ledger }: &Offered, profile: &Profile) -> Check {
        let url = back.url(profile.return_origin());
        let stored = ledger.payables.first().and_then(|payable| payable.return_url.as_deref());
        Check {
            what: "Stripe holds the return URL as it was given".to_owned(),
            seen: stored.map_or_else(|| answer.clone(), str::to_owned),
            ok: stored.is_some_and(|stored| same_target(stored, &url)),
            expected: url,
            weight: Weight::Must,
            invariant: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_return_url_is_one_and_stays_at_its_origin(back in ReturnUrls::strategy(&Profile::default())) {
            let url = url::Url::parse(&back.url("https://allowed.test")).unwrap();
            prop_assert_eq!(url.origin().ascii_serialization(), "https://allowed.test");
            for smaller in ReturnUrls::smaller(&back, &Profile::default()) {
                prop_assert!(smaller.url("").len() < back.url("").len());
            }
        }
    }
}
