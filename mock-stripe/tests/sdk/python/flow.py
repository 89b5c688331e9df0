"""The seller's flow and its errors, run by Stripe's own library for Python against the fake.

Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`.
"""

import http.client
import json
import os
import re
import sys
import threading
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import stripe

API = os.environ["STRIPE_API"]
CONTROL = os.environ["STRIPE_CONTROL"]
KEY = os.environ["STRIPE_KEY"]

client = stripe.StripeClient(KEY, base_addresses={"api": API}, max_network_retries=0)
patient = stripe.StripeClient(KEY, base_addresses={"api": API}, max_network_retries=2)

assert stripe.VERSION == os.environ["STRIPE_VERSION"], f"stripe {stripe.VERSION}: run `.ci/tools python_sdk`"


def check(work):
    """Runs a check, named after its function, at once."""
    name = work.__name__.replace("_", "-")
    try:
        work()
    except BaseException:
        print(f"failed {name}: {traceback.format_exc()}", file=sys.stderr)
        sys.stdout.flush()
        os._exit(1)
    print(f"ok {name}", flush=True)


def same(is_, should):
    assert is_ == should, f"{is_!r} is not {should!r}"


def refusal(work, kind, **expected):
    """The error that `work` must end in."""
    try:
        work()
    except kind as error:
        for member, value in expected.items():
            is_ = getattr(error, member)
            assert is_ == value, f"{member} of {error!r} is {is_!r}, not {value!r}"
        return error
    raise AssertionError(f"{kind.__name__} expected, but it went well")


def send(method, url, body=None, content_type=None):
    """One exchange, as a browser makes it, without following where it leads."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, target, body, {"Content-Type": content_type} if content_type else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def control(method, path, body):
    status, _, text = send(method, CONTROL + path, json.dumps(body), "application/json")
    assert status < 300, f"{method} {path}: {status} {text}"
    return json.loads(text) if text else None


def pay(page, card):
    """Sends the hosted page's form."""
    form = {
        "email": "ada@example.com",
        "name": "Ada Buyer",
        "method": "card",
        "card_number": card,
        "card_expiry": "12/34",
        "card_cvc": "123",
    }
    return send("POST", page, urllib.parse.urlencode(form), "application/x-www-form-urlencoded")


class Receiver:
    """Takes webhooks as a seller's service does: raw bytes, verified by the library, 400 when it refuses them."""

    def __init__(self):
        self.secret = None
        self.events = []
        self.raw = []
        self.refusals = []
        self.changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                header = self.headers.get("Stripe-Signature")
                status, says = receiver.take(body, header)
                self.send_response(status)
                self.send_header("Content-Length", str(len(says)))
                self.end_headers()
                self.wfile.write(says)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks"

    def take(self, body, header):
        with self.changed:
            try:
                event = stripe.Webhook.construct_event(body, header, self.secret)
                self.events.append(event)
                self.raw.append((event.type, body, header))
                answer = 200, b""
            except (ValueError, stripe.SignatureVerificationError) as error:
                self.refusals.append(error)
                answer = 400, str(error).encode()
            self.changed.notify_all()
            return answer

    def event(self, what, wanted=lambda event: True):
        """The first event of type `what` that `wanted` accepts, now or later."""

        def found():
            return next((event for event in self.events if event.type == what and wanted(event)), None)

        with self.changed:
            if not self.changed.wait_for(found, timeout=10):
                seen = [event.type for event in self.events]
                raise AssertionError(f"no {what} came within 10 s; came: {seen}; refused: {self.refusals}")
            return found()


ORDER = "7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a02"
THANKS = "https://seller.example/thanks?session={CHECKOUT_SESSION_ID}"
receiver = Receiver()
endpoint = price = link = session = None


@check
def wrong_key():
    stranger = stripe.StripeClient("sk_test_ThisIsNobodysKey1234", base_addresses={"api": API})
    error = refusal(lambda: stranger.v1.prices.list(), stripe.AuthenticationError, http_status=401)
    assert re.match(r"^Invalid API Key provided: sk_test_\*+1234$", error.user_message), error.user_message


@check
def missing_parameter():
    refusal(
        lambda: client.v1.prices.create({"unit_amount": 4950}),
        stripe.InvalidRequestError,
        http_status=400,
        code="parameter_missing",
        param="currency",
        user_message="Missing required param: currency.",
    )


@check
def unknown_parameter():
    refusal(
        lambda: client.v1.products.create({"name": "Seat", "colour": "red"}),
        stripe.InvalidRequestError,
        http_status=400,
        code="parameter_unknown",
        param="colour",
        user_message="Received unknown parameter: colour",
    )


@check
def no_such_object():
    error = refusal(
        lambda: client.v1.prices.retrieve("price_nowhere"),
        stripe.InvalidRequestError,
        http_status=404,
        code="resource_missing",
        user_message="No such price: 'price_nowhere'",
    )
    assert re.match(r"^req_\w{14}$", error.request_id), error.request_id
    line = {"price": "price_nowhere", "quantity": 1}
    refusal(
        lambda: client.v1.payment_links.create({"line_items": [line]}),
        stripe.InvalidRequestError,
        http_status=400,
        code="resource_missing",
        param="line_items[0][price]",
    )


@check
def webhook_endpoint():
    global endpoint
    endpoint = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(endpoint.id)
    receiver.secret = endpoint.secret


@check
def price_and_product():
    global price
    price = client.v1.prices.create({"unit_amount": 4950, "currency": "usd", "product_data": {"name": "Seat"}})
    same(price.unit_amount, 4950)
    # The older style, with settings of the module: the same fake, the same object.
    stripe.api_key, stripe.api_base = KEY, API
    product = stripe.Product.retrieve(price.product)
    same((product.name, product.active), ("Seat", True))
    same(receiver.event("price.created").data.object.id, price.id)


@check
def payment_link():
    global link
    link = client.v1.payment_links.create(
        {
            "line_items": [{"price": price.id, "quantity": 2}],
            "metadata": {"order_id": ORDER, "time": "2026-08-03T12:00:00Z"},
            "after_completion": {"type": "redirect", "redirect": {"url": THANKS}},
        }
    )
    same(link.metadata["order_id"], ORDER)
    same(link.after_completion.redirect.url, THANKS)
    lines = client.v1.payment_links.line_items.list(link.id)
    same([(line.price.id, line.quantity, line.amount_total) for line in lines.data], [(price.id, 2, 9900)])


@check
def hosted_page():
    global session
    status, headers, _ = send("GET", link.url)
    same(status, 303)
    page = urllib.parse.urljoin(link.url, headers["Location"])
    status, _, text = send("GET", page)
    same(status, 200)
    assert "$99.00" in text, text
    status, headers, text = pay(page, "4242424242424242")
    assert status == 303, text
    session = urllib.parse.urlsplit(page).path.split("/")[-1]
    same(headers["Location"], THANKS.replace("{CHECKOUT_SESSION_ID}", session))


@check
def webhook():
    done = receiver.event("checkout.session.completed", lambda event: event.data.object.id == session)
    assert done.id.startswith("evt_")
    same(done.data.object.payment_status, "paid")
    same(done.data.object.payment_link, link.id)
    same(done.data.object.metadata["order_id"], ORDER)
    same(done.data.object.amount_total, 9900)
    receiver.event("charge.succeeded")
    same(receiver.refusals, [])
    same(client.v1.events.retrieve(done.id).type, done.type)


@check
def expand():
    paths = ["payment_intent.latest_charge", "line_items.data.price.product", "payment_link"]
    full = client.v1.checkout.sessions.retrieve(session, {"expand": paths})
    same(full.payment_intent.status, "succeeded")
    same(full.payment_intent.latest_charge.amount, 9900)
    same(full.line_items.data[0].price.product.name, "Seat")
    same(full.payment_link.id, link.id)
    listed = client.v1.charges.list(
        {"payment_intent": full.payment_intent.id, "expand": ["data.payment_intent"]}
    )
    same(listed.data[0].payment_intent.id, full.payment_intent.id)
    plain = refusal(
        lambda: client.v1.checkout.sessions.retrieve(session, {"expand": ["metadata"]}),
        stripe.InvalidRequestError,
        http_status=400,
    )
    assert plain.user_message.startswith("This property cannot be expanded (metadata)."), plain.user_message


@check
def refund():
    intent = client.v1.checkout.sessions.retrieve(session).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 4950})
    same((refund.status, refund.amount), ("succeeded", 4950))
    told = receiver.event("charge.refunded")
    same(told.data.object.amount_refunded, 4950)
    same(told.data.previous_attributes["amount_refunded"], 0)
    refusal(
        lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 4951}),
        stripe.InvalidRequestError,
        http_status=400,
        param="amount",
    )


@check
def webhook_tampered():
    body, header = next((body, header) for kind, body, header in receiver.raw if kind == "checkout.session.completed")
    verify = stripe.Webhook.construct_event
    same(verify(body, header, endpoint.secret).data.object.id, session)
    same(client.construct_event(body, header, endpoint.secret).data.object.id, session)
    tampered = body.replace(b'"amount_total": 9900', b'"amount_total": 1')
    assert tampered != body
    for spoiled, secret in [
        (tampered, endpoint.secret),
        (json.dumps(json.loads(body)).encode(), endpoint.secret),
        (body, "whsec_another"),
    ]:
        refusal(lambda: verify(spoiled, header, secret), stripe.SignatureVerificationError)


@check
def webhook_signatures():
    event = next(event.id for event in receiver.events if event.type == "checkout.session.completed")
    refused = "No signatures found matching|No signatures found with expected scheme|No Stripe-Signature header"
    for signing, status, says in [
        ("valid", 200, "^$"),
        ("rolled", 200, "^$"),
        ("shuffled", 200, "^$"),
        ("wrong-secret", 400, refused),
        ("other-body", 400, refused),
        ("changed-timestamp", 400, refused),
        ("broken", 400, refused),
        ("only-v0", 400, refused),
        ("none", 400, refused),
        ("old", 400, "Timestamp outside the tolerance zone"),
    ]:
        answer = control("POST", "/v1/stripe/deliveries", {"event": event, "signing": signing})["answers"][0]
        assert answer["status"] == status, f"{signing}: {answer}"
        assert re.search(says, answer["body"]), f"{signing}: {answer}"


@check
def declined_card():
    _, headers, _ = send("GET", link.url)
    page = urllib.parse.urljoin(link.url, headers["Location"])
    session = urllib.parse.urlsplit(page).path.split("/")[-1]
    status, _, text = pay(page, "4000000000009995")
    same(status, 200)
    assert re.search(r'(?s)role="alert".*Your card has insufficient funds\.', text), text
    same(client.v1.checkout.sessions.retrieve(session).status, "open")
    error = refusal(
        lambda: client.raw_request(
            "post",
            f"/v1/payment_pages/{session}/confirm",
            payment_method="pm_card_chargeDeclined",
            expected_amount=9900,
        ),
        stripe.CardError,
        http_status=402,
        code="card_declined",
        user_message="Your card was declined.",
    )
    same(error.error.decline_code, "generic_decline")
    intent = client.v1.payment_intents.retrieve(error.error.payment_intent.id)
    same(intent.status, "requires_payment_method")
    same(intent.last_payment_error.decline_code, "generic_decline")
    charges = client.v1.charges.list({"payment_intent": intent.id})
    same(
        [(charge.status, charge.outcome.reason) for charge in charges.data],
        [("failed", "generic_decline"), ("failed", "insufficient_funds")],
    )
    told = receiver.event("payment_intent.payment_failed", lambda event: event.data.object.id == intent.id)
    same(told.data.object.amount, 9900)


@check
def idempotency():
    seat = {"unit_amount": 700, "currency": "usd", "product": price.product}
    key = {"idempotency_key": "order-7"}
    first = client.v1.prices.create(seat, key)
    again = client.v1.prices.create(seat, key)
    same(again.id, first.id)
    assert "Idempotent-Replayed" not in first.last_response.headers
    same(again.last_response.headers["Idempotent-Replayed"], "true")
    same(again.last_response.headers["Original-Request"], first.last_response.request_id)
    other = {**seat, "unit_amount": 701}
    error = refusal(lambda: client.v1.prices.create(other, key), stripe.IdempotencyError, http_status=400)
    assert error.user_message.startswith("Keys for idempotent requests can only be used with the same parameters")
    refusal(lambda: client.v1.products.create({"name": "Seat"}, key), stripe.IdempotencyError, http_status=400)


@check
def auto_pagination():
    for n in range(105):
        client.v1.products.create({"name": f"Row {n}", "metadata": {"n": str(n)}})
    walked = list(client.v1.products.list({"limit": 100}).auto_paging_iter())
    rows = [int(product.metadata["n"]) for product in walked if "n" in product.metadata]
    same(rows, list(range(104, -1, -1)))
    same(len({product.id for product in walked}), len(walked))
    oldest = client.v1.products.list({"limit": 20, "ending_before": walked[-1].id}).auto_paging_iter()
    same([product.id for product in oldest], [product.id for product in reversed(walked[:-1])])


def limited(headers):
    return {
        "match": {"fake": "stripe", "operation": "createPrice"},
        "effect": {"kind": "answer", "status": 429, "headers": headers},
    }


@check
def rate_limit():
    control("POST", "/v1/faults", limited({}))
    seat = {"unit_amount": 800, "currency": "usd", "product": price.product}
    error = refusal(lambda: patient.v1.prices.create(seat), stripe.RateLimitError, http_status=429)
    same(error.error.code, "rate_limit")


@check
def rate_limit_retried():
    control("POST", "/v1/faults", limited({"stripe-should-retry": "true"}))
    seat = {"unit_amount": 801, "currency": "usd", "product": price.product}
    same(patient.v1.prices.create(seat).unit_amount, 801)


@check
def lost_answer_retried():
    match = {"fake": "stripe", "operation": "createPrice"}
    control("POST", "/v1/faults", {"match": match, "when": "after-commit", "effect": {"kind": "reset"}})
    product = client.v1.products.create({"name": "Once"})
    made = patient.v1.prices.create({"unit_amount": 802, "currency": "usd", "product": product.id})
    same(made.last_response.headers["Idempotent-Replayed"], "true")
    same([price.id for price in client.v1.prices.list({"product": product.id}).data], [made.id])


@check
def api_version():
    now = client.v1.checkout.sessions.retrieve(session)
    same(now.last_response.headers["Stripe-Version"], stripe.api_version)
    same(now.ui_mode, "hosted_page")
    older = client.v1.checkout.sessions.retrieve(session, options={"stripe_version": "2025-12-15.clover"})
    same(older.last_response.headers["Stripe-Version"], "2025-12-15.clover")
    same(older.ui_mode, "hosted")
    refusal(
        lambda: client.v1.prices.list(options={"stripe_version": "yesterday"}),
        stripe.InvalidRequestError,
        http_status=400,
        user_message="Invalid Stripe API version: yesterday",
    )


@check
def webhook_endpoint_deleted():
    gone = client.v1.webhook_endpoints.delete(endpoint.id)
    same((gone.id, gone.deleted), (endpoint.id, True))
