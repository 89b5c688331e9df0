"""The few pages that a buyer may see instead of the payment page. Nothing of the inside is in them, and nothing of what was sent."""

AGAIN = "Please go back to the registration page and follow its link again."
ORGANIZER = "Please contact the organizer of the event."

TEXTS = {
    "incomplete": (400, "This payment link is incomplete", AGAIN),
    "damaged": (400, "This payment link is damaged", AGAIN),
    "stranger": (400, "This payment link leads to a site that is not allowed", AGAIN),
    "unknown": (404, "We do not know this registration", "If you registered just now, please wait a few seconds and reload this page."),
    "paid": (409, "This registration is already paid", "There is nothing left to pay. You can close this page."),
    "under way": (409, "A payment for this registration is under way", "Please do not pay again: it is confirmed as soon as the payment arrives."),
    "closed": (410, "This reservation has ended", "No money was taken. Please register again if there are places left."),
    "too long": (414, "This payment link is too long", AGAIN),
    "unpayable": (422, "This registration cannot be paid online", ORGANIZER),
    "broken": (502, "The payment page cannot be opened", f"No money was taken. {ORGANIZER}"),
    "busy": (503, "The payment page cannot be opened right now", "No money was taken. Please wait a moment and reload this page."),
}

HTML = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{advice}</p></main></body>
</html>
"""


class Page(Exception):
    """Raised wherever a visit ends without a payment page."""

    def __init__(self, name):
        super().__init__(name)
        self.status, title, advice = TEXTS[name]
        self.html = HTML.format(title=title, advice=advice)
