"""The two calls to Dataverse: read a purchase, and say how its payment ended."""

import json
import re
import threading
import time
from collections import namedtuple
from urllib.parse import urlencode

import config
from calls import Passing, Refused, exchange, persist

COMPLETED = 100000001
CANCELLED = 100000000

COLUMNS = "msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,statecode"
# The choice of this name is documented, the column is not: it is asked for until the environment says that it has none.
STATUS = "msevtmgt_paymentstatus"
CURRENCY = "transactioncurrencyid($select=isocurrencycode)"

# Codes by which Dataverse says that there is no such row, and by which the platform refuses a well-formed call for what it asks.
NOT_FOUND = {"0x80040217", "0x80060891"}
BUSINESS = {"0x80040203", "0x80040265", "0x80040224", "0x8004023b"}

# `standing` is "open", "completed" or "closed"; `price` is a Decimal or None.
Purchase = namedtuple("Purchase", "id price code standing")


class Dataverse:
    def __init__(self):
        self.token = None
        self.renew_at = 0.0
        self.fetching = threading.Lock()
        self.without_status = False

    def purchase(self, identifier, deadline):
        """The purchase, or None if there is no such one."""
        columns = COLUMNS if self.without_status else f"{COLUMNS},{STATUS}"
        path = f"msevtmgt_eventpurchases({identifier})?$select={columns}&$expand={CURRENCY}"
        try:
            row = self.call("GET", path, None, deadline)
        except Refused as refusal:
            if refusal.kind == "missing":
                return None
            if self.without_status or STATUS not in refusal.detail:
                raise
            self.without_status = True
            return self.purchase(identifier, deadline)
        state, status = row.get("statecode"), row.get(STATUS)
        if str(row.get("msevtmgt_eventpurchaseid", identifier)).lower() != identifier or type(state) is not int:
            raise Refused("unreadable", "the answer is no purchase")
        if row.get("msevtmgt_paid") or row.get("msevtmgt_processed") or status == COMPLETED:
            standing = "completed"
        else:
            standing = "open" if state == 0 and status != CANCELLED else "closed"
        currency = row.get("transactioncurrencyid")
        code = currency.get("isocurrencycode") if isinstance(currency, dict) else None
        return Purchase(identifier, exact(row.get("msevtmgt_totalprice")), code, standing)

    def complete(self, identifier, deadline):
        """Says that the purchase is paid. `Refused` of kind "business" if the platform does not want it."""
        self.finalize(identifier, COMPLETED, deadline)

    def cancel(self, identifier, deadline):
        """Says that the payment was rejected for good."""
        self.finalize(identifier, CANCELLED, deadline)

    def finalize(self, identifier, status, deadline):
        body = json.dumps({"msevtmgt_purchaseid": identifier, "msevtmgt_paymentstatus": status})
        self.call("POST", "msevtmgt_finalizeregistrationpayment", body, deadline)

    def call(self, method, path, body, deadline):
        """Calls with a token until it works. A refused token is renewed once: the second refusal is about us, not about the token."""
        url = f"{config.dataverse_url}/api/data/v9.2/{path}"

        def attempt():
            for renewed in (False, True):
                token = self.fresh_token(deadline)
                headers = {
                    "Authorization": f"Bearer {token}",
                    "Accept": "application/json",
                    "OData-Version": "4.0",
                    "OData-MaxVersion": "4.0",
                }
                if body:
                    headers["Content-Type"] = "application/json; charset=utf-8"
                answer = exchange(method, url, headers, body, deadline)
                if answer.status != 401 or renewed:
                    return understood(answer, method == "GET")
                if self.token == token:
                    self.token = None

        return persist(deadline, attempt)

    def fresh_token(self, deadline):
        """The kept token, or a new one; all who need one at the same time wait for the same call."""
        if not self.fetching.acquire(timeout=max(0, deadline.left())):
            raise Passing("no token in time")
        try:
            if self.token is None or time.monotonic() >= self.renew_at:
                self.token, life = fetch_token(deadline)
                # Renewed five minutes before its end.
                self.renew_at = time.monotonic() + max(life - 300, life * 0.8)
            return self.token
        finally:
            self.fetching.release()


def fetch_token(deadline):
    """A new token, and for how many seconds it is good."""
    form = urlencode({
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": f"{config.dataverse_url}/.default",
    })
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = exchange("POST", config.token_url, headers, form, deadline)
    if answer.status != 200:
        reason = f"the token endpoint answered {answer.status}"
        if answer.status in (408, 429) or answer.status >= 500:
            raise Passing(reason, answer.retry_after())
        raise Refused("token", reason)
    granted = answer.json() or {}
    token = granted.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
        raise Refused("token", "no token in the answer")
    life = str(granted.get("expires_in"))  # some endpoints send it as text, or not at all
    return token, min(int(life), 86_400) if re.fullmatch(r"[0-9]{1,9}", life) else 300


def understood(answer, reading):
    """The JSON of a success (an empty one is an empty object), or an error that says what it means for us."""
    status, reason = answer.status, f"Dataverse answered {answer.status}"
    value = answer.json()
    if 200 <= status < 300:
        if reading and value is None:
            raise Refused("unreadable", "the answer is no JSON object")
        return value or {}
    if status in (408, 409, 412, 423, 425, 429) or status >= 500:
        raise Passing(reason, answer.retry_after())
    fault = (value or {}).get("error")
    spoken = isinstance(fault, dict)
    code = str(fault.get("code", "")).lower() if spoken else ""
    gone = code in NOT_FOUND or (reading and (code in BUSINESS or (status == 404 and spoken and not code)))
    if gone and status in (400, 404):
        raise Refused("missing", "there is no such purchase")
    if status == 400 and code in BUSINESS:
        raise Refused("business", reason)
    # No privilege, a column that is not there, an app that is not installed: never the purchase's fault.
    raise Refused("misfit", reason, str(fault.get("message", "")) if spoken else "")


def exact(number):
    """Dataverse writes whole prices as integers."""
    from decimal import Decimal

    return Decimal(number) if type(number) is int else number
