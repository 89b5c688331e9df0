//! What every library is asked: the one list that all programs are held against, so that none leaves a check out unseen.

/// All checks, in the order in which the programs make them.
pub(crate) const ALL: &[&str] = &[
    "wrong-key",
    "missing-parameter",
    "unknown-parameter",
    "no-such-object",
    "webhook-endpoint",
    "price-and-product",
    "payment-link",
    "hosted-page",
    "webhook",
    "expand",
    "refund",
    "declined-card",
    "webhook-tampered",
    "webhook-signatures",
    "session",
    "session-expired",
    "delayed-payment",
    "three-d-secure",
    "customer",
    "balance-transaction",
    "fractional-price",
    "metadata",
    "archived-price",
    "link-deactivated",
    "kept-method",
    "direct-payment",
    "direct-decline",
    "direct-capture",
    "direct-three-d-secure",
    "dispute",
    "dispute-closed",
    "refund-failed",
    "refund-pending",
    "capture-three-d-secure",
    "balance",
    "balance-transactions",
    "search",
    "search-pages",
    "filtered-pages",
    "webhook-secret-rolled",
    "idempotency",
    "auto-pagination",
    "rate-limit",
    "rate-limit-retried",
    "lost-answer-retried",
    "api-version",
    "webhook-endpoint-deleted",
];

/// Holds what a program printed against the list; `without` names what the library cannot do at all.
#[track_caller]
pub(crate) fn complete(printed: &str, without: &[&str]) {
    let made: Vec<_> = printed.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    let expected: Vec<_> = ALL.iter().copied().filter(|name| !without.contains(name)).collect();
    assert_eq!(made, expected, "{printed}");
}
