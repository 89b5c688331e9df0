"""Calls that must not go well: keys, parameters, unknown objects."""

import re

import stripe

from lab import API, check, client, refusal


@check
def wrong_key():
    stranger = stripe.StripeClient("sk_test_ThisIsNobodysKey1234", base_addresses={"api": API})
    error = refusal(lambda: stranger.v1.prices.list(), stripe.AuthenticationError, http_status=401)
    assert re.match(r"^Invalid API Key provided: sk_test_\*+1234$", error.user_message), error.user_message


@check
def missing_parameter():
    refusal(
        lambda: client.v1.prices.create({"unit_amount": 4950}),
        stripe.InvalidRequestError,
        http_status=400,
        code="parameter_missing",
        param="currency",
        user_message="Missing required param: currency.",
    )


@check
def unknown_parameter():
    refusal(
        lambda: client.v1.products.create({"name": "Seat", "colour": "red"}),
        stripe.InvalidRequestError,
        http_status=400,
        code="parameter_unknown",
        param="colour",
        user_message="Received unknown parameter: colour",
    )


@check
def no_such_object():
    error = refusal(
        lambda: client.v1.prices.retrieve("price_nowhere"),
        stripe.InvalidRequestError,
        http_status=404,
        code="resource_missing",
        user_message="No such price: 'price_nowhere'",
    )
    assert re.match(r"^req_\w{14}$", error.request_id), error.request_id
    line = {"price": "price_nowhere", "quantity": 1}
    refusal(
        lambda: client.v1.payment_links.create({"line_items": [line]}),
        stripe.InvalidRequestError,
        http_status=400,
        code="resource_missing",
        param="line_items[0][price]",
    )
