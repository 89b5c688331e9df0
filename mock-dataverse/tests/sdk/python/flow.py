"""Microsoft's own libraries for Python against the fake, over TLS.

Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`. Each module makes
its checks when it is imported, in this order.
"""

import warnings

# The deprecated forms are not what is tried here.
warnings.simplefilter("ignore", DeprecationWarning)

import sign_in  # noqa: E402, F401
import records  # noqa: E402, F401
import questions  # noqa: E402, F401
import definitions  # noqa: E402, F401
import payments  # noqa: E402, F401
import batches  # noqa: E402, F401
import refusals  # noqa: E402, F401
