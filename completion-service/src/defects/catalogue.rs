//! The list of defects: name, the conformance case that must notice (for the sample: the first one at the core level; `H-T` where no case does, and only
//! generated histories find it), and what goes wrong.

macro_rules! defects {
    ($($defect:ident = $name:literal, $case:literal, $what:literal;)+) => {
        /// One way of getting it wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(not(feature = "defects"), expect(unreachable_pub, dead_code, reason = "used with the feature only"))]
        pub enum Defect {
            $(#[doc = concat!("`", $name, "`: ", $what, ".")] $defect,)+
        }

        #[cfg(feature = "defects")]
        impl Defect {
            /// Every defect, the port of the sample first.
            #[must_use]
            pub const fn all() -> &'static [Self] {
                &[$(Self::$defect),+]
            }

            const fn row(self) -> (&'static str, &'static str, &'static str) {
                match self {
                    $(Self::$defect => ($name, $case, $what),)+
                }
            }
        }
    };
}

defects! {
    DocsSample = "docs-sample", "C-R10",
        "behaves as the published sample: no signature check, one event type, new link per visit";
    DecoratesAddress = "decorates-the-address", "C-R01",
        "adds a parameter of its own to the address of the payment page";
    Redirect301 = "redirect-301", "C-R02", "redirects permanently, so that browsers keep the link for ever";
    MajorUnits = "amount-in-major-units", "C-R03",
        "sends euros where Stripe wants cents, in both directions, so that its own check passes";
    NoMetadata = "no-metadata", "C-R04", "the purchase id does not travel with the payment";
    ReturnUrlDropped = "return-url-dropped", "C-R05", "the buyer never comes back";
    ReturnUrlInvented = "return-url-invented", "C-R06",
        "without a return URL the buyer is sent to a page nobody asked for";
    ReturnUrlDecodedTwice = "return-url-decoded-twice", "C-R07", "percent signs in the return URL are lost";
    RefusesExtraParameters = "extra-parameters-refused", "C-R08", "a payment page URL with its own query does not work";
    RefusesUpperCaseId = "upper-case-id-refused", "C-R09", "a purchase id in capital letters is taken for malformed";
    UnknownGoesBack = "unknown-goes-back", "C-R11",
        "sends whoever asks for a purchase that does not exist on to the return URL, as if it were paid";
    MissingPriceIsFree = "missing-price-is-free", "C-R12", "a purchase whose price is not set is offered for nothing";
    MissingCurrencyGuessed = "missing-currency-guessed", "C-R13", "charges euros where a purchase names no currency";
    WritesOnVisit = "writes-on-visit", "C-R14", "following the link changes the purchase";
    HeadPays = "head-makes-a-link", "C-R15", "asking for the headers makes a payment link";
    UpperCaseCurrency = "upper-case-currency", "C-R16", "the currency code goes to Stripe as Dataverse has it";
    NeverFinalizes = "never-finalizes", "C-N01", "acknowledges every payment and does nothing about it";
    StatusAsText = "status-as-text", "C-N02", "the payment status is sent as text, which the platform does not take";
    UnpaidCountsAsPaid = "unpaid-counts-as-paid", "C-N03",
        "a completed session completes the registration although the money is still on its way";
    ForeignEventsRefused = "foreign-events-refused", "C-N04",
        "events it does not need are answered 400, so that Stripe repeats them and gives up on the endpoint";
    FailsWithoutOrderId = "fails-without-order-id", "C-N05",
        "payments for other products of the account are answered 500";
    CompletesAllWaiting = "completes-all-waiting", "C-N06",
        "a payment completes every purchase whose link was followed before";
    IgnoresRejections = "ignores-rejections", "C-N07",
        "a payment that failed for good keeps its place until the timeout";
    CancelsOnDecline = "cancels-on-decline", "C-N08",
        "one declined card cancels the registration although the buyer can try again";
    InventsStatus = "invents-status", "C-N09", "reports a third payment status before the documented one";
    Expects204 = "expects-204", "C-N10", "a finalize answered 200 with a body is taken for a failure";
    WaitsForBrowser = "waits-for-the-browser", "C-N11",
        "notes a payment, and completes the registration only when the buyer comes back";
    CompletesOnReturn = "completes-on-return", "C-N12", "whoever visits the return page has a free ticket";
    ReserializesBeforeVerify = "reserializes-before-verify", "C-N13",
        "checks the signature against its own spelling of the body";
    PinsApiVersion = "pins-api-version", "C-N14", "refuses every event of another API version, and loses its payment";
    LooksOnceMore = "looks-once-more", "C-N15",
        "asks Dataverse one time more than it has to before it acknowledges, so that a slow one takes too long";
    ClockOfItsOwn = "clock-of-its-own", "C-T01",
        "takes a payment for late ten minutes after its session was opened, whatever the platform's timeout is";
    LapseEndsSale = "lapse-ends-the-sale", "C-T02",
        "sells no more once the visitor before has let the reservation lapse";
    IgnoresStanding = "ignores-standing", "C-T03", "sells a reservation that has ended";
    StaticFieldMixesBuyers = "static-field-mixes-buyers", "C-T04",
        "a payment is credited to whoever followed a link last";
    ChargesEachAttendee = "charges-each-attendee", "C-T05",
        "takes the total price for that of one attendee, and charges it for each";
    OutboundEventName = "outbound-event-name", "C-L01",
        "the legacy finalize action is given the event's name where it wants the readable id";
    OutboundOmitsUser = "outbound-omits-user", "C-L01", "the legacy finalize action is called without its UserId";
    OutboundAsksForEver = "outbound-asks-for-ever", "C-L02",
        "a legacy finalize that is refused for good is called again at once, dozens of times";
    OutboundBelieves200 = "outbound-believes-200", "C-L02",
        "a legacy finalize answered 200 is taken for a success although its status says that it failed";
    OutboundAmountUnchecked = "outbound-amount-unchecked", "C-L03",
        "finalizes a temporary registration whatever was paid, without a look at the purchase details";
    OutboundFinalizesEach = "outbound-finalizes-each", "C-L04",
        "calls the legacy finalize action once for each attendee";
    TimesHundred = "times-hundred", "R-M02",
        "takes every currency for one of a hundred parts, in both directions, so that its own check passes";
    FloatCents = "float-cents", "R-M01",
        "multiplies in binary floating point and cuts off, so that some prices lose a cent";
    ThreeDecimalsIgnored = "three-decimals-ignored", "R-M03", "takes a dinar for a hundred fils";
    RoundsKronur = "rounds-kronur", "R-M04", "rounds the fraction of a krona away without a word";
    CutsFractions = "cuts-fractions", "R-M05", "cuts digits below the cent off instead of rounding";
    LiftsToMinimum = "lifts-to-the-minimum", "R-M06", "charges Stripe's minimum where the price lies below it";
    ComparesInCents = "compares-in-cents", "R-M08",
        "takes what was paid for hundredths in every currency, and gives back what does not fit then";
    NegativeIsPositive = "negative-is-positive", "R-M10", "charges the amount of a negative price";
    CompletedOnly = "completed-event-only", "R-A01",
        "knows checkout.session.completed alone, so that delayed payments are never completed";
    UnpaidIsRefused = "unpaid-is-refused", "R-A02",
        "takes a payment that is still on its way for one that failed, and gives the seat away";
    NeedsFirstEvent = "needs-first-event", "R-A03",
        "ignores the money of a session whose completion it has not heard of yet";
    BelievesLateSuccess = "believes-late-success", "R-A04",
        "believes the platform's success for a reservation that has ended";
    SellsWhileUnderWay = "sells-while-under-way", "R-A05",
        "makes another link while a payment is on its way";
    NothingDueIsPaid = "nothing-due-is-paid", "R-A06", "takes a session in which nothing was due for a paid one";
    RepeatIsError = "repeat-is-error", "R-D01", "answers 503 when a purchase is completed already";
    CheckThenAct = "check-then-act", "R-D02",
        "looks first and acts then, without a lock, and takes the platform's refusal for a failure";
    EventIsPayment = "event-is-the-payment", "R-D03",
        "knows payments by the event that told of them: another event about a session is a second payment, and goes back";
    ForgetsAtRestart = "forgets-at-restart", "R-D04", "remembers what it has done only as long as it runs";
    SeenBeforeDone = "seen-before-done", "R-D05",
        "notes an event as seen before its work is done, so that the next delivery does nothing";
    OverlapGoesBack = "overlap-goes-back", "R-D06",
        "takes a delivery that comes while the first is still worked on for a second payment, and gives it back";
    GivesUpOnEvents = "gives-up-on-events", "R-D07", "acknowledges an event that has failed five times";
    CancelsOnExpired = "cancels-on-expired", "R-D08", "cancels the registration when any session of its link expires";
    CancelsOpenOnExpired = "cancels-open-on-expired", "R-D09",
        "cancels a reservation that is not paid yet when any session of its link expires";
    UnpaidTakesBack = "unpaid-takes-back", "R-D10", "cancels what it has completed when an older, unpaid snapshot comes";
    LateMoneyKept = "late-money-kept", "R-D11", "keeps money that has no seat, and says nothing";
    WritesOffEnded = "writes-off-what-ended", "R-D12",
        "puts a reservation that has ended out of its mind: the link stays open, and what is paid there is kept";
    ChokesOnRefunds = "chokes-on-refunds", "R-D13", "answers 500 to refunds and disputes";
    KnowsFew = "knows-forty-purchases", "R-D14",
        "remembers the last forty purchases, and drops events about all others";
    MisfitsKept = "misfits-kept", "R-M09", "keeps money that does not fit the price any more";
    ReadsAtOnce = "reads-at-once", "R-V01", "reads a purchase again at once, whatever Retry-After says";
    RetriesAtOnce = "retries-at-once", "R-V02", "calls Dataverse again at once, whatever Retry-After says";
    DateIsNow = "date-is-now", "R-V03", "takes a Retry-After that is no number for none to wait";
    AlwaysAcknowledged = "always-acknowledged", "R-V04", "answers 2xx although the work failed";
    RefusedMeansNoSeat = "refused-means-no-seat", "R-V05",
        "takes every refusal of finalize for a lost seat, and pays the money back";
    LateIsDone = "late-is-done", "R-V06", "answers 2xx when the work does not end in time";
    KeepsRefusedToken = "keeps-refused-token", "R-V07", "goes on with a token that was refused";
    LoopsOn401 = "loops-on-401", "R-V08", "fetches one token after another while all are refused";
    LifetimeMustBeNumber = "lifetime-must-be-a-number", "R-V09", "refuses a token whose lifetime is text or missing";
    TokenPerCall = "token-per-call", "R-V10", "fetches a token for each call";
    ForbiddenIsDone = "forbidden-is-done", "R-V11", "acknowledges a payment that it may not finalize";
    NotFoundForEver = "not-found-for-ever", "R-V12",
        "remembers a purchase that it did not find as one that does not exist";
    ErrorsLookLikeReturns = "errors-look-like-returns", "R-V13",
        "sends the visitor to the return URL when something is broken";
    ConflictIsDone = "conflict-is-done", "R-V14", "takes a conflict on finalize for a completion";
    FollowsRedirects = "follows-redirects", "R-V15", "follows Dataverse's redirects with its token, wherever they lead";
    BrokenForGood = "broken-for-good", "R-P01",
        "gives up at Stripe's first error, and holds it against the purchase for ever";
    NoIdempotencyKey = "no-idempotency-key", "R-P02", "makes a second link when the answer to the first is lost";
    IgnoresShouldRetry = "ignores-should-retry", "R-P03", "tries again what Stripe says not to";
    StripeStorm = "stripe-storm", "R-P04", "calls Stripe again at once, whatever Retry-After says";
    ShowsStripesWords = "shows-stripes-words", "R-P05", "shows the buyer what Stripe says to the developer";
    TurnsOthersAway = "turns-others-away", "R-P06", "serves one visitor at a time, and turns the others away";
    EmptyLocation = "empty-location", "R-P07", "redirects to nowhere when Stripe hands out no page";
    FailedLookupIsDone = "failed-lookup-is-done", "R-P08",
        "asks Stripe about the session first, and acknowledges the event when there is no answer";
    NewLinkEachVisit = "new-link-each-visit", "R-C01",
        "makes a new link for each visit, and keeps what is paid on the others";
    UnlimitedLinks = "unlimited-links", "R-C02", "lets a link be paid as often as somebody likes";
    SellsCompleted = "sells-completed", "R-C03", "sells a purchase that is paid";
    SellsCancelled = "sells-cancelled", "R-C04", "sells a purchase that it has cancelled itself";
    VisitsRace = "visits-race", "R-C05",
        "makes a link for each of the visits that come at once, and keeps what is paid on the others";
    ReturnUrlInStatic = "return-url-in-a-static-field", "R-C06",
        "sends buyers back to where the last visitor came from";
    LostSeatIsError = "lost-seat-is-an-error", "R-C07",
        "answers 503 for ever when the seat went to somebody else, and keeps the money";
    BreakerNeverCloses = "breaker-never-closes", "R-C08",
        "calls nobody any more once a connection broke, until it is restarted";
    AnswersFirst = "answers-first", "R-C09",
        "acknowledges before the work, which is lost when it is stopped meanwhile";
    AnyReturnUrl = "any-return-url", "S-O01", "sends buyers to whatever site the link names";
    LinksBack = "error-page-links-back", "S-O02", "the page about a refused return URL has a link to it";
    RelativeIsSafe = "relative-is-safe", "S-O03", "takes whatever has no scheme and slashes for a path of the allowed site";
    ReturnUrlContains = "return-url-contains", "S-O04", "looks for the allowed host anywhere in the return URL";
    ReturnUrlPrefix = "return-url-by-prefix", "S-O05", "looks only at how the return URL begins";
    ReturnUrlHostOnly = "return-url-host-only", "S-O06", "compares the host of the return URL without scheme and port";
    SplitsHeaders = "splits-headers", "S-O07", "repeats a refused return URL in a header, line breaks and all";
    ReturnUrlCutOff = "return-url-cut-off", "S-O08", "cuts return URLs off where Stripe's limit is";
    RelativeAgainstHost = "relative-against-host", "S-O09",
        "completes a relative return URL by the host that the visit claims";
    PlaceholderUnchecked = "placeholder-unchecked", "S-O10",
        "does not check return URLs with Stripe's placeholder in them";
    ForwardedHostBelieved = "forwarded-host-believed", "S-O11",
        "without a return URL, sends buyers to the host that X-Forwarded-Host claims";
    FetchesReturnUrl = "fetches-return-url", "S-X01", "looks whether the return URL is alive";
    RawIdInPath = "raw-id-in-path", "S-X02", "puts whatever came as the purchase id into the OData path";
    EchoesId = "echoes-id-in-a-header", "S-X03", "repeats the purchase id in a header, line breaks and all";
    ReflectsId = "reflects-id", "S-X04", "repeats a malformed purchase id in its page as it came";
    ShowsExceptions = "shows-exceptions", "S-X05", "shows the exception when another service fails";
    SecretAtStripe = "secret-at-stripe", "S-X06", "sends its configuration along as metadata, with a secret in it";
    AttendeeAtStripe = "attendee-at-stripe", "S-X06", "tells Stripe the attendee's name and mail without need";
    LogsSecrets = "logs-secrets", "S-X07", "logs the client secret";
    LogsLineBreaks = "logs-line-breaks", "S-X07",
        "writes a plain log, with what visitors sent in it as it came, line breaks and all";
    AnyCertificate = "any-certificate", "S-X08", "takes any certificate for the right one";
    OpenEnvironment = "open-environment", "S-X09", "shows its environment to whoever asks for /env";
    FinalizesOnVisit = "finalizes-on-visit", "S-X10", "believes a payment status that stands in the link";
    SignatureOptional = "signature-optional", "S-W01", "checks the signature only where there is one";
    SignatureNotCompared = "signature-not-compared", "S-W02",
        "wants a signature of the right form, and does not compare it";
    ForgeriesRemembered = "forgeries-remembered", "S-W02",
        "notes the event of a wrongly signed delivery as seen, so that the genuine one does nothing";
    SignsItsOwnSpelling = "signs-its-own-spelling", "S-W03",
        "takes a signature that fits its own spelling of the body, so that blanks can be changed";
    EmptySecretFits = "empty-secret-fits", "S-W04", "has an empty secret beside its own, and takes what is signed with it";
    SampleSecretFits = "sample-secret-fits", "S-W05", "takes what is signed with whsec_test, as in development";
    NoTolerance = "no-tolerance", "S-W06", "does not look at the time of a signature";
    FutureWelcome = "future-welcome", "S-W07", "refuses old signatures, and takes those of tomorrow";
    ReplayRefused = "replay-refused", "S-W08", "refuses a delivery that it has seen, byte by byte, before";
    MalformedHeaderBreaks = "malformed-header-breaks", "S-W09", "answers 500 to a signature header that it cannot read";
    FirstSignatureOnly = "first-signature-only", "S-W10", "looks at the first v1 of the header alone";
    TimeGuessed = "time-guessed", "S-W11", "tries the seconds around t too, since clocks differ";
    NoSecretNoCheck = "no-secret-no-check", "S-W12", "starts without a webhook secret, and then believes everybody";
    ModeIgnored = "mode-ignored", "S-W13", "takes events of the live mode for payments in test mode";
    AccountIgnored = "account-ignored", "S-W14", "takes payments to connected accounts for its own";
    TestRouteOpen = "test-route-open", "S-W15", "has a second webhook address for tests, which checks nothing";
    AmountUnchecked = "amount-unchecked", "S-T01", "completes a purchase by whatever amount names it";
    CurrencyUnchecked = "currency-unchecked", "S-T02", "compares the number that was paid, and not its currency";
    TrustsClientReference = "trusts-client-reference", "S-T03",
        "reads the purchase from client_reference_id where the buyer wrote one";
    MixesParameters = "mixes-parameters", "S-T04",
        "takes the first purchaseId of a request for the price, and the last for the metadata";
    IdFromAnywhere = "id-from-anywhere", "S-T05", "reads the purchase id from a cookie or a header before the query";
    PaymentCountsTwice = "payment-counts-twice", "S-T06", "completes one purchase after another by the same session";
    CallerSetsPrice = "caller-sets-price", "S-T07", "charges the amount that stands in the request, if one does";
    ForeignIdBreaks = "foreign-id-breaks", "S-T08", "answers 500 to the order numbers of other systems";
    UnknownPurchaseBreaks = "unknown-purchase-breaks", "S-T09",
        "has Stripe repeat the event of a purchase that does not exist, for ever";
    AnyFailureCancels = "any-failure-cancels", "S-T10",
        "cancels the reservation when any payment that names it fails, whatever its amount";
    AnyMethod = "any-method", "S-H01", "takes events with every method";
    SwallowsBodies = "swallows-bodies", "S-H02", "reads a stranger's body to its end, however long that is";
    ParsesFirst = "parses-first", "S-H03", "parses the body before it looks at the signature, and fails where it cannot";
    UnusableEventBreaks = "unusable-event-breaks", "S-H04", "answers 500 to a signed body that is no event";
    FewReaders = "few-readers", "S-H05", "reads a few bodies at a time, and waits for each as long as it takes";
    ReadsLengthsItself = "reads-lengths-itself", "S-H06",
        "has a front of its own that takes the last Content-Length of several, and what stands behind that for the next request";
    PackedBodyBreaks = "packed-body-breaks", "S-H07", "answers 500 to a body with a content coding";
    PricesFirst = "prices-first", "S-H08", "makes a price at Stripe before it knows whether there is such a purchase";
    OpenToOtherSites = "open-to-other-sites", "S-H09", "gives every site leave to call it";
    RedirectIsCached = "redirect-is-cached", "S-H10", "lets shared caches keep the redirect for an hour";
    CountsDebits = "counts-debits", "H-T",
        "counts the debits that are under way by the news of them: one that is told of twice is waited for twice, and what the bank pays is kept without a seat";
    ExpiryEndsDebits = "expiry-ends-debits", "H-T",
        "cancels a reservation whose debit is under way when another session of its link expires";
    StaleNewsIsDoubt = "stale-news-is-doubt", "H-T",
        "after an older, unpaid snapshot it takes the next repeat of a payment for its first delivery, and fails where Dataverse refuses a second finalize";
    ChokesOnWhatWentBack = "chokes-on-what-went-back", "H-T",
        "answers 503 to repeats of a payment that was refunded or disputed meanwhile";
}

/// Stands where a case does: the generated histories.
#[cfg(feature = "defects")]
const HISTORIES: &str = "H-T";

#[cfg(feature = "defects")]
impl Defect {
    /// The name by which it is switched on.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// The conformance case that must fail because of it (for the sample: the first one at the core level), or `H-T`: see
    /// [`Defect::is_for_histories`].
    #[must_use]
    pub const fn killed_by(self) -> &'static str {
        self.row().1
    }

    /// Whether no case notices it, since it takes steps that no single case plays together: only generated histories find it.
    #[must_use]
    pub fn is_for_histories(self) -> bool {
        self.killed_by() == HISTORIES
    }

    /// What goes wrong, in a sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.row().2
    }

    /// The defect of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|defect| defect.name() == name)
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
            let of_a_case = ["C-", "R-", "S-"].iter().any(|level| defect.killed_by().starts_with(level));
            assert_ne!(of_a_case, defect.is_for_histories(), "{}", defect.name());
            assert_eq!(defect.is_outbound(), defect.killed_by().starts_with("C-L"));
        }
        assert_eq!(Defect::by_name("none"), None);
    }
}
