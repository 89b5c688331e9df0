//! What public documents leave open about event management, as named switches.

use mock_core::{Switch, SwitchValue, World};

use crate::event_management::legacy;

const CATALOGUE: &str = "facts/conformance-cases.md 3";

macro_rules! switches {
    ($($name:ident = $id:literal, $question:literal, $default:literal, $source:expr, [$($value:literal => $meaning:literal),+ $(,)?];)+) => {
        $(const $name: Switch = Switch {
            id: $id,
            question: $question,
            values: &[$(SwitchValue { name: $value, meaning: $meaning }),+],
            default: $default,
            source: $source,
        };)+
        /// Every switch of event management, in the order of the documents.
        pub const ALL: &[Switch] = &[$($name),+];
    };
}

switches! {
    REPEAT = "AMB-1", "What does a second msevtmgt_finalizeregistrationpayment with the same status do?", "success",
        "not documented; facts/event-api.md 9 #21 takes the harmless reading",
        ["success" => "it succeeds and changes nothing", "fault" => "400 with a plug-in error"];
    LATE = "AMB-2", "What does a completed finalize after the payment timeout do?", "fault",
        "the documents only say that the reservation is cancelled; facts/event-api.md 9 #20",
        ["fault" => "400 with a plug-in error", "ignored" => "it is answered with success, but nothing happens",
         "accepted-if-room" => "it completes the purchase when the places are still free, else 400"];
    READABLE = "AMB-3", "When can the purchase be read after the registration was answered?", "at-once",
        "the Event API says that it works in the background, but its answer carries the purchase id; facts/event-api.md 9 #27",
        ["at-once" => "with the answer", "after-1-read" => "the first read by id finds nothing (404)", "after-2-reads" => "the first two reads by id find nothing",
         "after-3-reads" => "the first three reads by id find nothing", "after-10-reads" => "the first ten reads by id find nothing"];
    UNKNOWN = "AMB-4", "What does an operation or a read answer for an id that does not exist?", "404",
        "facts/event-api.md 9 #23: the platform's own not-found error",
        ["404" => "404 with code 0x80040217", "400" => "400 with code 0x80040265, as a plug-in would fail"];
    OPPOSITE = "AMB-5", "What does a cancelled finalize after a completed one do, and the reverse?", "refused",
        "not documented; facts/event-api.md 9 #22",
        ["refused" => "400, and nothing changes", "last-wins" => "the later call counts: the worst case for a service that sends stale news"];
    REDIRECT_KEY = "AMB-6", "What is the key of the payment link in the registration's answer?", "redirectUrl",
        "the page prints the key with a blank inside its quotes, its prose without; facts/event-api.md 3.4",
        ["redirectUrl" => "without a blank", "redirectUrl-blank" => "\"redirectUrl \" with the printed blank"];
    FINALIZED = "AMB-7", "What does a successful finalize answer?", "204",
        "a custom API without documented outputs answers 204; facts/event-api.md 9 #25",
        ["204" => "204 without a body", "200" => "200 with a body: its context and the stand-in payloop_finalized"];
    NO_CURRENCY = "AMB-8", "How is the currency of a purchase without one shown when it is expanded?", "null", CATALOGUE,
        ["null" => "the navigation property is null", "absent" => "the navigation property is left out"];
    PAID_RESPONSE = "EAPI-1", "What does the answer to a paid registration carry beside the link?", "docs",
        "facts/event-api.md 9 #1: the page shows the link alone",
        ["docs" => "nothing", "legacy" => "the outbound ancestor's whole result: status Redirect, purchaseId, nulls"];
    FREE_RESPONSE = "EAPI-3", "What is the body of the answer to a free registration?", "legacy",
        "facts/event-api.md 9 #3: only \"immediate success\" is documented",
        ["legacy" => "the outbound ancestor's result with status Success and nulls", "empty" => "an empty object"];
    SUCCESS_STATUS = "EAPI-4", "Which status code does an accepted registration answer?", "200",
        "facts/event-api.md 9 #4: the generated client reads a JSON body",
        ["200" => "200", "201" => "201", "202" => "202"];
    NO_ORIGIN = "EAPI-5", "Is a call without an Origin header served?", "accept",
        "facts/event-api.md 9 #5: the documented test request has none",
        ["accept" => "it is served", "400" => "400, as the outbound ancestor did"];
    OTHER_ORIGIN = "EAPI-6", "What does a call from another origin than the registered one get?", "403",
        "facts/event-api.md 9 #6: the sample's own notes list 401, 403 and a missing CORS header",
        ["403" => "403 without CORS headers", "401" => "401 without CORS headers", "pass" => "it is served, but without CORS headers, so that only browsers refuse it"];
    NOT_LIVE = "EAPI-8", "What does an event that is not live answer?", "404", "facts/event-api.md 9 #8",
        ["404" => "404, as if it did not exist", "400" => "400"];
    ERROR_BODY = "EAPI-9", "What do error bodies look like?", "message",
        "facts/event-api.md 9 #9: the outbound ancestor's client reads a capital Message",
        ["message" => "{\"Message\": …}", "problem" => "application/problem+json"];
    BAD_PASS = "EAPI-10", "What does a registration with a pass that cannot be used get?", "400", "facts/event-api.md 9 #10",
        ["400" => "400", "result" => "200 with a result of status Error"];
    NO_PASS = "EAPI-11", "May an attendee of an event with a payment gateway go without a pass?", "400", "facts/event-api.md 9 #11",
        ["400" => "no: 400", "free" => "yes, and costs nothing"];
    FULL = "EAPI-12", "What does a registration get when the places do not suffice?", "400", "facts/event-api.md 9 #12",
        ["400" => "400 with EventCapacityReached", "409" => "409 with EventCapacityReached"];
    ZERO_TOTAL = "EAPI-14", "Does a total price of zero go through the payment gateway?", "free", "facts/event-api.md 9 #14",
        ["free" => "no: it is a free registration", "redirect" => "yes: a link is made all the same"];
    DUPLICATE = "EAPI-16", "May one e-mail address register twice for an event?", "accept", "facts/event-api.md 9 #16",
        ["accept" => "yes, each takes a place", "reject" => "no: 400"];
    RETURN_URL = "EAPI-17", "Where does the link's returnUrl come from?", "web-application",
        "facts/event-api.md 3.5: the example is a bare origin, the form that web applications must have",
        ["web-application" => "the web application's origin", "request-origin" => "the request's Origin header, else the web application's origin", "omit" => "there is none"];
    JOIN = "EAPI-18", "How are the parameters put behind the payment page URL?", "raw",
        "facts/event-api.md 9 #18: the page tells organizers to end the URL in ?",
        ["raw" => "as they are", "lenient" => "with a ? or & put in where it is missing"];
    PURCHASE_CURRENCY = "EAPI-29", "Which currency does a purchase get?", "event", "facts/event-api.md 9 #29",
        ["event" => "the event's, else the pass's, else the organization's base currency", "missing" => "none"];
    COUNT = "EAPI-31", "Does registrations/count include open reservations?", "registrations", "facts/event-api.md 9 #31",
        ["registrations" => "no", "with-reservations" => "yes"];
    PURCHASER = "EAPI-33", "When does a purchase get its purchasing contact?", "finalized", "facts/event-api.md 9 #33",
        ["finalized" => "when it is completed", "at-once" => "with the registration: the first attendee"];
    QR_CODE = "EAPI-34", "What does the operation for an event's QR code answer?", "png", "facts/event-api.md 9 #34",
        ["png" => "the bytes of a PNG", "base64" => "a JSON string with the PNG in base64"];
    CHECK_IN = "EAPI-35", "What does a check-in answer?", "302",
        "facts/event-api.md 9 #35: the operation's name says that it redirects; its body is not documented",
        ["302" => "302 to redirectUri, for a body {\"registrationId\": GUID}", "404" => "404: it is not there"];
    USER = "EAPI-36", "What does users/authenticated answer where nobody can sign in?", "anonymous", "facts/event-api.md 9 #36",
        ["anonymous" => "an anonymous user with blank names", "404" => "404"];
    CAPTCHA = "EAPI-37", "Is there a captcha?", "404",
        "facts/event-api.md 9 #37: it was given up in 2026",
        ["404" => "no", "legacy" => "the outbound ancestor's object; its script is not served"];
    ID_CASE = "EAPI-39", "Does the case of a readable event id matter?", "exact", "facts/event-api.md 9 #39",
        ["exact" => "yes", "insensitive" => "no"];
    PENDING = "EAPI-26", "What is the payment status of a purchase before it is finalized?", "null", "facts/event-api.md 9 #26",
        ["null" => "there is none", "pending" => "a third value of the choice, the placeholder 100000002"];
    DELAY = "EAPI-28", "When are the rows of a free registration there?", "at-once",
        "facts/event-api.md 3.3 and 9 #28: the product answers first and writes later, for up to six hours",
        ["at-once" => "before it is answered", "after-1-minute" => "a minute later; a ticket at once, seats held meanwhile",
         "after-10-minutes" => "ten minutes later", "after-1-hour" => "an hour later"];
    CACHE = "EAPI-CACHE", "Does the validation of free registrations read through a cache of ten minutes?", "off",
        "facts/event-api.md 3.3 and 9 #28: the product does; a just-filled or just-unpublished event may be accepted",
        ["off" => "no, it sees everything as it is", "10-minutes" => "yes: publishing, closing, passes and free seats are up to ten minutes old"];
    PAST = "EAPI-PAST", "Can one register for an event that is over?", "accept",
        "the documents name the end of registration alone (facts/event-api.md 4)",
        ["accept" => "yes, as long as registration is open", "refuse" => "no: 400"];
    SEVERAL = "EAPI-SEVERAL", "Does the service enforce that an event registers one attendee at a time?", "ignored",
        "facts/event-api.md 3.1: the ancestor's sample enforces enableMultiAttendeeRegistration in the client only",
        ["ignored" => "no", "enforced" => "yes: 400 for more than one"];
    SETTINGS = "EAPI-SETTINGS", "What does a registration do when the registration settings record is missing?", "accept",
        "facts/event-api.md 3.2: the record has to exist; what happens without it is not told",
        ["accept" => "it goes on, with contacts matched as EAPI-MATCH says", "refuse" => "400"];
    PASS_SESSIONS = "EAPI-PASS-SESSIONS", "Which sessions does a pass admit to that names none?", "all-when-none",
        "facts/event-api.md 3.6: a pass limits the sessions of its holder; one that names none is not told of",
        ["all-when-none" => "all of the event", "listed-only" => "none"];
    PAID_SESSIONS = "EAPI-PAID-SESSIONS", "When does a paid registration take the places of its sessions?", "reserved",
        "the documents speak of event and pass capacity alone (facts/event-api.md 3.6); the rows come with the completion",
        ["reserved" => "with the reservation, given back with it", "at-completion" => "with the completion, as far as there is room; else it waits for the session"];
    WAITLIST_OFF = "EAPI-WAITLIST-OFF", "May somebody ask for the waiting list of an event that shows none?", "accept",
        "facts/event-api.md 3.1: the field is documented, its refusal is not",
        ["accept" => "yes", "refuse" => "no: 400"];
    WAITLIST_ROOM = "EAPI-WAITLIST-ROOM", "Does somebody who asks for the waiting list wait while there is room?", "wait",
        "facts/event-api.md 3.1: waitlisted puts on the waiting list; nothing is told of an event with room",
        ["wait" => "yes", "register" => "no: they are registered while there is room"];
    WAITLIST_FULL = "EAPI-WAITLIST-FULL", "What happens to those who find an event with a waiting list full and did not ask for it?", "refuse",
        "facts/event-api.md 3.6: an attendee may be waitlisted; 9 #12",
        ["refuse" => "EventCapacityReached", "waitlist" => "those who find no place wait, the others are registered"];
    WAITLIST_ORDER = "EAPI-WAITLIST-ORDER", "Does somebody who has to be invited by hand keep those behind from moving up?", "pass-over",
        "facts/event-api.md 3.6: oldest entry first, by itself or by hand; nothing is told of the two together",
        ["pass-over" => "no", "strict" => "yes"];
    WAITLIST_PAID = "EAPI-WAITLIST-PAID", "Does somebody who waits with a pass that costs money move up by themselves?", "by-hand",
        "facts/event-api.md 3.6 and 9 #15: who pays when is not told",
        ["by-hand" => "no: the organizer moves them up once the money is settled elsewhere", "unpaid" => "yes, without a payment"];
    AUTOREGISTER = "EAPI-AUTOREGISTER", "Whose word moves somebody up by itself?", "either",
        "facts/event-api.md 3.6 and 4: an event's setting and an attendee's consent are both documented",
        ["either" => "the event's autoregisterWaitlistItems or the attendee's autoRegister", "event" => "the event's alone", "attendee" => "the attendee's alone"];
    OUTBOUND_EVENTS = "OB-EVENTS", "Which events does the outbound API show?", "own",
        "facts/event-api.md 7: events carry a source system; whether the APIs go by it is not told",
        ["own" => "those whose msevtmgt_sourcesystem is outbound marketing; the real-time API shows the others", "shared" => "both show every event"];
    OUTBOUND_ORIGIN = "OB-ORIGIN", "Does the outbound API serve a call without an Origin header?", "400",
        "facts/event-api.md 1 and 5.1: documented; other versions may differ",
        ["400" => "no: 400", "accept" => "yes"];
    OUTBOUND_REFUSED = "OB-REFUSED", "How does the outbound API refuse a registration that it has understood?", "result",
        "facts/event-api.md 5.2 and 9 #10: the client takes every status but Success, Initiated and Redirect for a failure",
        ["result" => "200 with a result of status Error", "error" => "400 with a Message, as the real-time API does"];
    OUTBOUND_GATEWAY = "OB-GATEWAY", "Does the payment gateway of an outbound event make the result a Redirect?", "redirect",
        "facts/event-api.md 5.2: an inference for Initiated; the page says that the setting has no effect for a website hosted elsewhere",
        ["redirect" => "yes", "initiated" => "no: the result is Initiated, and the website asks for the payment itself"];
    OUTBOUND_LINK = "OB-LINK", "What does the redirectUrl of an outbound registration carry?", "as-real-time",
        "no public document shows one; the purchase is in the result's purchaseId as well",
        ["as-real-time" => "purchaseId and returnUrl, as in real-time journeys", "with-event" => "readableEventId too, which the finalize action asks for", "bare" => "nothing but the page's own URL"];
    OUTBOUND_SESSION = "OB-SESSION", "How is the demo payment bound to the browser session of the registration?", "required",
        "the page on payment gateways in outbound marketing associates the temporary registration with the session; how is not told",
        ["required" => "the cookie that the registration set must come back", "sent" => "a cookie of another session is refused, none is let through", "ignored" => "not at all"];
    OUTBOUND_PURCHASER = "OB-PURCHASER", "When does an outbound purchase get its purchasing contact?", "at-once",
        "facts/event-api.md 7: the column was required then",
        ["at-once" => "with the registration: who is signed in, else the first attendee", "finalized" => "when it is completed"];
    OUTBOUND_FINALIZE = "OB-FINALIZE", "Do the finalize operations of one generation end purchases of the other?", "either",
        "no organization is known to have had both",
        ["either" => "yes", "own" => "no: it is an error, and nothing changes"];
    OUTBOUND_CAPTCHA = "OB-CAPTCHA", "Does the outbound API ask for the answer to the captcha of an event that has one?", "answered",
        "facts/event-api.md 3.1 and 4: hipObject and the event's flag are documented, the refusal is not",
        ["answered" => "yes: hipObject has to come with a Solution; which one is right is not checked", "ignored" => "no"];
    OUTBOUND_NOBODY = "OB-NOBODY", "What do operations of the outbound API for signed-in users answer when nobody is signed in?", "401",
        "facts/event-api.md 5.1: the ancestor's words have an error for anonymous access, without a status",
        ["401" => "401", "empty" => "an empty list, or false"];
    OUTBOUND_COLUMNS = "OB-COLUMNS", "Where do the columns of a website table configuration stand in answers of the outbound API?", "beside",
        "facts/event-api.md 5.1: that they are exposed is documented, how they look is not",
        ["beside" => "beside the other properties, by their logical names", "apart" => "in an object of their own, customFields"];
    MATCHING = "EAPI-MATCH", "Which contact is an attendee?", "settings",
        "the matching rule of the registration settings is the organizer's; its columns are not public (facts/event-api.md 3.2, 5.1)",
        ["settings" => "as msevtmgt_contactmatchingstrategy of the event administration says; by e-mail address where it says nothing",
         "email" => "the one with the same e-mail address", "names" => "the one with both names",
         "email-and-owner" => "the one with the same e-mail address and the event's owner", "email-and-names" => "the one with the same e-mail address and both names", "never" => "always a new one"];
}

/// Makes every switch known to the world.
pub fn declare(world: &World) {
    world.switches().declare_all(ALL);
    world.switches().declare(legacy::REFUSAL);
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_default_is_one_of_the_values_and_no_id_is_used_twice() {
        let mut ids = std::collections::BTreeSet::new();
        for switch in ALL {
            assert!(switch.values.iter().any(|value| value.name == switch.default), "{}", switch.id);
            assert!(switch.values.len() > 1 && ids.insert(switch.id), "{}", switch.id);
        }
    }
}
