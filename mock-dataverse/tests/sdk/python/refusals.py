"""Errors as the client shows them: codes, texts, request ids, and how long to wait."""

from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError

from lab import BADGE, CLIENT, URL, check, client, control, credential, fault, refusal, refused, same

NOBODY = "00000000-0000-0000-0000-00000000dead"
rows = client.records


@check
def service_errors():
    error = refused(lambda: rows.update(BADGE, NOBODY, {"new_name": "x"}), 404, "0x80040217", "Does Not Exist")
    assert error.details["service_request_id"], error.details
    refused(lambda: rows.delete(BADGE, NOBODY), 404, "0x80040217")
    refused(lambda: rows.create(BADGE, {"new_name": "Twice", "new_number": 1}), 412, "0x80060892")
    refused(lambda: rows.create(BADGE, {"new_nothing": 1}), 400, "0x80048d19", "new_nothing")
    refused(lambda: rows.list(BADGE, select=["new_nothing"]), 400, "0x80060888", "new_nothing")
    refused(lambda: rows.list(BADGE, filter="new_number eq"), 400, "0x80060888")
    refused(lambda: rows.create(BADGE, {"new_name": "Green", "new_colour": 3}), 400, "0x80040203")


@check
def retry_after():
    fault(
        match={"fake": "dataverse", "method": "PATCH"},
        effect={"kind": "answer", "status": 429, "code": "0x80072322", "headers": {"Retry-After": "7"}},
    )
    error = refused(lambda: rows.update(BADGE, NOBODY, {"new_name": "x"}), 429, "0x80072322")
    same((error.details["retry_after"], error.is_transient), (7, True))
    # The limiter's own answer, once its window is full.
    control("PUT", "/v1/dataverse/protection", {"requests": 1})
    rows.list(BADGE, top=1)
    error = refused(lambda: rows.list(BADGE, top=1), 429, "0x80072322")
    assert isinstance(error.details["retry_after"], int) and error.details["retry_after"] >= 1, error.details
    control("DELETE", "/v1/dataverse/protection")
    rows.list(BADGE, top=1)


@check
def unsupported_queries():
    xml = '<fetch datasource="retained"><entity name="new_badge"><attribute name="new_name"/></entity></fetch>'
    refused(lambda: client.query.fetchxml(xml).execute(), 405, "0x80040315", "datasource")
    refused(lambda: client.tables.delete(BADGE), 405, "0x80040315")


@check
def expired_token():
    signed = DataverseClient(URL, credential())
    signed.records.list(BADGE, top=1)
    control("POST", "/v1/dataverse/tokens/expire", {})
    error = refusal(lambda: signed.records.list(BADGE, top=1), HttpError)
    same(error.status_code, 401)
    # Who signs in anew goes on.
    DataverseClient(URL, credential()).records.list(BADGE, top=1)


@check
def not_a_member():
    def fresh():
        return DataverseClient(URL, credential())

    control("PUT", f"/v1/dataverse/apps/{CLIENT}", {"member": False, "role": True})
    refused(lambda: fresh().records.list(BADGE, top=1), 403, "0x80072560")
    control("PUT", f"/v1/dataverse/apps/{CLIENT}", {"member": True, "role": False})
    refused(lambda: fresh().records.list(BADGE, top=1), 403, "0x80040220")
    control("DELETE", f"/v1/dataverse/apps/{CLIENT}")
    fresh().records.list(BADGE, top=1)
