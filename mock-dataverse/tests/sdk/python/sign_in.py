"""Signing in: MSAL with tenant discovery and with an OIDC authority, azure-identity, and everything that is refused."""

import base64
import datetime
import time
import uuid

import jwt
import msal
import requests
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientAssertionCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from PowerPlatform.Dataverse.client import DataverseClient

from lab import AUTHORITY, CLIENT, SCOPE, SECRET, TENANT, URL, check, control, credential, refusal, same

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


def key_and_certificate(days=30):
    """A key of one's own with its certificate: both as PEM, as a portal's user would make them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "completion service")])
    now = datetime.datetime.now(datetime.timezone.utc)
    start, end = sorted([now - datetime.timedelta(days=1), now + datetime.timedelta(days=days)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


CERTIFICATES = f"/v1/dataverse/apps/{CLIENT}/certificates"


@check
def msal_certificate():
    private, certificate = key_and_certificate()
    known = {"private_key": private, "public_certificate": certificate}
    # Before it is registered, nobody knows it.
    answer = application(secret=known).acquire_token_for_client([SCOPE])
    same((answer["error"], answer["error_codes"]), ("invalid_client", [700027]))
    shown = control("POST", CERTIFICATES, {"certificate": certificate})
    assert shown["thumbprint"] in answer["error_description"] or shown["thumbprint_sha256"] in answer["error_description"]
    for credential_ in [
        known,
        {"private_key": private, "thumbprint": shown["thumbprint"]},
        {"private_key": private, "thumbprint": shown["thumbprint"], "public_certificate": certificate},
    ]:
        token = application(secret=credential_).acquire_token_for_client([SCOPE])
        assert who(token["access_token"])
    other, _ = key_and_certificate()
    answer = application(secret={"private_key": other, "thumbprint": shown["thumbprint"]}).acquire_token_for_client([SCOPE])
    same(answer["error_codes"], [700027])
    assert "did not match the expected signature value" in answer["error_description"], answer
    control("DELETE", f"{CERTIFICATES}/{shown['thumbprint']}")
    answer = application(secret=known).acquire_token_for_client([SCOPE])
    same(answer["error_codes"], [700027])


@check
def msal_expired_certificate():
    private, certificate = key_and_certificate(days=-30)
    control("POST", CERTIFICATES, {"certificate": certificate})
    known = {"private_key": private, "public_certificate": certificate}
    answer = application(secret=known).acquire_token_for_client([SCOPE])
    same((answer["error"], answer["error_codes"]), ("invalid_client", [700027]))
    assert "The key used is expired." in answer["error_description"], answer


@check
def azure_identity_certificate():
    private, certificate = key_and_certificate()
    control("POST", CERTIFICATES, {"certificate": certificate})
    signed = CertificateCredential(
        TENANT,
        CLIENT,
        certificate_data=(private + certificate).encode(),
        authority=AUTHORITY,
        disable_instance_discovery=True,
    )
    assert who(signed.get_token(SCOPE).token)


@check
def azure_identity_assertion():
    """An assertion that somebody else signs, such as a vault."""
    private, certificate = key_and_certificate()
    thumbprint = control("POST", CERTIFICATES, {"certificate": certificate})["thumbprint_sha256"]
    x5t = base64.urlsafe_b64encode(bytes.fromhex(thumbprint)).decode().rstrip("=")

    def assertion(audience):
        now = int(time.time())
        claims = {"aud": audience, "iss": CLIENT, "sub": CLIENT, "jti": str(uuid.uuid4()), "nbf": now, "exp": now + 300}
        return jwt.encode(claims, private, algorithm="PS256", headers={"x5t#S256": x5t})

    def signed(audience):
        return ClientAssertionCredential(
            TENANT, CLIENT, lambda: assertion(audience), authority=AUTHORITY, disable_instance_discovery=True
        )

    assert who(signed(f"{AUTHORITY}/{TENANT}/oauth2/v2.0/token").get_token(SCOPE).token)
    refusal(lambda: signed(URL).get_token(SCOPE), ClientAuthenticationError, "AADSTS700023")


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
