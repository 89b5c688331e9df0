"""What comes after a payment: disputes, refunds that wait or come back, holds that the buyer had to confirm, and the books."""

import stripe

from lab import check, client, control, receiver, refusal, same, submit

CARD = {"amount": 4000, "currency": "usd", "allowed_payment_method_types": ["card"], "confirm": True}
intents, disputes, refunds = client.v1.payment_intents, client.v1.disputes, client.v1.refunds


def paid(method):
    return intents.create({**CARD, "payment_method": method})


def later(by):
    control("POST", "/v1/clock/advance", {"by": by})


def refused(work, **expected):
    return refusal(work, stripe.InvalidRequestError, **expected)


@check
def dispute():
    intent = paid("pm_card_createDisputeProductNotReceived")
    listed = disputes.list({"payment_intent": intent.id})
    same([(row.charge, row.amount) for row in listed.data], [(intent.latest_charge, 4000)])
    id = listed.data[0].id
    receiver.about("charge.dispute.created", id)
    receiver.about("charge.dispute.funds_withdrawn", id)
    open = disputes.retrieve(id, {"expand": ["charge", "payment_intent.latest_charge"]})
    same((open.status, open.reason), ("needs_response", "product_not_received"))
    same((open.charge.disputed, open.payment_intent.latest_charge.id), (True, intent.latest_charge))
    same([(entry.type, entry.amount, entry.fee) for entry in open.balance_transactions], [("adjustment", -4000, 1500)])

    evidence = {"customer_name": "Ada Buyer", "shipping_carrier": "DHL"}
    kept = disputes.update(id, {"evidence": evidence, "metadata": {"case": "7"}, "submit": False})
    same((kept.status, kept.evidence.shipping_carrier, kept.metadata["case"]), ("needs_response", "DHL", "7"))
    told = receiver.about("charge.dispute.updated", id)
    same(told.data.previous_attributes["evidence"].to_dict(), {"customer_name": None, "shipping_carrier": None})
    sent = disputes.update(id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    same((sent.status, sent.evidence.customer_name), ("under_review", "Ada Buyer"))
    same((open.evidence_details.submission_count, sent.evidence_details.submission_count), (0, 1))
    refused(lambda: disputes.update(id, {"evidence": {"customer_name": "Bo"}}), http_status=400)

    later("5s")
    same(receiver.about("charge.dispute.closed", id).data.object.status, "won")
    receiver.about("charge.dispute.funds_reinstated", id)
    same([entry.amount for entry in disputes.retrieve(id).balance_transactions], [-4000, 4000])


@check
def dispute_closed():
    intent = paid("pm_card_createDispute")
    id = disputes.list({"charge": intent.latest_charge}).data[0].id

    def refund():
        refunds.create({"payment_intent": intent.id})

    refused(refund, http_status=400, code="charge_disputed")
    same(disputes.close(id).status, "lost")
    same(receiver.about("charge.dispute.closed", id).data.object.status, "lost")
    refused(lambda: disputes.close(id), http_status=400, user_message="This dispute is already closed")
    refused(refund, http_status=400, code="charge_disputed")
    refused(
        lambda: disputes.retrieve("du_nowhere"),
        http_status=404,
        code="resource_missing",
        user_message="No such dispute: 'du_nowhere'",
    )


@check
def refund_failed():
    intent = paid("pm_card_refundFail").id
    later("3s")
    made = refunds.create({"payment_intent": intent, "amount": 1000, "reason": "requested_by_customer"})
    same((made.status, made.reason), ("succeeded", "requested_by_customer"))
    same(refunds.update(made.id, {"metadata": {"ticket": "9"}}).metadata["ticket"], "9")
    later("3m")
    receiver.about("refund.failed", made.id)
    failed = refunds.retrieve(made.id, {"expand": ["failure_balance_transaction", "charge"]})
    same((failed.status, failed.failure_reason, failed.charge.amount_refunded), ("failed", "unknown", 0))
    entry = failed.failure_balance_transaction
    same((entry.type, entry.amount), ("refund_failure", 1000))


@check
def refund_pending():
    intent = paid("pm_card_pendingRefund").id
    made = refunds.create({"payment_intent": intent})
    same((made.status, made.pending_reason), ("pending", "processing"))
    refused(lambda: refunds.cancel(made.id), http_status=400)
    later("3m")
    receiver.about("refund.updated", made.id)
    listed = refunds.list({"payment_intent": intent})
    same([(refund.id, refund.status) for refund in listed.data], [(made.id, "succeeded")])


@check
def capture_three_d_secure():
    hold = {
        **CARD,
        "capture_method": "manual",
        "payment_method": "pm_card_authenticationRequired",
        "return_url": "https://seller.example/back",
    }
    asked = intents.create(hold)
    same((asked.status, asked.amount_capturable), ("requires_action", 0))
    refused(lambda: intents.capture(asked.id), http_status=400, code="payment_intent_unexpected_state")
    same(submit(asked.next_action.redirect_to_url.url, three_d_secure="confirm")[0], 303)
    receiver.about("payment_intent.amount_capturable_updated", asked.id)
    held = intents.retrieve(asked.id, {"expand": ["latest_charge"]})
    same((held.status, held.amount_capturable, held.latest_charge.captured), ("requires_capture", 4000, False))
    same(held.latest_charge.payment_method_details.card.three_d_secure.result, "authenticated")
    taken = intents.capture(asked.id)
    same((taken.status, taken.amount_received), ("succeeded", 4000))
    receiver.about("charge.captured", taken.latest_charge)

    failing = intents.create(hold)
    submit(failing.next_action.redirect_to_url.url, three_d_secure="fail")
    over = intents.retrieve(failing.id)
    same(over.status, "requires_payment_method")
    same(over.last_payment_error.code, "payment_intent_authentication_failure")


@check
def balance():
    def dollars(rows):
        return next(row.amount for row in rows if row.currency == "usd")

    before = client.v1.balance.retrieve()
    same(before.livemode, False)
    intent = paid("pm_card_bypassPending")
    later("3s")
    after = client.v1.balance.retrieve()
    # 2.9 % and 30 cents are the fee.
    same(dollars(after.available) - dollars(before.available), 4000 - 116 - 30)
    refunds.create({"payment_intent": intent.id})
    later("50h")
    same(dollars(client.v1.balance.retrieve().pending), 0)


@check
def balance_transactions():
    book = {}
    entries = list(client.v1.balance_transactions.list({"limit": 3}).auto_paging_iter())
    for entry in entries:
        assert entry.id.startswith("txn_"), entry.id
        same(entry.net, entry.amount - entry.fee)
        book[entry.currency] = book.get(entry.currency, 0) + entry.net
    assert len(entries) > 10, f"only {len(entries)} entries"
    balance = client.v1.balance.retrieve()
    for available, pending in zip(balance.available, balance.pending, strict=True):
        same(available.amount + pending.amount, book.get(available.currency, 0))
    failures = client.v1.balance_transactions.list({"type": "refund_failure", "expand": ["data.source"]}).data
    same([entry.source.object for entry in failures], ["refund"])
    same(client.v1.balance_transactions.retrieve(failures[0].id).reporting_category, "refund_failure")
