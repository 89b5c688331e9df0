"""Signing in: MSAL with tenant discovery and with an OIDC authority, azure-identity, and everything that is refused."""

import msal
import requests
from azure.core.exceptions import ClientAuthenticationError
from PowerPlatform.Dataverse.client import DataverseClient

from lab import AUTHORITY, CLIENT, SCOPE, SECRET, TENANT, URL, check, credential, refusal, same

WHO_AM_I = f"{URL}/api/data/v9.2/WhoAmI"


def application(tenant=TENANT, client=CLIENT, secret=SECRET):
    return msal.ConfidentialClientApplication(
        client, authority=f"{AUTHORITY}/{tenant}", client_credential=secret, instance_discovery=False
    )


def who(token):
    answer = requests.get(WHO_AM_I, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    same(answer.status_code, 200)
    return answer.json()["UserId"]


@check
def msal_tenant_discovery():
    app = application()
    token = app.acquire_token_for_client([SCOPE])
    same((token["token_type"], token["expires_in"], token["token_source"]), ("Bearer", 3599, "identity_provider"))
    assert who(token["access_token"])
    # MSAL keeps it, and says so.
    again = app.acquire_token_for_client([SCOPE])
    same((again["access_token"], again["token_source"]), (token["access_token"], "cache"))
    same(app.client.configuration["token_endpoint"], f"{AUTHORITY}/{TENANT}/oauth2/v2.0/token")


@check
def msal_oidc_authority():
    app = msal.ConfidentialClientApplication(
        CLIENT, oidc_authority=f"{AUTHORITY}/{TENANT}/v2.0", client_credential=SECRET
    )
    token = app.acquire_token_for_client([SCOPE])
    assert who(token["access_token"])


@check
def azure_identity():
    signed = credential()
    token = signed.get_token(SCOPE)
    assert who(token.token)
    same(signed.get_token(SCOPE).token, token.token)
    info = signed.get_token_info(SCOPE)
    same((info.token, info.token_type), (token.token, "Bearer"))


@check
def wrong_secrets():
    answer = application(secret="wrong").acquire_token_for_client([SCOPE])
    same((answer["error"], answer["error_codes"]), ("invalid_client", [7000215]))
    assert answer["error_description"].startswith("AADSTS7000215: Invalid client secret provided."), answer
    assert answer["trace_id"] and answer["correlation_id"] and answer["timestamp"].endswith("Z")
    refusal(lambda: credential(secret="wrong").get_token(SCOPE), ClientAuthenticationError, "AADSTS7000215")


@check
def unknown_application_and_tenant():
    nobody = "00000000-0000-0000-0000-00000000dead"
    answer = application(client=nobody).acquire_token_for_client([SCOPE])
    same((answer["error"], answer["error_codes"]), ("unauthorized_client", [700016]))
    refusal(lambda: application(tenant=nobody), ValueError, f"{AUTHORITY}/{nobody}")
    refusal(lambda: credential(tenant=nobody).get_token(SCOPE), ClientAuthenticationError, nobody)


@check
def wrong_resource():
    answer = application().acquire_token_for_client(["https://fabrikam.crm.dynamics.com/.default"])
    same((answer["error"], answer["error_codes"]), ("invalid_resource", [500011]))
    answer = application().acquire_token_for_client([f"{URL}/user_impersonation"])
    same((answer["error"], answer["error_codes"]), ("invalid_scope", [1002012]))


class Nobody:
    """A credential whose tokens are nobody's."""

    def get_token(self, *scopes, **options):
        token = credential().get_token(SCOPE)
        return token._replace(token="not.a.token")


@check
def nobody_signed_in():
    answer = requests.get(WHO_AM_I, timeout=30)
    same(answer.status_code, 401)
    # One challenge, from which clients learn the tenant and the resource.
    challenge = answer.headers["WWW-Authenticate"]
    same(
        challenge,
        f"Bearer authorization_uri={AUTHORITY}/{TENANT}/oauth2/authorize, resource_id={URL}/",
    )
    from lab import HttpError

    stranger = DataverseClient(URL, Nobody())
    error = refusal(lambda: stranger.records.list("contact"), HttpError)
    same((error.status_code, error.is_transient), (401, False))
