// Payments without checkout: methods kept by customers, intents confirmed, declined, held and captured, and the buyer's confirmation.

import assert from 'node:assert/strict';

import { Stripe, check, refusal, stripe, submit } from './lab.mjs';

const card = { amount: 2000, currency: 'usd', allowed_payment_method_types: ['card'] };

export async function direct(receiver) {
  let customer, kept;

  await check('kept-method', async () => {
    customer = await stripe.customers.create({ name: 'Ada', email: 'ada@example.com', metadata: { club: '7' } });
    const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
    kept = await stripe.paymentMethods.attach(made.id, { customer: customer.id });
    assert.deepEqual([kept.id, kept.customer, kept.card.last4], [made.id, customer.id, '4242']);
    const other = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const listed = await stripe.customers.listPaymentMethods(customer.id, { type: 'card' });
    assert.deepEqual(listed.data.map((method) => method.id), [other.id, kept.id]);
    assert.equal((await stripe.paymentMethods.detach(other.id)).customer, null);
    await receiver.about('payment_method.detached', other.id);
    assert.equal((await stripe.customers.update(customer.id, { phone: '123' })).phone, '123');
    const found = await stripe.customers.list({ email: 'ada@example.com', limit: 1 });
    assert.equal(found.data[0].id, customer.id);
  });

  await check('direct-payment', async () => {
    const made = await stripe.paymentIntents.create({ ...card, customer: customer.id, description: 'Tea' });
    assert.equal(made.status, 'requires_payment_method');
    const chosen = await stripe.paymentIntents.update(made.id, { payment_method: kept.id, amount: 2500 });
    assert.deepEqual([chosen.status, chosen.amount], ['requires_confirmation', 2500]);
    const paid = await stripe.paymentIntents.confirm(made.id, { expand: ['latest_charge'] });
    assert.deepEqual([paid.status, paid.amount_received, paid.latest_charge.captured], ['succeeded', 2500, true]);
    await receiver.about('payment_intent.succeeded', made.id);
    const late = await refusal(() => stripe.paymentIntents.cancel(made.id), Stripe.errors.StripeInvalidRequestError, {
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
    });
    assert.equal(late.payment_intent.id, made.id);
  });

  await check('direct-decline', async () => {
    const payment_method = 'pm_card_visa_chargeDeclinedInsufficientFunds';
    const create = () => stripe.paymentIntents.create({ ...card, payment_method, confirm: true });
    const error = await refusal(create, Stripe.errors.StripeCardError, {
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    });
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    const failed = await receiver.about('payment_intent.payment_failed', error.payment_intent.id);
    assert.equal(failed.data.object.last_payment_error.code, 'card_declined');
    const paid = await stripe.paymentIntents.confirm(error.payment_intent.id, { payment_method: 'pm_card_visa' });
    assert.equal(paid.status, 'succeeded');
  });

  await check('direct-capture', async () => {
    const hold = { ...card, payment_method: 'pm_card_visa', confirm: true, capture_method: 'manual' };
    const held = await stripe.paymentIntents.create(hold);
    assert.deepEqual([held.status, held.amount_capturable], ['requires_capture', 2000]);
    await receiver.about('payment_intent.amount_capturable_updated', held.id);
    const taken = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1500 });
    assert.deepEqual([taken.status, taken.amount_received], ['succeeded', 1500]);
    const charge = await stripe.charges.retrieve(taken.latest_charge);
    assert.deepEqual([charge.amount_captured, charge.amount_refunded, charge.refunded], [1500, 500, false]);
    const dropped = await stripe.paymentIntents.create(hold);
    const over = await stripe.paymentIntents.cancel(dropped.id, { cancellation_reason: 'abandoned' });
    assert.deepEqual([over.status, over.cancellation_reason], ['canceled', 'abandoned']);
    await receiver.about('payment_intent.canceled', dropped.id);
  });

  await check('direct-three-d-secure', async () => {
    const payment_method = 'pm_card_authenticationRequired';
    const return_url = 'https://seller.example/back';
    const asked = await stripe.paymentIntents.create({ ...card, payment_method, confirm: true, return_url });
    assert.equal(asked.status, 'requires_action');
    await receiver.about('payment_intent.requires_action', asked.id);
    const back = await submit(asked.next_action.redirect_to_url.url, { three_d_secure: 'confirm' });
    const target = new URL(back.headers.get('location'));
    assert.deepEqual([target.searchParams.get('payment_intent'), target.searchParams.get('redirect_status')], [asked.id, 'succeeded']);
    assert.equal((await stripe.paymentIntents.retrieve(asked.id)).status, 'succeeded');
    const away = () => stripe.paymentIntents.create({ ...card, payment_method, confirm: true, off_session: true });
    await refusal(away, Stripe.errors.StripeCardError, { statusCode: 402, code: 'authentication_required' });
    assert.equal((await stripe.customers.del(customer.id)).deleted, true);
  });
}
