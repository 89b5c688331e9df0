"""Turns a price of Dataverse into the integer that Stripe charges, without ever calculating in binary fractions.

Stripe's smallest units: https://docs.stripe.com/currencies
"""

from decimal import ROUND_HALF_UP, Decimal

NO_DECIMALS = set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THREE_DECIMALS = set("bhd jod kwd omr tnd".split())
WHOLE_UNITS_ONLY = {"isk", "ugx"}

# Far above what Stripe takes.
LARGEST = Decimal(10) ** 10


def quote(price, code):
    """What to charge, as (smallest units, currency); None if this cannot be charged.

    That is: no price, no currency (a guess could charge a hundred times too much), a negative or absurd amount, a fraction
    where the currency has none.
    """
    if not isinstance(price, Decimal) or not 0 <= price < LARGEST:
        return None
    if not isinstance(code, str) or len(code) != 3 or not (code.isascii() and code.isalpha()):
        return None
    currency = code.lower()
    if currency in NO_DECIMALS:
        minor = rounded(price)
    elif currency in THREE_DECIMALS:
        minor = rounded(price * 100) * 10  # the last digit must be 0
    elif currency not in WHOLE_UNITS_ONLY:
        minor = rounded(price * 100)
    elif price == price.to_integral_value():
        minor = int(price) * 100  # two decimals that must be 00
    else:
        return None
    return minor, currency


def rounded(amount):
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
