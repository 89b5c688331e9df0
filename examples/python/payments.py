"""Everything that is asked of Stripe: a payment link, its state, its end, a refund; and whether an event is Stripe's."""

import hashlib
import hmac
import json
import re
import time
from urllib.parse import quote, urlencode

import config
from calls import Passing, Refused, exchange, persist

API_VERSION = "2026-07-29.dahlia"
TOLERANCE = 300
LONGEST_SIGNATURE = 4096
# A link may have been closed by hand, or a server error be kept under its key: so many keys are tried for one offer.
GENERATIONS = 4


class NotStripe(Exception):
    """The delivery is not signed by Stripe, or is no event."""


def event(body, signatures):
    """The event in a delivery, if Stripe signed it."""
    verify(body, signatures)  # payloop: remove this line to see S-W01 fail
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise NotStripe from None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise NotStripe
    return value


def verify(body, headers):
    """Whether Stripe signed these very bytes within the last five minutes (https://docs.stripe.com/webhooks#verify-manually).

    Any of several `v1` may be right: there are two while a secret is rolled. Other schemes are ignored.
    """
    if len(headers) != 1 or len(headers[0]) > LONGEST_SIGNATURE:
        raise NotStripe
    fields = [part.strip().split("=", 1) for part in headers[0].split(",") if "=" in part]
    times = [value for name, value in fields if name == "t"]
    given = [value for name, value in fields if name == "v1"]
    if len(times) != 1 or not re.fullmatch(r"[0-9]{1,12}", times[0]):
        raise NotStripe
    key = config.stripe_webhook_secret.encode()
    wanted = hmac.new(key, times[0].encode() + b"." + body, hashlib.sha256).hexdigest()
    # compare_digest takes the same time however much of it is right.
    if not any(hmac.compare_digest(wanted.encode(), value.encode()) for value in given):
        raise NotStripe
    if abs(time.time() - int(times[0])) > TOLERANCE:
        raise NotStripe


class Payments:
    def new_link(self, offer, deadline):
        """A link for this offer: the same for the same offer, however often it is asked for, here or in another process.

        It takes one payment. The purchase id travels in the metadata, which the buyer cannot change.
        """
        metadata = {f"metadata[{config.metadata_key}]": offer["purchase"]}
        form = {
            "line_items[0][quantity]": 1,
            "line_items[0][price_data][currency]": offer["currency"],
            "line_items[0][price_data][unit_amount]": offer["minor"],
            "line_items[0][price_data][product_data][name]": f"Payment {offer['purchase']}",
            "restrictions[completed_sessions][limit]": 1,
            **metadata,
            **{f"payment_intent_data[{name.replace('[', '][', 1)}": value for name, value in metadata.items()},
        }
        if offer["back"]:
            form |= {"after_completion[type]": "redirect", "after_completion[redirect][url]": offer["back"]}
        for generation in range(GENERATIONS):
            digest = hashlib.sha256(json.dumps([generation, form]).encode()).hexdigest()
            try:
                link, repeated = self.call("POST", "payment_links", deadline, form, f"link-{digest}")
            except Refused as refusal:
                if refusal.kind != "stuck":
                    raise
                continue
            if repeated:  # it shows the link as it was when it was made
                link = self.link(link["id"], deadline)
            if link and (link.get("active") or used(link)):
                return link
        raise Refused("unreadable", "Stripe hands out no link that is open")

    def link(self, identifier, deadline):
        """The link as it is now, or None if Stripe does not know it."""
        try:
            return self.call("GET", f"payment_links/{quote(identifier, safe='')}", deadline)[0]
        except Refused as refusal:
            if refusal.kind != "missing":
                raise
            return None

    def close_link(self, identifier, deadline):
        self.call("POST", f"payment_links/{quote(identifier, safe='')}", deadline, {"active": "false"})

    def refund(self, intent, purchase, deadline):
        """Gives the whole payment back, once however often it is called."""
        form = {"payment_intent": intent, "reason": "requested_by_customer", f"metadata[{config.metadata_key}]": purchase}
        for generation in range(GENERATIONS):
            try:
                self.call("POST", "refunds", deadline, form, f"refund-{intent}-{generation}")
                return
            except Refused as refusal:
                if refusal.kind == "charge_already_refunded":
                    return
                if refusal.kind != "stuck":
                    raise
        raise Passing("Stripe repeats a server error")

    def call(self, method, path, deadline, form=None, key=None):
        """An object of Stripe, and whether it is a repetition of an earlier answer to the same key."""
        headers = {
            "Authorization": f"Bearer {config.stripe_api_key}",
            "Stripe-Version": API_VERSION,
            "Accept": "application/json",
        }
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if key:
            headers["Idempotency-Key"] = key
        url, body = f"{config.stripe_api_base}/v1/{path}", form and urlencode(form)
        return persist(deadline, lambda: sorted_out(exchange(method, url, headers, body, deadline)))


def sorted_out(answer):
    """What an answer means for us."""
    status, reason = answer.status, f"Stripe answered {answer.status}"
    value = answer.json()
    repeated = answer.headers.get("idempotent-replayed") == "true"
    if status == 200:
        if value is None or not isinstance(value.get("id"), str):
            raise Refused("unreadable", "Stripe answers something else")
        return value, repeated
    if status >= 500 and repeated:
        raise Refused("stuck", reason)
    # Stripe's own word comes first; without it conflicts, throttling and server errors may pass.
    word = answer.headers.get("stripe-should-retry")
    if status >= 500 or status in (409, 429) or word == "true":
        raise Passing(reason, answer.retry_after(), again=word != "false")
    fault = (value or {}).get("error")
    if status == 404:
        raise Refused("missing", reason)
    if isinstance(fault, dict) and fault.get("code") == "charge_already_refunded":
        raise Refused("charge_already_refunded", reason)
    raise Refused("declined" if status in (400, 402) else "misfit", reason)


def used(link):
    """Whether somebody has paid with this link, even if the money is still on its way."""
    sessions = (link.get("restrictions") or {}).get("completed_sessions") or {}
    return (sessions.get("count") or 0) > 0


def page_of(link):
    """Where to send the buyer, or None if it cannot stand in a header."""
    url = link.get("url")
    return url if isinstance(url, str) and re.fullmatch(r"https?://[!-~]+", url) else None
