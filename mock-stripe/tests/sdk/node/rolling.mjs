// Webhook secrets that are rolled: for a while both sign.

import assert from 'node:assert/strict';

import { Stripe, check, control, stripe } from './lab.mjs';

export async function rolling(receiver, { endpoint }) {
  await check('webhook-secret-rolled', async () => {
    const verify = ({ body, header }, secret) => stripe.webhooks.constructEvent(body, header, secret).data.object.id;
    const wrong = Stripe.errors.StripeSignatureVerificationError;
    const delivered = async (id) => {
      await receiver.about('product.created', id);
      return receiver.raw.find(({ type, body }) => type === 'product.created' && JSON.parse(body).data.object.id === id);
    };
    const old = receiver.secret;
    const { secret } = await control('POST', `/v1/stripe/endpoints/${endpoint.id}/roll`, { expires_in_seconds: 3600 });
    assert.match(secret, /^whsec_/);
    assert.notEqual(secret, old);
    const during = await stripe.products.create({ name: 'Both secrets sign' });
    const both = await delivered(during.id);
    assert.equal(both.header.match(/v1=/g).length, 2);
    assert.deepEqual([verify(both, old), verify(both, secret)], [during.id, during.id]);

    await control('POST', '/v1/clock/advance', { by: '1h' });
    receiver.secret = secret;
    const after = await stripe.products.create({ name: 'The new one signs' });
    const one = await delivered(after.id);
    assert.equal(one.header.match(/v1=/g).length, 1);
    assert.equal(verify(one, secret), after.id);
    assert.throws(() => verify(one, old), wrong);
  });
}
