// Webhooks whose signature is right, and those whose is not.

import assert from 'node:assert/strict';

import { Stripe, check, control, stripe } from './lab.mjs';

export async function signatures(receiver, { endpoint, session }) {
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
}
