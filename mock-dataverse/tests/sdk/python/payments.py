"""What a completion service does: reads the purchase with its currency, and finalizes it by the custom API."""

import requests

from lab import PURCHASES, SCOPE, URL, check, client, credential, same

PURCHASE = "msevtmgt_eventpurchase"


def finalize(purchase, status):
    """The client has no call for custom APIs; whoever needs one sends it with the same token."""
    return requests.post(
        f"{URL}/api/data/v9.2/msevtmgt_finalizeregistrationpayment",
        json={"msevtmgt_purchaseid": purchase, "msevtmgt_paymentstatus": status},
        headers={"Authorization": f"Bearer {credential().get_token(SCOPE).token}"},
        timeout=30,
    )


@check
def purchase_as_a_service_reads_it():
    row = client.records.retrieve(
        PURCHASE,
        PURCHASES[0],
        select=["msevtmgt_totalprice"],
        expand=["transactioncurrencyid($select=isocurrencycode)"],
    )
    same((float(row["msevtmgt_totalprice"]), row["transactioncurrencyid"]["isocurrencycode"]), (49.5, "USD"))


@check
def finalize_():
    same(finalize(PURCHASES[0], 100000001).status_code, 204)
    same(finalize(PURCHASES[1], 100000000).status_code, 204)
    missing = finalize("00000000-0000-0000-0000-00000000dead", 100000001)
    same(missing.status_code, 404)
    assert missing.json()["error"]["code"].startswith("0x")
