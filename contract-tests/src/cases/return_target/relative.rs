//! Targets without a host: S-O09.

use futures_util::FutureExt as _;

use super::shared::none_is_taken;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Stripe wants absolute URLs. Whoever completes a relative one by the request's own host lets the visitor choose it.
pub static O09: Case = Case {
    id: "S-O09",
    title: "returnUrl is relative: /thanks, thanks, ?x=1",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "refused, or completed by a configured origin",
    sources: &["RFC 3986 4.2", "RFC 3986 5", "STP"],
    needs: Needs::NOTHING,
    run: |ctx| relative(ctx).boxed(),
};

async fn relative(ctx: Ctx) -> Result<(), Stop> {
    let urls = ["/thanks", "thanks", "?x=1", "../thanks", "#top"].map(str::to_owned);
    none_is_taken(&ctx, &urls).await
}
