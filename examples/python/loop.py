"""The payment loop itself: a buyer visits, Stripe reports, the purchase is completed or the money goes back."""

import json

import config
from calls import Passing, Refused, log, shown, turn
from checks import purchase_id
from money import quote
from pages import Page
from payments import page_of, used

KINDS = {
    "checkout.session.completed": "paid",
    "checkout.session.async_payment_succeeded": "paid",
    "checkout.session.async_payment_failed": "failed",
    # One expired session of a link says nothing about the others: the platform's own timeout decides.
}


class Loop:
    def __init__(self, dataverse, payments, store):
        self.dataverse, self.payments, self.store = dataverse, payments, store

    def visit(self, identifier, back, deadline):
        """The payment page for a purchase: one purchase, one price, one link that can be paid, however often the buyer comes."""
        with turn(identifier, deadline):
            purchase = self.dataverse.purchase(identifier, deadline)
            if purchase is None:
                raise Page("unknown")
            earlier = json.loads(self.store.get("link", identifier) or "null")
            if purchase.standing == "completed":
                raise Page("paid")
            if purchase.standing == "closed":
                self.close_quietly(earlier, identifier, deadline)
                raise Page("closed")
            due = quote(purchase.price, purchase.code)
            if due is None:
                raise Page("unpayable")
            offer = {"purchase": identifier, "minor": due[0], "currency": due[1], "back": back}
            link = self.earlier_link(earlier, offer, deadline) or self.payments.new_link(offer, deadline)
            if used(link):
                raise Page("under way")
            page = page_of(link)
            if page is None:
                raise Page("broken")
            self.store.put("link", identifier, json.dumps({"link": link["id"], "offer": offer}))
            return page

    def close_quietly(self, earlier, identifier, deadline):
        """The link of a reservation that is over takes no more money. If that fails, what is paid there goes back."""
        try:
            if earlier:
                self.payments.close_link(earlier["link"], deadline)
        except (Passing, Refused) as error:
            log("warn", "link stays open", purchase=identifier, error=str(error))

    def earlier_link(self, earlier, offer, deadline):
        """The link of an earlier visit, if it still serves. One for another offer is closed, so that never two can be paid."""
        link = earlier and self.payments.link(earlier["link"], deadline)
        if not link or used(link):
            return link
        if link.get("active") and earlier["offer"] == offer:
            return link
        if link.get("active"):
            self.payments.close_link(link["id"], deadline)
        return None

    def notice(self, event, deadline):
        """Carries out an event of Stripe and says how it ended. An exception means that Stripe shall send it again."""
        kind = KINDS.get(event["type"])
        if kind is None:
            return "nothing: a type that is not needed"
        if event.get("account"):
            return "nothing: another account"
        data = event.get("data")
        session = data.get("object") if isinstance(data, dict) else None
        if not isinstance(session, dict) or not isinstance(session.get("id"), str):
            return "nothing: no session in it"
        if config.livemode is not None and event.get("livemode", session.get("livemode")) is not config.livemode:
            return "nothing: the other mode"
        # Everything else that this account sells comes here too.
        metadata = session.get("metadata")
        identifier = purchase_id(metadata.get(config.metadata_key)) if isinstance(metadata, dict) else None
        if identifier is None:
            return "nothing: no purchase of ours"
        # Bank debits are `unpaid` at first: their money is still on its way, and a later event tells.
        # payloop: remove the next 2 lines to see C-N03 fail
        if kind == "paid" and session.get("payment_status") not in ("paid", "no_payment_required"):
            return "nothing: not paid yet"
        with turn(identifier, deadline):
            return (self.paid if kind == "paid" else self.rejected)(session, identifier, deadline)

    def paid(self, session, identifier, deadline):
        if self.store.get("refunded", session["id"]):
            return "nothing: its money is back with the buyer"
        # payloop: remove the next 2 lines to see S-T06 fail
        if self.store.first("spent", session["id"], identifier) != identifier:
            return attention("this payment is for another purchase", session, identifier)
        purchase = self.dataverse.purchase(identifier, deadline)
        if purchase is None:
            return attention("there is no such purchase", session, identifier)
        if purchase.standing == "completed":
            return self.completed_already(session, identifier, deadline)
        # Authentic is not the same as right: a genuine event of one dollar must not complete a purchase of two thousand.
        # payloop: remove the next 2 lines to see S-T01 fail
        if not fits(session, purchase):
            return self.give_back("the payment does not fit the price", session, identifier, deadline)
        return self.complete(session, purchase, deadline)

    def completed_already(self, session, identifier, deadline):
        """A repeat is done, a second payment goes back. Without memory of the first the two look alike, and the money stays where it is."""
        if self.store.get("completed", identifier) in (None, session["id"]):
            return "nothing: completed already"
        return self.give_back("paid twice", session, identifier, deadline)

    def complete(self, session, purchase, deadline):
        identifier = purchase.id
        for _ in range(2):
            try:
                self.dataverse.complete(identifier, deadline)
            except Refused as refusal:
                if refusal.kind not in ("business", "missing"):
                    raise
            else:
                # A success for a reservation that was over already is believed only if the purchase shows it.
                # payloop: remove the next 2 lines to see R-D11 fail
                if purchase.standing == "closed" and self.standing(identifier, deadline) != "completed":
                    break
                self.store.put("completed", identifier, session["id"])
                return "completed"
            # The answer to an earlier call may have been lost, or another call been at work.
            standing = self.standing(identifier, deadline)
            if standing == "completed":
                return self.completed_already(session, identifier, deadline)
            if standing != "open":
                break
        return self.give_back("the seat is gone", session, identifier, deadline)

    def standing(self, identifier, deadline):
        purchase = self.dataverse.purchase(identifier, deadline)
        return purchase and purchase.standing

    def rejected(self, session, identifier, deadline):
        """A payment was rejected for good. Only the rejection of the very price cancels: a stranger's failed payment does not."""
        purchase = self.dataverse.purchase(identifier, deadline)
        if purchase is None or purchase.standing != "open" or not fits(session, purchase):
            return "nothing: there is nothing to cancel"
        try:
            self.dataverse.cancel(identifier, deadline)
            return "cancelled"
        except Refused as refusal:
            if refusal.kind not in ("business", "missing"):
                raise
            return "nothing: it is over already"

    def give_back(self, why, session, identifier, deadline):
        """Money without a seat goes back to the buyer."""
        intent = session.get("payment_intent")
        intent = intent.get("id") if isinstance(intent, dict) else intent
        if not isinstance(intent, str) or session.get("payment_status") != "paid":
            return attention(f"{why}, and there is nothing to refund", session, identifier)
        try:
            self.payments.refund(intent, identifier, deadline)
        except Refused as refusal:
            if refusal.kind not in ("declined", "missing"):
                raise
            return attention(f"{why}, and Stripe refuses the refund", session, identifier)
        self.store.put("refunded", session["id"], identifier)
        log("warn", "refunded", purchase=identifier, session=shown(session["id"]), why=why)
        return "refunded"


def attention(why, session, identifier):
    """Nothing that a program should decide. Let your monitoring look for this line."""
    log("error", "needs attention", purchase=identifier, session=shown(session["id"]), why=why)
    return "parked"


def fits(session, purchase):
    """Whether this session is about exactly the price of the purchase."""
    due = quote(purchase.price, purchase.code)
    if due is None or (session.get("payment_status") == "no_payment_required" and due[0] != 0):
        return False
    return (session.get("amount_total"), session.get("currency")) == due
