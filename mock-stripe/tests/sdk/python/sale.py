"""The seller's flow: from a price to a refund, with webhooks. What is made on the way stays in this module's names."""

import re

import stripe

from lab import API, KEY, check, client, pay, receiver, refusal, same, send, session_of, visit

ORDER = "7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a02"
THANKS = "https://seller.example/thanks?session={CHECKOUT_SESSION_ID}"
endpoint = price = link = session = None


@check
def webhook_endpoint():
    global endpoint
    endpoint = client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["*"], "api_version": stripe.api_version}
    )
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in client.v1.webhook_endpoints.retrieve(endpoint.id)
    receiver.secret = endpoint.secret


@check
def price_and_product():
    global price
    price = client.v1.prices.create({"unit_amount": 4950, "currency": "usd", "product_data": {"name": "Seat"}})
    same(price.unit_amount, 4950)
    # The older style, with settings of the module: the same fake, the same object.
    stripe.api_key, stripe.api_base = KEY, API
    product = stripe.Product.retrieve(price.product)
    same((product.name, product.active), ("Seat", True))
    same(receiver.event("price.created").data.object.id, price.id)


@check
def payment_link():
    global link
    link = client.v1.payment_links.create(
        {
            "line_items": [{"price": price.id, "quantity": 2}],
            "metadata": {"order_id": ORDER, "time": "2026-08-03T12:00:00Z"},
            "after_completion": {"type": "redirect", "redirect": {"url": THANKS}},
        }
    )
    same(link.metadata["order_id"], ORDER)
    same(link.after_completion.redirect.url, THANKS)
    lines = client.v1.payment_links.line_items.list(link.id)
    same([(line.price.id, line.quantity, line.amount_total) for line in lines.data], [(price.id, 2, 9900)])


@check
def hosted_page():
    global session
    page = visit(link)
    status, _, text = send("GET", page)
    same(status, 200)
    assert "$99.00" in text, text
    status, headers, text = pay(page, "4242424242424242")
    assert status == 303, text
    session = session_of(page)
    same(headers["Location"], THANKS.replace("{CHECKOUT_SESSION_ID}", session))


@check
def webhook():
    done = receiver.event("checkout.session.completed", lambda event: event.data.object.id == session)
    assert done.id.startswith("evt_")
    same(done.api_version, stripe.api_version)
    same(done.data.object.payment_status, "paid")
    same(done.data.object.payment_link, link.id)
    same(done.data.object.metadata["order_id"], ORDER)
    same(done.data.object.amount_total, 9900)
    receiver.event("charge.succeeded")
    same(receiver.refusals, [])
    same(client.v1.events.retrieve(done.id).type, done.type)


@check
def expand():
    paths = ["payment_intent.latest_charge", "line_items.data.price.product", "payment_link"]
    full = client.v1.checkout.sessions.retrieve(session, {"expand": paths})
    same(full.payment_intent.status, "succeeded")
    same(full.payment_intent.latest_charge.amount, 9900)
    same(full.line_items.data[0].price.product.name, "Seat")
    same(full.payment_link.id, link.id)
    listed = client.v1.charges.list(
        {"payment_intent": full.payment_intent.id, "expand": ["data.payment_intent"]}
    )
    same(listed.data[0].payment_intent.id, full.payment_intent.id)
    plain = refusal(
        lambda: client.v1.checkout.sessions.retrieve(session, {"expand": ["metadata"]}),
        stripe.InvalidRequestError,
        http_status=400,
    )
    assert plain.user_message.startswith("This property cannot be expanded (metadata)."), plain.user_message


@check
def refund():
    intent = client.v1.checkout.sessions.retrieve(session).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 4950})
    same((refund.status, refund.amount), ("succeeded", 4950))
    told = receiver.event("charge.refunded")
    same(told.data.object.amount_refunded, 4950)
    same(told.data.previous_attributes["amount_refunded"], 0)
    refusal(
        lambda: client.v1.refunds.create({"payment_intent": intent, "amount": 4951}),
        stripe.InvalidRequestError,
        http_status=400,
        param="amount",
    )


@check
def declined_card():
    page = visit(link)
    session = session_of(page)
    status, _, text = pay(page, "4000000000009995")
    same(status, 200)
    assert re.search(r'(?s)role="alert".*Your card has insufficient funds\.', text), text
    same(client.v1.checkout.sessions.retrieve(session).status, "open")
    error = refusal(
        lambda: client.raw_request(
            "post",
            f"/v1/payment_pages/{session}/confirm",
            payment_method="pm_card_chargeDeclined",
            expected_amount=9900,
        ),
        stripe.CardError,
        http_status=402,
        code="card_declined",
        user_message="Your card was declined.",
    )
    same(error.error.decline_code, "generic_decline")
    intent = client.v1.payment_intents.retrieve(error.error.payment_intent.id)
    same(intent.status, "requires_payment_method")
    same(intent.last_payment_error.decline_code, "generic_decline")
    charges = client.v1.charges.list({"payment_intent": intent.id})
    same(
        [(charge.status, charge.outcome.reason) for charge in charges.data],
        [("failed", "generic_decline"), ("failed", "insufficient_funds")],
    )
    told = receiver.event("payment_intent.payment_failed", lambda event: event.data.object.id == intent.id)
    same(told.data.object.amount, 9900)
