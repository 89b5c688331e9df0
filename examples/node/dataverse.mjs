// The two calls to Dataverse: read a purchase, and say how its payment ended.

import { Passing, Refused, persist, retryAfter } from './calls.mjs';

const COMPLETED = 100000001;
const CANCELLED = 100000000;

const LARGEST_ANSWER = 1024 * 1024;
const COLUMNS = 'msevtmgt_totalprice,msevtmgt_paid,msevtmgt_processed,statecode';
/** The choice of this name is documented, the column is not: it is asked for until the environment says that it has none. */
const STATUS = 'msevtmgt_paymentstatus';
const CURRENCY = 'transactioncurrencyid($select=isocurrencycode)';

/** Codes by which Dataverse says that there is no such row. */
const NOT_FOUND = ['0x80040217', '0x80060891'];
/** Codes by which the platform refuses a well-formed call for what it asks. */
const BUSINESS = ['0x80040203', '0x80040265', '0x80040224', '0x8004023b'];

export class Dataverse {
  #config;
  #token;
  #fetching;
  #withoutStatus = false;

  constructor(config) {
    this.#config = config;
  }

  /** `{ id, price, code, standing }` with standing `open`, `completed` or `closed`; undefined if there is no such purchase. */
  async purchase(id, deadline) {
    let row;
    try {
      const columns = this.#withoutStatus ? COLUMNS : `${COLUMNS},${STATUS}`;
      row = await this.#call('GET', `msevtmgt_eventpurchases(${id})?$select=${columns}&$expand=${CURRENCY}`, undefined, deadline);
    } catch (error) {
      if (error.kind === 'missing') return undefined;
      if (this.#withoutStatus || !error.detail?.includes(STATUS)) throw error;
      this.#withoutStatus = true;
      return this.purchase(id, deadline);
    }
    const other = row.msevtmgt_eventpurchaseid !== undefined && row.msevtmgt_eventpurchaseid.toLowerCase?.() !== id;
    if (other || !Number.isInteger(row.statecode)) throw new Refused('unreadable', 'the answer is no purchase');
    const paid = row.msevtmgt_paid || row.msevtmgt_processed || row[STATUS] === COMPLETED;
    const standing = paid ? 'completed' : row.statecode === 0 && row[STATUS] !== CANCELLED ? 'open' : 'closed';
    return { id, price: row.msevtmgt_totalprice, code: row.transactioncurrencyid?.isocurrencycode, standing };
  }

  /** Says that the purchase is paid. Throws `Refused` of kind `business` if the platform does not want it. */
  complete(id, deadline) {
    return this.#finalize(id, COMPLETED, deadline);
  }

  /** Says that the payment was rejected for good. */
  cancel(id, deadline) {
    return this.#finalize(id, CANCELLED, deadline);
  }

  async #finalize(id, status, deadline) {
    const body = JSON.stringify({ msevtmgt_purchaseid: id, msevtmgt_paymentstatus: status });
    await this.#call('POST', 'msevtmgt_finalizeregistrationpayment', body, deadline);
  }

  /** Calls with a token until it works. A token that is refused is renewed once: the second refusal is about us, not about the token. */
  #call(method, path, body, deadline) {
    const url = `${this.#config.dataverseUrl}/api/data/v9.2/${path}`;
    return persist(deadline, async () => {
      for (let renewed = false; ; renewed = true) {
        const token = await this.#freshToken(deadline);
        const headers = {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'odata-version': '4.0',
          'odata-maxversion': '4.0',
          ...(body && { 'content-type': 'application/json; charset=utf-8' }),
        };
        const answer = await this.#exchange(url, { method, headers, body }, deadline);
        if (answer.status !== 401 || renewed) return understood(answer, method === 'GET');
        if (this.#token?.text === token) this.#token = undefined;
      }
    });
  }

  /** The kept token, or a new one; all who need one at the same time wait for the same call. */
  async #freshToken(deadline) {
    if (this.#token && performance.now() < this.#token.renewAt) return this.#token.text;
    this.#fetching ??= this.#fetchToken(deadline).finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchToken(deadline) {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: this.#config.clientId,
      client_secret: this.#config.clientSecret,
      scope: `${this.#config.dataverseUrl}/.default`,
    });
    const answer = await this.#exchange(this.#config.tokenUrl, { method: 'POST', body }, deadline);
    if (answer.status !== 200) {
      const passes = [408, 429].includes(answer.status) || answer.status >= 500;
      const reason = `the token endpoint answered ${answer.status}`;
      throw passes ? new Passing(reason, { retryAfter: answer.retryAfter }) : new Refused('token', reason);
    }
    const { access_token: text, expires_in: life } = parsed(answer.text) ?? {};
    if (typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) throw new Refused('token', 'no token in the answer');
    // Renewed five minutes before its end; some endpoints send the life as text, or not at all.
    const seconds = Math.min(Number(life) > 0 ? Number(life) : 300, 86_400);
    this.#token = { text, renewAt: performance.now() + Math.max(seconds - 300, seconds * 0.8) * 1000 };
    return text;
  }

  /** One call in bounded time with an answer of bounded size. Nobody is followed elsewhere with our token. */
  async #exchange(url, request, deadline) {
    const left = Math.min(deadline.left(), this.#config.callTimeout);
    if (left <= 0) throw new Passing('no time left');
    const signal = AbortSignal.timeout(Math.ceil(left));
    try {
      const answer = await fetch(url, { ...request, redirect: 'manual', signal });
      const chunks = [];
      let size = 0;
      for await (const chunk of answer.body ?? []) {
        size += chunk.length;
        if (size > LARGEST_ANSWER) throw new Error('the answer is too large');
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString();
      return { status: answer.status, text, retryAfter: retryAfter(answer.headers.get('retry-after')) };
    } catch (error) {
      // The cause names a host or a socket at most; it may be a certificate that we do not take.
      throw new Passing(signal.aborted ? 'no answer in time' : `no answer: ${error.cause?.code ?? error.message}`);
    }
  }
}

/** The JSON of a success (an empty one is an empty object), or an error that says what it means for us. */
function understood({ status, text, retryAfter }, reading) {
  if (status >= 200 && status < 300) {
    const value = text === '' ? {} : parsed(text);
    if (reading && !value) throw new Refused('unreadable', 'the answer is no JSON object');
    return value;
  }
  if ([408, 409, 412, 423, 425, 429].includes(status) || status >= 500) {
    throw new Passing(`Dataverse answered ${status}`, { retryAfter });
  }
  const fault = parsed(text)?.error;
  const code = String(fault?.code ?? '').toLowerCase();
  const gone = NOT_FOUND.includes(code) || (reading && (BUSINESS.includes(code) || (status === 404 && fault && !code)));
  if (gone && [400, 404].includes(status)) throw new Refused('missing', 'there is no such purchase');
  if (status === 400 && BUSINESS.includes(code)) throw new Refused('business', `Dataverse refused with ${code}`);
  // No privilege, a column that is not there, an app that is not installed: never the purchase's fault.
  throw Object.assign(new Refused('misfit', `Dataverse answered ${status}`), { detail: String(fault?.message ?? '') });
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
