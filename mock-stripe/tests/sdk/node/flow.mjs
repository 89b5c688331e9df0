// The seller's flow and its errors, run by Stripe's own library for Node against the fake.
//
// Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { STRIPE_API, STRIPE_CONTROL, STRIPE_KEY, STRIPE_MODULES } = process.env;
const Stripe = createRequire(`${STRIPE_MODULES}/`)('stripe');

const api = new URL(STRIPE_API);
const place = { host: api.hostname, port: api.port, protocol: 'http' };
const stripe = new Stripe(STRIPE_KEY, { ...place, maxNetworkRetries: 0 });
const patient = new Stripe(STRIPE_KEY, { ...place, maxNetworkRetries: 2 });

async function check(name, work) {
  try {
    await work();
  } catch (error) {
    console.error(`failed ${name}: ${error.stack ?? error}`);
    process.exit(1);
  }
  console.log(`ok ${name}`);
}

/** The error that `work` must end in. */
async function refusal(work, type, expected) {
  const error = await work().then(
    () => assert.fail(`${type.name} expected, but it went well`),
    (error) => error,
  );
  assert.ok(error instanceof type, `${type.name} expected, got ${error.stack ?? error}`);
  for (const [member, value] of Object.entries(expected)) {
    assert.deepEqual(error[member], value, `${member} of ${error.message}`);
  }
  return error;
}

async function control(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${STRIPE_CONTROL}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Takes webhooks as a seller's service does: raw bytes, verified by the library, 400 when it refuses them. */
class Receiver {
  constructor() {
    this.secret = undefined;
    this.events = [];
    this.raw = [];
    this.refusals = [];
    this.waiting = [];
    this.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const [body, header] = [Buffer.concat(chunks), request.headers['stripe-signature']];
      try {
        const event = stripe.webhooks.constructEvent(body, header, this.secret);
        this.events.push(event);
        this.raw.push({ type: event.type, body, header });
        response.writeHead(200).end();
      } catch (error) {
        this.refusals.push(error);
        response.writeHead(400).end(error.message);
      }
      this.waiting.forEach((look) => look());
    });
  }

  async open() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}/webhooks`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** The first event that `wanted` accepts, now or later. */
  event(what, wanted) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const seen = this.events.map((event) => event.type).join(', ');
        reject(new Error(`no ${what} came within 10 s; came: ${seen}; refused: ${this.refusals.join('; ')}`));
      }, 10_000);
      const look = () => {
        const found = this.events.find(wanted);
        if (!found) return;
        clearTimeout(late);
        resolve(found);
      };
      this.waiting.push(look);
      look();
    });
  }
}

/** Opens a page as a browser does, without following where it leads. */
const open = (url) => fetch(url, { redirect: 'manual' });

/** Sends the hosted page's form. */
const pay = (page, card) =>
  fetch(page, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      email: 'ada@example.com',
      name: 'Ada Buyer',
      method: 'card',
      card_number: card,
      card_expiry: '12/34',
      card_cvc: '123',
    }),
  });

const order = '7d0f2f0e-7a47-4a86-9e2a-5b1f6f0c1a01';
const thanks = 'https://seller.example/thanks?session={CHECKOUT_SESSION_ID}';
const receiver = new Receiver();
let endpoint, price, link, page, session;

await check('wrong-key', async () => {
  const stranger = new Stripe('sk_test_ThisIsNobodysKey1234', place);
  const error = await refusal(() => stranger.prices.list(), Stripe.errors.StripeAuthenticationError, {
    statusCode: 401,
    rawType: 'invalid_request_error',
  });
  assert.match(error.message, /^Invalid API Key provided: sk_test_\*+1234$/);
});

await check('missing-parameter', () =>
  refusal(() => stripe.prices.create({ unit_amount: 4950 }), Stripe.errors.StripeInvalidRequestError, {
    statusCode: 400,
    code: 'parameter_missing',
    param: 'currency',
    message: 'Missing required param: currency.',
  }),
);

await check('unknown-parameter', () =>
  refusal(() => stripe.products.create({ name: 'Seat', colour: 'red' }), Stripe.errors.StripeInvalidRequestError, {
    statusCode: 400,
    code: 'parameter_unknown',
    param: 'colour',
    message: 'Received unknown parameter: colour',
  }),
);

await check('no-such-object', async () => {
  const invalid = Stripe.errors.StripeInvalidRequestError;
  const error = await refusal(() => stripe.prices.retrieve('price_nowhere'), invalid, {
    statusCode: 404,
    code: 'resource_missing',
    message: "No such price: 'price_nowhere'",
  });
  assert.match(error.requestId, /^req_\w{14}$/);
  const line = { price: 'price_nowhere', quantity: 1 };
  await refusal(() => stripe.paymentLinks.create({ line_items: [line] }), invalid, {
    statusCode: 400,
    code: 'resource_missing',
    param: 'line_items[0][price]',
  });
});

await check('webhook-endpoint', async () => {
  endpoint = await stripe.webhookEndpoints.create({ url: await receiver.open(), enabled_events: ['*'] });
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
  const visit = await open(link.url);
  assert.equal(visit.status, 303);
  page = new URL(visit.headers.get('location'), link.url);
  const shown = await open(page);
  assert.equal(shown.status, 200);
  assert.match(await shown.text(), /\$99\.00/);
  const paid = await pay(page, '4242424242424242');
  assert.equal(paid.status, 303, await paid.text());
  session = page.pathname.split('/').pop();
  assert.equal(paid.headers.get('location'), thanks.replace('{CHECKOUT_SESSION_ID}', session));
});

await check('webhook', async () => {
  const done = await receiver.event(
    'checkout.session.completed',
    (event) => event.type === 'checkout.session.completed' && event.data.object.id === session,
  );
  assert.match(done.id, /^evt_/);
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

await check('webhook-tampered', () => {
  const { body, header } = receiver.raw.find(({ type }) => type === 'checkout.session.completed');
  const verify = (body, header, secret) => stripe.webhooks.constructEvent(body, header, secret);
  assert.equal(verify(body, header, endpoint.secret).data.object.id, session);
  const wrong = Stripe.errors.StripeSignatureVerificationError;
  const tampered = Buffer.from(body.toString().replace('"amount_total": 9900', '"amount_total": 1'));
  assert.notDeepEqual(tampered, body);
  assert.throws(() => verify(tampered, header, endpoint.secret), wrong);
  assert.throws(() => verify(JSON.stringify(JSON.parse(body)), header, endpoint.secret), wrong);
  assert.throws(() => verify(body, header, 'whsec_another'), wrong);
});

await check('webhook-signatures', async () => {
  const event = receiver.events.find(({ type }) => type === 'checkout.session.completed').id;
  const refused = /No signatures found matching|No signatures found with expected scheme|No stripe-signature header/;
  for (const [signing, status, says] of [
    ['valid', 200, /^$/],
    ['rolled', 200, /^$/],
    ['shuffled', 200, /^$/],
    ['wrong-secret', 400, refused],
    ['other-body', 400, refused],
    ['changed-timestamp', 400, refused],
    ['broken', 400, refused],
    ['only-v0', 400, refused],
    ['none', 400, refused],
    ['old', 400, /Timestamp outside the tolerance zone/],
  ]) {
    const { answers } = await control('POST', '/v1/stripe/deliveries', { event, signing });
    assert.equal(answers[0].status, status, `${signing}: ${JSON.stringify(answers)}`);
    assert.match(answers[0].body, says, signing);
  }
});

await check('declined-card', async () => {
  const visit = await open(link.url);
  const page = new URL(visit.headers.get('location'), link.url);
  const session = page.pathname.split('/').pop();
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

await check('webhook-endpoint-deleted', async () => {
  const gone = await stripe.webhookEndpoints.del(endpoint.id);
  assert.deepEqual([gone.id, gone.deleted], [endpoint.id, true]);
});

receiver.close();
// The library keeps the timer of a call whose connection was reset (80 s), and Node would wait for it.
process.exit(0);
