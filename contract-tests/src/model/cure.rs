//! What to change in a service that fails a case: one line per case, for whoever reads a failure and has never seen the suite.

/// The cure for what this case finds, if the catalogue has the case.
pub fn cure(id: &str) -> Option<&'static str> {
    CURES.iter().find(|(case, _)| *case == id).map(|(_, cure)| *cure)
}

/// The cure for what this invariant finds where the case that met it is about something else.
pub fn invariant_cure(id: &str) -> Option<&'static str> {
    INVARIANTS.iter().find(|(invariant, _)| *invariant == id).map(|(_, cure)| *cure)
}

/// The cure for an answer that departs from the published contract.
pub const CONTRACT_CURE: &str = "give status, headers and body the form that fixtures/openapi/completion-service.yaml of payloop's repository \
     describes for this operation";

/// By invariant.
const INVARIANTS: &[(&str, &str)] = &[
    (
        "INV-1",
        "complete a purchase only by a signed event about a paid session of its own, of its whole price in its currency",
    ),
    (
        "INV-2",
        "let each paid event end in one of two ways: the purchase completed, or the money refunded; until then answer 5xx, so \
         that Stripe sends it again",
    ),
    ("INV-3", "read the purchase before finalize is called: what is completed or cancelled stays that"),
    (
        "INV-4",
        "use one link for one purchase, limited by restrictions[completed_sessions][limit]=1, and refund what is paid on top",
    ),
    (
        "INV-5",
        "redirect only to the url that Stripe's answer has, and hand a return URL on only if its origin is one of the allowed",
    ),
    ("INV-6", "call nothing but Dataverse, the token endpoint and Stripe about a purchase"),
    (
        "INV-7",
        "keep secrets out of everything but Authorization headers, each in that of its own system, and token requests",
    ),
    ("INV-8", "answer 2xx in the end to every event, also to those that are not needed and to repeated ones"),
];

/// By case, in the catalogue's order.
const CURES: &[(&str, &str)] = &[
    ("C-R01", "answer 302 with the url member of the object that Stripe just made, unchanged, as Location"),
    ("C-R02", "send status 302, by name if the framework's default for redirects is another one"),
    (
        "C-R03",
        "read msevtmgt_totalprice and the currency's isocurrencycode from the purchase, and send them as unit_amount and currency with quantity 1",
    ),
    ("C-R04", "put the purchase id into the metadata of the payment link or session, under the declared metadata_key"),
    ("C-R05", "hand returnUrl on as after_completion[redirect][url] (success_url for sessions)"),
    ("C-R06", "leave after_completion out when returnUrl is missing or empty"),
    (
        "C-R07",
        "decode the query once, with the framework's own parser, and pass the text on without decoding or encoding it again",
    ),
    ("C-R08", "read the parameters by name and ignore the others"),
    ("C-R09", "parse the id as a UUID, which knows both cases, and use its canonical form from there on"),
    ("C-R10", "parse purchaseId as a UUID before anything is called, and answer 400 when it is none or all zeros"),
    ("C-R11", "answer 404 when Dataverse says that there is no such row (404, or 400 with 0x80040217)"),
    ("C-R12", "treat a missing msevtmgt_totalprice as an error of its own, not as 0"),
    ("C-R13", "stop when the purchase has no currency; a guessed one can charge a hundred times too much"),
    ("C-R14", "read the one row by its key, with a bearer token, and write nothing during a visit"),
    ("C-R15", "route GET only: many frameworks send HEAD to the same handler"),
    ("C-R16", "lower-case the ISO code before it goes to Stripe"),
    (
        "C-N01",
        "verify the event, take the purchase id from the session's metadata, and call finalize with 100000001 before answering 2xx",
    ),
    (
        "C-N02",
        "POST /api/data/v9.2/msevtmgt_finalizeregistrationpayment with msevtmgt_purchaseid and msevtmgt_paymentstatus (a number) as JSON",
    ),
    (
        "C-N03",
        "finalize only if payment_status is paid; on unpaid answer 2xx and wait for checkout.session.async_payment_succeeded",
    ),
    ("C-N04", "answer 2xx to every type that is not needed, before looking into the event"),
    ("C-N05", "answer 2xx and do nothing when the session's metadata has no purchase id of ours"),
    ("C-N06", "take the purchase id from the session of the event, never from anything kept between requests"),
    (
        "C-N07",
        "on checkout.session.async_payment_failed (and checkout.session.expired for sessions) call finalize with 100000000",
    ),
    ("C-N08", "ignore payment_intent.payment_failed: the buyer may try another card in the same session"),
    ("C-N09", "write only 100000000 and 100000001, as numbers"),
    ("C-N10", "take any 2xx of finalize for success, with a body or without"),
    ("C-N11", "finalize from the webhook, not from the page that the buyer comes back to"),
    ("C-N12", "do nothing when the return URL is visited; only a verified event completes a purchase"),
    (
        "C-N13",
        "verify the signature over the raw bytes of the body, before any JSON middleware touches them, and ignore members that are not known",
    ),
    (
        "C-N14",
        "let the library not refuse other API versions, or set stripe_api_version in the profile and the endpoint to the library's",
    ),
    (
        "C-N15",
        "make fewer calls to Dataverse in a row while Stripe waits, or acknowledge first and work from a durable queue",
    ),
    ("C-T01", "let the platform decide about the timeout: finalize whatever is paid"),
    ("C-T02", "do not finalize without a verified payment; the platform ends the reservation by itself"),
    ("C-T03", "look at the purchase's state (statecode, payment status) before making a link"),
    ("C-T04", "keep nothing about the current purchase in static fields or shared objects"),
    ("C-T05", "charge msevtmgt_totalprice once; it is the sum already"),
    ("C-T06", "expect nothing of the registration page beyond purchaseId and returnUrl"),
    ("C-L01", "call the legacy action with PurchaseId, ReadableEventId and UserId as texts"),
    ("C-L02", "read the action's own status, do not repeat what was refused for good, and refund the payment"),
    ("C-L03", "ask msevtmgt_GetPurchaseDetailsAction, and compare its amount and currency with what was paid"),
    ("C-L04", "call the legacy action once per purchase, not once per attendee"),
    ("R-D01", "when finalize is refused, read the purchase: if it is completed already, answer 2xx"),
    ("R-D02", "let one delivery at a time work on a purchase (a lock per purchase id, or a unique row in a database)"),
    ("R-D03", "tell repeats by the purchase and the session, not by the event's id"),
    ("R-D04", "ask Dataverse for the purchase's state, or keep what was done in a store that outlives the process"),
    ("R-D05", "answer 5xx while the work is not done, and remember an event only when it is"),
    ("R-D06", "let the second delivery wait for the first, or answer 5xx while it is under way"),
    (
        "R-D07",
        "do not give an event up for good because Dataverse was down: answer 5xx each time until the work is done",
    ),
    (
        "R-D08",
        "do not cancel on checkout.session.expired while the purchase is completed or another session of it is open",
    ),
    ("R-D09", "do not cancel on the expiry of one session of a link; leave the reservation to the platform's timeout"),
    ("R-D10", "never take back what is completed because an older event says unpaid"),
    (
        "R-D11",
        "after finalize, read the purchase again if it was over before; when it is not completed, refund the payment and answer 2xx",
    ),
    (
        "R-D12",
        "when the reservation is over set active=false on the link (expire the session), or refund what is paid there",
    ),
    ("R-D13", "answer 2xx to charge.refunded and charge.dispute.* and write no status for them"),
    ("R-D14", "decide by the purchase's present state, never by the order in which events come"),
    ("R-A01", "handle checkout.session.async_payment_succeeded as completed and paid"),
    ("R-A02", "handle checkout.session.async_payment_failed: finalize with 100000000, or leave it to the timeout"),
    ("R-A03", "complete on whichever paid event comes first, and ignore unpaid ones after it"),
    ("R-A04", "treat it as any late payment: refund it when the purchase is not completed after finalize"),
    ("R-A05", "look for a payment under way (completed_sessions.count of the link) before making another one"),
    ("R-A06", "complete on no_payment_required only if the purchase's own price is zero"),
    ("R-M01", "calculate in decimals (or integers), never in binary floats: read the JSON number as its text"),
    ("R-M02", "use a table of zero-decimal currencies and do not multiply these by 100"),
    ("R-M03", "multiply by 1000 in BHD, JOD, KWD, OMR and TND, with 0 as the last digit"),
    ("R-M04", "send ISK and UGX in hundredths that end in 00, and refuse fractions of them"),
    ("R-M05", "round once, to the nearest minor unit, and use that same amount wherever it is compared"),
    ("R-M06", "turn Stripe's 400 into a page for the buyer; do not try it again"),
    ("R-M07", "decide what a free purchase means, and say so in your documentation"),
    ("R-M08", "use one conversion both ways, by Stripe's table of currencies"),
    ("R-M09", "compare what was paid with the price as it is now; complete it, or refund it"),
    ("R-M10", "refuse prices below zero and beyond Stripe's maximum before anything is made"),
    ("R-V01", "wait for Retry-After (seconds, or a date) before the next call, or answer 503 with that header"),
    ("R-V02", "wait for Retry-After before finalize is called again, or answer 503 and leave it to Stripe"),
    (
        "R-V03",
        "read Retry-After in both forms, with a default when it is missing, and give up beyond a limit of your own",
    ),
    ("R-V04", "catch connection errors, 5xx and unreadable answers: an error page for a visit, 5xx for Stripe"),
    ("R-V05", "when the repeated finalize is refused, read the purchase: completed is success"),
    ("R-V06", "give every outgoing call a time limit, shorter than what is left of the request"),
    ("R-V07", "on 401 drop the kept token, fetch a new one, and repeat the call once"),
    ("R-V08", "renew the token once per call; a second 401 is an error"),
    ("R-V09", "treat the token endpoint as any other call: time limit, repeats for 429 and 5xx, a default lifetime"),
    ("R-V10", "keep the token until shortly before it expires, for all requests"),
    (
        "R-V11",
        "treat 403 as an error that nobody can repeat away: an error page, or 5xx for Stripe, and a line in the log",
    ),
    ("R-V12", "read a purchase that is not there yet again a few times, or ask the buyer to reload"),
    (
        "R-V13",
        "check that the answer is the purchase asked for (JSON, its id, its state) before using it, and ignore what is more",
    ),
    ("R-V14", "treat 409, 412 and locked records as passing: try again, or answer 5xx"),
    ("R-V15", "switch off the HTTP client's redirects for calls with a token"),
    ("R-P01", "repeat with the same idempotency key, or show an error page"),
    ("R-P02", "send an Idempotency-Key that follows from purchase, amount, currency and return URL"),
    ("R-P03", "obey Stripe-Should-Retry; without it repeat 409, 429 and 5xx"),
    ("R-P04", "wait between tries, longer each time, and make few of them"),
    ("R-P05", "catch Stripe's errors and show a page of your own, without their message"),
    (
        "R-P06",
        "give calls to Stripe a time limit (the libraries' own is 80 s), and serve requests independently of each other",
    ),
    ("R-P07", "check that the answer has an absolute url before redirecting there"),
    ("R-P08", "answer 5xx when the session cannot be read, so that Stripe sends the event again"),
    (
        "R-C01",
        "use the same link for the same purchase, limited by restrictions[completed_sessions][limit]=1; refund a second payment",
    ),
    ("R-C02", "set restrictions[completed_sessions][limit]=1 on the link, and refund a second payment"),
    ("R-C03", "look at the purchase's state before a link is made: completed means that nothing is left to pay"),
    ("R-C04", "look at the purchase's state before a link is made: cancelled means that nothing can be paid"),
    ("R-C05", "make links under a lock per purchase, with idempotency keys that follow from the purchase"),
    ("R-C06", "keep nothing about the current buyer in static fields or shared objects"),
    ("R-C07", "when finalize is refused and the purchase is not completed, refund the payment and answer 2xx"),
    ("R-C08", "open connections anew and fetch a new token after failures; keep no failed client for ever"),
    ("R-C09", "finish the work under way when told to stop, and answer 2xx only after it"),
    (
        "S-W01",
        "verify Stripe-Signature on every request to the webhook, also when it is missing, before anything else is done with the body",
    ),
    (
        "S-W02",
        "compute HMAC-SHA256 of `t.body` with this endpoint's secret, compare it with v1 (Stripe's libraries do: constructEvent), and remember nothing of an event that failed",
    ),
    ("S-W03", "verify over the raw bytes that came, all of them"),
    ("S-W04", "refuse to start without a secret, and never verify with an empty one"),
    ("S-W05", "verify with the endpoint's own secret only, and have no default for it"),
    ("S-W06", "refuse when t is more than five minutes old"),
    ("S-W07", "refuse when t is more than five minutes ahead; most libraries look backwards only"),
    ("S-W08", "tell repeats by the purchase's state, and answer them 2xx"),
    ("S-W09", "answer 400 to whatever of the header cannot be read, and catch the parser's errors"),
    ("S-W10", "accept when any v1 fits, wherever it stands, and ignore other schemes"),
    ("S-W11", "put t as the header has it into what is signed"),
    ("S-W12", "end with an error at start when the secret is missing or empty"),
    ("S-W13", "compare the event's livemode with the kind of key in use, and ignore the other kind"),
    ("S-W14", "ignore events that have an account"),
    ("S-W15", "have one route for events, verified, and no others for testing"),
    (
        "S-T01",
        "compare amount_total with the purchase's price in minor units before finalize; a genuine event can still be about too little",
    ),
    ("S-T02", "compare the session's currency with the purchase's, beside the amount"),
    ("S-T03", "read the purchase id from the metadata that you set, never from client_reference_id"),
    ("S-T04", "refuse a query that has purchaseId twice"),
    ("S-T05", "read purchaseId from the query alone, by that name"),
    ("S-T06", "remember which purchase a session was first used for, and let it complete no other"),
    ("S-T07", "take price and currency from Dataverse, never from the request"),
    ("S-T08", "parse the id as a UUID without throwing; if it is none, answer 2xx and log it"),
    ("S-T09", "take `no such purchase` for an end: answer 2xx and log it"),
    (
        "S-T10",
        "cancel only when the failed payment is of the purchase's own price, and never because a session expired",
    ),
    ("S-O01", "parse returnUrl, and compare its whole origin with a configured list"),
    ("S-O02", "allow http and https only, after parsing"),
    ("S-O03", "insist on scheme, :// and host, and refuse backslashes: browsers repair what parsers take otherwise"),
    ("S-O04", "refuse user information, and compare the parsed host, not the text in front of it"),
    ("S-O05", "compare origins as a whole: neither startsWith, nor endsWith, nor contains"),
    ("S-O06", "compare scheme, host and port after normalisation, and refuse percent signs in the host"),
    ("S-O07", "refuse control characters and blanks, decode once only, and write headers through the framework"),
    ("S-O08", "limit returnUrl (Stripe stores 2,048 characters), and answer 400 or 414 beyond"),
    ("S-O09", "refuse relative addresses, or resolve them against an origin from the configuration"),
    ("S-O10", "check the origin before a template such as {CHECKOUT_SESSION_ID} is looked at"),
    ("S-O11", "build URLs from the configuration, never from Host or X-Forwarded-*"),
    ("S-X01", "never fetch returnUrl"),
    ("S-X02", "put only a parsed UUID into the OData path"),
    ("S-X03", "parse ids, and write headers through the framework, which refuses line breaks"),
    ("S-X04", "show nothing that was sent, or escape it; send Content-Type with a charset"),
    (
        "S-X05",
        "catch everything at the outermost handler and show a page of your own; switch the framework's error pages off",
    ),
    ("S-X06", "send Stripe no more than price, name and purchase id"),
    ("S-X07", "log ids and fixed words: no headers, no bodies, no text of strangers, one entry a line"),
    ("S-X08", "leave the HTTP client's certificate checks on, and trust a test authority by its file instead"),
    ("S-X09", "serve no development tools in production, or bind them to another port"),
    ("S-X10", "call finalize from the verified webhook only"),
    ("S-H01", "route POST on the webhook and GET on the redirect only, and answer 405 with Allow to the rest"),
    ("S-H02", "limit the body (256 KiB is plenty for an event) by Content-Length and while reading, and answer 413"),
    ("S-H03", "verify before parsing, and catch the parser's errors"),
    ("S-H04", "answer 400 to a signed body that is no usable event, instead of letting an exception become 500"),
    ("S-H05", "give heads and bodies a total time to arrive, and let no sender hold a worker of which there are few"),
    ("S-H06", "use a server (or a proxy in front) that refuses ambiguous lengths, and close the connection"),
    ("S-H07", "do not unpack request bodies, or limit what comes out"),
    (
        "S-H08",
        "read the purchase before anything is made at Stripe, use the same link for the same purchase, and limit how often one address may call",
    ),
    ("S-H09", "switch CORS off for these routes"),
    ("S-H10", "send Cache-Control: no-store, set no cookie, and switch the server's version header off"),
];

#[cfg(test)]
mod tests {
    use super::{CURES, cure, invariant_cure};
    use crate::invariants;
    use crate::model::CASES;

    #[test]
    fn every_case_has_its_cure() {
        for case in CASES {
            assert!(cure(case.id).is_some_and(|cure| !cure.is_empty()), "{}", case.id);
        }
    }

    #[test]
    fn every_invariant_has_its_cure() {
        for invariant in invariants::ALL {
            assert!(invariant_cure(invariant.id).is_some_and(|cure| !cure.is_empty()), "{}", invariant.id);
        }
        assert_eq!(invariant_cure("INV-99"), None);
    }

    #[test]
    fn no_case_has_two() {
        let mut ids: Vec<&str> = CURES.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
        assert_eq!(cure("X-Z99"), None);
    }
}
