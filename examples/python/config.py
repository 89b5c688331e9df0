"""What the service is told by its environment. Whatever is missing or unusable is named, all at once, before anything starts."""

import os
import sys
from urllib.parse import quote, urlsplit

problems = []


def optional(name, otherwise=""):
    return os.environ.get(name, "").strip() or otherwise


def required(name, why=""):
    value = optional(name)
    if not value:
        problems.append(f"{name} is missing{why}")
    return value


def base(name, otherwise=None):
    """The base URL of another service. Secrets travel there, so it is https; plain http stays on this machine."""
    text = optional(name, otherwise) if otherwise else required(name)
    url = urlsplit(text)
    local = url.hostname in ("127.0.0.1", "localhost", "::1")
    if text and not (url.hostname and (url.scheme == "https" or (url.scheme == "http" and local))):
        problems.append(f"{name} must be an https URL")
    return text.rstrip("/")


def token_endpoint():
    if optional("ENTRA_TOKEN_URL"):
        return base("ENTRA_TOKEN_URL")
    tenant = quote(required("TENANT_ID"), safe="")
    return f"{base('ENTRA_AUTHORITY', 'https://login.microsoftonline.com')}/{tenant}/oauth2/v2.0/token"


def number(name, otherwise, least, most, what):
    text = optional(name, otherwise)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        problems.append(f"{name} must be a {what} from {least} to {most}")
        return least
    return int(text)


def seconds(name, otherwise):
    """A number of milliseconds in the environment, as seconds."""
    return number(name, otherwise, 1, 120_000, "number of milliseconds") / 1000


def origins(name):
    """Scheme, host and port of each allowed address, as `checks.origin_of` writes them."""
    from checks import origin_of

    listed = [entry.strip() for entry in optional(name).split(",") if entry.strip()]
    for entry in listed:
        if origin_of(entry) is None or urlsplit(entry).path.strip("/") or "?" in entry or "#" in entry:
            problems.append(f"{name} must be a comma list of origins such as https://events.example")
    return {origin_of(entry) for entry in listed}


host = optional("HOST", "127.0.0.1")
port = number("PORT", "7202", 0, 65_535, "port")
dataverse_url = base("DATAVERSE_URL")
token_url = token_endpoint()
client_id = required("CLIENT_ID")
client_secret = required("CLIENT_SECRET")
stripe_api_base = base("STRIPE_API_BASE", "https://api.stripe.com")
stripe_api_key = required("STRIPE_API_KEY")
# Whoever runs without this secret believes everybody's events.
stripe_webhook_secret = required("STRIPE_WEBHOOK_SECRET", "; without it anybody could report payments")
return_origins = origins("ALLOWED_RETURN_ORIGINS")
state_file = optional("STATE_FILE")
call_timeout = seconds("CALL_TIMEOUT_MS", "7000")
answer_within = seconds("ANSWER_WITHIN_MS", "9000")

# The metadata key under which the purchase id travels through Stripe.
metadata_key = "order_id"
# Whether our key moves real money; None if it does not show.
livemode = {"test": False, "live": True}.get((stripe_api_key.split("_") + [""])[1])

if problems:
    print("The environment is not complete:", *problems, sep="\n- ", file=sys.stderr)
    sys.exit(2)
