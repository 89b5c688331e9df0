// What the service remembers: the link of a purchase, the session that completed it, the purchase a session paid for, what was refunded.
// With a file each fact is on the disk before it is acted on, and a restart forgets nothing. One process only: put a table of your
// database here (kind, key, value) as soon as there are two.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Facts kept in memory per kind; the oldest go first. */
const MOST = 100_000;

export class Store {
  #file;
  #facts = new Map();

  constructor(file) {
    this.#file = file;
    if (!file || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      try {
        this.#keep(...JSON.parse(line));
      } catch {
        // The last line of a process that was killed while it wrote, or the empty one at the end.
      }
    }
  }

  get(kind, key) {
    return this.#facts.get(kind)?.get(key);
  }

  /** What was first said about it; this value, if nothing was. */
  first(kind, key, value) {
    if (this.get(kind, key) === undefined) this.put(kind, key, value);
    return this.get(kind, key);
  }

  put(kind, key, value) {
    if (this.get(kind, key) === value) return;
    // The new line comes first, so that a torn line before it spoils itself only.
    if (this.#file) appendFileSync(this.#file, `\n${JSON.stringify([kind, key, value])}`, { mode: 0o600, flush: true });
    this.#keep(kind, key, value);
  }

  #keep(kind, key, value) {
    if (!this.#facts.has(kind)) this.#facts.set(kind, new Map());
    const facts = this.#facts.get(kind).set(key, value);
    if (facts.size > MOST) facts.delete(facts.keys().next().value);
  }
}
