// What all calls to other services have in common: a deadline, repeats within bounds, turns, and a log that gives nothing away.

import { setTimeout as sleep } from 'node:timers/promises';

/** A trouble that may be over the next time. `again` is false if the other side asked us not to come back at once. */
export class Passing extends Error {
  constructor(reason, { retryAfter, again = true } = {}) {
    super(reason);
    Object.assign(this, { retryAfter, again });
  }
}

/** The other side understood and said no, or said something that makes no sense. */
export class Refused extends Error {
  constructor(kind, reason) {
    super(reason);
    this.kind = kind;
  }
}

/** How much time a request has left for everything that it does. */
export class Deadline {
  constructor(ms) {
    this.end = performance.now() + ms;
  }
  left() {
    return this.end - performance.now();
  }
}

const ATTEMPTS = 4;
const FIRST_WAIT = 200;

/** Tries until it works, makes no sense any more, or time is up. Waits as long as the other side asked for, or gives up at once. */
export async function persist(deadline, attempt) {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      const wait = error.retryAfter ?? FIRST_WAIT * 2 ** (made - 1);
      if (!(error instanceof Passing) || !error.again || made === ATTEMPTS || wait >= deadline.left()) throw error;
      await sleep(wait);
    }
  }
}

/** Milliseconds of a `Retry-After`, which is a number of seconds or a date. */
export function retryAfter(text) {
  if (/^\d+$/.test(text ?? '')) return Number(text) * 1000;
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

const turns = new Map();

/** Runs `work` when all earlier work on this purchase is over: reading, deciding and acting are one step. */
export function inTurn(purchase, work) {
  const mine = (turns.get(purchase) ?? Promise.resolve()).then(work);
  const over = mine.then(() => {}, () => {});
  turns.set(purchase, over);
  over.then(() => turns.get(purchase) === over && turns.delete(purchase));
  return mine;
}

/** One JSON line. Callers hand in fixed words, purchase ids that were checked, and ids of Stripe: no secret, and no text of a stranger. */
export function log(level, message, fields = {}) {
  console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
}

/** An id of Stripe for the log: what does not look like one is not shown. */
export const shown = (id) => (/^[A-Za-z0-9_]{1,100}$/.test(id) ? id : '(not an id)');
