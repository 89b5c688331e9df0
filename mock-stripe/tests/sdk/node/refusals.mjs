// Calls that must not go well: keys, parameters, unknown objects.

import assert from 'node:assert/strict';

import { Stripe, check, place, refusal, stripe } from './lab.mjs';

export async function refusals() {
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
}
