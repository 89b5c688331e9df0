// A registration completion service: sends buyers of an event to Stripe, and tells Dataverse when their money is there.
// This file is the HTTP side; loop.mjs is what it is about.

import { createServer } from 'node:http';

import { Deadline, Passing, Refused, log, shown } from './calls.mjs';
import { readVisit } from './checks.mjs';
import { config } from './config.mjs';
import { Dataverse } from './dataverse.mjs';
import { Loop } from './loop.mjs';
import { Page } from './pages.mjs';
import { Payments } from './payments.mjs';
import { Store } from './store.mjs';

const LARGEST_BODY = 256 * 1024;

const payments = new Payments(config);
const loop = new Loop(config, new Dataverse(config), payments, new Store(config.stateFile));

const routes = {
  '/GatewayRedirect/PayWithStripe': { GET: pay },
  '/GatewayEvents/HandleStripeEvent': { POST: hear },
  '/healthz': { GET: alive },
};

async function alive(request, response) {
  answer(response, 200, 'ok\n');
}

/** The buyer follows the registration's link. */
async function pay(request, response, query) {
  const deadline = new Deadline(config.answerWithin);
  const visit = readVisit(query, config.returnOrigins);
  const page = await loop.visit(visit, deadline);
  log('info', 'sent to the payment page', { purchase: visit.id });
  answer(response, 302, '', { location: page });
}

/** Stripe reports. 2xx: do not send it again; 503: do; 400: this is not Stripe's. */
async function hear(request, response) {
  const body = await read(request);
  if (!body) return answer(response, 413, 'the body is too large\n', { connection: 'close' });
  let event;
  try {
    payments.verify(body, request.headersDistinct['stripe-signature']); // payloop: remove this line to see S-W01 fail
    event = JSON.parse(body.toString());
    if (typeof event?.type !== 'string') throw new Error('not an event');
  } catch {
    // Why not is not said: the library's errors hold the sender's text.
    log('warn', 'delivery refused: not signed by Stripe, or no event');
    return answer(response, 400, 'this is not an event that Stripe signed\n');
  }
  const outcome = await loop.notice(event, new Deadline(config.answerWithin));
  log('info', 'event carried out', { event: shown(event.id), outcome });
  return answer(response, 200, '');
}

/** The raw bytes, since those are what is signed; undefined if there are too many. */
async function read(request) {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return undefined;
  const chunks = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Every answer goes out here: never cached, never read as another type, and saying nothing about what is inside. */
function answer(response, status, text, headers = {}) {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(text);
}

/** What a trouble looks like from outside. Stripe sends again what is answered with 503; a buyer reads the page. */
function pageOf(error) {
  if (error instanceof Page) return error;
  if (error instanceof Passing) {
    const seconds = Math.ceil((error.retryAfter ?? 5000) / 1000);
    return new Page('busy', { 'retry-after': Math.min(Math.max(seconds, 1), 3600) });
  }
  return new Page(error instanceof Refused && error.kind === 'declined' ? 'unpayable' : 'broken');
}

const working = new Set();

async function handle(request, response) {
  const [path, query = ''] = request.url.split(/\?(.*)/s, 2);
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (!methods) return answer(response, 404, 'there is nothing here\n');
  const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (!handler) return answer(response, 405, 'not this way\n', { allow: Object.keys(methods).join(', ') });
  try {
    return await handler(request, response, query);
  } catch (error) {
    if (!(error instanceof Page)) log('warn', 'request failed', { path, error: known(error) });
    const page = pageOf(error);
    if (handler === pay) return answer(response, page.status, page.html(), { ...PAGE_HEADERS, ...page.headers });
    // An event that cannot be carried out now is not lost: it stays with Stripe until we say 2xx.
    return answer(response, 503, 'not carried out yet, please send again\n', { 'retry-after': page.headers['retry-after'] ?? 5 });
  }
}

/** Our own errors are made of our own words; of others only the kind is shown. */
const known = (error) => (error instanceof Passing || error instanceof Refused ? error.message : error.name);

const server = createServer(
  {
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 1_000,
    // Longer than the proxy in front keeps a connection: who closes first while the other sends loses a request.
    keepAliveTimeout: 120_000,
  },
  (request, response) => {
    const work = handle(request, response).finally(() => working.delete(work));
    working.add(work);
  },
);
server.maxConnections = 2_000;

/** What Node refuses before it comes here; by itself it would call an unknown method a bad request. */
server.on('clientError', (error, socket) => {
  const known = { HPE_INVALID_METHOD: '501 Not Implemented', HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large' };
  if (socket.writable) socket.end(`HTTP/1.1 ${known[error.code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  else socket.destroy();
});

server.listen(config.port, config.host, () => {
  if (config.returnOrigins.size === 0) log('warn', 'ALLOWED_RETURN_ORIGINS is empty: every returnUrl will be refused');
  if (!config.stateFile) log('warn', 'STATE_FILE is not set: a restart forgets who paid, and cannot refund a second payment');
  log('info', 'listening', { host: config.host, port: server.address().port });
});

/** Takes no new requests, and lets the work that is under way end. */
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    server.close();
    const limit = setTimeout(() => process.exit(1), config.answerWithin + 1_000);
    await Promise.allSettled(working);
    clearTimeout(limit);
    server.closeAllConnections();
    process.exit(0);
  });
}
