//! What follows from a change of state, told to the flows that carry it out.

/// One consequence of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An event of this type is emitted about the object as it is after the command.
    Emit(&'static str),
    /// A session is opened for the visitor of a link.
    OpenSession,
    /// The link took its last payment.
    LimitReached,
    /// The disputed amount and the fee leave the account.
    WithdrawFunds,
    /// They come back.
    ReinstateFunds,
}

/// Where an event type stands among those emitted by one step of a payment. "Created" follows "succeeded", as seen in recorded traffic
/// (`facts/stripe.md` 14); types that are not listed keep their order between the payment's and the session's.
pub fn rank(event_type: &str) -> u8 {
    match event_type {
        "customer.created" => 0,
        "charge.succeeded" | "charge.failed" | "charge.captured" => 10,
        "payment_intent.processing" => 11,
        "charge.pending" => 12,
        "payment_intent.succeeded" | "payment_intent.amount_capturable_updated" => 20,
        "payment_intent.requires_action" => 21,
        "payment_intent.created" => 30,
        "payment_intent.payment_failed" => 40,
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed" => 80,
        "payment_link.updated" => 90,
        // As recorded of payments with the disputed test cards.
        kind if kind.starts_with("charge.dispute.") => 15,
        _ => 50,
    }
}
