"""Search where it exists, pages of it and of lists that are filtered."""

import stripe

from lab import check, client, refusal, same

customer = None
made = []


def ids(rows):
    return [row.id for row in rows]


@check
def search():
    global customer
    customer = client.v1.customers.create({"name": "Grace Hopper", "email": "grace@example.com"})
    for at, method in enumerate(["pm_card_visa", "pm_card_mastercard", "pm_card_visa", "pm_card_visa", None]):
        asked = {"amount": 1100 + at, "currency": "usd", "allowed_payment_method_types": ["card"]}
        confirm = {"payment_method": method, "confirm": True} if method else {}
        own = {"customer": customer.id, "metadata": {"tour": "Ω 7"}}
        made.insert(0, client.v1.payment_intents.create({**asked, **confirm, **own}))
    product = client.v1.products.create({"name": "Violet umbrella", "metadata": {"shelf": "12"}})
    umbrella = {"product": product.id, "currency": "usd", "unit_amount": 999, "lookup_key": "umbrella"}
    price = client.v1.prices.create(umbrella)
    v1, whose = client.v1, f"customer:'{customer.id}'"
    for kind, query, expected in [
        (v1.customers, "email:'grace@example.com' AND name:'hopper'", [customer.id]),
        (v1.customers, "name~'race hop' -email:null", [customer.id]),
        (v1.customers, "name:'nobody'", []),
        (v1.payment_intents, "metadata['tour']:'Ω 7' AND status:'succeeded'", ids(made[1:])),
        (v1.payment_intents, f"{whose} AND amount>=1102 AND amount<1104", ids(made[1:3])),
        (v1.charges, f"{whose} AND payment_method_details.card.brand:'mastercard'", [made[3].latest_charge]),
        (v1.products, "name~'umbrella' AND active:'true'", [product.id]),
        (v1.products, "metadata['shelf']:'12' OR name:'nothing'", [product.id]),
        (v1.prices, "lookup_key:'umbrella'", [price.id]),
    ]:
        found = kind.search({"query": query})
        same((query, found.object, ids(found.data)), (query, "search_result", expected))
    same(client.v1.customers.search({"query": "name:'hopper'", "expand": ["total_count"]}).total_count, 1)
    wrong = {"query": "name=ada"}
    refusal(lambda: client.v1.customers.search(wrong), stripe.InvalidRequestError, http_status=400, param="query")


@check
def search_pages():
    query = {"query": f"customer:'{customer.id}'", "limit": 2}
    first = client.v1.payment_intents.search(query)
    same((ids(first.data), first.has_more), (ids(made[:2]), True))
    second = client.v1.payment_intents.search({**query, "page": first.next_page})
    same(ids(second.data), ids(made[2:4]))
    same(ids(client.v1.payment_intents.search(query).auto_paging_iter()), ids(made))


@check
def filtered_pages():
    def walk(service, **filters):
        return list(service.list(filters).auto_paging_iter())

    same(ids(walk(client.v1.payment_intents, customer=customer.id, limit=2)), ids(made))
    charges = walk(client.v1.charges, customer=customer.id, limit=1)
    same(ids(charges), [intent.latest_charge for intent in made[1:]])
    told = walk(client.v1.events, type="payment_intent.succeeded", limit=2)
    about = [event.data.object.id for event in told]
    same([id for id in about if id in ids(made)], ids(made[1:]))
    assert len(told) > 8 and all(event.type == "payment_intent.succeeded" for event in told)
    since = made[-1].created
    same(ids(walk(client.v1.payment_intents, created={"gte": since}, limit=3)), ids(made))
    same(walk(client.v1.payment_intents, created={"gt": since + 3600}), [])
