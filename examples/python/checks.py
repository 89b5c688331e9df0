"""What comes from a browser's address bar is read strictly: whatever could mean two things is refused."""

import re
from urllib.parse import parse_qsl

from pages import Page

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def purchase_id(text):
    """A purchase id in its canonical form, or None. It is the only text from outside that goes into a URL of Dataverse."""
    text = text.lower() if isinstance(text, str) and text.isascii() else ""
    return text if UUID.fullmatch(text) and text.strip("0-") else None


def read_visit(query, allowed_origins):
    """Purchase id and return URL (or None) of a visit; all other parameters are ignored."""
    try:
        query.encode("ascii")
        parameters = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=2_000)
    except ValueError:  # not ASCII, not UTF-8 in it, or far too many
        raise Page("damaged") from None
    identifier = purchase_id(single(parameters, "purchaseId"))
    if identifier is None:
        raise Page("incomplete")
    back = single(parameters, "returnUrl")
    if back is not None:
        check_return_url(back, allowed_origins)
    return identifier, back


def single(parameters, name):
    """The one value of a parameter, None if it is absent or empty. Twice is once too often: which one counts would be a guess."""
    values = [value for key, value in parameters if key == name]
    if len(values) > 1:
        raise Page("damaged")
    return values[0] if values and values[0] else None


# No user information, no encoded or repaired host, no missing slashes.
WEB_ADDRESS = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?(?:[/?#].*)?", re.IGNORECASE | re.ASCII)


def origin_of(text):
    """Scheme, host and port of an absolute web address that every parser reads the same way, or None."""
    if len(text) > 2048 or any(c.isspace() or c == "\\" or not c.isprintable() for c in text):
        return None
    parts = WEB_ADDRESS.fullmatch(text)
    if parts is None:
        return None
    scheme, host, port = parts[1].lower(), parts[2].lower(), parts[3]
    return scheme, host, int(port) if port else {"http": 80, "https": 443}[scheme]


def check_return_url(text, allowed_origins):
    """Takes what leads to an allowed origin, compared whole, never by prefix or by `in`."""
    origin = origin_of(text)
    if origin is None:
        raise Page("damaged")
    # payloop: remove the next 2 lines to see S-O01 fail
    if origin not in allowed_origins:
        raise Page("stranger")
