"""Webhook secrets that are rolled: for a while both sign."""

import json

import stripe

from lab import check, client, control, receiver, refusal, same
from sale import endpoint


def delivered(id):
    """The product's webhook, as it came."""
    receiver.about("product.created", id)
    raw = [(body, header) for kind, body, header in receiver.raw if kind == "product.created"]
    return next(one for one in raw if json.loads(one[0])["data"]["object"]["id"] == id)


def verified(delivery, secret):
    return client.construct_event(*delivery, secret).data.object.id


@check
def webhook_secret_rolled():
    old = receiver.secret
    rolled = control("POST", f"/v1/stripe/endpoints/{endpoint.id}/roll", {"expires_in_seconds": 3600})
    new = rolled["secret"]
    assert new.startswith("whsec_") and new != old, new
    during = client.v1.products.create({"name": "Both secrets sign"}).id
    both = delivered(during)
    same(both[1].count("v1="), 2)
    same((verified(both, old), verified(both, new)), (during, during))

    control("POST", "/v1/clock/advance", {"by": "1h"})
    receiver.secret = new
    after = client.v1.products.create({"name": "The new one signs"}).id
    one = delivered(after)
    same(one[1].count("v1="), 1)
    same(verified(one, new), after)
    refusal(lambda: verified(one, old), stripe.SignatureVerificationError)
