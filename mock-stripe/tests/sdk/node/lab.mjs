// Where the fake is, and what the checks share: the library's clients, the receiver of webhooks, the buyer's browser.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { STRIPE_API, STRIPE_CONTROL, STRIPE_KEY, STRIPE_MODULES } = process.env;
export const Stripe = createRequire(`${STRIPE_MODULES}/`)('stripe');

const api = new URL(STRIPE_API);
export const place = { host: api.hostname, port: api.port, protocol: 'http' };
export const stripe = new Stripe(STRIPE_KEY, { ...place, maxNetworkRetries: 0 });
export const patient = new Stripe(STRIPE_KEY, { ...place, maxNetworkRetries: 2 });

export async function check(name, work) {
  try {
    await work();
  } catch (error) {
    console.error(`failed ${name}: ${error.stack ?? error}`);
    process.exit(1);
  }
  console.log(`ok ${name}`);
}

/** The error that `work` must end in. */
export async function refusal(work, type, expected) {
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

export async function control(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${STRIPE_CONTROL}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Takes webhooks as a seller's service does: raw bytes, verified by the library, 400 when it refuses them. */
export class Receiver {
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

  /** The first event of type `type` about the object `id`, now or later. */
  about(type, id) {
    return this.event(type, (event) => event.type === type && event.data.object.id === id);
  }
}

/** Opens a page as a browser does, without following where it leads. */
export const open = (url) => fetch(url, { redirect: 'manual' });

/** Sends the hosted page's form. */
export const submit = (page, form) =>
  fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });

/** Pays by card on the hosted page. */
export const pay = (page, card) =>
  submit(page, {
    email: 'ada@example.com',
    name: 'Ada Buyer',
    method: 'card',
    card_number: card,
    card_expiry: '12/34',
    card_cvc: '123',
  });

/** Opens a link and says where its page is. */
export async function visit(link) {
  const answer = await open(link.url);
  assert.equal(answer.status, 303);
  return new URL(answer.headers.get('location'), link.url);
}

/** The session that a page is for. */
export const sessionOf = (page) => page.pathname.split('/').pop();
