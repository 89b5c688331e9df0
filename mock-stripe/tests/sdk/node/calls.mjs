// What the library does with its requests: keys for repeats, pages of lists, retries, versions.

import assert from 'node:assert/strict';

import { Stripe, check, control, patient, refusal, stripe } from './lab.mjs';

export async function calls({ price, session }) {
  await check('idempotency', async () => {
    const seat = { unit_amount: 700, currency: 'usd', product: price.product };
    const first = await stripe.prices.create(seat, { idempotencyKey: 'order-7' });
    const again = await stripe.prices.create(seat, { idempotencyKey: 'order-7' });
    assert.equal(again.id, first.id);
    assert.equal(first.lastResponse.headers['idempotent-replayed'], undefined);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    assert.equal(again.lastResponse.headers['original-request'], first.lastResponse.requestId);
    const wrong = Stripe.errors.StripeIdempotencyError;
    const other = { ...seat, unit_amount: 701 };
    const error = await refusal(() => stripe.prices.create(other, { idempotencyKey: 'order-7' }), wrong, {
      statusCode: 400,
      rawType: 'idempotency_error',
    });
    assert.match(error.message, /^Keys for idempotent requests can only be used with the same parameters/);
    await refusal(() => stripe.products.create({ name: 'Seat' }, { idempotencyKey: 'order-7' }), wrong, {
      statusCode: 400,
    });
  });

  await check('auto-pagination', async () => {
    for (let n = 0; n < 105; n += 1) await stripe.products.create({ name: `Row ${n}`, metadata: { n: String(n) } });
    const walked = [];
    for await (const product of stripe.products.list({ limit: 100 })) walked.push(product);
    const rows = walked.filter((product) => product.metadata.n).map((product) => Number(product.metadata.n));
    assert.deepEqual(rows, Array.from({ length: 105 }, (_, n) => 104 - n));
    assert.equal(new Set(walked.map((product) => product.id)).size, walked.length);
    const some = await stripe.products.list({ limit: 20 }).autoPagingToArray({ limit: 45 });
    assert.deepEqual(some.map((product) => product.id), walked.slice(0, 45).map((product) => product.id));
  });

  const limited = (headers) => ({
    match: { fake: 'stripe', operation: 'createPrice' },
    effect: { kind: 'answer', status: 429, headers },
  });

  await check('rate-limit', async () => {
    await control('POST', '/v1/faults', limited({}));
    const seat = { unit_amount: 800, currency: 'usd', product: price.product };
    await refusal(() => patient.prices.create(seat), Stripe.errors.StripeRateLimitError, {
      statusCode: 429,
      code: 'rate_limit',
    });
  });

  await check('rate-limit-retried', async () => {
    await control('POST', '/v1/faults', limited({ 'stripe-should-retry': 'true' }));
    const seat = { unit_amount: 801, currency: 'usd', product: price.product };
    assert.equal((await patient.prices.create(seat)).unit_amount, 801);
  });

  await check('lost-answer-retried', async () => {
    const match = { fake: 'stripe', operation: 'createPrice' };
    await control('POST', '/v1/faults', { match, when: 'after-commit', effect: { kind: 'reset' } });
    const product = await stripe.products.create({ name: 'Once' });
    const made = await patient.prices.create({ unit_amount: 802, currency: 'usd', product: product.id });
    assert.equal(made.lastResponse.headers['idempotent-replayed'], 'true');
    const prices = await stripe.prices.list({ product: product.id });
    assert.deepEqual(prices.data.map((price) => price.id), [made.id]);
  });

  await check('api-version', async () => {
    const now = await stripe.checkout.sessions.retrieve(session);
    assert.equal(now.lastResponse.apiVersion, Stripe.API_VERSION);
    assert.equal(now.ui_mode, 'hosted_page');
    const older = await stripe.checkout.sessions.retrieve(session, undefined, { apiVersion: '2025-12-15.clover' });
    assert.equal(older.lastResponse.apiVersion, '2025-12-15.clover');
    assert.equal(older.ui_mode, 'hosted');
    await refusal(
      () => stripe.prices.list({}, { apiVersion: 'yesterday' }),
      Stripe.errors.StripeInvalidRequestError,
      { statusCode: 400, message: 'Invalid Stripe API version: yesterday' },
    );
  });
}
