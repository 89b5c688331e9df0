// The seller's flow: from a price to a refund, with webhooks.

import assert from 'node:assert/strict';

import { Stripe, check, open, pay, refusal, sessionOf, stripe, visit } from './lab.mjs';

const order = '7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a01';
const thanks = 'https://seller.example/thanks?session={CHECKOUT_SESSION_ID}';

/** Sells once, and gives what was made on the way. */
export async function sale(receiver) {
  let endpoint, price, link, session;

  await check('webhook-endpoint', async () => {
    endpoint = await stripe.webhookEndpoints.create({
      url: await receiver.open(),
      enabled_events: ['*'],
      api_version: Stripe.API_VERSION,
    });
    assert.match(endpoint.secret, /^whsec_/);
    assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);
    receiver.secret = endpoint.secret;
  });

  await check('price-and-product', async () => {
    price = await stripe.prices.create({ unit_amount: 4950, currency: 'usd', product_data: { name: 'Seat' } });
    assert.equal(price.unit_amount, 4950);
    const product = await stripe.products.retrieve(price.product);
    assert.deepEqual([product.name, product.active], ['Seat', true]);
    const made = await receiver.event('price.created', (event) => event.type === 'price.created');
    assert.equal(made.data.object.id, price.id);
  });

  await check('payment-link', async () => {
    link = await stripe.paymentLinks.create({
      line_items: [{ price: price.id, quantity: 2 }],
      metadata: { order_id: order, time: '2026-08-03T12:00:00Z' },
      after_completion: { type: 'redirect', redirect: { url: thanks } },
    });
    assert.equal(link.metadata.order_id, order);
    assert.equal(link.after_completion.redirect.url, thanks);
    const lines = await stripe.paymentLinks.listLineItems(link.id);
    assert.deepEqual(lines.data.map((line) => [line.price.id, line.quantity, line.amount_total]), [[price.id, 2, 9900]]);
  });

  await check('hosted-page', async () => {
    const page = await visit(link);
    const shown = await open(page);
    assert.equal(shown.status, 200);
    assert.match(await shown.text(), /\$99\.00/);
    const paid = await pay(page, '4242424242424242');
    assert.equal(paid.status, 303, await paid.text());
    session = sessionOf(page);
    assert.equal(paid.headers.get('location'), thanks.replace('{CHECKOUT_SESSION_ID}', session));
  });

  await check('webhook', async () => {
    const done = await receiver.event(
      'checkout.session.completed',
      (event) => event.type === 'checkout.session.completed' && event.data.object.id === session,
    );
    assert.match(done.id, /^evt_/);
    assert.equal(done.api_version, Stripe.API_VERSION);
    assert.equal(done.data.object.payment_status, 'paid');
    assert.equal(done.data.object.payment_link, link.id);
    assert.equal(done.data.object.metadata.order_id, order);
    assert.equal(done.data.object.amount_total, 9900);
    await receiver.event('charge.succeeded', (event) => event.type === 'charge.succeeded');
    assert.deepEqual(receiver.refusals, []);
    const kept = await stripe.events.retrieve(done.id);
    assert.equal(kept.type, done.type);
  });

  await check('expand', async () => {
    const expand = ['payment_intent.latest_charge', 'line_items.data.price.product', 'payment_link'];
    const full = await stripe.checkout.sessions.retrieve(session, { expand });
    assert.equal(full.payment_intent.status, 'succeeded');
    assert.equal(full.payment_intent.latest_charge.amount, 9900);
    assert.equal(full.line_items.data[0].price.product.name, 'Seat');
    assert.equal(full.payment_link.id, link.id);
    const listed = await stripe.charges.list({ payment_intent: full.payment_intent.id, expand: ['data.payment_intent'] });
    assert.equal(listed.data[0].payment_intent.id, full.payment_intent.id);
    const plain = await refusal(
      () => stripe.checkout.sessions.retrieve(session, { expand: ['metadata'] }),
      Stripe.errors.StripeInvalidRequestError,
      { statusCode: 400 },
    );
    assert.match(plain.message, /^This property cannot be expanded \(metadata\)\./);
  });

  await check('refund', async () => {
    const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session);
    const refund = await stripe.refunds.create({ payment_intent: intent, amount: 4950 });
    assert.deepEqual([refund.status, refund.amount], ['succeeded', 4950]);
    const told = await receiver.event('charge.refunded', (event) => event.type === 'charge.refunded');
    assert.equal(told.data.object.amount_refunded, 4950);
    assert.equal(told.data.previous_attributes.amount_refunded, 0);
    await refusal(
      () => stripe.refunds.create({ payment_intent: intent, amount: 4951 }),
      Stripe.errors.StripeInvalidRequestError,
      { statusCode: 400, param: 'amount' },
    );
  });

  await check('declined-card', async () => {
    const page = await visit(link);
    const session = sessionOf(page);
    const shown = await pay(page, '4000000000009995');
    assert.equal(shown.status, 200);
    assert.match(await shown.text(), /role="alert"[^]*Your card has insufficient funds\./);
    assert.equal((await stripe.checkout.sessions.retrieve(session)).status, 'open');
    const confirm = { payment_method: 'pm_card_chargeDeclined', expected_amount: 9900 };
    const error = await refusal(
      () => stripe.rawRequest('POST', `/v1/payment_pages/${session}/confirm`, confirm),
      Stripe.errors.StripeCardError,
      { statusCode: 402, code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' },
    );
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent.id);
    assert.equal(intent.status, 'requires_payment_method');
    assert.equal(intent.last_payment_error.decline_code, 'generic_decline');
    const charges = await stripe.charges.list({ payment_intent: intent.id });
    assert.deepEqual(
      charges.data.map((charge) => [charge.status, charge.outcome.reason]),
      [['failed', 'generic_decline'], ['failed', 'insufficient_funds']],
    );
    const told = (event) => event.type === 'payment_intent.payment_failed' && event.data.object.id === intent.id;
    assert.equal((await receiver.event('payment_intent.payment_failed', told)).data.object.amount, 9900);
  });

  return { endpoint, price, link, session };
}
