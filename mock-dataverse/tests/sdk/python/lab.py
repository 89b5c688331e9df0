"""Where the fake is, and what the checks share: credentials, the client, the control API."""

import importlib.metadata
import json
import os
import ssl
import sys
import traceback
import urllib.error
import urllib.request

from azure.identity import ClientSecretCredential
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError

URL = os.environ["DATAVERSE_URL"]
AUTHORITY = os.environ["ENTRA_AUTHORITY"]
CONTROL = os.environ["CONTROL_URL"]
TENANT = os.environ["TENANT_ID"]
CLIENT = os.environ["CLIENT_ID"]
SECRET = os.environ["CLIENT_SECRET"]
SCOPE = f"{URL}/.default"
PURCHASES = os.environ["PURCHASES"].split()

BADGE = "new_badge"
FORMATTED = "OData.Community.Display.V1.FormattedValue"

for line in os.environ["WANTED"].split():
    name, version = line.split("==")
    found = importlib.metadata.version(name)
    assert found == version, f"{name} {found}: run `.ci/tools dataverse_python`"


def check(work):
    """Runs a check, named after its function, at once."""
    name = work.__name__.rstrip("_").replace("_", "-")
    try:
        work()
    except BaseException:
        print(f"failed {name}: {traceback.format_exc()}", file=sys.stderr)
        sys.stdout.flush()
        os._exit(1)
    print(f"ok {name}", flush=True)


def same(is_, should):
    assert is_ == should, f"{is_!r} is not {should!r}"


def refusal(work, kind, *texts):
    """The error that `work` must end in, which says each of `texts`."""
    try:
        result = work()
    except kind as error:
        for text in texts:
            assert text in str(error), f"{text!r} is not in {error}"
        return error
    raise AssertionError(f"{kind.__name__} expected, but it went well: {result!r}")


def refused(work, status, code, *texts):
    """The refusal of the Web API that `work` must end in."""
    error = refusal(work, HttpError, *texts)
    same((error.status_code, error.details.get("service_error_code")), (status, code))
    return error


def credential(tenant=TENANT, client=CLIENT, secret=SECRET):
    """azure-identity, told that this authority is meant. It asks nobody else about it."""
    return ClientSecretCredential(tenant, client, secret, authority=AUTHORITY, disable_instance_discovery=True)


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(CONTROL + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, context=ssl.create_default_context()) as answer:
        text = answer.read().decode()
    return json.loads(text) if text else None


def fault(**plan):
    """Puts a fault plan in force."""
    return control("POST", "/v1/faults", plan)["id"]


class Signed:
    """A credential that counts: it is asked for each request, and keeps its token itself."""

    def __init__(self):
        self.inner = credential()

    def get_token(self, *scopes, **options):
        return self.inner.get_token(*scopes, **options)


client = DataverseClient(URL, credential())
