// What else a seller of one-off payments does: sessions of its own, delayed methods, customers, books, and taking things off sale.

import assert from 'node:assert/strict';

import { Stripe, check, control, open, pay, refusal, sessionOf, stripe, submit, visit } from './lab.mjs';

const seller = 'https://seller.example/';

export async function checkout(receiver, { price, link }) {
  let own, booked;

  await check('session', async () => {
    own = await stripe.checkout.sessions.create({
      mode: 'payment',
      client_reference_id: 'cart-7',
      customer_email: 'ada@example.com',
      line_items: [
        { price: price.id, quantity: 1 },
        { price_data: { currency: 'usd', unit_amount: 50, product_data: { name: 'Bag' } }, quantity: 3 },
      ],
      success_url: `${seller}done`,
      cancel_url: `${seller}cart`,
      expand: ['line_items'],
    });
    assert.deepEqual([own.status, own.amount_total, own.line_items.data.length], ['open', 5100, 2]);
    const page = new URL(own.url);
    const paid = await pay(page, '5555555555554444');
    assert.deepEqual([paid.status, paid.headers.get('location')], [303, `${seller}done`]);
    const done = await receiver.about('checkout.session.completed', own.id);
    assert.equal(done.data.object.client_reference_id, 'cart-7');
    const found = await stripe.checkout.sessions.list({ payment_intent: done.data.object.payment_intent });
    assert.deepEqual(found.data.map((session) => [session.id, session.payment_status]), [[own.id, 'paid']]);
    booked = done.data.object.payment_intent;
  });

  await check('session-expired', async () => {
    const line_items = [{ price: price.id, quantity: 1 }];
    const { id } = await stripe.checkout.sessions.create({ mode: 'payment', line_items, success_url: seller });
    assert.equal((await stripe.checkout.sessions.expire(id)).status, 'expired');
    await receiver.about('checkout.session.expired', id);
    await refusal(() => stripe.checkout.sessions.expire(id), Stripe.errors.StripeInvalidRequestError, {
      statusCode: 400,
    });
  });

  await check('delayed-payment', async () => {
    const ticket = { currency: 'eur', unit_amount: 2500, product_data: { name: 'Ticket' } };
    const link = await stripe.paymentLinks.create({ line_items: [{ price_data: ticket, quantity: 1 }] });
    for (const [verb, iban, kind, status, payment] of [
      ['settle', 'AT611904300234573201', 'async_payment_succeeded', 'succeeded', 'paid'],
      ['fail', 'IT60X0542811101000000123456', 'async_payment_failed', 'requires_payment_method', 'unpaid'],
    ]) {
      const page = await visit(link);
      const form = { email: 'ada@example.com', name: 'Ada Buyer', method: 'sepa_debit', iban };
      assert.equal((await submit(page, form)).status, 303);
      const done = await receiver.about('checkout.session.completed', sessionOf(page));
      assert.equal(done.data.object.payment_status, 'unpaid');
      const intent = done.data.object.payment_intent;
      assert.equal((await stripe.paymentIntents.retrieve(intent)).status, 'processing');
      await control('POST', `/v1/stripe/payments/${intent}/${verb}`, {});
      const told = await receiver.about(`checkout.session.${kind}`, sessionOf(page));
      assert.equal(told.data.object.payment_status, payment);
      assert.equal((await stripe.paymentIntents.retrieve(intent)).status, status);
    }
  });

  await check('three-d-secure', async () => {
    const page = await visit(link);
    assert.equal((await pay(page, '4000002760003184')).status, 303);
    const expand = ['payment_intent'];
    const asked = await stripe.checkout.sessions.retrieve(sessionOf(page), { expand });
    assert.equal(asked.payment_intent.status, 'requires_action');
    assert.equal(asked.payment_intent.next_action.type, 'redirect_to_url');
    assert.equal((await submit(page, { three_d_secure: 'confirm' })).status, 303);
    await receiver.about('payment_intent.succeeded', asked.payment_intent.id);
    const done = await stripe.paymentIntents.retrieve(asked.payment_intent.id, { expand: ['latest_charge'] });
    assert.equal(done.latest_charge.payment_method_details.card.three_d_secure.result, 'authenticated');
  });

  await check('customer', async () => {
    const line_items = [{ price: price.id, quantity: 1 }];
    const link = await stripe.paymentLinks.create({ line_items, customer_creation: 'always' });
    const page = await visit(link);
    await pay(page, '4242424242424242');
    const { customer } = await stripe.checkout.sessions.retrieve(sessionOf(page));
    const known = await stripe.customers.retrieve(customer);
    assert.deepEqual([known.email, known.name], ['ada@example.com', 'Ada Buyer']);
    await receiver.about('customer.created', customer);
    const charges = await stripe.charges.list({ customer, expand: ['data.customer'] });
    assert.deepEqual(charges.data.map((charge) => charge.customer.id), [customer]);
  });

  await check('balance-transaction', async () => {
    await control('POST', '/v1/clock/advance', { by: '3s' });
    const expand = ['latest_charge.balance_transaction'];
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(booked, { expand });
    await receiver.about('charge.updated', charge.id);
    const entry = charge.balance_transaction;
    assert.deepEqual([entry.amount, entry.net + entry.fee, entry.source], [5100, 5100, charge.id]);
    const entries = await stripe.balanceTransactions.list({ source: charge.id });
    assert.deepEqual(entries.data.map((row) => row.id), [entry.id]);
  });

  await check('fractional-price', async () => {
    const cent = { currency: 'usd', unit_amount_decimal: Stripe.Decimal.from('0.5'), product: price.product };
    const made = await stripe.prices.create(cent);
    assert.equal(made.unit_amount, null);
    assert.ok(made.unit_amount_decimal.eq(Stripe.Decimal.from('0.5')), String(made.unit_amount_decimal));
    const yen = await stripe.prices.create({ currency: 'jpy', unit_amount: 500, product: price.product });
    assert.deepEqual([yen.unit_amount, String(yen.unit_amount_decimal)], [500, '500']);
  });

  await check('metadata', async () => {
    const made = await stripe.products.create({ name: 'Hat', metadata: { size: 'M', colour: 'red', weight: '9' } });
    const less = await stripe.products.update(made.id, { metadata: { colour: '', size: 'L' } });
    assert.deepEqual(less.metadata, { size: 'L', weight: '9' });
    const told = await receiver.about('product.updated', made.id);
    assert.deepEqual(told.data.previous_attributes.metadata, { colour: 'red', size: 'M' });
    assert.deepEqual((await stripe.products.update(made.id, { metadata: '' })).metadata, {});
    assert.equal((await stripe.products.del(made.id)).deleted, true);
  });

  await check('archived-price', async () => {
    const old = await stripe.prices.create({ currency: 'usd', unit_amount: 900, product: price.product });
    assert.equal((await stripe.prices.update(old.id, { active: false })).active, false);
    const line_items = [{ price: old.id, quantity: 1 }];
    await refusal(() => stripe.paymentLinks.create({ line_items }), Stripe.errors.StripeInvalidRequestError, {
      statusCode: 400,
      param: 'line_items[0][price]',
      message: 'The price specified is inactive. This field only accepts active prices.',
    });
  });

  await check('link-deactivated', async () => {
    const off = await stripe.paymentLinks.update(link.id, { active: false, inactive_message: 'Sold out' });
    assert.equal(off.active, false);
    const told = await receiver.about('payment_link.updated', link.id);
    assert.deepEqual(told.data.previous_attributes, { active: true, inactive_message: null });
    const shown = await open(link.url);
    assert.match(await shown.text(), /Sold out/);
    const left = await stripe.paymentLinks.list({ active: false });
    assert.deepEqual(left.data.map((link) => link.id), [link.id]);
  });
}
