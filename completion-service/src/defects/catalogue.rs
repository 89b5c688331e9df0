//! The list of defects: name, what goes wrong, and the conformance case that must notice.

/// One way of getting it wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(feature = "defects"), expect(unreachable_pub, dead_code, reason = "used with the feature only"))]
pub enum Defect {
    /// The published sample, weaknesses included. Replaces the whole service.
    DocsSample,
    /// Answers 301.
    Redirect301,
    /// Sends main units where Stripe wants minor units.
    MajorUnits,
    /// Leaves the purchase id out of the payment link.
    NoMetadata,
    /// Never tells Stripe where to send the buyer.
    ReturnUrlDropped,
    /// Invents a return URL when none is given.
    ReturnUrlInvented,
    /// Decodes the return URL a second time.
    ReturnUrlDecodedTwice,
    /// Refuses parameters it does not know.
    RefusesExtraParameters,
    /// Refuses purchase ids with capital letters.
    RefusesUpperCaseId,
    /// Takes a missing price for zero.
    MissingPriceIsFree,
    /// Writes to the purchase on each visit.
    WritesOnVisit,
    /// Makes a payment link for HEAD.
    HeadPays,
    /// Passes the currency on in upper case.
    UpperCaseCurrency,
    /// Sends the payment status as text.
    StatusAsText,
    /// Takes any completed session for a paid one.
    UnpaidCountsAsPaid,
    /// Answers 400 to event types it does not use.
    ForeignEventsRefused,
    /// Answers 500 to sessions without purchase id.
    FailsWithoutOrderId,
    /// Leaves final rejections alone.
    IgnoresRejections,
    /// Cancels the registration when a card is declined.
    CancelsOnDecline,
    /// Writes a payment status of its own before the real one.
    InventsStatus,
    /// Takes only an answer without body for a success.
    Expects204,
    /// Completes the purchase when the buyer's browser comes back.
    CompletesOnReturn,
    /// Parses and re-serialises the body before it checks the signature.
    ReserializesBeforeVerify,
    /// Insists on one API version.
    PinsApiVersion,
    /// Ignores whether the purchase can still be paid.
    IgnoresStanding,
    /// Keeps the current purchase in one field for all buyers.
    StaticFieldMixesBuyers,
    /// Outbound: finalizes with the event's name where its readable id belongs.
    OutboundEventName,
    /// Outbound: finalizes without the third parameter.
    OutboundOmitsUser,
    /// Outbound: asks again and again when finalizing is refused.
    OutboundAsksForEver,
    /// Outbound: takes every 200 of the finalize action for a success, whatever it says.
    OutboundBelieves200,
    /// Outbound: finalizes whatever was paid.
    OutboundAmountUnchecked,
    /// Outbound: finalizes once for each attendee.
    OutboundFinalizesEach,
}

#[cfg(feature = "defects")]
impl Defect {
    /// Every defect, the port of the sample first.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[
            Self::DocsSample,
            Self::Redirect301,
            Self::MajorUnits,
            Self::NoMetadata,
            Self::ReturnUrlDropped,
            Self::ReturnUrlInvented,
            Self::ReturnUrlDecodedTwice,
            Self::RefusesExtraParameters,
            Self::RefusesUpperCaseId,
            Self::MissingPriceIsFree,
            Self::WritesOnVisit,
            Self::HeadPays,
            Self::UpperCaseCurrency,
            Self::StatusAsText,
            Self::UnpaidCountsAsPaid,
            Self::ForeignEventsRefused,
            Self::FailsWithoutOrderId,
            Self::IgnoresRejections,
            Self::CancelsOnDecline,
            Self::InventsStatus,
            Self::Expects204,
            Self::CompletesOnReturn,
            Self::ReserializesBeforeVerify,
            Self::PinsApiVersion,
            Self::IgnoresStanding,
            Self::StaticFieldMixesBuyers,
            Self::OutboundEventName,
            Self::OutboundOmitsUser,
            Self::OutboundAsksForEver,
            Self::OutboundBelieves200,
            Self::OutboundAmountUnchecked,
            Self::OutboundFinalizesEach,
        ]
    }

    /// The name by which it is switched on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The conformance case that must fail because of it (for the sample: the first one at the core level).
    #[must_use]
    pub const fn killed_by(self) -> &'static str {
        self.row().1
    }

    /// What goes wrong, in a sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.row().2
    }

    /// Whether it shows only where the platform is outbound marketing.
    #[must_use]
    pub const fn is_outbound(self) -> bool {
        matches!(
            self,
            Self::OutboundEventName
                | Self::OutboundOmitsUser
                | Self::OutboundAsksForEver
                | Self::OutboundBelieves200
                | Self::OutboundAmountUnchecked
                | Self::OutboundFinalizesEach
        )
    }

    /// The defect of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|defect| defect.name() == name)
    }

    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::DocsSample => (
                "docs-sample",
                "C-R10",
                "behaves as the published sample: no signature check, one event type, new link per visit",
            ),
            Self::Redirect301 => {
                ("redirect-301", "C-R02", "redirects permanently, so that browsers keep the link for ever")
            }
            Self::MajorUnits => (
                "amount-in-major-units",
                "C-R03",
                "sends euros where Stripe wants cents, in both directions, so that its own check passes",
            ),
            Self::NoMetadata => ("no-metadata", "C-R04", "the purchase id does not travel with the payment"),
            Self::ReturnUrlDropped => ("return-url-dropped", "C-R05", "the buyer never comes back"),
            Self::ReturnUrlInvented => {
                ("return-url-invented", "C-R06", "without a return URL the buyer is sent to a page nobody asked for")
            }
            Self::ReturnUrlDecodedTwice => {
                ("return-url-decoded-twice", "C-R07", "percent signs in the return URL are lost")
            }
            Self::RefusesExtraParameters => {
                ("extra-parameters-refused", "C-R08", "a payment page URL with its own query does not work")
            }
            Self::RefusesUpperCaseId => {
                ("upper-case-id-refused", "C-R09", "a purchase id in capital letters is taken for malformed")
            }
            Self::MissingPriceIsFree => {
                ("missing-price-is-free", "C-R12", "a purchase whose price is not set is offered for nothing")
            }
            Self::WritesOnVisit => ("writes-on-visit", "C-R14", "following the link changes the purchase"),
            Self::HeadPays => ("head-makes-a-link", "C-R15", "asking for the headers makes a payment link"),
            Self::UpperCaseCurrency => {
                ("upper-case-currency", "C-R16", "the currency code goes to Stripe as Dataverse has it")
            }
            Self::StatusAsText => {
                ("status-as-text", "C-N02", "the payment status is sent as text, which the platform does not take")
            }
            Self::UnpaidCountsAsPaid => (
                "unpaid-counts-as-paid",
                "C-N03",
                "a completed session completes the registration although the money is still on its way",
            ),
            Self::ForeignEventsRefused => (
                "foreign-events-refused",
                "C-N04",
                "events it does not need are answered 400, so that Stripe repeats them and gives up on the endpoint",
            ),
            Self::FailsWithoutOrderId => {
                ("fails-without-order-id", "C-N05", "payments for other products of the account are answered 500")
            }
            Self::IgnoresRejections => {
                ("ignores-rejections", "C-N07", "a payment that failed for good keeps its place until the timeout")
            }
            Self::CancelsOnDecline => (
                "cancels-on-decline",
                "C-N08",
                "one declined card cancels the registration although the buyer can try again",
            ),
            Self::InventsStatus => {
                ("invents-status", "C-N09", "reports a third payment status before the documented one")
            }
            Self::Expects204 => ("expects-204", "C-N10", "a finalize answered 200 with a body is taken for a failure"),
            Self::CompletesOnReturn => {
                ("completes-on-return", "C-N12", "whoever visits the return page has a free ticket")
            }
            Self::ReserializesBeforeVerify => {
                ("reserializes-before-verify", "C-N13", "checks the signature against its own spelling of the body")
            }
            Self::PinsApiVersion => {
                ("pins-api-version", "C-N14", "refuses every event of another API version, and loses its payment")
            }
            Self::IgnoresStanding => ("ignores-standing", "C-T03", "sells a reservation that has ended"),
            Self::StaticFieldMixesBuyers => {
                ("static-field-mixes-buyers", "C-T04", "a payment is credited to whoever followed a link last")
            }
            Self::OutboundEventName => (
                "outbound-event-name",
                "C-L01",
                "the legacy finalize action is given the event's name where it wants the readable id",
            ),
            Self::OutboundOmitsUser => {
                ("outbound-omits-user", "C-L01", "the legacy finalize action is called without its UserId")
            }
            Self::OutboundAsksForEver => (
                "outbound-asks-for-ever",
                "C-L02",
                "a legacy finalize that is refused for good is called again at once, dozens of times",
            ),
            Self::OutboundBelieves200 => (
                "outbound-believes-200",
                "C-L02",
                "a legacy finalize answered 200 is taken for a success although its status says that it failed",
            ),
            Self::OutboundAmountUnchecked => (
                "outbound-amount-unchecked",
                "C-L03",
                "finalizes a temporary registration whatever was paid, without a look at the purchase details",
            ),
            Self::OutboundFinalizesEach => {
                ("outbound-finalizes-each", "C-L04", "calls the legacy finalize action once for each attendee")
            }
        }
    }
}

#[cfg(all(test, feature = "defects"))]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (position, defect) in Defect::all().iter().enumerate() {
            assert_eq!(Defect::by_name(defect.name()), Some(*defect));
            assert_eq!(*defect as usize, position, "all() follows the declaration");
            assert!(!defect.description().is_empty());
            assert!(defect.killed_by().starts_with("C-"));
            assert_eq!(defect.is_outbound(), defect.killed_by().starts_with("C-L"));
        }
        assert_eq!(Defect::by_name("none"), None);
    }
}
