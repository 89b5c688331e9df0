// Everything that is asked of Stripe: a payment link, its state, its end, a refund; and whether an event is Stripe's.

import { createHash } from 'node:crypto';

import Stripe from 'stripe';

import { Passing, Refused, persist, retryAfter } from './calls.mjs';

/** A link may have been closed by hand, or a server error be kept under its key: so many keys are tried for one offer. */
const GENERATIONS = 4;
const TOLERANCE = 300; // seconds
const LONGEST_SIGNATURE = 4096;

export class Payments {
  #config;
  #stripe;

  constructor(config) {
    this.#config = config;
    const { protocol, hostname, port } = new URL(config.stripeApiBase);
    this.#stripe = new Stripe(config.stripeApiKey, {
      protocol: protocol.slice(0, -1),
      host: hostname,
      ...(port && { port }),
      maxNetworkRetries: 0, // `persist` does it, within the deadline of the request
      telemetry: false,
    });
  }

  /** Throws unless Stripe signed these very bytes within the last five minutes. The library's `constructEvent` does it too, and parses. */
  verify(body, headers = []) {
    const [header] = headers;
    if (headers.length !== 1 || header.length > LONGEST_SIGNATURE) throw new Error('not one signature');
    this.#stripe.webhooks.signature.verifyHeader(body, header, this.#config.stripeWebhookSecret, TOLERANCE);
    // The library refuses what is old, not what is from the future.
    const signed = Number(/(?:^|,)\s*t=(\d+)/.exec(header)?.[1]);
    if (!(signed <= Date.now() / 1000 + TOLERANCE)) throw new Error('signed in the future');
  }

  /**
   * A link for this offer: the same for the same offer, however often it is asked for, here or in another process. It takes one
   * payment. The purchase id travels in the metadata, which the buyer cannot change.
   */
  async newLink({ id, minor, currency, back }, deadline) {
    const metadata = { [this.#config.metadataKey]: id };
    const parameters = {
      line_items: [
        { quantity: 1, price_data: { currency, unit_amount: minor, product_data: { name: `Payment ${id}` } } },
      ],
      restrictions: { completed_sessions: { limit: 1 } },
      metadata,
      payment_intent_data: { metadata },
      ...(back && { after_completion: { type: 'redirect', redirect: { url: back } } }),
    };
    for (let generation = 0; generation < GENERATIONS; generation++) {
      const digest = createHash('sha256').update(JSON.stringify([generation, parameters])).digest('hex');
      const made = await this.#persist(deadline, `link-${digest}`, (options) =>
        this.#stripe.paymentLinks.create(parameters, options),
      ).catch(stuck);
      // A repeated answer shows the link as it was when it was made.
      const link = made?.lastResponse?.headers['idempotent-replayed'] ? await this.link(made.id, deadline) : made;
      if (link && (link.active || used(link))) return link;
    }
    throw new Refused('unreadable', 'Stripe hands out no link that is open');
  }

  /** The link as it is now; undefined if Stripe does not know it. */
  link(id, deadline) {
    return this.#persist(deadline, undefined, (options) => this.#stripe.paymentLinks.retrieve(id, {}, options)).catch(
      (error) => {
        if (error.kind === 'missing') return undefined;
        throw error;
      },
    );
  }

  async closeLink(id, deadline) {
    await this.#persist(deadline, undefined, (options) => this.#stripe.paymentLinks.update(id, { active: false }, options));
  }

  /** Gives the whole payment back, once however often it is called. */
  async refund(intent, purchase, deadline) {
    const parameters = { payment_intent: intent, reason: 'requested_by_customer', metadata: { [this.#config.metadataKey]: purchase } };
    for (let generation = 0; generation < GENERATIONS; generation++) {
      try {
        return await this.#persist(deadline, `refund-${intent}-${generation}`, (options) =>
          this.#stripe.refunds.create(parameters, options),
        );
      } catch (error) {
        if (error.kind === 'charge_already_refunded') return undefined;
        stuck(error);
      }
    }
    throw new Passing('Stripe repeats a server error');
  }

  #persist(deadline, idempotencyKey, call) {
    return persist(deadline, async () => {
      const timeout = Math.ceil(Math.min(deadline.left(), this.#config.callTimeout));
      if (timeout <= 0) throw new Passing('no time left');
      try {
        return await call({ timeout, ...(idempotencyKey && { idempotencyKey }) });
      } catch (error) {
        throw sorted(error);
      }
    });
  }
}

/** Whether somebody has paid with this link, even if the money is still on its way. */
export const used = (link) => link.restrictions?.completed_sessions?.count > 0;

/** Where to send the buyer; undefined if it cannot stand in a header. */
export const pageOf = (link) => (/^https?:\/\/[\x21-\x7e]+$/.test(link.url ?? '') ? link.url : undefined);

/** Lets a server error pass that Stripe keeps under our key: the next key may work. */
function stuck(error) {
  if (error.kind !== 'stuck') throw error;
}

/** What an error of the library means for us. */
function sorted(error) {
  const { statusCode: status, headers = {}, code } = error;
  if (error instanceof Stripe.errors.StripeConnectionError) return new Passing('Stripe does not answer');
  if (!status) return new Refused('unreadable', 'Stripe answers something else');
  const reason = `Stripe answered ${status}`;
  if (status >= 500 && headers['idempotent-replayed'] === 'true') return new Refused('stuck', reason);
  // Stripe's own word comes first; without it conflicts, throttling and server errors may pass.
  const word = headers['stripe-should-retry'];
  if (status >= 500 || status === 429 || status === 409 || word === 'true') {
    return new Passing(reason, { retryAfter: retryAfter(headers['retry-after']), again: word !== 'false' });
  }
  if (status === 404) return new Refused('missing', reason);
  if (code === 'charge_already_refunded') return new Refused(code, reason);
  return new Refused([400, 402].includes(status) ? 'declined' : 'misfit', reason);
}
