"""What the library does with its requests: keys for repeats, pages of lists, retries, versions."""

import stripe

from lab import check, client, control, patient, refusal, same
from sale import price, session


@check
def idempotency():
    seat = {"unit_amount": 700, "currency": "usd", "product": price.product}
    key = {"idempotency_key": "order-7"}
    first = client.v1.prices.create(seat, key)
    again = client.v1.prices.create(seat, key)
    same(again.id, first.id)
    assert "Idempotent-Replayed" not in first.last_response.headers
    same(again.last_response.headers["Idempotent-Replayed"], "true")
    same(again.last_response.headers["Original-Request"], first.last_response.request_id)
    other = {**seat, "unit_amount": 701}
    error = refusal(lambda: client.v1.prices.create(other, key), stripe.IdempotencyError, http_status=400)
    assert error.user_message.startswith("Keys for idempotent requests can only be used with the same parameters")
    refusal(lambda: client.v1.products.create({"name": "Seat"}, key), stripe.IdempotencyError, http_status=400)


@check
def auto_pagination():
    for n in range(105):
        client.v1.products.create({"name": f"Row {n}", "metadata": {"n": str(n)}})
    walked = list(client.v1.products.list({"limit": 100}).auto_paging_iter())
    rows = [int(product.metadata["n"]) for product in walked if "n" in product.metadata]
    same(rows, list(range(104, -1, -1)))
    same(len({product.id for product in walked}), len(walked))
    oldest = client.v1.products.list({"limit": 20, "ending_before": walked[-1].id}).auto_paging_iter()
    same([product.id for product in oldest], [product.id for product in reversed(walked[:-1])])


def limited(headers):
    return {
        "match": {"fake": "stripe", "operation": "createPrice"},
        "effect": {"kind": "answer", "status": 429, "headers": headers},
    }


@check
def rate_limit():
    control("POST", "/v1/faults", limited({}))
    seat = {"unit_amount": 800, "currency": "usd", "product": price.product}
    error = refusal(lambda: patient.v1.prices.create(seat), stripe.RateLimitError, http_status=429)
    same(error.error.code, "rate_limit")


@check
def rate_limit_retried():
    control("POST", "/v1/faults", limited({"stripe-should-retry": "true"}))
    seat = {"unit_amount": 801, "currency": "usd", "product": price.product}
    same(patient.v1.prices.create(seat).unit_amount, 801)


@check
def lost_answer_retried():
    match = {"fake": "stripe", "operation": "createPrice"}
    control("POST", "/v1/faults", {"match": match, "when": "after-commit", "effect": {"kind": "reset"}})
    product = client.v1.products.create({"name": "Once"})
    made = patient.v1.prices.create({"unit_amount": 802, "currency": "usd", "product": product.id})
    same(made.last_response.headers["Idempotent-Replayed"], "true")
    same([price.id for price in client.v1.prices.list({"product": product.id}).data], [made.id])


@check
def api_version():
    now = client.v1.checkout.sessions.retrieve(session)
    same(now.last_response.headers["Stripe-Version"], stripe.api_version)
    same(now.ui_mode, "hosted_page")
    older = client.v1.checkout.sessions.retrieve(session, options={"stripe_version": "2025-12-15.clover"})
    same(older.last_response.headers["Stripe-Version"], "2025-12-15.clover")
    same(older.ui_mode, "hosted")
    refusal(
        lambda: client.v1.prices.list(options={"stripe_version": "yesterday"}),
        stripe.InvalidRequestError,
        http_status=400,
        user_message="Invalid Stripe API version: yesterday",
    )
