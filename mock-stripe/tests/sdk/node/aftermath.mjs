// What comes after a payment: disputes, refunds that wait or come back, holds that the buyer had to confirm, and the books.

import assert from 'node:assert/strict';

import { Stripe, check, control, refusal, stripe, submit } from './lab.mjs';

const card = { amount: 4000, currency: 'usd', allowed_payment_method_types: ['card'], confirm: true };
const invalid = Stripe.errors.StripeInvalidRequestError;
const paid = (payment_method) => stripe.paymentIntents.create({ ...card, payment_method });
const later = (by) => control('POST', '/v1/clock/advance', { by });

export async function aftermath(receiver) {
  await check('dispute', async () => {
    const intent = await paid('pm_card_createDisputeProductNotReceived');
    const listed = await stripe.disputes.list({ payment_intent: intent.id });
    assert.deepEqual(listed.data.map((row) => [row.charge, row.amount]), [[intent.latest_charge, 4000]]);
    const { id } = listed.data[0];
    await receiver.about('charge.dispute.created', id);
    await receiver.about('charge.dispute.funds_withdrawn', id);
    const open = await stripe.disputes.retrieve(id, { expand: ['charge', 'payment_intent.latest_charge'] });
    assert.deepEqual([open.status, open.reason, open.evidence_details.submission_count], ['needs_response', 'product_not_received', 0]);
    assert.deepEqual([open.charge.disputed, open.payment_intent.latest_charge.id], [true, intent.latest_charge]);
    assert.deepEqual(open.balance_transactions.map((entry) => [entry.type, entry.amount, entry.fee]), [['adjustment', -4000, 1500]]);

    const kept = await stripe.disputes.update(id, {
      evidence: { customer_name: 'Ada Buyer', shipping_carrier: 'DHL' },
      metadata: { case: '7' },
      submit: false,
    });
    assert.deepEqual([kept.status, kept.evidence.shipping_carrier, kept.metadata.case], ['needs_response', 'DHL', '7']);
    const told = await receiver.about('charge.dispute.updated', id);
    assert.deepEqual(told.data.previous_attributes.evidence, { customer_name: null, shipping_carrier: null });
    const sent = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
    assert.deepEqual([sent.status, sent.evidence.customer_name, sent.evidence_details.submission_count], ['under_review', 'Ada Buyer', 1]);
    await refusal(() => stripe.disputes.update(id, { evidence: { customer_name: 'Bo' } }), invalid, { statusCode: 400 });

    await later('5s');
    assert.equal((await receiver.about('charge.dispute.closed', id)).data.object.status, 'won');
    await receiver.about('charge.dispute.funds_reinstated', id);
    const won = await stripe.disputes.retrieve(id);
    assert.deepEqual(won.balance_transactions.map((entry) => entry.amount), [-4000, 4000]);
  });

  await check('dispute-closed', async () => {
    const intent = await paid('pm_card_createDispute');
    const [{ id }] = (await stripe.disputes.list({ charge: intent.latest_charge })).data;
    const refund = () => stripe.refunds.create({ payment_intent: intent.id });
    await refusal(refund, invalid, { statusCode: 400, code: 'charge_disputed' });
    assert.equal((await stripe.disputes.close(id)).status, 'lost');
    assert.equal((await receiver.about('charge.dispute.closed', id)).data.object.status, 'lost');
    await refusal(() => stripe.disputes.close(id), invalid, { message: 'This dispute is already closed' });
    await refusal(refund, invalid, { statusCode: 400, code: 'charge_disputed' });
    const nobody = () => stripe.disputes.retrieve('du_nowhere');
    await refusal(nobody, invalid, { statusCode: 404, code: 'resource_missing', message: "No such dispute: 'du_nowhere'" });
  });

  await check('refund-failed', async () => {
    const { id: payment_intent } = await paid('pm_card_refundFail');
    await later('3s');
    const made = await stripe.refunds.create({ payment_intent, amount: 1000, reason: 'requested_by_customer' });
    assert.deepEqual([made.status, made.reason], ['succeeded', 'requested_by_customer']);
    const named = await stripe.refunds.update(made.id, { metadata: { ticket: '9' } });
    assert.equal(named.metadata.ticket, '9');
    await later('3m');
    await receiver.about('refund.failed', made.id);
    const expand = ['failure_balance_transaction', 'charge'];
    const failed = await stripe.refunds.retrieve(made.id, { expand });
    assert.deepEqual([failed.status, failed.failure_reason, failed.charge.amount_refunded], ['failed', 'unknown', 0]);
    assert.deepEqual([failed.failure_balance_transaction.type, failed.failure_balance_transaction.amount], ['refund_failure', 1000]);
  });

  await check('refund-pending', async () => {
    const { id: payment_intent } = await paid('pm_card_pendingRefund');
    const made = await stripe.refunds.create({ payment_intent });
    assert.deepEqual([made.status, made.pending_reason], ['pending', 'processing']);
    await refusal(() => stripe.refunds.cancel(made.id), invalid, { statusCode: 400 });
    await later('3m');
    await receiver.about('refund.updated', made.id);
    const listed = await stripe.refunds.list({ payment_intent });
    assert.deepEqual(listed.data.map((refund) => [refund.id, refund.status]), [[made.id, 'succeeded']]);
  });

  await check('capture-three-d-secure', async () => {
    const hold = { ...card, capture_method: 'manual', return_url: 'https://seller.example/back' };
    const asked = await stripe.paymentIntents.create({ ...hold, payment_method: 'pm_card_authenticationRequired' });
    assert.deepEqual([asked.status, asked.amount_capturable], ['requires_action', 0]);
    await refusal(() => stripe.paymentIntents.capture(asked.id), invalid, {
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    const step = asked.next_action.redirect_to_url.url;
    assert.equal((await submit(step, { three_d_secure: 'confirm' })).status, 303);
    await receiver.about('payment_intent.amount_capturable_updated', asked.id);
    const held = await stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
    assert.deepEqual([held.status, held.amount_capturable, held.latest_charge.captured], ['requires_capture', 4000, false]);
    assert.equal(held.latest_charge.payment_method_details.card.three_d_secure.result, 'authenticated');
    const taken = await stripe.paymentIntents.capture(asked.id);
    assert.deepEqual([taken.status, taken.amount_received], ['succeeded', 4000]);
    await receiver.about('charge.captured', taken.latest_charge);

    const refused = await stripe.paymentIntents.create({ ...hold, payment_method: 'pm_card_authenticationRequired' });
    await submit(refused.next_action.redirect_to_url.url, { three_d_secure: 'fail' });
    const over = await stripe.paymentIntents.retrieve(refused.id);
    assert.deepEqual([over.status, over.last_payment_error.code], ['requires_payment_method', 'payment_intent_authentication_failure']);
  });

  await check('balance', async () => {
    const dollars = (rows) => rows.find((row) => row.currency === 'usd').amount;
    const before = await stripe.balance.retrieve();
    assert.equal(before.livemode, false);
    const intent = await paid('pm_card_bypassPending');
    await later('3s');
    const after = await stripe.balance.retrieve();
    // 2.9 % and 30 cents are the fee.
    assert.equal(dollars(after.available) - dollars(before.available), 4000 - 116 - 30);
    await stripe.refunds.create({ payment_intent: intent.id });
    await later('50h');
    const settled = await stripe.balance.retrieve();
    assert.equal(dollars(settled.pending), 0);
  });

  await check('balance-transactions', async () => {
    const book = {};
    let entries = 0;
    for await (const { id, currency, net, amount, fee } of stripe.balanceTransactions.list({ limit: 3 })) {
      assert.match(id, /^txn_/);
      assert.equal(net, amount - fee);
      book[currency] = (book[currency] ?? 0) + net;
      entries += 1;
    }
    assert.ok(entries > 10, `only ${entries} entries`);
    const { available, pending } = await stripe.balance.retrieve();
    for (const [at, row] of available.entries()) {
      assert.equal(row.amount + pending[at].amount, book[row.currency] ?? 0, row.currency);
    }
    const failures = await stripe.balanceTransactions.list({ type: 'refund_failure', expand: ['data.source'] });
    assert.deepEqual(failures.data.map((entry) => entry.source.object), ['refund']);
    const one = await stripe.balanceTransactions.retrieve(failures.data[0].id);
    assert.equal(one.reporting_category, 'refund_failure');
  });
}
