"""Webhooks whose signature is right, and those whose is not."""

import json
import re

import stripe

from lab import check, client, control, receiver, refusal, same
from sale import endpoint, session


@check
def webhook_tampered():
    body, header = next((body, header) for kind, body, header in receiver.raw if kind == "checkout.session.completed")
    verify = stripe.Webhook.construct_event
    same(verify(body, header, endpoint.secret).data.object.id, session)
    same(client.construct_event(body, header, endpoint.secret).data.object.id, session)
    tampered = body.replace(b'"amount_total": 9900', b'"amount_total": 1')
    assert tampered != body
    for spoiled, secret in [
        (tampered, endpoint.secret),
        (json.dumps(json.loads(body)).encode(), endpoint.secret),
        (body, "whsec_another"),
    ]:
        refusal(lambda: verify(spoiled, header, secret), stripe.SignatureVerificationError)


@check
def webhook_signatures():
    event = next(event.id for event in receiver.events if event.type == "checkout.session.completed")
    refused = "No signatures found matching|No signatures found with expected scheme|No Stripe-Signature header"
    for signing, status, says in [
        ("valid", 200, "^$"),
        ("rolled", 200, "^$"),
        ("shuffled", 200, "^$"),
        ("wrong-secret", 400, refused),
        ("other-body", 400, refused),
        ("changed-timestamp", 400, refused),
        ("broken", 400, refused),
        ("only-v0", 400, refused),
        ("none", 400, refused),
        ("old", 400, "Timestamp outside the tolerance zone"),
    ]:
        answer = control("POST", "/v1/stripe/deliveries", {"event": event, "signing": signing})["answers"][0]
        assert answer["status"] == status, f"{signing}: {answer}"
        assert re.search(says, answer["body"]), f"{signing}: {answer}"
