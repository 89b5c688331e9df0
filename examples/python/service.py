"""A registration completion service: sends buyers of an event to Stripe, and tells Dataverse when their money is there.

Nothing but the standard library. This file is the HTTP side; loop.py is what it is about.
"""

import io
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import config
from calls import Deadline, Passing, Refused, log, shown
from checks import read_visit
from dataverse import Dataverse
from loop import Loop
from pages import Page
from payments import NotStripe, Payments, event
from store import Store

LARGEST_BODY = 256 * 1024
LONGEST_QUERY = 16 * 1024
# How long a request may take to arrive, in seconds, and how many may be here at once.
ARRIVES_WITHIN = 10
MOST_CONNECTIONS = 500

loop = Loop(Dataverse(), Payments(), Store(config.state_file))


class Hurried(io.RawIOBase):
    """Reads a connection until a deadline for all of it: who sends a byte now and then does not hold a thread for long."""

    def __init__(self, connection):
        self.connection, self.deadline = connection, Deadline(ARRIVES_WITHIN)

    def readable(self):
        return True

    def readinto(self, buffer):
        self.connection.settimeout(max(0.001, self.deadline.left()))
        return self.connection.recv_into(buffer)


class Handler(BaseHTTPRequestHandler):
    """One request for each connection, so that nothing can hide behind another one. A proxy in front keeps the buyers' connections."""

    protocol_version = default_request_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.rfile = io.BufferedReader(Hurried(self.connection))

    def handle(self):
        self.close_connection = True
        try:
            self.handle_one_request()
        except OSError:
            pass  # it took too long, or went away

    def finish(self):
        """Ends without a reset: what the caller is still sending is read for a moment, so that it can read our answer."""
        try:
            super().finish()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(0.2)
            over = Deadline(1)
            while over.left() > 0 and self.connection.recv(65536):
                pass
        except OSError:
            pass

    def __getattr__(self, name):
        # The base class calls do_GET, do_POST and so on; every method ends here.
        if name.startswith("do_"):
            return self.route
        raise AttributeError(name)

    def route(self):
        if self.headers.defects or any("\n" in value for value in self.headers.values()):
            return self.answer(400, "a header is broken\n")  # two readers would read it differently
        path, _, query = self.path.partition("?")
        methods = ROUTES.get(path)
        if methods is None:
            return self.answer(404, "there is nothing here\n")
        if self.command not in methods:
            return self.answer(405, "not this way\n", {"Allow": ", ".join(methods)})
        try:
            return methods[self.command](self, query)
        except Exception as error:  # whatever it is, it stays in here
            return self.failed(error, path)

    def alive(self, _query):
        self.answer(200, "ok\n")

    def pay(self, query):
        """The buyer follows the registration's link."""
        deadline = Deadline(config.answer_within)
        if len(query) > LONGEST_QUERY:
            raise Page("too long")
        identifier, back = read_visit(query, config.return_origins)
        page = loop.visit(identifier, back, deadline)
        log("info", "sent to the payment page", purchase=identifier)
        self.answer(302, "", {"Location": page})

    def hear(self, _query):
        """Stripe reports. 2xx: do not send it again; 503: do; 400: this is not Stripe's."""
        # Stripe says how long its bodies are. Whoever says it twice, or not at all, wants something else.
        lengths = self.headers.get_all("content-length", [])
        if self.headers.get("transfer-encoding") or len(lengths) != 1:
            return self.answer(411, "say how long the body is, once\n")
        if not (lengths[0].isascii() and lengths[0].isdigit()):
            return self.answer(400, "the length is no number\n")
        if len(lengths[0]) > 9 or int(lengths[0]) > LARGEST_BODY:
            return self.answer(413, "the body is too large\n")
        body = self.rfile.read(int(lengths[0]))
        try:
            said = event(body, self.headers.get_all("stripe-signature", []))
        except NotStripe:
            log("warn", "delivery refused: not signed by Stripe, or no event")
            return self.answer(400, "this is not an event that Stripe signed\n")
        outcome = loop.notice(said, Deadline(config.answer_within))
        log("info", "event carried out", event=shown(said.get("id")), outcome=outcome)
        return self.answer(200, "")

    def failed(self, error, path):
        """What a trouble looks like from outside. Stripe sends again what is answered with 503; a buyer reads the page."""
        if isinstance(error, OSError):
            raise error  # the caller went away
        if not isinstance(error, Page):
            # Our own errors are made of our own words; of others only the kind is shown.
            ours = isinstance(error, (Passing, Refused))
            log("warn", "request failed", path=path, error=str(error) if ours else type(error).__name__)
        wait = {"Retry-After": max(1, min(3600, round(getattr(error, "retry_after", None) or 5)))}
        if self.command == "POST":
            # An event that cannot be carried out now is not lost: it stays with Stripe until we say 2xx.
            return self.answer(503, "not carried out yet, please send again\n", wait)
        page = error if isinstance(error, Page) else Page(page_for(error))
        extra = wait if isinstance(error, Passing) else {}
        return self.answer(page.status, page.html, PAGE_HEADERS | extra)

    def answer(self, status, text, headers=()):
        """Every answer goes out here: never cached, never read as another type, and saying nothing about what is inside."""
        body = text.encode()
        self.connection.settimeout(ARRIVES_WITHIN)
        self.send_response_only(status)  # without the name and version of this server
        fixed = {
            "Date": self.date_time_string(),
            "Cache-Control": "no-store",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": len(body),
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        }
        for name, value in (fixed | dict(headers)).items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code, message=None, explain=None):
        """What the base class finds wrong: it would show the request to whoever sent it."""
        self.command = self.command or ""
        self.answer(code, "this is not understood\n")

    def log_message(self, format, *arguments):
        """The base class writes what strangers send; `log` does not."""


PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def page_for(error):
    """Which page a buyer reads instead of what went wrong."""
    if isinstance(error, Passing):
        return "busy"
    return "unpayable" if isinstance(error, Refused) and error.kind == "declined" else "broken"


ROUTES = {
    "/GatewayRedirect/PayWithStripe": {"GET": Handler.pay},
    "/GatewayEvents/HandleStripeEvent": {"POST": Handler.hear},
    "/healthz": {"GET": Handler.alive},
}


class Server(ThreadingHTTPServer):
    """A thread for each connection, and not more connections than threads are good for."""

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, address, handler):
        super().__init__(address, handler)
        self.places = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def verify_request(self, request, client_address):
        return self.places.acquire(blocking=False)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request, client_address):
        log("error", "a connection failed")

    def drain(self, seconds):
        """Waits until nobody is being served, for so long at most."""
        deadline = Deadline(seconds)
        for _ in range(MOST_CONNECTIONS):
            if not self.places.acquire(timeout=max(0, deadline.left())):
                return


def main():
    server = Server((config.host, config.port), Handler)

    def stop(_signal, _frame):
        # Takes no new requests; `shutdown` waits for the loop below, so not from within it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not config.return_origins:
        log("warn", "ALLOWED_RETURN_ORIGINS is empty: every returnUrl will be refused")
    if not config.state_file:
        log("warn", "STATE_FILE is not set: a restart forgets who paid, and cannot refund a second payment")
    log("info", "listening", host=config.host, port=server.server_address[1])
    server.serve_forever(poll_interval=0.1)
    server.socket.close()
    # The work that is under way ends.
    server.drain(config.answer_within + 1)


if __name__ == "__main__":
    main()
