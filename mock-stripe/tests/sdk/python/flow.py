"""The seller's flow and its errors, run by Stripe's own library for Python against the fake.

Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`. Each module makes
its checks when it is imported, in this order.
"""

import refusals  # noqa: F401
import sale
import signatures  # noqa: F401
import checkout  # noqa: F401
import direct  # noqa: F401
import aftermath  # noqa: F401
import search  # noqa: F401
import rolling  # noqa: F401
import calls  # noqa: F401

from lab import check, client, same


@check
def webhook_endpoint_deleted():
    gone = client.v1.webhook_endpoints.delete(sale.endpoint.id)
    same((gone.id, gone.deleted), (sale.endpoint.id, True))
