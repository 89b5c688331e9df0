"""Payments without checkout: methods kept by customers, intents confirmed, declined, held and captured, and the buyer's confirmation."""

from urllib.parse import parse_qs, urlsplit

import stripe

from lab import check, client, receiver, refusal, same, submit

CARD = {"amount": 2000, "currency": "usd", "allowed_payment_method_types": ["card"]}
intents = client.v1.payment_intents
customer = kept = None


@check
def kept_method():
    global customer, kept
    customer = client.v1.customers.create({"name": "Ada", "email": "ada@example.com", "metadata": {"club": "7"}})
    made = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    kept = client.v1.payment_methods.attach(made.id, {"customer": customer.id})
    same((kept.id, kept.customer, kept.card.last4), (made.id, customer.id, "4242"))
    other = client.v1.payment_methods.attach("pm_card_mastercard", {"customer": customer.id})
    listed = client.v1.customers.payment_methods.list(customer.id, {"type": "card"})
    same([method.id for method in listed.data], [other.id, kept.id])
    same(client.v1.payment_methods.detach(other.id).customer, None)
    receiver.about("payment_method.detached", other.id)
    same(client.v1.customers.update(customer.id, {"phone": "123"}).phone, "123")
    found = client.v1.customers.list({"email": "ada@example.com", "limit": 1})
    same(found.data[0].id, customer.id)


@check
def direct_payment():
    made = intents.create({**CARD, "customer": customer.id, "description": "Tea"})
    same(made.status, "requires_payment_method")
    chosen = intents.update(made.id, {"payment_method": kept.id, "amount": 2500})
    same((chosen.status, chosen.amount), ("requires_confirmation", 2500))
    paid = intents.confirm(made.id, {"expand": ["latest_charge"]})
    same((paid.status, paid.amount_received, paid.latest_charge.captured), ("succeeded", 2500, True))
    receiver.about("payment_intent.succeeded", made.id)
    late = refusal(lambda: intents.cancel(made.id), stripe.InvalidRequestError, http_status=400)
    same(late.code, "payment_intent_unexpected_state")
    same(late.error.payment_intent.id, made.id)


@check
def direct_decline():
    poor = {**CARD, "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds", "confirm": True}
    error = refusal(lambda: intents.create(poor), stripe.CardError, http_status=402)
    same((error.code, error.error.decline_code), ("card_declined", "insufficient_funds"))
    same(error.user_message, "Your card has insufficient funds.")
    intent = error.error.payment_intent
    same(intent.status, "requires_payment_method")
    failed = receiver.about("payment_intent.payment_failed", intent.id)
    same(failed.data.object.last_payment_error.code, "card_declined")
    same(intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status, "succeeded")


@check
def direct_capture():
    hold = {**CARD, "payment_method": "pm_card_visa", "confirm": True, "capture_method": "manual"}
    held = intents.create(hold)
    same((held.status, held.amount_capturable), ("requires_capture", 2000))
    receiver.about("payment_intent.amount_capturable_updated", held.id)
    taken = intents.capture(held.id, {"amount_to_capture": 1500})
    same((taken.status, taken.amount_received), ("succeeded", 1500))
    charge = client.v1.charges.retrieve(taken.latest_charge)
    same((charge.amount_captured, charge.amount_refunded, charge.refunded), (1500, 500, False))
    dropped = intents.create(hold)
    over = intents.cancel(dropped.id, {"cancellation_reason": "abandoned"})
    same((over.status, over.cancellation_reason), ("canceled", "abandoned"))
    receiver.about("payment_intent.canceled", dropped.id)


@check
def direct_three_d_secure():
    secure = {**CARD, "payment_method": "pm_card_authenticationRequired", "confirm": True}
    asked = intents.create({**secure, "return_url": "https://seller.example/back"})
    same(asked.status, "requires_action")
    receiver.about("payment_intent.requires_action", asked.id)
    status, headers, _ = submit(asked.next_action.redirect_to_url.url, three_d_secure="confirm")
    told = parse_qs(urlsplit(headers["Location"]).query)
    same((status, told["payment_intent"], told["redirect_status"]), (303, [asked.id], ["succeeded"]))
    same(intents.retrieve(asked.id).status, "succeeded")
    away = refusal(lambda: intents.create({**secure, "off_session": True}), stripe.CardError, http_status=402)
    same(away.code, "authentication_required")
    same(client.v1.customers.delete(customer.id).deleted, True)
