"""Where the fake is, and what the checks share: clients, the receiver of webhooks, the buyer's browser."""

import http.client
import json
import os
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


def submit(page, **form):
    """Sends the hosted page's form."""
    return send("POST", page, urllib.parse.urlencode(form), "application/x-www-form-urlencoded")


def pay(page, card):
    """Pays by card on the hosted page."""
    return submit(
        page,
        email="ada@example.com",
        name="Ada Buyer",
        method="card",
        card_number=card,
        card_expiry="12/34",
        card_cvc="123",
    )


def visit(link):
    """Opens a link and says where its page is."""
    status, headers, _ = send("GET", link.url)
    same(status, 303)
    return urllib.parse.urljoin(link.url, headers["Location"])


def session_of(page):
    """The session that a page is for."""
    return urllib.parse.urlsplit(page).path.split("/")[-1]


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

    def about(self, what, id):
        """The first event of type `what` about the object `id`, now or later."""
        return self.event(what, lambda event: event.data.object.id == id)


receiver = Receiver()
