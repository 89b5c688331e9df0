"""What all calls to other services have in common: a deadline, bounds, repeats, turns, and a log that gives nothing away."""

import json
import socket
import ssl
import sys
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import config

ATTEMPTS = 4
FIRST_WAIT = 0.2
LARGEST_ANSWER = 1024 * 1024

# Certificates are checked, names too. OpenSSL's own variable SSL_CERT_FILE names another authority.
TRUST = ssl.create_default_context()


class Passing(Exception):
    """A trouble that may be over the next time. `again` is false if the other side asked us not to come back at once."""

    def __init__(self, reason, retry_after=None, again=True):
        super().__init__(reason)
        self.retry_after, self.again = retry_after, again


class Refused(Exception):
    """The other side understood and said no, or said something that makes no sense. `kind` says which."""

    def __init__(self, kind, reason, detail=""):
        super().__init__(reason)
        self.kind, self.detail = kind, detail


class Deadline:
    """How much time a request has left for everything that it does."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return self.end - time.monotonic()


def persist(deadline, attempt):
    """Tries until it works, makes no sense any more, or time is up. Waits as long as the other side asked for, or gives up at once."""
    for made in range(1, ATTEMPTS + 1):
        try:
            return attempt()
        except Passing as trouble:
            wait = FIRST_WAIT * 2 ** (made - 1) if trouble.retry_after is None else trouble.retry_after
            if not trouble.again or made == ATTEMPTS or wait >= deadline.left():
                raise
            time.sleep(wait)


class Answer:
    """A whole answer of another service."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        """The JSON object in it, its numbers exact; None if there is none."""
        from decimal import Decimal

        try:
            value = json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def retry_after(self):
        """Seconds of `Retry-After`, which is a number or a date; None if it is neither."""
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except ValueError:
            return None


def exchange(method, url, headers, body, deadline):
    """One call in bounded time with an answer of bounded size. Redirects are not followed: nobody gets our token."""
    left = min(deadline.left(), config.call_timeout)
    if left <= 0:
        raise Passing("no time left")
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = HTTPSConnection(parts.netloc, timeout=left, context=TRUST)
    else:
        connection = HTTPConnection(parts.netloc, timeout=left)
    # The timeout of a socket is one of single reads: who sends a byte now and then would never meet it.
    over = threading.Timer(left, hang_up, [connection])
    over.daemon = True
    over.start()
    try:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read(LARGEST_ANSWER + 1)
        if len(content) > LARGEST_ANSWER or (response.length or 0) > 0:
            raise Passing("the answer is too large, or cut")
        return Answer(response.status, response.headers, content)
    except (OSError, HTTPException, ValueError) as error:
        # Its name says a certificate, a refused connection, a broken answer; its text might say more than a log should.
        raise Passing(f"no answer: {type(error).__name__}") from None
    finally:
        over.cancel()
        connection.close()


def hang_up(connection):
    try:
        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # beneath TLS, which would wait for the other side
    except (OSError, TypeError):
        pass  # it is over, or has not begun


turns = {}
turns_lock = threading.Lock()


@contextmanager
def turn(purchase, deadline):
    """Waits until all other work on this purchase is over: reading, deciding and acting are one step."""
    with turns_lock:
        mine = turns.setdefault(purchase, [threading.Lock(), 0])
        mine[1] += 1
    try:
        if not mine[0].acquire(timeout=max(0, deadline.left())):
            raise Passing("other work on this purchase takes too long")
        try:
            yield
        finally:
            mine[0].release()
    finally:
        with turns_lock:
            mine[1] -= 1
            if mine[1] == 0:
                del turns[purchase]


def log(level, message, **fields):
    """One JSON line. Callers hand in fixed words, purchase ids that were checked, and ids of Stripe: no secret, no stranger's text."""
    entry = {"time": datetime.now(timezone.utc).isoformat(), "level": level, "message": message, **fields}
    sys.stdout.write(json.dumps(entry) + "\n")
    sys.stdout.flush()


def shown(identifier):
    """An id of Stripe for the log: what does not look like one is not shown."""
    text = str(identifier)
    return text if len(text) <= 100 and text.isascii() and text.replace("_", "").isalnum() else "(not an id)"
