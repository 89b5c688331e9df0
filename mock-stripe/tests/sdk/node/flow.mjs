// The seller's flow and its errors, run by Stripe's own library for Node against the fake.
//
// Prints one line per check and stops at the first that fails. What it needs is in the environment; see `main.rs`.

import assert from 'node:assert/strict';

import { Receiver, check, stripe } from './lab.mjs';
import { aftermath } from './aftermath.mjs';
import { calls } from './calls.mjs';
import { checkout } from './checkout.mjs';
import { direct } from './direct.mjs';
import { refusals } from './refusals.mjs';
import { rolling } from './rolling.mjs';
import { sale } from './sale.mjs';
import { search } from './search.mjs';
import { signatures } from './signatures.mjs';

const receiver = new Receiver();

await refusals();
const made = await sale(receiver);
await signatures(receiver, made);
await checkout(receiver, made);
await direct(receiver);
await aftermath(receiver);
await search();
await rolling(receiver, made);
await calls(made);

await check('webhook-endpoint-deleted', async () => {
  const gone = await stripe.webhookEndpoints.del(made.endpoint.id);
  assert.deepEqual([gone.id, gone.deleted], [made.endpoint.id, true]);
});

receiver.close();
// The library keeps the timer of a call whose connection was reset (80 s), and Node would wait for it.
process.exit(0);
