"""What else a seller of one-off payments does: sessions of its own, delayed methods, customers, books, and taking things off sale."""

from decimal import Decimal

import stripe

from lab import check, client, control, pay, receiver, refusal, same, send, session_of, submit, visit
from sale import link, price

SELLER = "https://seller.example/"
booked = None


@check
def session():
    global booked
    bag = {"currency": "usd", "unit_amount": 50, "product_data": {"name": "Bag"}}
    own = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "client_reference_id": "cart-7",
            "customer_email": "ada@example.com",
            "line_items": [{"price": price.id, "quantity": 1}, {"price_data": bag, "quantity": 3}],
            "success_url": f"{SELLER}done",
            "cancel_url": f"{SELLER}cart",
            "expand": ["line_items"],
        }
    )
    same((own.status, own.amount_total, len(own.line_items.data)), ("open", 5100, 2))
    status, headers, _ = pay(own.url, "5555555555554444")
    same((status, headers["Location"]), (303, f"{SELLER}done"))
    done = receiver.about("checkout.session.completed", own.id).data.object
    same(done.client_reference_id, "cart-7")
    found = client.v1.checkout.sessions.list({"payment_intent": done.payment_intent})
    same([(session.id, session.payment_status) for session in found.data], [(own.id, "paid")])
    booked = done.payment_intent


@check
def session_expired():
    made = client.v1.checkout.sessions.create(
        {"mode": "payment", "line_items": [{"price": price.id, "quantity": 1}], "success_url": SELLER}
    )
    same(client.v1.checkout.sessions.expire(made.id).status, "expired")
    receiver.about("checkout.session.expired", made.id)
    refusal(lambda: client.v1.checkout.sessions.expire(made.id), stripe.InvalidRequestError, http_status=400)


@check
def delayed_payment():
    ticket = {"currency": "eur", "unit_amount": 2500, "product_data": {"name": "Ticket"}}
    link = client.v1.payment_links.create({"line_items": [{"price_data": ticket, "quantity": 1}]})
    for verb, iban, kind, status, payment in [
        ("settle", "AT611904300234573201", "async_payment_succeeded", "succeeded", "paid"),
        ("fail", "IT60X0542811101000000123456", "async_payment_failed", "requires_payment_method", "unpaid"),
    ]:
        page = visit(link)
        answer, _, _ = submit(page, email="ada@example.com", name="Ada Buyer", method="sepa_debit", iban=iban)
        same(answer, 303)
        done = receiver.about("checkout.session.completed", session_of(page)).data.object
        same(done.payment_status, "unpaid")
        same(client.v1.payment_intents.retrieve(done.payment_intent).status, "processing")
        control("POST", f"/v1/stripe/payments/{done.payment_intent}/{verb}", {})
        told = receiver.about(f"checkout.session.{kind}", session_of(page))
        same(told.data.object.payment_status, payment)
        same(client.v1.payment_intents.retrieve(done.payment_intent).status, status)


@check
def three_d_secure():
    page = visit(link)
    same(pay(page, "4000002760003184")[0], 303)
    asked = client.v1.checkout.sessions.retrieve(session_of(page), {"expand": ["payment_intent"]}).payment_intent
    same(asked.status, "requires_action")
    same(asked.next_action.type, "redirect_to_url")
    same(submit(page, three_d_secure="confirm")[0], 303)
    receiver.about("payment_intent.succeeded", asked.id)
    done = client.v1.payment_intents.retrieve(asked.id, {"expand": ["latest_charge"]})
    same(done.latest_charge.payment_method_details.card.three_d_secure.result, "authenticated")


@check
def customer():
    line = {"price": price.id, "quantity": 1}
    link = client.v1.payment_links.create({"line_items": [line], "customer_creation": "always"})
    page = visit(link)
    pay(page, "4242424242424242")
    id = client.v1.checkout.sessions.retrieve(session_of(page)).customer
    known = client.v1.customers.retrieve(id)
    same((known.email, known.name), ("ada@example.com", "Ada Buyer"))
    receiver.about("customer.created", id)
    charges = client.v1.charges.list({"customer": id, "expand": ["data.customer"]})
    same([charge.customer.id for charge in charges.data], [id])


@check
def balance_transaction():
    control("POST", "/v1/clock/advance", {"by": "3s"})
    expand = ["latest_charge.balance_transaction"]
    charge = client.v1.payment_intents.retrieve(booked, {"expand": expand}).latest_charge
    receiver.about("charge.updated", charge.id)
    entry = charge.balance_transaction
    same((entry.amount, entry.net + entry.fee, entry.source), (5100, 5100, charge.id))
    entries = client.v1.balance_transactions.list({"source": charge.id})
    same([row.id for row in entries.data], [entry.id])


@check
def fractional_price():
    cent = {"currency": "usd", "unit_amount_decimal": Decimal("0.5"), "product": price.product}
    made = client.v1.prices.create(cent)
    same((made.unit_amount, made.unit_amount_decimal), (None, Decimal("0.5")))
    yen = client.v1.prices.create({"currency": "jpy", "unit_amount": 500, "product": price.product})
    same((yen.unit_amount, yen.unit_amount_decimal), (500, Decimal(500)))


@check
def metadata():
    first = {"size": "M", "colour": "red", "weight": "9"}
    made = client.v1.products.create({"name": "Hat", "metadata": first})
    less = client.v1.products.update(made.id, {"metadata": {"colour": "", "size": "L"}})
    same(less.metadata.to_dict(), {"size": "L", "weight": "9"})
    told = receiver.about("product.updated", made.id)
    same(told.data.previous_attributes["metadata"].to_dict(), {"colour": "red", "size": "M"})
    same(client.v1.products.update(made.id, {"metadata": ""}).metadata.to_dict(), {})
    same(client.v1.products.delete(made.id).deleted, True)


@check
def archived_price():
    old = client.v1.prices.create({"currency": "usd", "unit_amount": 900, "product": price.product})
    same(client.v1.prices.update(old.id, {"active": False}).active, False)
    refusal(
        lambda: client.v1.payment_links.create({"line_items": [{"price": old.id, "quantity": 1}]}),
        stripe.InvalidRequestError,
        http_status=400,
        param="line_items[0][price]",
        user_message="The price specified is inactive. This field only accepts active prices.",
    )


@check
def link_deactivated():
    off = client.v1.payment_links.update(link.id, {"active": False, "inactive_message": "Sold out"})
    same(off.active, False)
    told = receiver.about("payment_link.updated", link.id)
    same(told.data.previous_attributes.to_dict(), {"active": True, "inactive_message": None})
    assert "Sold out" in send("GET", link.url)[2]
    same([left.id for left in client.v1.payment_links.list({"active": False}).data], [link.id])
