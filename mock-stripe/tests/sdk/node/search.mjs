// Search where it exists, pages of it and of lists that are filtered.

import assert from 'node:assert/strict';

import { Stripe, check, refusal, stripe } from './lab.mjs';

const ids = (rows) => rows.map((row) => row.id);

export async function search() {
  let customer;
  const intents = [];

  await check('search', async () => {
    customer = await stripe.customers.create({ name: 'Grace Hopper', email: 'grace@example.com' });
    for (const [at, method] of ['pm_card_visa', 'pm_card_mastercard', 'pm_card_visa', 'pm_card_visa', undefined].entries()) {
      const confirm = method ? { payment_method: method, confirm: true } : {};
      const asked = { amount: 1100 + at, currency: 'usd', allowed_payment_method_types: ['card'], customer: customer.id, metadata: { tour: 'Ω 7' } };
      intents.unshift(await stripe.paymentIntents.create({ ...asked, ...confirm }));
    }
    const product = await stripe.products.create({ name: 'Violet umbrella', metadata: { shelf: '12' } });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 999, lookup_key: 'umbrella' });
    for (const [kind, query, expected] of [
      [stripe.customers, "email:'grace@example.com' AND name:'hopper'", [customer.id]],
      [stripe.customers, "name~'race hop' -email:null", [customer.id]],
      [stripe.customers, "name:'nobody'", []],
      [stripe.paymentIntents, "metadata['tour']:'Ω 7' AND status:'succeeded'", ids(intents.slice(1))],
      [stripe.paymentIntents, `customer:'${customer.id}' AND amount>=1102 AND amount<1104`, ids(intents.slice(1, 3))],
      [stripe.charges, `customer:'${customer.id}' AND payment_method_details.card.brand:'mastercard'`, [intents[3].latest_charge]],
      [stripe.products, "name~'umbrella' AND active:'true'", [product.id]],
      [stripe.products, "metadata['shelf']:'12' OR name:'nothing'", [product.id]],
      [stripe.prices, "lookup_key:'umbrella'", [price.id]],
    ]) {
      const found = await kind.search({ query });
      assert.deepEqual([found.object, ids(found.data)], ['search_result', expected], query);
    }
    const counted = await stripe.customers.search({ query: "name:'hopper'", expand: ['total_count'] });
    assert.equal(counted.total_count, 1);
    const wrong = () => stripe.customers.search({ query: 'name=ada' });
    await refusal(wrong, Stripe.errors.StripeInvalidRequestError, { statusCode: 400, param: 'query' });
  });

  await check('search-pages', async () => {
    const query = { query: `customer:'${customer.id}'`, limit: 2 };
    const first = await stripe.paymentIntents.search(query);
    assert.deepEqual([ids(first.data), first.has_more], [ids(intents.slice(0, 2)), true]);
    const second = await stripe.paymentIntents.search({ ...query, page: first.next_page });
    assert.deepEqual(ids(second.data), ids(intents.slice(2, 4)));
    const walked = [];
    for await (const intent of stripe.paymentIntents.search(query)) walked.push(intent.id);
    assert.deepEqual(walked, ids(intents));
  });

  await check('filtered-pages', async () => {
    const walk = async (list) => {
      const walked = [];
      for await (const row of list) walked.push(row.id);
      return walked;
    };
    assert.deepEqual(await walk(stripe.paymentIntents.list({ customer: customer.id, limit: 2 })), ids(intents));
    const charges = await walk(stripe.charges.list({ customer: customer.id, limit: 1 }));
    assert.deepEqual(charges, intents.slice(1).map((intent) => intent.latest_charge));
    const told = await stripe.events.list({ type: 'payment_intent.succeeded', limit: 2 }).autoPagingToArray({ limit: 1000 });
    const about = told.map((event) => event.data.object.id);
    assert.deepEqual(about.filter((id) => ids(intents).includes(id)), ids(intents.slice(1)));
    assert.ok(told.length > 8 && told.every((event) => event.type === 'payment_intent.succeeded'));
    const since = intents.at(-1).created;
    assert.deepEqual(await walk(stripe.paymentIntents.list({ created: { gte: since }, limit: 3 })), ids(intents));
    assert.deepEqual(await walk(stripe.paymentIntents.list({ created: { gt: since + 3600 } })), []);
  });
}
